"""Chinese search held against a plain substring scan."""

import re
import time
import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from pipelines.archive import open_archive
from pipelines.search import (
    add_to_index,
    contains,
    count_notices,
    fold,
    fold_with_offsets,
    highlight,
    match_expression,
    newest_first,
    query_terms,
    rebuild_index,
    remove_from_index,
    search_notices,
    segments,
    snippet,
    which_contain,
)
from pipelines.search.facets import Catalogue, as_search
from pipelines.search.folding import simplified
from pipelines.search.terms import index_characters, match_expressions
from zhenggai.search import search

# Few characters, so that chance produces many near misses: Han, a rare four-byte one, punctuation, widths, marks that combine.
ALPHABET = '低保金漏𠮷國国。，“”"(（1１+aAéÉe\u0301 \u3000\n*^-:'
TEXTS = st.one_of(st.text(ALPHABET, max_size=30), st.text(max_size=12))


@pytest.fixture(scope="module")
def index() -> Database:
    db = Database(memory=True)
    columns = dict.fromkeys(
        ("title", "published", "inspected_body", "province", "city", "county", "inspection_level", "inspection_types"), str
    )
    db.table("notices").create({"id": int, "year": int} | columns, pk="id")
    db.table("bodies").create({"id": int, "sector": str}, pk="id")
    db.table("notice_bodies").create({"notice_id": int, "position": int, "role": str, "body_id": int})
    db.table("texts").create({"notice_id": int, "text": str}, pk="notice_id")
    rebuild_index(db)
    return db


def found(db: Database, query: str) -> set[int]:
    return {rowid for (rowid,) in db.execute("SELECT rowid FROM notice_search WHERE notice_search MATCH ?", [match_expression(query)])}


@pytest.fixture
def archive(tmp_path: Path) -> Database:
    db = open_archive(tmp_path / "archive.db")
    notices = [
        ("某县民政局党组关于巡察整改情况的通报", "2021-03-04", "对漏保、错保的低保对象逐户核查。\n退回资金1+6万元（三）。"),
        ("某市水务局党组关于巡察整改情况的通报", "2023-05", "党组制定《低保》之外的办法，完成ＰＰＰ项目清理。"),
        ("某区教育局党委关于巡察整改情况的通报", None, "保障经费到位，完成率76%。"),
    ]
    for notice_id, (title, published, text) in enumerate(notices, 1):
        url = f"http://example.invalid/{notice_id}"
        with db.atomic():
            db.table("notices").insert({"id": notice_id, "url": url, "title": title, "published": published})
            db.table("texts").insert({"notice_id": notice_id, "text": text})
            add_to_index(db, notice_id, title, text)
    return db


@settings(max_examples=400)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6), st.data())
def test_phrase_is_found_exactly_where_it_stands(index: Database, notices: list[tuple[str, str]], data: st.DataObject) -> None:
    every = " ".join(title + text for title, text in notices)
    start = data.draw(st.integers(0, max(0, len(every) - 1)))
    term = data.draw(st.one_of(TEXTS, st.just(every[start : start + data.draw(st.integers(1, 8))])))
    with index.atomic():
        index.execute("DELETE FROM notices")
        index.execute("DELETE FROM texts")
        for notice_id, (title, text) in enumerate(notices, 1):
            index.execute("INSERT INTO notices (id, title) VALUES (?, ?)", [notice_id, title])
            index.execute("INSERT INTO texts VALUES (?, ?)", [notice_id, text])
    rebuild_index(index)
    needles = query_terms(term)
    holding = {
        notice_id
        for notice_id, (title, text) in enumerate(notices, 1)
        if needles and all(needle in fold(title) or needle in fold(text) for needle in needles)
    }
    assert found(index, term) == holding
    assert count_notices(index, term) == len(holding)
    assert list(newest_first(index, term)) == sorted(holding, reverse=True)
    catalogue, search = Catalogue(index.conn), as_search(term)
    found_at_once = catalogue.find(index.conn, term, {}, slice(None))
    assert (found_at_once.total, found_at_once.numbers) == (len(holding), sorted(holding, reverse=True))
    in_parts = catalogue.keep(search, [catalogue.look(index.conn, search, part, parts=3) for part in range(3)])
    assert catalogue.numbers(in_parts).tolist() == sorted(holding, reverse=True)
    assert catalogue.members(index.conn, term) == holding


def test_every_character_is_found_and_no_other(index: Database) -> None:
    folded = {fold(chr(code)) for code in range(0x110000)}
    singles = sorted(character for character in folded if len(character) == 1)
    index.execute("INSERT INTO characters_fts (characters_fts) VALUES ('delete-all')")
    with index.atomic():
        rows = ((ord(single), index_characters(single)) for single in singles)
        index.conn.executemany("INSERT INTO characters_fts (rowid, both) VALUES (?, ?)", rows)
    index.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab(main, characters_fts, row)")
    terms, once = index.execute("SELECT count(*), sum(doc = 1) FROM temp.terms").fetchone()
    assert terms == once == len(singles) > 1_000_000
    for character in "“。(-*\"^: \u180e\U0002f800\U00030000\uffff\x7f\x01'":
        for single in fold(character):
            _, expression = match_expressions(f"“{single}”" if single == '"' else single)
            (row,) = index.execute("SELECT rowid FROM characters_fts WHERE characters_fts MATCH ?", [expression])
            assert row == (ord(single),)


@settings(max_examples=300)
@given(st.text())
@example("各（区）ｶﾞ \u0301ｅ\u0301　各　")
@example("\u1100\u1161\u11a8\x00ﷺ¨")
def test_offsets_agree_with_fold(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    assert folded == fold(text)
    origins = [offsets.origin(position, position + 1) for position in range(len(folded))]
    assert all(0 <= start < end <= len(text) for start, end in origins)
    assert [start for start, _ in origins] == sorted(start for start, _ in origins)
    for character, (start, end) in zip(folded, origins, strict=True):
        assert character in f" {fold(text[start:end])} "


@settings(max_examples=300)
@given(TEXTS, TEXTS)
def test_highlight_marks_exactly_the_terms(text: str, query: str) -> None:
    spans = highlight(text, query)
    assert bool(spans) == any(term in fold(text) for term in query_terms(query))
    assert "".join(piece for piece, _ in segments(text, spans)) == text
    shown, marks = snippet(text, query)
    assert bool(marks) == bool(spans)
    assert all(0 <= start < end <= len(shown) for start, end in marks)


def test_highlight_is_in_the_original_characters() -> None:
    text = "完成ＰＰＰ项目，低保\n金（三）"
    assert [text[a:b] for a, b in highlight(text, "ppp 低保")] == ["ＰＰＰ", "低保"]
    assert [text[a:b] for a, b in highlight(text, '"低保 金(三)"')] == ["低保\n金（三）"]
    assert highlight("查低保保障", "低保 保保") == [(1, 4)]


@pytest.mark.parametrize("query", ["", " ", "\u3000", '""', "“”", '" "', "\0"])
def test_blank_query_finds_nothing(archive: Database, query: str) -> None:
    assert search_notices(archive, query) == []
    assert not contains("低保", query)


@settings(max_examples=300)
@given(st.text())
@example('"')
@example("NEAR( AND OR NOT *")
@example('title:"低保')
def test_no_query_is_an_error(index: Database, query: str) -> None:
    found(index, query)


def test_terms_and_quotation_marks() -> None:
    assert query_terms("低保\u3000漏保 低保") == ["低保", "漏保"]
    assert query_terms('"1 + 6" “两不愁 三保障”') == ["1 + 6", "两不愁 三保障"]
    assert query_terms("关于“两不愁”的问题") == ["关于“两不愁”的问题"]
    assert query_terms('“四个意识 "') == ["“四个意识", '"']
    assert query_terms('"“四个意识”"') == ["“四个意识”"]


def test_traditional_characters_and_variants_are_the_simplified_ones(archive: Database) -> None:
    assert fold("巡視巡察整改進展情況的通報：為民、衆所周知") == "巡视巡察整改进展情况的通报:为民、众所周知"
    assert [hit.id for hit in search_notices(archive, "對漏保")] == [1]
    assert highlight("对漏保、關於", "對漏 关于") == [(0, 2), (4, 6)]


def test_table_of_simplified_characters_leads_to_an_end() -> None:
    table = simplified()
    assert len(table) > 4000
    assert not set(table.values()) & table.keys()
    assert all(fold(character) == character for character in table.values())


def in_steps(text: str) -> str:
    """Return what the text is to be folded to, step by step."""
    stored = re.sub("[\ud800-\udfff]", "\ufffd", text).replace("\0", " ")
    folded = unicodedata.normalize("NFKC", stored).casefold()
    return " ".join("".join(simplified().get(character, character) for character in folded).split())


def test_characters_are_folded_as_the_steps_fold_them() -> None:
    for character in map(chr, [*range(0x10000), *range(0x10000, 0x110000, 89)]):
        assert fold(f"a{character}b") == in_steps(f"a{character}b"), ascii(character)
        assert fold(character) == in_steps(character), ascii(character)


@settings(max_examples=500)
@given(st.one_of(TEXTS, st.text(), st.text(st.characters(categories=["Mn", "Mc", "Lo", "Zs", "So", "Cs"]), max_size=8)))
@example("か\u3099𠮷\u0301 ﷺ\ud800")
@example("\u1100\u1161\u11a8…㎡")
def test_texts_are_folded_as_the_steps_fold_them(text: str) -> None:
    assert fold(text) == in_steps(text)


@settings(max_examples=200)
@given(st.lists(st.one_of(TEXTS, st.text("\ue000低\u0301", max_size=4)), min_size=1, max_size=5), TEXTS)
def test_texts_looked_at_together_contain_what_each_contains(texts: list[str], query: str) -> None:
    assert which_contain(texts, query) == [bool(needles := query_terms(query)) and all(n in fold(t) for n in needles) for t in texts]


def test_newest_first_and_undated_last(archive: Database) -> None:
    assert [hit.id for hit in search_notices(archive, "保")] == [2, 1, 3]
    assert [hit.id for hit in search_notices(archive, "保", limit=1)] == [2]
    assert [hit.id for hit in search_notices(archive, "低保")] == [2, 1]
    assert [hit.id for hit in search_notices(archive, "低保 漏保")] == [1]
    assert [hit.id for hit in search_notices(archive, "1+6万元(三)")] == [1]
    assert [hit.id for hit in search_notices(archive, "Ppp")] == [2]
    assert search_notices(archive, "保低") == []


def test_dates_of_any_precision_are_in_order(archive: Database) -> None:
    dates = ["2024-02-29", "2024", "2024-02", None, "2024-02-01", "2023-12-31", "2024-03", "2024-02-15", None, "2023-05"]
    for number, published in enumerate(dates, 10):
        archive.table("notices").insert({"id": number, "url": f"http://example.invalid/{number}", "title": "低保", "published": published})
        add_to_index(archive, number, "低保", None)
    expected = [16, 10, 17, 14, 12, 11, 15, 19, 2, 1, 18, 13]
    assert list(newest_first(archive, "低保")) == expected
    assert list(newest_first(archive, "低")) == expected
    assert list(newest_first(archive, "低保 低")) == expected
    rebuild_index(archive)
    assert list(newest_first(archive, "低保")) == expected


def test_title_and_text_do_not_run_into_each_other(archive: Database) -> None:
    assert [hit.id for hit in search_notices(archive, "的通报")] == [2, 1, 3]
    assert search_notices(archive, "通报对漏保") == []


def test_snippet_shows_the_hit(archive: Database) -> None:
    (hit,) = search_notices(archive, "退回资金")
    assert [hit.snippet[start:end] for start, end in hit.spans] == ["退回资金"]
    assert "\n" not in hit.snippet
    shown, spans = snippet("前" * 500 + "低保" + "后" * 500, "低保", 60)
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert [shown[a:b] for a, b in spans] == ["低保"]
    assert len(shown) <= 62


def test_removed_notice_is_not_found(archive: Database) -> None:
    title, text = archive.execute("SELECT title, text FROM notices JOIN texts ON notice_id = id WHERE id = 1").fetchone()
    remove_from_index(archive, 1, title, text)
    assert [hit.id for hit in search_notices(archive, "低保")] == [2]
    assert found(archive, "漏") == set()
    add_to_index(archive, 1, title, "改写后只谈医保")
    assert [hit.id for hit in search_notices(archive, "医保")] == [1]
    for table in ("notices_fts", "characters_fts"):
        archive.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")


def test_rebuilding_gives_the_same_answers(archive: Database) -> None:
    queries = ["保", "低保", "ＰＰＰ", "76%", "。", "整改 某县"]
    before = [found(archive, query) for query in queries]
    rebuild_index(archive)
    assert [found(archive, query) for query in queries] == before
    assert all(before)


def test_archive_without_index_gets_one_when_opened(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    db = open_archive(path)
    db.table("notices").insert({"id": 7, "url": "http://example.invalid/7", "title": "低保专项治理"})
    db.execute("DROP TABLE notices_fts")
    db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm002_search'")
    db.close()
    assert [hit.id for hit in search_notices(open_archive(path), "低保")] == [7]


def test_command_lists_hits(archive: Database, tmp_path: Path) -> None:
    result = CliRunner().invoke(search, ["低保", "--db", str(tmp_path / "archive.db")])
    assert result.exit_code == 0
    assert "某县民政局党组关于巡察整改情况的通报" in result.output
    assert result.output.index("某市水务局") < result.output.index("某县民政局")


def test_command_sends_the_terminal_no_commands(archive: Database, tmp_path: Path) -> None:
    title = "低保\x1b]0;taken\x07\x9b31m整改"
    archive.table("notices").insert({"id": 77, "url": "u", "title": title, "issuing_body": "县\x1b[2J局", "published": "2026-01-01"})
    add_to_index(archive, 77, title, None)
    archive.conn.commit()
    shown = CliRunner().invoke(search, ["低保", "--db", str(tmp_path / "archive.db")]).output
    assert "低保]0;taken31m整改" in shown
    assert not {"\x1b", "\x07", "\x9b"} & set(shown)


def test_command_prints_json_lines(archive: Database, tmp_path: Path) -> None:
    result = CliRunner().invoke(search, ["低保", "--json", "--limit", "1", "--db", str(tmp_path / "archive.db")])
    assert result.exit_code == 0
    (line,) = result.output.splitlines()
    assert Database(memory=True).execute("SELECT json_extract(?, '$.published')", [line]).fetchone() == ("2023-05",)


def test_command_says_that_nothing_was_found(archive: Database, tmp_path: Path) -> None:
    result = CliRunner().invoke(search, ["高尔夫", "--db", str(tmp_path / "archive.db")])
    assert result.exit_code == 0
    assert "高尔夫" in result.output


def test_command_names_a_missing_archive(tmp_path: Path) -> None:
    result = CliRunner().invoke(search, ["低保", "--db", str(tmp_path / "none.db")])
    assert result.exit_code == 1
    assert "none.db" in result.output


def test_a_hundred_thousand_marks_on_one_letter_are_folded_in_no_time():
    marks = "\u0301" * 100_000 + "\u0334" * 100_000
    begun = time.process_time()
    assert contains(f"禾川a{marks}市", "市")
    assert highlight(f"禾川a{marks}市", "市") == [(200_003, 200_004)]
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("marks", [998, 999, 1000, 1001, 2001])
def test_a_run_of_marks_is_folded_alike_with_its_offsets_and_without(marks: int) -> None:
    text = "a" + "\u0301" * (marks - 1) + "\u0323" + "c" + "\u0302" * 5
    assert fold(text) == fold_with_offsets(text)[0] == fold(text + "市" * 50_000).rstrip("市")


def test_marks_in_no_order_are_still_normalized():
    text = "a\u0301\u0334" * 600
    assert fold(text) == unicodedata.normalize("NFKC", text)

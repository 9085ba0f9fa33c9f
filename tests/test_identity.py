"""When two addresses are one page, when two texts are one notice, and what the archive makes of it."""

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from crawling import Answer, SiteServer, listing
from sqlite_utils import Database, Migrations
from test_crawl_archive import crawl, declare_in

from pipelines.archive import APPLICATION_ID, open_archive
from pipelines.changes import changes_in, stored_notices
from pipelines.identity import address_key, bands, find_same, signature, similarity, text_sha256
from pipelines.migrations import migrations
from pipelines.record import Document, Evidence, Notice, Site
from pipelines.store import Store
from pipelines.verify_rows import verify_derived, verify_rows
from pipelines.visits import ArchiveVisits

SITE = Site(id="610100_mzj", name="民政局", url="https://mzj.xian.gov.cn/", software="trs", division="610100")
OTHER = Site(id="610000_jw", name="省纪委", url="https://www.qinfeng.gov.cn/", software="trs", division="610000")
FIRST, COPY = "https://mzj.xian.gov.cn/tzgg/t1.html", "https://www.qinfeng.gov.cn/xs/2.html"
TITLE = "中共西安市民政局党组关于巡察整改情况的通报"
PROBLEMS = ("漏保错保", "公车管理松散", "会议记录不全", "采购程序倒置", "台账更新迟缓", "学习流于形式", "往来款长期挂账", "档案归集混乱")
REMEDIES = ("逐户核查", "重新核定编制", "补齐记录", "重新招标", "按月更新", "集中补学", "限期清理", "聘请专人整理")
TEXT = "2023年3月至5月，市委第二巡察组对市民政局党组进行了巡察。现将整改情况予以公布。\n" + "\n".join(
    f"关于“{problem}”的问题。整改情况：经局党组会议研究，由分管负责同志牵头，{remedy}，{problem[:2]}一项已经办结，并报市纪委备案。"
    for problem, remedy in zip(PROBLEMS, REMEDIES, strict=True)
)
EDITED = TEXT.replace("整改情况予以公布", "整改情况公布")
REWRITTEN = TEXT[:60] + "\n".join(
    f"对{remedy}的落实情况已作复查，{problem}不再发生，长效机制由办公室督促。" for problem, remedy in zip(PROBLEMS, REMEDIES, strict=True)
)


def answer(text: str = TEXT, url: str = FIRST, *, site: Site = SITE, when: str = "2026-01-01T00:00:00Z", **fields: Any) -> Document:
    document = Document(url=url, content=b"", site=site, status=200, fetched_at=when, state="live", is_notice=True, reason="通报")
    document.title, document.published, document.text, document.extractor = TITLE, "2023-09-08", text, "#zoom"
    document.notice = Notice(inspected_body_raw="市民政局党组", inspected_body="西安市民政局党组")
    for name, value in fields.items():
        setattr(document, name, value)
    return document


@pytest.fixture
def archive(tmp_path: Path) -> Database:
    return open_archive(tmp_path / "archive.db")


@pytest.fixture
def store(archive: Database) -> Store:
    store = Store(archive)
    store.store_site(SITE)
    store.store_site(OTHER)
    return store


def texts(archive: Database) -> list[str]:
    return [row["text"] for row in archive.table("texts").rows_where(order_by="notice_id")]


@pytest.mark.parametrize(
    "other",
    [
        "http://a.gov.cn/tzgg/通报.html",
        "https://www.a.gov.cn/tzgg/%E9%80%9A%E6%8A%A5.html",
        "http://m.A.gov.cn:8080/tzgg/%CD%A8%B1%A8.html",
        "https://a.gov.cn:443/tzgg/%e9%80%9a%E6%8A%A5.html;jsessionid=0A1B?PHPSESSID=7&eqid=1#top",
    ],
)
def test_addresses_of_one_page_have_one_key(other: str) -> None:
    assert address_key(other) == address_key("http://a.gov.cn:80/tzgg/%E9%80%9A%E6%8A%A5.html")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://127.0.0.1:8080/t1.html", "http://127.0.0.1:80/t1.html"),
        ("http://localhost:8080/t1.html", "http://localhost:443/t1.html"),
        ("http://[::1]:8080/", "http://[::1]:80/"),
        ("http://a.gov.cn:9090/t1.html", "http://a.gov.cn/t1.html"),
        ("http://a.gov.cn/?id=1", "http://a.gov.cn/?id=2"),
        ("http://a.gov.cn/A.html", "http://a.gov.cn/a.html"),
        ("http://mzj.a.gov.cn/", "http://a.gov.cn/"),
        ("http://a.gov.cn:99999/", "http://a.gov.cn/"),
    ],
)
def test_other_pages_have_other_keys(one: str, other: str) -> None:
    assert address_key(one) != address_key(other)


def test_an_index_file_is_its_directory() -> None:
    assert address_key("http://a.gov.cn/xc/index.html") == address_key("http://a.gov.cn/xc/")
    assert address_key("http://a.gov.cn/xc/index_1.html") != address_key("http://a.gov.cn/xc/")


def test_signatures_are_stored_and_must_never_come_out_otherwise() -> None:
    assert signature(TEXT) == signature(TEXT.replace("\n", "\n　　"))
    assert signature("巡察整改" * 60)[:8].hex() == "4fa30ac80127bf40"
    assert set(bands(signature(TEXT))) & set(bands(signature(EDITED)))
    assert not set(bands(signature(TEXT))) & set(bands(signature(REWRITTEN)))
    assert similarity(TEXT, EDITED) > 0.95 > similarity(TEXT, REWRITTEN)


def test_spellings_of_one_address_are_one_page_and_one_notice(archive: Database, store: Store) -> None:
    twins = [FIRST, FIRST.replace("https", "http"), FIRST.replace("//", "//www."), FIRST + "?PHPSESSID=1"]
    entries = [{"url": url, "title": TITLE, "date": None, "candidate": True} for url in twins]
    store.store_document(answer(url="https://mzj.xian.gov.cn/tzgg/", kind="list", entries=entries))
    assert [store.store_document(answer(url=url)) for url in twins] == ["new", "unchanged", "unchanged", "unchanged"]
    assert archive.table("pages").count_where("kind = 'article'") == archive.table("notices").count == 1
    assert {row["url"] for row in archive.table("addresses").rows} == set(twins)
    visits = ArchiveVisits(archive, "2026-01-01T10:00:00Z", full=False)
    assert not any(visits.is_due(url) for url in twins)
    assert all(visits.is_listed(url) for url in twins)


def test_a_list_is_not_taken_for_an_article_that_is_listed_as_its_twin(archive: Database, store: Store) -> None:
    column = "https://mzj.xian.gov.cn/xc/"
    entry = {"url": "http://mzj.xian.gov.cn/xc/index.html", "title": TITLE, "date": None, "candidate": True}
    store.store_document(answer(url=column + "?1", kind="list", entries=[entry]))
    store.store_document(answer(url=column, kind="list", walked=column))
    assert ArchiveVisits(archive, day(1), full=False).is_walked(column)
    assert [row["kind"] for row in archive.table("pages").rows_where(order_by="url")] == ["article", "list", "list"]


def test_a_twin_that_is_missing_says_nothing_of_the_page(archive: Database, store: Store) -> None:
    store.store_document(answer())
    twin = FIRST.replace("https", "http")
    assert store.store_document(answer(url=twin, state="missing", status=404, text=None)) == "unchanged"
    assert [row["state"] for row in archive.table("notices").rows] == ["live"]
    store.store_document(answer(state="missing", status=404, text=None))
    assert store.store_document(answer(url=twin)) == "unchanged"
    assert [(row["url"], row["state"]) for row in archive.table("pages").rows] == [(twin, "live")]


def test_a_repost_on_another_site_is_the_same_notice(archive: Database, store: Store) -> None:
    store.store_document(answer())
    reposted = answer(EDITED, COPY, site=OTHER, title="【通报】" + TITLE, published="2023-10-01")
    assert store.store_document(reposted) == "copy"
    assert store.store_document(reposted) == "unchanged"
    assert {row["url"] for row in archive.table("addresses").rows} == {FIRST, COPY}
    assert len({row["notice_id"] for row in archive.table("pages").rows}) == 1
    assert texts(archive) == [TEXT], "the notice follows its first address"
    assert archive.table("versions").count == 1


def printed(published: str, **fields: Any) -> dict[str, Any]:
    evidence = Evidence(f"发布时间：{published}", None, None, "label", "page")
    return {"published": published, "page_evidence": {"published": evidence}, **fields}


HERE, THERE = printed("2023-10-01", capture="<urn:1>"), printed("2023-09-08", url=COPY, site=OTHER, capture="<urn:2>")
THIRD = printed("2023-11-30", url=COPY.replace("2.html", "3.html"), site=OTHER, capture="<urn:3>")


@pytest.mark.parametrize("pages", list(permutations([HERE, THERE, THIRD])))
def test_the_earliest_day_that_an_address_prints_is_the_notice_s_whichever_was_stored_first(
    archive: Database, store: Store, pages: tuple[dict[str, Any], ...]
) -> None:
    crawl = store.begin_crawl(SITE, day(1))
    captures = [{"id": f"<urn:{number}>", "url": FIRST, "time": day(1), "status": 200, "headers": {}} for number in (1, 2, 3)]
    store.store_captures(crawl, SITE.id, captures)
    assert [store.store_document(answer(**page)) for page in pages] == ["new", "copy", "copy"]
    (notice,) = archive.query("SELECT published, year, quote FROM notices JOIN evidence ON notice_id = id AND field = 'published'")
    assert notice == {"published": "2023-09-08", "year": 2023, "quote": "发布时间：2023-09-08"}
    days = {row["url"]: row["printed"] for row in archive.table("addresses").rows}
    assert days == {FIRST: "2023-10-01", COPY: "2023-09-08", THIRD["url"]: "2023-11-30"}
    assert [fault for fault in (*verify_rows(archive), *verify_derived(archive)) if fault and "captured" not in fault.reason] == []

    (stored,) = stored_notices(archive, [row["id"] for row in archive.table("notices").rows]).values()
    assert "published" not in changes_in(stored, answer(**pages[0])), "its own page prints what it printed"
    otherwise = changes_in(stored, answer(**pages[0] | {"published": "2022-01-01"}))
    assert otherwise["published"] == (pages[0]["published"], "2022-01-01")

    assert store.store_document(answer(EDITED, **pages[0], when=day(2))) == "changed"
    assert [row["published"] for row in archive.table("notices").rows] == ["2023-09-08"]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (EDITED, {"notice": Notice(inspected_body_raw="县民政局党组", inspected_body="蓝田县民政局党组")}),
        (TEXT, {"notice": Notice(inspected_body_raw="县民政局党组"), "title": TITLE.replace("西安市", "蓝田县")}),
        (EDITED, {"notice": Notice(), "title": "关于巡察整改情况的通报"}),
        (TEXT.replace("第二巡察组", "第三巡察组"), {}),
        (TEXT.replace("2023年3月", "2021年3月"), {}),
        (REWRITTEN, {}),
    ],
    ids=["other body", "equal text, other body", "nothing in common but the text", "other team", "other year", "bare title"],
)
def test_what_differs_is_kept_apart(archive: Database, store: Store, text: str, fields: dict[str, Any]) -> None:
    store.store_document(answer())
    assert store.store_document(answer(text, COPY, site=OTHER, **fields)) == "new"
    assert archive.table("notices").count == 2


def test_short_texts_are_not_compared(archive: Database, store: Store) -> None:
    assert [store.store_document(answer("整改情况见附件。", url)) for url in (FIRST, COPY)] == ["new", "new"]
    assert archive.table("signatures").count == archive.table("bands").count == 0


def test_a_changed_notice_is_found_by_its_new_text(archive: Database, store: Store) -> None:
    store.store_document(answer())
    assert store.store_document(answer(REWRITTEN)) == "changed"
    assert find_same(archive, answer(TEXT, COPY)) is None
    assert find_same(archive, answer(REWRITTEN, COPY)) is not None
    assert archive.execute("SELECT count(DISTINCT notice_id) FROM bands").fetchone() == (1,)


def day(number: int) -> str:
    return f"2026-01-{number:02}T00:00:00Z"


def test_two_addresses_do_not_take_turns_at_changing_a_notice(archive: Database, store: Store) -> None:
    store.store_document(answer())
    store.store_document(answer(EDITED, COPY, site=OTHER))
    for number in range(2, 6):
        assert store.store_document(answer(when=day(number))) == "unchanged"
        assert store.store_document(answer(EDITED, COPY, site=OTHER, when=day(number))) == "unchanged"
    assert archive.table("versions").count == 1


def test_an_edit_that_is_seen_at_the_copy_first_is_still_one_notice(archive: Database, store: Store) -> None:
    store.store_document(answer())
    store.store_document(answer(url=COPY, site=OTHER))
    archive.execute("UPDATE pages SET candidate = 1, next_visit = '2026-03-01'")
    assert store.store_document(answer(REWRITTEN, COPY, site=OTHER, when=day(9))) == "unchanged"
    due = ArchiveVisits(archive, day(9), full=False).due_articles(SITE.id)
    assert [row["url"] for row in due] == [FIRST], "the first address is looked at at once"
    assert store.store_document(answer(REWRITTEN, when=day(9))) == "changed"
    assert store.store_document(answer(REWRITTEN, COPY, site=OTHER, when=day(9))) == "unchanged"
    assert texts(archive) == [REWRITTEN]
    assert [row["state"] for row in archive.table("notices").rows] == ["changed"], "the copy does not take that back in the same night"


def test_a_copy_that_becomes_another_text_becomes_another_notice(archive: Database, store: Store) -> None:
    store.store_document(answer())
    store.store_document(answer(url=COPY, site=OTHER))
    outcomes = []
    for number in (2, 3):
        outcomes.append(store.store_document(answer(REWRITTEN, COPY, site=OTHER, when=day(number))))
        store.store_document(answer(when=f"2026-01-{number:02}T12:00:00Z"))
    assert outcomes == ["unchanged", "new"]
    assert sorted(texts(archive)) == sorted([TEXT, REWRITTEN])
    held = dict(archive.execute("SELECT url, notice_id FROM addresses").fetchall())
    assert held == dict(archive.execute("SELECT url, notice_id FROM pages").fetchall())
    assert len(set(held.values())) == 2
    assert store.store_document(answer(REWRITTEN, COPY, site=OTHER, when=day(9))) == "unchanged"


STUB = REWRITTEN.replace("复查", "核查")


def test_a_notice_that_is_edited_into_another_becomes_an_address_of_that_one(archive: Database, store: Store) -> None:
    """On the other site there stood a cut text at first, and after a redirect."""
    final = "https://www.qinfeng.gov.cn/xsxc/2.html"
    elsewhere: dict[str, Any] = {"site": OTHER, "final_url": final}
    assert store.store_document(answer()) == "new"
    assert store.store_document(answer(STUB, COPY, **elsewhere)) == "new"
    one, other = (store.notice_of(answer(url=url)) for url in (FIRST, COPY))
    versions = list(archive.table("versions").rows)
    for number, text in ((2, TEXT), (3, EDITED), (4, TEXT)):
        assert store.store_document(answer(text, COPY, when=day(number), **elsewhere)) == ("copy" if number == 2 else "unchanged")
    held = dict(archive.execute("SELECT url, notice_id FROM addresses").fetchall())
    assert held == {FIRST: one, COPY: one, final: one}
    assert dict(archive.execute("SELECT url, notice_id FROM pages").fetchall()) == {FIRST: one, COPY: one}
    assert list(archive.table("versions").rows) == versions, "both bodies are kept, and neither twice"
    states = {row["id"]: (row["state"], row["url"]) for row in archive.table("notices").rows}
    assert states == {one: ("live", FIRST), other: ("moved", COPY)}, "its number is still known, and what was cited still there"
    assert store.store_document(answer(REWRITTEN, when=day(5))) == "changed", "the notice follows its first address"


def test_an_address_that_showed_another_notice_for_a_night_gets_its_own_back(archive: Database, store: Store) -> None:
    store.store_document(answer())
    store.store_document(answer(STUB, COPY, site=OTHER))
    other = store.notice_of(answer(url=COPY))
    store.store_document(answer(TEXT, COPY, site=OTHER, when=day(2)))
    for number in (3, 4):
        store.store_document(answer(STUB, COPY, site=OTHER, when=day(number)))
        store.store_document(answer(when=f"2026-01-{number:02}T12:00:00Z"))
    assert store.notice_of(answer(url=COPY)) == other
    assert [row["state"] for row in archive.table("notices").rows] == ["live", "live"]
    assert archive.table("versions").count == 2


RENEWED = "https://mzj.xian.gov.cn/zwgk/t2.html"


@pytest.mark.parametrize("text", [TEXT, "详见附件。"], ids=["long", "too short to be compared"])
@pytest.mark.parametrize("first", [FIRST, RENEWED], ids=["the old address first", "the new address first"])
def test_a_notice_that_is_published_again_where_its_old_address_leads(archive: Database, store: Store, text: str, first: str) -> None:
    store.store_document(answer(text))
    visits = [answer(text, FIRST, final_url=RENEWED), answer(text, RENEWED)]
    for number in (2, 3):
        for visit in sorted(visits, key=lambda visit: visit.url != first):
            visit.fetched_at = day(number)
            assert store.store_document(visit) in ("copy", "unchanged", "new")
    states = [row["state"] for row in archive.table("notices").rows_where(order_by="first_seen")]
    # Only of a text too short to be compared is it not known at first that the new address shows the old notice.
    known_late = text != TEXT and first == RENEWED
    assert states == (["moved", "live"] if known_late else ["live"])
    assert len(set(dict(archive.execute("SELECT url, notice_id FROM addresses").fetchall()).values())) == 1
    assert {row["url"]: row["state"] for row in archive.table("pages").rows} == {FIRST: "moved", RENEWED: "live"}


@pytest.mark.parametrize("first", [FIRST, RENEWED], ids=["the old address first", "the new address first"])
def test_a_notice_that_is_rewritten_when_it_is_published_again(archive: Database, store: Store, first: str) -> None:
    store.store_document(answer())
    visits = [answer(REWRITTEN, FIRST, final_url=RENEWED, when=day(2)), answer(REWRITTEN, RENEWED, when=day(2))]
    for visit in sorted(visits, key=lambda visit: visit.url != first):
        store.store_document(visit)
    held = dict(archive.execute("SELECT addresses.url, text FROM addresses JOIN texts USING (notice_id)").fetchall())
    assert held == {FIRST: REWRITTEN, RENEWED: REWRITTEN}
    assert [row["text"] for row in archive.table("versions").rows] == [TEXT, REWRITTEN]


def test_an_ordinary_edit_is_one_whatever_else_is_alike(archive: Database, store: Store) -> None:
    """Two branches of one body: a template, and a number each."""
    second = TEXT.replace("第二巡察组", "第三巡察组")
    store.store_document(answer())
    store.store_document(answer(second, COPY, site=OTHER))
    assert store.store_document(answer(second.replace("予以公布", "公布"), COPY, site=OTHER, when=day(2))) == "changed"
    assert len({row["notice_id"] for row in archive.table("pages").rows}) == 2


def test_a_notice_is_there_while_one_of_its_addresses_is(archive: Database, store: Store) -> None:
    store.store_document(answer())
    store.store_document(answer(url=COPY, site=OTHER))
    absent = {"state": "missing", "status": 404}
    assert store.store_document(answer(when=day(2), **absent)) == "unchanged"
    assert [row["state"] for row in archive.table("notices").rows] == ["live"]
    assert store.store_document(answer(REWRITTEN, COPY, site=OTHER, when=day(3))) == "changed", "the copy is what is left of it"
    assert store.store_document(answer(url=COPY, site=OTHER, when=day(4), **absent)) == "missing"
    assert [row["state"] for row in archive.table("notices").rows] == ["missing"]


def test_a_copy_that_shows_something_else_leaves_the_notice_as_it_is(archive: Database, store: Store) -> None:
    store.store_document(answer())
    store.store_document(answer(url=COPY, site=OTHER))
    other = {"is_notice": False, "reason": "不是通报", "notice": None}
    assert store.store_document(answer("系统正在升级维护", COPY, site=OTHER, when=day(2), **other)) == "replaced"
    assert [row["state"] for row in archive.table("notices").rows] == ["live"]
    assert store.store_document(answer("系统正在升级维护", when=day(2), **other)) == "replaced"
    assert [row["state"] for row in archive.table("notices").rows] == ["changed"]


AGED = {"Etag": '"5f-1"', "Last-Modified": "Fri, 08 Sep 2023 08:00:00 GMT"}


def test_a_server_is_told_what_is_held_and_its_304_changes_no_word(archive: Database, store: Store) -> None:
    store.store_document(answer(headers=AGED))
    visits = ArchiveVisits(archive, day(2), full=False)
    assert visits.validators(FIRST) == {"If-None-Match": '"5f-1"', "If-Modified-Since": AGED["Last-Modified"]}
    assert visits.validators(COPY) == ArchiveVisits(archive, day(2), full=True).validators(FIRST) == {}
    before = list(archive.table("notices").rows) + list(archive.table("versions").rows)
    assert store.store_document(answer(text=None, status=304, is_notice=None, notice=None, when=day(2))) == "unchanged"
    (page,) = archive.table("pages").rows
    assert (page["state"], page["status"], page["last_visit"], page["interval_days"]) == ("live", 304, day(2), 2)
    assert (page["notice_id"], page["etag"], page["text_sha256"] is not None) == (before[0]["id"], '"5f-1"', True)
    before[0]["last_seen"] = day(2)
    assert list(archive.table("notices").rows) + list(archive.table("versions").rows) == before


def test_a_304_from_another_address_says_that_the_page_has_moved(archive: Database, store: Store) -> None:
    store.store_document(answer(headers=AGED))
    moved = answer(text=None, status=304, is_notice=None, notice=None, when=day(2), final_url=COPY)
    assert store.store_document(moved) == "unchanged"
    assert [row["state"] for row in archive.table("pages").rows] == ["moved"]
    assert {row["url"] for row in archive.table("addresses").rows} == {FIRST, COPY}


def test_304_for_what_is_not_held_is_an_error(archive: Database, store: Store) -> None:
    assert store.store_document(answer(text=None, status=304, is_notice=None, notice=None)) == "error"
    assert [row["state"] for row in archive.table("pages").rows] == ["error"]


@pytest.mark.parametrize("more", [{"final_url": COPY}, {"parts": [object()]}, {"files": [object()]}])
def test_a_text_that_rests_on_more_than_one_answer_is_asked_for_whole(archive: Database, store: Store, more: dict[str, Any]) -> None:
    store.store_document(answer(headers=AGED, **more))
    assert ArchiveVisits(archive, day(2), full=False).validators(FIRST) == {}


def test_a_column_is_walked_whole_every_seven_days(archive: Database, store: Store) -> None:
    """On the seventh night, though it comes to the column a little earlier than the first."""
    column = "https://mzj.xian.gov.cn/tzgg/"
    store.store_document(answer(url=column, kind="list", walked=column, when="2026-01-01T02:00:00Z"))
    store.store_document(answer(url=column, kind="list", walked=column, incremental=True, when="2026-01-07T02:00:00Z"))
    assert ArchiveVisits(archive, "2026-01-07T23:00:00Z", full=False).is_walked(column) is False
    assert ArchiveVisits(archive, "2026-01-07T02:00:00Z", full=False).is_walked(column)
    store.store_document(answer(url=column, kind="list", walked=column, when="2026-01-08T01:00:00Z"))
    assert ArchiveVisits(archive, "2026-01-14T01:00:00Z", full=False).is_walked(column)


def test_an_older_archive_gets_keys_and_signatures(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    older = Migrations("zhenggai")
    for migration in migrations.pending(Database(memory=True))[:2]:
        older(name=migration.name)(migration.fn)
    old = Database(path)
    older.apply(old)
    old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    old.table("notices").insert({"id": 1, "url": FIRST, "title": TITLE, "state": "live"})
    old.table("texts").insert({"notice_id": 1, "text": TEXT})
    old.table("versions").insert({"notice_id": 1, "version": 1, "title": TITLE, "text": TEXT, "text_sha256": text_sha256(TEXT)})
    old.table("addresses").insert({"url": FIRST, "notice_id": 1, "first_seen": day(1)})
    seen = {"state": "live", "last_visit": day(1), "interval_days": 1}
    old.table("pages").insert({"url": FIRST, "kind": "article", "notice_id": 1, "text_sha256": text_sha256(TEXT)} | seen)
    old.table("pages").insert({"url": "http://mzj.xian.gov.cn/?pageNum=1", "kind": "list", "walked": day(1)}, alter=True)
    old.close()
    archive = open_archive(path)
    store = Store(archive)
    store.store_site(SITE)
    assert store.store_document(answer(url=FIRST.replace("//", "//m."), when=day(2))) == "unchanged"
    assert store.store_document(answer(url=COPY, when=day(2))) == "copy"
    assert ArchiveVisits(archive, day(3), full=False).is_walked("http://mzj.xian.gov.cn/?pageNum=1")
    assert (archive.table("notices").count, archive.table("pages").count) == (1, 3)


def page(text: str) -> str:
    body = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    head = f'<html><head><meta charset="utf-8"><title>{TITLE}</title></head>'
    return f'{head}<body><h1>{TITLE}</h1><div class="TRS_Editor">{body}</div></body></html>'


def test_crawls_of_two_sites_that_publish_one_notice(tmp_path: Path) -> None:
    row = ("./t20230908_1.html", TITLE, "2023-09-08")
    with (
        SiteServer({"/tzgg/": listing([row]), "/tzgg/t20230908_1.html": page(TEXT)}) as first,
        SiteServer({"/tzgg/": listing([row]), "/tzgg/t20230908_1.html": page(EDITED)}) as second,
    ):
        (tmp_path / "other").mkdir()
        site, db = declare_in(tmp_path, first), tmp_path / "a.db"
        other = declare_in(tmp_path / "other", second).rename(tmp_path / "other" / "130000_jiwei.yml")
        for _ in range(2):
            assert [crawl(site, db, "--full").returncode, crawl(other, db, "--full").returncode] == [0, 0]
    archive = Database(db)
    assert archive.table("notices").count == archive.table("versions").count == 1
    assert [row["url"] for row in archive.table("addresses").rows] == [f"{server.url}/tzgg/t20230908_1.html" for server in (first, second)]
    assert [(row["site"], row["new"], row["changed"]) for row in archive.table("crawls").rows] == [
        ("130000_linhe", 1, 0),
        ("130000_jiwei", 0, 0),
        ("130000_linhe", 0, 0),
        ("130000_jiwei", 0, 0),
    ]


def test_crawls_of_two_columns_and_a_304(tmp_path: Path) -> None:
    """Listed twice in one column, under the path of another: one notice. The second night the server answers 304."""
    rows = [("./t20230908_1.html", TITLE, "2023-09-08"), ("../zwgk/t20230908_1.html", TITLE, "2023-09-08")]
    asked: list[str | None] = []

    def serve(path: str, form: bytes) -> Answer:
        asked.append(server.headers.get("If-None-Match"))
        return Answer(b"", 304) if asked[-1] == '"v1"' else Answer(page(TEXT), headers=(("Content-Type", "text/html"), ("ETag", '"v1"')))

    with SiteServer({"/tzgg/": listing(rows), "/tzgg/t20230908_1.html": serve, "/zwgk/t20230908_1.html": page(TEXT)}) as server:
        site, db = declare_in(tmp_path, server), tmp_path / "a.db"
        assert crawl(site, db).returncode == 0
        archive = Database(db)
        before = list(archive.table("versions").rows)
        archive.execute("UPDATE pages SET next_visit = '2000-01-01'")
        archive.conn.commit()
        again = crawl(site, db)
        assert again.returncode == 0, again.stdout
        assert crawl(site, db, "--full").returncode == 0
    assert asked == [None, '"v1"', None]
    assert archive.table("notices").count == 1
    assert {row["url"].removeprefix(server.url) for row in archive.table("addresses").rows} == {
        "/tzgg/t20230908_1.html",
        "/zwgk/t20230908_1.html",
    }
    assert list(archive.table("versions").rows) == before
    assert archive.execute("SELECT count(*) FROM captures WHERE status = 304").fetchone() == (1,)
    assert [(row["new"], row["changed"], row["errors"]) for row in archive.table("crawls").rows] == [(1, 0, 0), (0, 0, 0), (0, 0, 0)]
    assert archive.execute("PRAGMA foreign_key_check").fetchall() == []


GONE_SOFTLY = "<html><head><title>提示</title></head><body><h1>对不起</h1><p>您要看的已经不在这里，请查看其他栏目。</p></body></html>"
MOVED_AWAY = Answer(status=301, headers=(("Location", "/zwgk/t20231001_7.html"),))


@pytest.mark.parametrize(("old", "state"), [(MOVED_AWAY, "moved"), (GONE_SOFTLY, "missing"), (Answer("not found", 404), "missing")])
def test_crawls_of_a_notice_that_is_published_again_under_a_new_address(tmp_path: Path, old: Answer | str, state: str) -> None:
    """The column lists the new address only; the old one leads there, or is no more."""
    others = [(f"./t2023010{number}_{number}.html", f"县水务局召开第{number}次工作会议", "2023-01-01") for number in (1, 2)]
    routes = {"/": GONE_SOFTLY.replace("对不起", "首页"), "/tzgg/t20230908_1.html": page(TEXT), "/zwgk/t20231001_7.html": page(TEXT)}
    routes |= {f"/tzgg/{href[2:]}": f"<html><body><h1>{title}</h1><p>会议强调供水。</p></body></html>" for href, title, _ in others}
    with SiteServer(routes) as server:
        site, db = declare_in(tmp_path, server), tmp_path / "a.db"
        server.routes["/tzgg/"] = listing([("./t20230908_1.html", TITLE, "2023-09-08"), *others])
        assert crawl(site, db).returncode == 0
        server.routes["/tzgg/"] = listing([("/zwgk/t20231001_7.html", TITLE, "2023-10-01"), *others])
        server.routes["/tzgg/t20230908_1.html"] = old
        server.otherwise = Answer(GONE_SOFTLY) if old is GONE_SOFTLY else Answer("not found", 404)
        for _ in range(2):
            result = crawl(site, db, "--full")
            assert result.returncode == 0, result.stdout
    archive = Database(db)
    assert [row["state"] for row in archive.table("notices").rows] == ["live"]
    assert archive.table("versions").count == 1
    states = dict(archive.execute("SELECT url, state FROM pages WHERE notice_id IS NOT NULL").fetchall())
    assert states == {f"{server.url}/tzgg/t20230908_1.html": state, f"{server.url}/zwgk/t20231001_7.html": "live"}
    assert {row["url"] for row in archive.table("addresses").rows} == set(states)

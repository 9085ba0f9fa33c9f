"""Step 5: what the archive holds after each kind of answer."""

import multiprocessing
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from pipelines.archive import open_archive
from pipelines.record import Contact, Document, Evidence, Figure, NamedBody, Notice, Problem, Site
from pipelines.search import search_notices
from pipelines.store import Store, notice_id
from pipelines.visits import ArchiveVisits, after, due_sites, next_interval, utc_now

SITE = Site(id="610100_mzj", name="民政局", url="http://127.0.0.1/", software="trs", division="610100", replica=True)
URL = "http://127.0.0.1/t1.html"
TEXT = "2021年3月1日，县委第一巡察组反馈了意见。\n（一）关于“漏保”的问题。\n追缴资金3万元。电话：0000-1234567"


def answer(text: str | None = TEXT, *, url: str = URL, when: str = "2026-01-01T00:00:00Z", **fields: Any) -> Document:
    """A page that was fetched, read and found to be a notice, unless ``fields`` say otherwise."""
    document = Document(url=url, content=b"", site=SITE, status=200, fetched_at=when, state="live", is_notice=True, reason="通报")
    document.title, document.published, document.text, document.extractor = "某局党组关于巡察整改情况的通报", "2021-08-02", text, "#zoom"
    document.notice = read(text) if text and "漏保" in text else None
    for name, value in fields.items():
        setattr(document, name, value)
    return document


def read(text: str) -> Notice:
    start = text.index("漏保")
    phone = text.index("0000")
    return Notice(
        inspected_body="某县民政局党组",
        inspected_body_raw="县民政局党组",
        bodies=[NamedBody("被巡察", "县民政局党组", "某县民政局党组", text[:2], 0, 2, "text")],
        inspection_types=["常规"],
        problems=[
            Problem(
                "（一）",
                1,
                leaf=True,
                problem="漏保",
                measures=None,
                status=None,
                start=start - 8,
                end=len(text),
                problem_start=start,
                problem_end=start + 2,
            )
        ],
        figures=[
            Figure(
                "money_recovered",
                30000.0,
                "元",
                "3万元",
                money := text.index("3万元"),
                money + 3,
                0,
                None,
                "追缴",
                about=False,
                counted=True,
            )
        ],
        totals={"money_recovered_yuan": 30000.0},
        contacts=[Contact("phone", text[phone:], phone, len(text))],
        evidence={"feedback_date": Evidence(text[:9], 0, 9, "feedback")},
    )


@pytest.fixture
def archive(tmp_path: Path) -> Database:
    return open_archive(tmp_path / "archive.db")


@pytest.fixture
def store(archive: Database) -> Store:
    store = Store(archive)
    store.store_site(SITE)
    return store


def dump(archive: Database) -> dict[str, list[dict[str, Any]]]:
    tables = ("notices", "texts", "addresses", "versions", "problems", "figures", "contacts", "evidence", "bodies", "rejections")
    return {table: list(archive.table(table).rows) for table in tables}


def test_a_notice_is_stored_with_every_fact(archive: Database, store: Store) -> None:
    assert store.store_document(answer()) == "new"
    rows = dump(archive)
    assert {table: len(found) for table, found in rows.items()} == dict.fromkeys(rows, 1) | {"rejections": 0}
    number = rows["notices"][0]["id"]
    assert str(number).startswith("20210802")
    assert {row["notice_id"] for table in ("texts", "problems", "evidence") for row in rows[table]} == {number}
    assert rows["notices"][0]["inspection_types"] == '["常规"]'
    assert rows["notices"][0]["money_recovered_yuan"] == 30000
    evidence = rows["evidence"][0]
    assert rows["texts"][0]["text"][evidence["start"] : evidence["end"]] == evidence["quote"]
    assert archive.execute("PRAGMA foreign_key_check").fetchall() == []


def test_storing_the_same_answer_again_adds_nothing_and_changes_nothing(archive: Database, store: Store) -> None:
    store.store_document(answer())
    before = dump(archive)
    assert store.store_document(answer()) == "unchanged"
    assert dump(archive) == before
    assert store.store_document(answer(TEXT.replace("\n", "\n\n"))) == "unchanged"


def test_an_edited_text_becomes_a_version_and_the_old_one_stays(archive: Database, store: Store) -> None:
    store.store_document(answer())
    edited = TEXT.replace("3万元", "5万元")
    document = answer(edited.replace("5万元", "3万元"))
    document.text = edited
    assert store.store_document(document) == "changed"
    versions = [row["text"] for row in archive.table("versions").rows_where(order_by="version")]
    assert versions == [TEXT, edited]
    assert [row["text"] for row in archive.table("texts").rows] == [edited]
    assert [row["state"] for row in archive.table("notices").rows] == ["changed"]
    assert len(search_notices(archive, "5万元")) == 1
    assert search_notices(archive, "3万元") == []
    assert store.store_document(document) == "unchanged"
    assert archive.table("versions").count == 2


@pytest.mark.parametrize(("state", "status"), [("blocked", 403), ("challenged", 521), ("error", None), ("missing", 404)])
def test_an_answer_that_is_not_the_page_never_touches_its_text(archive: Database, store: Store, state: str, status: int | None) -> None:
    store.store_document(answer())
    before = dump(archive)
    assert store.store_document(answer(None, state=state, status=status, is_notice=None)) == state
    after = dump(archive)
    assert after["notices"][0].pop("state") == state
    before["notices"][0].pop("state")
    assert after == before


def test_missing_becomes_gone_only_after_fourteen_days_of_nothing_else(archive: Database, store: Store) -> None:
    store.store_document(answer(when="2026-01-01T00:00:00Z"))
    visits = [("2026-01-02", "missing"), ("2026-01-10", "missing"), ("2026-01-16", "gone")]
    for day, state in visits:
        assert store.store_document(answer(None, state="missing", status=404, when=f"{day}T00:00:00Z")) == state
    assert store.store_document(answer(when="2026-01-17T00:00:00Z")) == "unchanged"
    assert store.store_document(answer(None, state="missing", status=404, when="2026-01-31T00:00:00Z")) == "missing"
    assert archive.table("notices").count == 1


def test_a_blocked_visit_is_not_the_same_as_missing(store: Store) -> None:
    store.store_document(answer())
    for day, state in [("02", "missing"), ("10", "blocked"), ("20", "missing")]:
        document = answer(None, state=state, status=404 if state == "missing" else 403, when=f"2026-01-{day}T00:00:00Z")
        assert store.store_document(document) == state


def test_a_rejected_page_is_kept_with_its_reason(archive: Database, store: Store) -> None:
    assert store.store_document(answer(is_notice=False, reason="反馈会", notice=None)) == "rejected"
    assert [row["reason"] for row in archive.table("rejections").rows] == ["反馈会"]
    assert archive.table("notices").count == 0


def test_two_addresses_with_one_number_do_not_collide(archive: Database, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.store.notice_id", lambda published, url: 20210802000001)
    store.store_document(answer())
    store.store_document(answer(url=URL + "?2"))
    assert [row["id"] for row in archive.table("notices").rows] == [20210802000001, 20210802000002]


def test_a_number_carries_the_date_and_does_not_depend_on_order() -> None:
    assert notice_id("2021-08-02", URL) // 1_000_000 == 20210802
    assert notice_id(None, URL) < notice_id("1999-01-01", URL)
    assert notice_id("2021-08-02", URL) == notice_id("2021-08-02", URL) != notice_id("2021-08-02", URL + "2")


def test_visits_know_what_is_due(archive: Database, store: Store) -> None:
    entries = [
        {"url": URL, "title": "通报", "date": None, "candidate": True},
        {"url": URL + "2", "title": "春耕", "date": None, "candidate": False},
    ]
    page = answer(None, url="http://127.0.0.1/list", kind="list", entries=entries, walked="http://127.0.0.1/list")
    store.store_document(page)
    visits = ArchiveVisits(archive, "2026-01-01T12:00:00Z", full=False)
    assert visits.is_walked("http://127.0.0.1/list")
    assert visits.is_listed(URL)
    assert visits.is_due(URL)
    store.store_document(answer(None, url=URL + "2", state="error", error="timeout"))
    assert not any(visits.is_article(url) for url in (URL, URL + "2")), "listed, or failed: it may be anything"
    assert [row["url"] for row in visits.due_articles(SITE.id)] == [URL]
    store.store_document(answer())
    assert visits.is_article(URL)
    assert not visits.is_due(URL)
    assert list(visits.due_articles(SITE.id)) == []
    assert ArchiveVisits(archive, "2026-01-03T00:00:00Z", full=False).is_due(URL)
    assert ArchiveVisits(archive, "2026-01-01T12:00:00Z", full=True).is_due(URL)


def test_visits_stretch_while_nothing_changes_and_tighten_when_it_does() -> None:
    intervals = [None]
    for _ in range(9):
        intervals.append(next_interval(intervals[-1], changed=False))  # type: ignore[arg-type]
    assert intervals[1:] == [1, 2, 4, 8, 16, 32, 64, 90, 90]
    assert next_interval(64, changed=True) == 1


def test_a_site_is_due_a_day_after_its_last_crawl_began_less_the_slack_of_a_night(archive: Database, store: Store) -> None:
    assert due_sites(archive, [SITE.id, "other"]) == [SITE.id, "other"]
    crawl = {"site": SITE.id, "started": utc_now(), "finish_reason": "finished", "errors": 0, "blocked": 0}
    for fault in ({"errors": 1}, {"blocked": 1}, {"finish_reason": "shutdown"}, {"finish_reason": None}):
        archive.table("crawls").insert(crawl | fault)
        assert due_sites(archive, [SITE.id]) == [SITE.id], fault
        archive.table("crawls").delete_where()
    archive.table("crawls").insert(crawl)
    assert due_sites(archive, [SITE.id]) == []
    archive.execute("UPDATE crawls SET started = ?", [after(utc_now(), -1)])
    assert due_sites(archive, [SITE.id]) == [SITE.id]


def test_a_walk_that_broke_off_is_not_taken_for_a_complete_one(archive: Database, store: Store) -> None:
    first, second = "http://127.0.0.1/list", "http://127.0.0.1/list?2"
    visits = ArchiveVisits(archive, "2026-01-01T12:00:00Z", full=False)
    store.store_document(answer(None, url=first, kind="list"))
    store.store_document(answer(None, url=second, kind="list", walked=first))
    assert visits.is_walked(first)
    store.store_document(answer(None, url=first, kind="list"))
    assert store.store_document(answer(None, url=second, kind="list", state="error", status=500)) == "error"
    assert not visits.is_walked(first)


def test_a_missing_list_is_an_error_unless_it_ends_its_column(archive: Database, store: Store) -> None:
    missing = answer(None, url="http://127.0.0.1/list", kind="list", state="missing", status=404)
    assert store.store_document(missing) == "error"
    missing.walked = "http://127.0.0.1/list"
    assert store.store_document(missing) == "listed"


def test_a_candidate_that_failed_is_due_again_wherever_it_was_listed(archive: Database, store: Store) -> None:
    entry = {"url": URL, "title": "通报", "date": None, "candidate": True}
    store.store_document(answer(None, url="http://127.0.0.1/list", kind="list", entries=[entry], walked="http://127.0.0.1/list"))
    for state, status in (("error", 503), ("blocked", 403), ("missing", 404)):
        store.store_document(answer(None, state=state, status=status))
        assert list(ArchiveVisits(archive, "2026-01-01T12:00:00Z", full=False).due_articles(SITE.id)) == []
        assert len(ArchiveVisits(archive, "2026-01-02T00:00:00Z", full=False).due_articles(SITE.id)) == 1


def test_an_address_that_shows_something_else_is_reported_and_the_notice_kept(archive: Database, store: Store) -> None:
    store.store_document(answer())
    before = dump(archive)
    assert store.store_document(answer("系统正在升级维护", is_notice=False, reason="不是通报", notice=None)) == "replaced"
    assert [row["state"] for row in archive.table("notices").rows] == ["changed"]
    assert [row["text"] for row in archive.table("texts").rows] == [TEXT]
    assert ArchiveVisits(archive, "2026-01-02T00:00:00Z", full=False).is_due(URL)
    assert store.store_document(answer()) == "unchanged"
    assert dump(archive) == before


def test_a_corrected_title_is_a_version_too(archive: Database, store: Store) -> None:
    store.store_document(answer())
    assert store.store_document(answer(title="某局党组关于巡察整改进展情况的通报")) == "changed"
    assert [row["title"] for row in archive.table("versions").rows][-1] == "某局党组关于巡察整改进展情况的通报"


def test_a_redirect_gives_the_notice_both_addresses(archive: Database, store: Store) -> None:
    store.store_document(answer(final_url="http://127.0.0.1/new.html"))
    assert {row["url"] for row in archive.table("addresses").rows} == {URL, "http://127.0.0.1/new.html"}
    assert [(row["url"], row["state"]) for row in archive.table("pages").rows] == [(URL, "moved")]
    assert [row["state"] for row in archive.table("notices").rows] == ["live"]


def store_many(path: Path, writer: int) -> None:
    store = Store(open_archive(path))
    store.store_site(SITE)
    for number in range(40):
        assert store.store_document(answer(url=f"{URL}?{writer}-{number}")) == "new"


def test_several_processes_write_one_new_archive_and_nothing_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        pool.starmap(store_many, [(path, writer) for writer in range(3)])
    archive = open_archive(path)
    assert archive.table("notices").count == 120
    assert archive.execute("PRAGMA integrity_check").fetchone() == ("ok",)

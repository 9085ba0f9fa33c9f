"""What a crawl wrote down is what it stored, to the last value: another archive is made from it."""

from pathlib import Path

from test_crawl_archive import BODY

from pipelines.archive import open_archive
from pipelines.journal import JournalStore, Stored, read_journal, replay
from pipelines.record import Document, Organisation, Site
from pipelines.segments import packed
from pipelines.steps import STEPS
from pipelines.workers import take_steps

SITE = Site(id="610100_mzj", name="西安市民政局", url="http://127.0.0.1/", software="trs", division="610100", replica=True)


def read_by_a_worker() -> Document:
    page = BODY.format(title="中共西安市民政局党组关于巡察整改情况的通报", number="1")
    fetched = {"status": 200, "fetched_at": "2026-01-01T00:00:00Z", "content_type": "text/html; charset=utf-8"}
    document = Document(url="http://127.0.0.1/t1.html", content=page.encode(), site=SITE, steps=list(STEPS), **fetched)
    take_steps(document)
    return document


def test_a_notice_that_a_worker_read_comes_back_as_it_was(tmp_path: Path) -> None:
    document, journal = read_by_a_worker(), tmp_path / "journal.jsonl"
    assert document.organisations["中共西安市民政局党组"] == Organisation("610100:民政局", None)
    assert document.minhash
    assert document.tokens
    first = open_archive(tmp_path / "first.db")
    store = JournalStore(first, journal)
    store.begin_crawl(SITE, "2026-01-01T00:00:00Z")
    store.store_document(document)
    lines = list(read_journal(packed(journal)))
    assert lines[1:] == [Stored(document)]
    second = open_archive(tmp_path / "second.db")
    second.table("segments").insert({"id": "s/1", "domain": "s", "began": "2026", "finished": "2026", "merged": "2026"})
    replay(second, lines, segment="s/1", captures="captures")
    for table in ("bodies", "notice_bodies", "texts", "versions", "signatures", "bands"):
        assert list(second.table(table).rows) == list(first.table(table).rows), table

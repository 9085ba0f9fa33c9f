"""A WARC file whose last record is cut: if no row names it nothing is lost, and if one does, file and offset are named."""

from pathlib import Path

import pytest
from crawling import SiteServer
from faults import unproven, zhenggai
from sqlite_utils import Database
from test_crawl_archive import declare_in, routes

from pipelines.verify import cut_tails


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The archive of one crawl, and its only WARC file."""
    directory = tmp_path_factory.mktemp("warc")
    with SiteServer(routes(3)) as server:
        assert zhenggai("crawl", declare_in(directory, server), "--db", directory / "archive.db").returncode == 0
    (warc,) = (directory / "captures").iterdir()
    return directory / "archive.db", warc


def test_a_record_that_was_being_written_is_passed_over_and_named(site: tuple[Path, Path], tmp_path: Path) -> None:
    db, warc = site
    whole = warc.read_bytes()
    warc.write_bytes(whole + whole[:300])
    assert unproven(db) == []
    proof = zhenggai("verify", "--db", db)
    assert proof.returncode == 0
    assert f"{warc}: a record that begins at offset {len(whole)} breaks off" in proof.stdout

    with SiteServer(routes(5)) as server:
        # The same site at another port: new addresses, and a file of their own.
        assert zhenggai("crawl", declare_in(tmp_path, server), "--db", db).returncode == 0
    assert len(list(warc.parent.iterdir())) == 2
    assert unproven(db) == []
    warc.write_bytes(whole)
    assert list(cut_tails(Database(db), db.parent)) == []


@pytest.mark.parametrize("cut", [10, 300, 700])
def test_a_capture_that_is_cut_is_named_with_its_file_and_its_offset(site: tuple[Path, Path], cut: int) -> None:
    db, warc = site
    whole = warc.read_bytes()
    (last,) = Database(db).execute("SELECT max(warc_offset) FROM captures WHERE warc_file LIKE ?", [f"%{warc.name}"]).fetchone()
    warc.write_bytes(whole[: last + cut])
    faults = unproven(db)
    warc.write_bytes(whole)
    assert len(faults) == 2, "the capture, and the file as a whole"
    assert all(str(warc) in fault and f"offset {last}" in fault for fault in faults)

"""`zhenggai backup` and `restore`: what was archived comes back, taken while a crawl goes on; what is damaged does not."""

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from crawling import SiteServer
from faults import zhenggai
from sqlite_utils import Database
from test_crawl_archive import PROJECT, command, crawl, declare_in, routes


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "zhenggai", *map(str, arguments)]
    return subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False)


def rows(db: Path, table: str) -> list[dict[str, object]]:
    return list(Database(db).table(table).rows)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("crawled")
    with SiteServer(routes(3)) as server:
        assert crawl(declare_in(directory, server), directory / "archive.db").returncode == 0
    (directory / "overrides.yml").write_text("[]\n", "utf-8")
    return directory / "archive.db"


@pytest.fixture
def kept(crawled: Path, tmp_path: Path) -> Path:
    done = run("backup", tmp_path / "kept", "--db", crawled)
    assert done.returncode == 0, done.stderr
    return tmp_path / "kept"


def test_what_was_backed_up_comes_back_and_is_proven(crawled: Path, kept: Path, tmp_path: Path) -> None:
    assert subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=kept, check=False).returncode == 0
    (tmp_path / "new").mkdir()
    db = tmp_path / "new" / "archive.db"
    done = run("restore", kept, "--db", db)
    assert done.returncode == 0, done.stderr
    for table in ("notices", "texts", "captures", "versions", "crawls", "pages"):
        assert rows(db, table) == rows(crawled, table), table
    assert (db.parent / "overrides.yml").read_text("utf-8") == "[]\n"
    verified = run("verify", "--db", db)
    assert verified.returncode == 0, verified.stdout
    assert not [path.name for path in db.parent.iterdir() if path.name.startswith(".")]


def test_a_backup_taken_while_a_crawl_goes_on_is_whole(tmp_path: Path) -> None:
    with SiteServer(routes(60)) as server:
        site, db = declare_in(tmp_path, server), tmp_path / "archive.db"
        slow = ("-s", "DOWNLOAD_DELAY=0.3", "-s", "CONCURRENT_REQUESTS=1")
        with subprocess.Popen(command(site, db, *slow), cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as crawling:
            deadline = time.monotonic() + 60
            while len(server.requests) < 8 and time.monotonic() < deadline:
                time.sleep(0.1)
            done = run("backup", tmp_path / "kept", "--db", db)
            assert crawling.poll() is None, "the crawl went on meanwhile"
            crawling.send_signal(signal.SIGKILL)
    assert done.returncode == 0, done.stderr
    (tmp_path / "new").mkdir()
    restored = tmp_path / "new" / "archive.db"
    assert run("restore", tmp_path / "kept", "--db", restored).returncode == 0
    assert 0 < len(rows(restored, "captures")) < 62
    verified = run("verify", "--db", restored)
    assert verified.returncode == 0, verified.stdout


def test_a_release_with_its_captures_is_restored_and_one_without_is_not(crawled: Path, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    assert run("export", tmp_path / "bare", "--db", crawled).returncode == 0
    refused = run("restore", tmp_path / "bare", "--db", tmp_path / "new" / "archive.db")
    assert refused.returncode == 1
    assert "a release needs `export --captures`" in refused.stderr
    assert list((tmp_path / "new").iterdir()) == []
    assert run("export", tmp_path / "whole", "--captures", "--db", crawled).returncode == 0
    root = (tmp_path / "whole" / "ROOT").read_text("utf-8").strip()
    assert len(root) == 64
    assert run("restore", tmp_path / "whole", "--db", tmp_path / "new" / "archive.db").returncode == 0
    assert run("verify", "--root", root, "--db", tmp_path / "new" / "archive.db").returncode == 0


@pytest.mark.parametrize("nth", [1, 2])
def test_what_a_killed_restore_left_the_next_one_clears_away(kept: Path, tmp_path: Path, nth: int) -> None:
    """Killed once it has copied the first file, a WARC file, or the database; what another machine makes there is let alone."""
    db = tmp_path / "new" / "archive.db"
    (db.parent / "captures").mkdir(parents=True)
    theirs = db.parent / ".archive.db.zhenggai-another.example-1"
    theirs.touch()
    dying = f"""
import os, shutil
copying, copied = shutil.copyfile, []
def copy_and_die(*paths):
    copied.append(copying(*paths))
    if len(copied) == {nth}:
        os.kill(os.getpid(), {signal.SIGKILL:d})
shutil.copyfile = copy_and_die
"""
    (kept / "overrides.yml").unlink()
    (kept / "SHA256SUMS").write_text("".join(line for line in (kept / "SHA256SUMS").open() if "overrides" not in line), "utf-8")
    assert zhenggai("restore", kept, "--db", db, before=dying).returncode == -signal.SIGKILL
    assert len([path for path in db.parent.rglob(".*") if path != theirs]) == 1
    done = run("restore", kept, "--db", db)
    assert done.returncode == 0, done.stderr
    assert list(db.parent.rglob(".*")) == [theirs]
    assert run("verify", "--db", db).returncode == 0


def test_what_a_killed_backup_left_the_next_one_clears_away(crawled: Path, tmp_path: Path) -> None:
    dying = f"import os, zhenggai.backup; zhenggai.backup.write_checksums = lambda stage: os.kill(os.getpid(), {signal.SIGKILL:d})"
    assert zhenggai("backup", tmp_path / "monday", "--db", crawled, before=dying).returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".monday.zhenggai-")
    done = run("backup", tmp_path / "tuesday", "--db", crawled)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["tuesday"]


@pytest.mark.parametrize("name", ["archive.db", "captures"])
def test_what_is_damaged_is_not_restored(kept: Path, tmp_path: Path, name: str) -> None:
    path = kept / name if name == "archive.db" else next((kept / name).iterdir())
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()  # it is a link to the archive's own
    path.write_bytes(content)
    (tmp_path / "new").mkdir()
    refused = run("restore", kept, "--db", tmp_path / "new" / "archive.db")
    assert refused.returncode == 1
    assert f"{path}: is not what it was" in refused.stderr
    assert list((tmp_path / "new").iterdir()) == []


def test_nothing_is_overwritten(crawled: Path, kept: Path, tmp_path: Path) -> None:
    db = tmp_path / "mine" / "archive.db"
    shutil.copytree(crawled.parent, db.parent, ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    before = {path: path.stat().st_mtime_ns for path in db.parent.rglob("*") if path.is_file()}
    assert "is there already, and is not overwritten" in run("restore", kept, "--db", db).stderr
    db.unlink()
    capture = next((db.parent / "captures").iterdir())
    capture.write_bytes(b"another")
    assert f"{capture}: is there already with another content" in run("restore", kept, "--db", db).stderr
    assert not db.exists()
    capture.unlink()
    done = run("restore", kept, "--db", db)
    assert done.returncode == 0, done.stderr
    assert "overrides.yml was there already and stays" in done.stdout
    assert before.keys() == {path for path in db.parent.rglob("*") if path.is_file()}


def test_what_cannot_be_done_is_explained(crawled: Path, kept: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for arguments, message in (
        (("backup", kept, "--db", crawled), "is there already, and not an empty directory"),
        (("backup", tmp_path / "x", "--db", tmp_path / "none.db"), "there is no archive here"),
        (("restore", tmp_path / "empty", "--db", tmp_path / "a.db"), "is no backup and no release"),
        (("restore", tmp_path / "nowhere", "--db", tmp_path / "a.db"), "is no backup and no release"),
        (("restore", kept, "--db", tmp_path / "no" / "a.db"), "does not exist; create it first"),
    ):
        refused = run(*arguments)
        assert (refused.returncode, message in refused.stderr) == (1, True), (message, refused.stderr)
        assert "Traceback" not in refused.stderr
    (kept / "SHA256SUMS").write_text(f"{'0' * 64}  ../evil\n", "utf-8")
    assert "lies elsewhere" in run("restore", kept, "--db", tmp_path / "a.db").stderr

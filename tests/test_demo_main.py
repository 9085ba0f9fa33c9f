"""``python -m demo`` as its user meets it: what it refuses, and how it begins, goes on and ends."""

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from demo.servers import HOST, listen
from pipelines.archive import open_archive

PROJECT = Path(__file__).parent.parent
REAL_SITE = {
    "id": "610100_real",
    "name": "某市民政局",
    "url": "http://mzj.example/",
    "software": "trs",
    "division_code": "610100",
    "replica": 0,
}


def run_demo(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "demo", *map(str, arguments)]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def port() -> int:
    with socket.create_server((HOST, 0)) as free:
        return free.getsockname()[1]


def test_archive_with_real_sites_is_refused(tmp_path: Path, port: int) -> None:
    db = tmp_path / "real.db"
    archive = open_archive(db)
    archive.table("sites").insert(REAL_SITE)
    archive.close()
    result = run_demo("--db", db, "--port", port)
    assert result.returncode == 1
    assert all(words in result.stderr for words in (str(db), "某市民政局", "DB="))
    archive = open_archive(db)
    assert [site["id"] for site in archive.table("sites").rows] == ["610100_real"]
    archive.close()


def test_file_that_is_no_archive_is_refused_and_left_as_it_was(tmp_path: Path, port: int) -> None:
    db = tmp_path / "notes.db"
    db.write_text("not a database, but somebody's notes\n" * 50)
    before = db.read_bytes()
    result = run_demo("--db", db, "--port", port)
    assert result.returncode == 1
    assert str(db) in result.stderr
    assert "DB=" in result.stderr
    assert "Traceback" not in result.stderr
    assert db.read_bytes() == before


def test_port_in_use_is_told_before_anything_is_done(tmp_path: Path) -> None:
    db = tmp_path / "new.db"
    with socket.create_server((HOST, 0)) as occupied:
        taken = occupied.getsockname()[1]
        result = run_demo("--db", db, "--port", taken)
    assert result.returncode == 1
    assert f"port {taken} is in use; choose another with PORT=" in result.stderr
    assert not db.exists()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_demo_publishes_until_it_is_told_to_end(tmp_path: Path, port: int, stop: signal.Signals) -> None:
    command = [sys.executable, "-m", "demo", "--db", str(tmp_path / "demo.db"), "--port", str(port)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as demo:
        try:
            printed = read_until(demo, f"http://{HOST}:{port}")
            replicas = re.findall(rf"http://{HOST}:\d+/(?=  )", printed)
            assert len(replicas) == 4
            for address in [*replicas, f"http://{HOST}:{port}/"]:
                with urlopen(address, timeout=10) as response:
                    assert response.status == 200
            demo.send_signal(stop)
            rest, _ = demo.communicate(timeout=20)
        finally:
            demo.kill()
    assert demo.returncode == 0
    assert "Traceback" not in printed + rest
    assert 0 < len(rest.strip().splitlines()) <= 2
    for address in replicas:
        listening = listen(int(address.rstrip("/").rpartition(":")[2]))
        assert listening is not None
        listening.close()


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """Return what the process prints, up to the line with these words."""
    printed = ""
    for line in process.stdout:
        printed += line
        if words in line:
            return printed
    pytest.fail(f"the demo ended by itself:\n{printed}")


def test_second_run_fetches_less_than_the_first(tmp_path: Path, port: int) -> None:
    first, second = (run_demo("--db", tmp_path / "demo.db", "--port", port, "--no-serve") for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    fetched = [int(re.search(r"(\d+) pages fetched in this run", result.stdout)[1]) for result in (first, second)]
    assert 0 < fetched[1] < fetched[0] / 2

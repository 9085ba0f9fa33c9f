"""Many machines: a real scheduler and real workers on loopback, one of them killed, against one machine."""

import gzip
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from crawling import Answer, SiteServer, declare, listing
from distributed import Client
from faults import remount, small_disk, unproven
from faults import zhenggai as run_with
from fragile import end_at_two
from hypothesis import HealthCheck, given, settings, strategies
from sqlite_utils import Database
from test_crawl_archive import BODY, PROJECT
from upath import UPath

from crawler.sites import Site
from pipelines.archive import open_archive
from pipelines.merge import Merged, Merger
from pipelines.segments import domains, segments_in, sha256_of_file
from zhenggai.cluster import Spread, connected
from zhenggai.distribute import domains_of

NAMES = ("130000_dongcheng", "130000_xicheng", "130000_linhe")
ARTICLES = 6
ENVIRONMENT = {
    "PYTHONPATH": str(Path(__file__).parent),
    # A killed worker's domain is free again after two seconds, and not after half a minute.
    "DASK_DISTRIBUTED__SCHEDULER__LOCKS__LEASE_TIMEOUT": "2s",
    "DASK_DISTRIBUTED__SCHEDULER__LOCKS__LEASE_VALIDATION_INTERVAL": "500ms",
}
COPIED = "中共临河县教育局党组关于巡察整改情况的通报"
QUICK = ("-s", "RETRY_TIMES=0", "-s", "READING_WORKERS=1")
# Of each table what one crawl and another of the same pages have in common: no moments, and no numbers of rows.
COMPARED = {
    "sites": "id, name, url, software, division_code, replica, state",
    "pages": "url, address_key, site, kind, title, listed_date, candidate, state, status, error, text_sha256, interval_days",
    "captures": "site, url, status, sha256, length, revisit_of IS NULL",
    "crawls": "site, finish_reason, requests, listed, new, changed, gone, blocked, errors",
    "rejections": "url, site, title, published, reason, rules",
    "bodies": "key, name, names, former_names, division_code, sector",
    "notices": "title, published, inspected_body, inspecting_body, inspection_team, money_recovered_yuan, problems_total, state, rules",
    "texts": "text",
    "versions": "version, title, text",
    "problems": 'position, number, problem, measures, status, start, "end"',
    "figures": "position, kind, value, unit, quote, start",
    "evidence": 'field, quote, start, "end", rule',
    "notice_bodies": "position, role, raw, name",
}


def zhenggai(*arguments: str | Path, timeout: int = 120) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "zhenggai", *map(str, arguments)]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=timeout, check=False)


def content(db: Path) -> dict[str, Counter[tuple[Any, ...]]]:
    """What an archive holds, whatever its rows are numbered; a notice is told by its addresses."""
    archive = Database(db)
    held = {table: Counter(archive.execute(f"SELECT {columns} FROM {table}").fetchall()) for table, columns in COMPARED.items()}
    addresses: defaultdict[int, list[str]] = defaultdict(list)
    for number, url in archive.execute("SELECT notice_id, url FROM addresses ORDER BY url"):
        addresses[number].append(url)
    names = {number: " ".join(urls) for number, urls in addresses.items()}
    held["addresses"] = Counter((name,) for name in names.values())
    held["pages of notices"] = Counter(
        (url, names[number]) for url, number in archive.execute("SELECT url, notice_id FROM pages WHERE notice_id IS NOT NULL")
    )
    return held


def whoever_was_first(held: dict[str, Counter[tuple[Any, ...]]]) -> dict[str, Counter[tuple[Any, ...]]]:
    """Leave out which of two sites found the notice that both publish: one machine crawls them side by side as well."""
    totals = Counter({("new",): sum(row[4] * count for row, count in held["crawls"].items())})
    return held | {"crawls": totals + Counter(row[:4] + row[5:] for row in held["crawls"].elements())}


@dataclass(frozen=True)
class Cluster:
    address: str
    directory: Path


def start_scheduler(port: int, directory: Path) -> subprocess.Popen[bytes]:
    return start("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard", directory=directory, name="scheduler")


def start(*arguments: str, directory: Path, name: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "dask", *arguments]
    with (directory / f"{name}.log").open("wb") as log:
        return subprocess.Popen(command, cwd=PROJECT, stdout=log, stderr=log, start_new_session=True, env=os.environ | ENVIRONMENT)


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    directory = tmp_path_factory.mktemp("cluster")
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    scheduler = start_scheduler(port, directory)
    options = ("--nthreads", "1", "--nworkers", "2", "--no-dashboard", "--local-directory", str(directory))
    workers = start("worker", address, *options, directory=directory, name="workers")
    try:
        with Client(address, timeout=60) as client:
            client.wait_for_workers(2, timeout=60)
        yield Cluster(address, directory)
    finally:
        for process in (workers, scheduler):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


class Sites:
    """Three sites, each on a port of its own; two of them publish the same notice."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.servers = [SiteServer() for _ in NAMES]
        for name, server in zip(NAMES, self.servers, strict=True):
            rows = [(f"./t202301{n:02}_{n}.html", title(name, n), "2023-01-01") for n in range(1, ARTICLES + 1)]
            server.routes = {f"/tzgg/t202301{n:02}_{n}.html": page(title(name, n), n) for n in range(1, ARTICLES + 1)}
            server.routes |= {"/tzgg/": listing(rows), "/robots.txt": Answer("", 404)}
            site = declare(server, "trs", "/tzgg/").model_dump(exclude={"id"}, exclude_none=True) | {"division": "130000"}
            (directory / f"{name}.yml").write_text(yaml.safe_dump(site, allow_unicode=True), encoding="utf-8")
        for server in self.servers[:2]:
            server.routes["/tzgg/t20230101_1.html"] = page(COPIED, 1)

    @contextmanager
    def slow(self, seconds: float) -> Iterator[None]:
        quick = [dict(server.routes) for server in self.servers]
        for server in self.servers:
            server.routes = {path: slowly(answer, seconds) for path, answer in server.routes.items()}
            server.requests.clear()
        yield
        for server, routes in zip(self.servers, quick, strict=True):
            server.routes = routes

    def change(self) -> None:
        """One notice is edited, one is taken down, and one is new."""
        first, second, third = self.servers
        first.routes["/tzgg/t20230102_2.html"] = page(title(NAMES[0], 2), 2).replace("已完成整改", "已全部完成整改")
        second.routes["/tzgg/t20230103_3.html"] = Answer("not found", 404)
        third.routes["/tzgg/t20230201_9.html"] = page(title(NAMES[2], 9), 9)
        third.routes["/tzgg/"] = listing([("./t20230201_9.html", title(NAMES[2], 9), "2023-02-01")])


def slowly(answer: Any, seconds: float) -> Any:
    def wait(_path: str, _form: bytes) -> Any:
        time.sleep(seconds)
        return answer

    return wait


def title(name: str, number: int) -> str:
    return f"中共{name[7:]}第{number}水务所党支部关于巡察整改情况的通报"


def page(name: str, number: int) -> str:
    return BODY.format(title=name, number=name + str(number)).replace(
        "</div></body>", f"<p>{'落实整改责任，完善制度。' * 20}{name}</p></div></body>"
    )


@contextmanager
def publishing(directory: Path) -> Iterator[Sites]:
    directory.mkdir()
    made = Sites(directory)
    with ExitStack() as running:
        for server in made.servers:
            running.enter_context(server)
        yield made


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    with publishing(tmp_path_factory.mktemp("cluster") / "sites") as made:
        yield made


def crawl(sites: Sites, db: Path, *options: str) -> str:
    done = zhenggai("crawl", "--all", "--full", "--sites", sites.directory, "--db", db, *QUICK, *options)
    return done.stdout + done.stderr


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 90
    while not happened():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def crawl_killing_a_worker(sites: Sites, cluster: Cluster, db: Path) -> str:
    """Crawl on the cluster, and kill a worker once it has asked for a few articles; return what was printed."""
    where = ("--sites", str(sites.directory), "--db", str(db), "--cluster", cluster.address)
    command = [sys.executable, "-m", "zhenggai", "crawl", "--all", *where, *QUICK, "-s", "CONCURRENT_REQUESTS=1"]
    with (
        sites.slow(0.3),
        Client(cluster.address) as client,
        subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run,
    ):
        wait_until(lambda: max(len(server.requests) for server in sites.servers) > 3)
        crawling = max(sites.servers, key=lambda server: len(server.requests))
        task = f"crawl-127.0.0.1:{crawling.http.server_port}-"
        busy = next(worker for worker, keys in client.processing().items() if any(str(key).startswith(task) for key in keys))
        os.kill(client.run(os.getpid, workers=[busy])[busy], signal.SIGKILL)
        before = len(crawling.requests)
        printed, _ = run.communicate(timeout=120)
    assert len(crawling.requests) >= before + ARTICLES, "the site was begun again"
    assert run.returncode == 0, printed
    return printed


@dataclass(frozen=True)
class Nights:
    """Two nights' crawls by one machine and by a cluster, and what each archive held after the first."""

    one: Path
    many: Path
    first: tuple[dict[str, Any], dict[str, Any]]


@pytest.fixture(scope="module")
def nights(cluster: Cluster, sites: Sites, tmp_path_factory: pytest.TempPathFactory) -> Nights:
    one, many = (tmp_path_factory.mktemp(name) / "archive.db" for name in ("one", "many"))
    crawl(sites, one)
    crawl_killing_a_worker(sites, cluster, many)
    first = (content(one), content(many))
    sites.change()
    crawl(sites, one)
    crawl(sites, many, "--cluster", cluster.address, "--log", str(many.parent / "log.jsonl"))
    return Nights(one, many, first)


def test_with_a_worker_killed_half_way_the_archive_is_that_of_one_machine(nights: Nights) -> None:
    one, many = nights.first
    assert one["notices"].total() == len(NAMES) * ARTICLES - 1, "two sites publish the same one"
    assert whoever_was_first(many) == whoever_was_first(one)


def test_the_next_night_goes_on_from_what_the_archive_knows(nights: Nights) -> None:
    one, many = content(nights.one), content(nights.many)
    assert {state for _, _, _, _, _, _, _, state, _ in one["notices"]} == {"live", "changed", "missing"}
    assert sum(count for row, count in one["captures"].items() if not row[-1]) > 0, "bodies that were there already are referred to"
    assert whoever_was_first(many) == whoever_was_first(one)


def test_every_row_that_came_by_segments_can_be_proved(nights: Nights) -> None:
    done = zhenggai("verify", "--db", nights.many)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ", 0 do not hold" in done.stdout


def test_the_workers_log_is_in_the_log(nights: Nights) -> None:
    lines = [json.loads(line) for line in (nights.many.parent / "log.jsonl").read_text("utf-8").splitlines()]
    assert {line["site"] for line in lines} >= set(NAMES)


def test_what_workers_finish_after_the_run_was_killed_is_merged_later(cluster: Cluster, sites: Sites, tmp_path: Path) -> None:
    db, server = tmp_path / "archive.db", sites.servers[0]
    where = ("--sites", str(sites.directory), "--db", str(db), "--cluster", cluster.address)
    command = [sys.executable, "-m", "zhenggai", "crawl", NAMES[0], *where, *QUICK, "-s", "CONCURRENT_REQUESTS=1"]
    with sites.slow(0.2), subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        wait_until(lambda: len(server.requests) > 2)
        run.kill()
        wait_until(lambda: any((tmp_path / "share").glob("segments/*/*/manifest.json")))
    assert Database(db).table("notices").count == 0
    assert zhenggai("merge", "--db", db).stdout == f"1 segments merged into {db}\n"
    assert Database(db).table("notices").count == ARTICLES


def test_merging_again_changes_nothing(nights: Nights) -> None:
    before = list(Database(nights.many).conn.iterdump())
    done = zhenggai("merge", "--db", nights.many)
    assert (done.returncode, done.stdout) == (0, f"0 segments merged into {nights.many}\n")
    assert list(Database(nights.many).conn.iterdump()) == before


def test_a_copy_of_a_segment_under_another_name_is_no_other_segment(nights: Nights, tmp_path: Path) -> None:
    shutil.copytree(nights.many.parent, tmp_path / "many")
    db, share = tmp_path / "many" / "archive.db", tmp_path / "many" / "share"
    original = min((share / "segments").glob("*/*"))
    copy = Path(shutil.copytree(original, original.with_name(f"{original.name}2")))
    before = list(Database(db).conn.iterdump())
    done = zhenggai("merge", "--db", db)
    assert (done.returncode, done.stdout) == (0, f"0 segments merged into {db}\n")
    assert list(Database(db).conn.iterdump()) == before

    # Packed anew it has another hash, and is told by its captures.
    journal = copy / "journal.jsonl.gz"
    journal.write_bytes(gzip.compress(gzip.decompress(journal.read_bytes()), 1, mtime=1))
    manifest = json.loads((copy / "manifest.json").read_text("utf-8"))
    manifest["files"][journal.name] = {"sha256": sha256_of_file(journal), "length": journal.stat().st_size}
    (copy / "manifest.json").write_text(json.dumps(manifest))
    done = zhenggai("merge", "--db", db)
    assert done.returncode == 1
    assert f"not merged: {copy}: holds captures that the archive has from another segment" in done.stdout
    assert list(Database(db).conn.iterdump()) == before
    assert zhenggai("verify", "--db", db).returncode == 0


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(order=strategies.permutations([0, 1, 2] * 2), late=strategies.booleans())
def test_segments_give_the_same_archive_in_any_order(nights: Nights, order: list[int], late: bool) -> None:  # noqa: FBT001
    """Each domain's turn comes twice; a domain that is ``late`` shows its second night only the second time."""
    with TemporaryDirectory() as name:
        db, share = Path(name) / "archive.db", UPath(name) / "share"
        folders = domains(UPath(nights.many.parent / "share"))
        archive = open_archive(db)
        merger = Merger(archive, db, db.parent / "captures")
        for folder in (folders[number] for number in order):
            for segment in segments_in(folder)[: 1 if late and not (share / folder.name).exists() else 2]:
                shutil.copytree(segment, share / folder.name / segment.name, dirs_exist_ok=True)
            assert all(isinstance(came, Merged) for came in merger.merge_domain(share / folder.name))
        archive.close()
        held = content(db)
    expected = content(nights.many)
    assert whoever_was_first(held) == whoever_was_first(expected)


def test_segments_go_through_any_file_system_that_fsspec_knows(nights: Nights, tmp_path: Path) -> None:
    share = UPath("memory://elsewhere")
    local = UPath(nights.many.parent / "share")
    for path in local.rglob("*"):
        if path.is_file():
            (target := share / str(path.relative_to(local))).parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    db = tmp_path / "archive.db"
    archive = open_archive(db)
    assert all(isinstance(came, Merged) for came in Merger(archive, db, tmp_path / "captures").merge_all(share))
    assert content(db)["texts"] == content(nights.many)["texts"]


def test_a_damaged_segment_is_named_and_a_half_one_is_left_alone(nights: Nights, tmp_path: Path) -> None:
    share, db = tmp_path / "share", tmp_path / "archive.db"
    shutil.copytree(nights.many.parent / "share", share)
    (damaged, _), (begun, half), (_, other) = (sorted(folder.iterdir()) for folder in (share / "segments").iterdir())
    warc_file = next(damaged.glob("*.warc.gz"))
    with warc_file.open("r+b") as file:
        file.seek(100)
        file.write(bytes(byte ^ 1 for byte in warc_file.read_bytes()[100:101]))
    (half / "manifest.json").unlink()
    manifest = json.loads((other / "manifest.json").read_text("utf-8"))
    (other / "manifest.json").write_text(json.dumps(manifest | {"versions": {"rules": "0.0.1"}}))
    done = zhenggai("merge", "--db", db)
    assert done.returncode == 1
    assert f"not merged: {damaged}: {warc_file.name} is not what it was when the manifest was written" in done.stdout
    assert f"not merged: {half} has no manifest" in done.stdout
    assert f"not merged: {other}: was made by rules 0.0.1, and this is " in done.stdout
    assert "2 segments merged" in done.stdout, "what stands behind a damaged one waits"
    shutil.rmtree(begun)
    shutil.copy(nights.many.parent / "share" / half.relative_to(share) / "manifest.json", half)
    alone = zhenggai("merge", "--db", tmp_path / "another.db", "--share", share)
    assert f"not merged: {half}: rests on captures that the archive lacks" in alone.stdout
    assert "Traceback" not in done.stderr + alone.stderr


def test_a_segment_that_there_is_no_place_for_is_named_and_merged_later(nights: Nights, tmp_path: Path) -> None:
    share, db, captures = nights.many.parent / "share", tmp_path / "archive.db", tmp_path / "captures"
    captures.touch()
    done = zhenggai("merge", "--db", db, "--share", share)
    first, *_ = (min(folder.iterdir()) for folder in (share / "segments").iterdir())
    assert done.returncode == 1
    assert f"not merged: {first}: cannot be copied beside the archive: [Errno 17] File exists: '{captures}'; see to that" in done.stdout
    assert f"0 segments merged into {db}\n" in done.stdout
    assert "Traceback" not in done.stderr
    captures.unlink()
    assert zhenggai("merge", "--db", db, "--share", share).returncode == 0
    assert whoever_was_first(content(db)) == whoever_was_first(content(nights.many))


def test_rereading_on_the_cluster_says_what_rereading_here_says(nights: Nights, cluster: Cluster, tmp_path: Path) -> None:
    for path in nights.many.parent.iterdir():
        if path.name != "captures":
            (shutil.copytree if path.is_dir() else shutil.copy)(path, tmp_path / path.name)
    (tmp_path / "captures").symlink_to(nights.many.parent / "captures")
    db = tmp_path / "archive.db"
    with Database(db).conn as connection:
        connection.execute("UPDATE notices SET inspection_team = 'another' WHERE id IN (SELECT id FROM notices LIMIT 3)")
    here = zhenggai("reread", "--db", db)
    (tmp_path / "captures").unlink()
    there = zhenggai("reread", "--db", db, "--cluster", cluster.address)
    assert "3 values differ" in here.stdout
    assert (there.stdout, there.returncode) == (here.stdout, here.returncode), there.stderr
    written = zhenggai("reread", "--db", db, "--cluster", cluster.address, "--apply")
    assert "3 values differ" in written.stdout
    again = zhenggai("reread", "--db", db, "--cluster", cluster.address, "--apply")
    assert ": 0 values differ" in again.stdout
    assert Database(db).table("earlier_values").count == 3
    assert content(db) == content(nights.many)
    (tmp_path / "captures").symlink_to(nights.many.parent / "captures")
    proved = zhenggai("verify", "--db", db)
    assert proved.returncode == 0, proved.stdout


def test_reading_on_the_cluster_prints_what_reading_here_prints(cluster: Cluster, tmp_path: Path) -> None:
    path = tmp_path / "pages.jsonl"
    pages = [{"id": n, "url": None, "html": page(title(NAMES[0], n), n)} for n in range(150)]
    path.write_text("".join(json.dumps(line) + "\n" for line in [*pages, {"id": "x", "html": 5}]), "utf-8")
    here, there = zhenggai("read", path), zhenggai("read", path, "--cluster", cluster.address)
    assert len(here.stdout.splitlines()) == 151
    assert (there.stdout, there.stderr, there.returncode) == (here.stdout, here.stderr, here.returncode)


def test_a_job_that_kills_its_process_costs_no_other(cluster: Cluster) -> None:
    with connected(cluster.address) as client:
        done = list(Spread(client)(end_at_two, range(4), died=lambda job: -job))
    assert done == [0, 1, -2, 3]


def test_a_cluster_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("巡察整改情况通报", "utf-8")
    port, address = free_port(), f"tcp://127.0.0.1:{free_port()}"
    with start_scheduler(port, tmp_path) as empty:
        command = [sys.executable, "-m", "zhenggai", "read", str(tmp_path / "page.txt"), "--cluster"]
        runs = [
            subprocess.Popen([*command, named], cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for named in (address, f"tcp://127.0.0.1:{port}", "nonsense:")
        ]
        nobody, idle, nonsense = (run.communicate(timeout=60)[1] for run in runs)
        empty.terminate()
    assert nobody == f"Error: {address}: no scheduler answers there; start one with `dask scheduler`, or name its address\n"
    assert "the scheduler has no workers; start some with `dask worker tcp://" in idle
    assert "nonsense:: no scheduler answers there" in nonsense
    assert [run.returncode for run in runs] == [1, 1, 1]


def test_a_frozen_worker_is_left_out_and_holds_nobody_up(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(page(title(NAMES[0], 1), 1), "utf-8")
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    options = ("--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path))
    impatient = "import zhenggai.cluster; zhenggai.cluster.SECONDS_OF_SILENCE = 10"
    command = ("read", tmp_path / "page.html", "--cluster", address)
    with (
        start_scheduler(port, tmp_path) as scheduler,
        start("worker", address, *options, directory=tmp_path, name="frozen") as frozen,
        start("worker", address, *options, directory=tmp_path, name="worker") as worker,
    ):
        with Client(address, timeout=60) as client:
            client.wait_for_workers(2, timeout=60)
        before = zhenggai(*command)
        os.kill(frozen.pid, signal.SIGSTOP)
        done = run_with(*command, before=impatient)
        os.kill(worker.pid, signal.SIGSTOP)
        nobody = run_with(*command, before=impatient)
        for process in (frozen, worker, scheduler):
            process.kill()
    assert (before.returncode, before.stderr, done.returncode) == (0, "", 0)
    assert done.stdout == before.stdout
    assert "does not answer within 10 seconds; it is left out" in done.stderr
    assert nobody.returncode == 1
    assert "none of the workers answers within 10 seconds" in nobody.stderr


def test_a_full_share_is_named(cluster: Cluster, sites: Sites, tmp_path: Path) -> None:
    with small_disk(tmp_path, 20) as disk:
        where = ("--sites", sites.directory, "--db", tmp_path / "archive.db", "--cluster", cluster.address, "--share", disk)
        full = zhenggai("crawl", "--all", *where, *QUICK)
        assert full.returncode == 1
        assert f"Error: {disk}/known/" in full.stderr
        assert "No space left on device" in full.stderr
        assert "see to that (make room), and give the same command again" in full.stderr
        assert "Traceback" not in full.stderr
        assert list((disk / "known").iterdir()) == [], "nothing half is left"


def test_where_nothing_was_published_yet_there_are_no_segments() -> None:
    """An object store has no empty folders: none is there before the first file."""
    assert domains(UPath("memory://nothing-was-put-here")) == []


def test_a_worker_of_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("巡察整改情况通报", "utf-8")
    (tmp_path / "older.py").write_text("from pipelines.versions import VERSIONS\nVERSIONS['rules'] = '0.0.1'\n")
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    with start_scheduler(port, tmp_path) as scheduler:
        options = ("--no-nanny", "--no-dashboard", "--preload", str(tmp_path / "older.py"), "--local-directory", str(tmp_path))
        with start("worker", address, *options, directory=tmp_path, name="worker") as worker:
            done = zhenggai("read", tmp_path / "page.txt", "--cluster", address)
            worker.terminate()
        scheduler.terminate()
    assert done.returncode == 1
    assert "rules 0.0.1, and this is " in done.stderr
    assert "install the same version on all machines" in done.stderr


@contextmanager
def worker_on(disk: Path, directory: Path) -> Iterator[str]:
    """Run a cluster whose only worker lays everything aside on a disk; yield its address."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    scheduler = start_scheduler(port, directory)
    options = ("--nthreads", "1", "--no-dashboard", "--local-directory", str(disk))
    worker = start("worker", address, *options, directory=directory, name="worker")
    try:
        yield address
    finally:
        for process in (worker, scheduler):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.mark.parametrize(("kibibytes", "cause"), [(200, "No space left on device"), (700, "database or disk is full")])
def test_a_worker_whose_disk_is_full_says_so_and_nothing_is_lost(tmp_path: Path, sites: Sites, kibibytes: int, cause: str) -> None:
    """The first disk has no room for what is known of the site, the second none for its crawl."""
    db = tmp_path / "archive.db"
    # Not in tmp_path: a socket of the worker's processes stands there too, whose path may have 107 bytes.
    with TemporaryDirectory() as name, small_disk(Path(name), kibibytes) as disk, worker_on(disk, tmp_path) as address:
        command = ("crawl", NAMES[0], "--sites", sites.directory, "--db", db, "--cluster", address, *QUICK)
        full = zhenggai(*command)
        assert full.returncode == 1
        (told,) = [line for line in full.stdout.splitlines() if cause in line]
        assert str(disk) in told
        assert full.stderr == ""
        remount(disk, "size=64m")
        again = zhenggai(*command)
        assert again.returncode == 0, again.stdout
    assert Database(db).table("notices").count == ARTICLES
    assert unproven(db) == []


@pytest.mark.parametrize("package", ["distributed", "upath"])
def test_without_the_extra_the_command_says_what_to_install(tmp_path: Path, package: str) -> None:
    code = f"import sys; sys.modules[{package!r}] = None; from zhenggai.__main__ import main; main()"
    typed = ["merge", "--db", str(tmp_path / "a.db")] if package == "upath" else ["read", __file__, "--cluster", "tcp://127.0.0.1:1"]
    done = subprocess.run([sys.executable, "-c", code, *typed], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == f"Error: {package} is not installed, which a cluster needs: pip install -e '.[cluster]'\n"


@pytest.mark.parametrize(
    ("url", "lists", "expected"),
    [
        ("http://mzj.xa.gov.cn/", ["http://www.xa.gov.cn/tzgg/"], {"xa.gov.cn"}),
        ("http://www.gov.cn/", ["http://www.gov.cn/a/"], {"gov.cn"}),
        ("http://www.bj.gov.cn/", ["http://www.bjrd.com.cn/a/"], {"bj.gov.cn", "bjrd.com.cn"}),
        ("http://127.0.0.1:8101/", ["http://127.0.0.1:8101/a/"], {"127.0.0.1:8101"}),
    ],
)
def test_a_site_is_told_by_its_registrable_domains(url: str, lists: list[str], expected: set[str]) -> None:
    site = Site(id="610100_test", name="市民政局", url=url, software="trs", division="610100", lists=lists)
    assert domains_of(site) == expected


@contextmanager
def own_cluster(directory: Path, workers: int) -> Iterator[tuple[str, subprocess.Popen[bytes], list[subprocess.Popen[bytes]]]]:
    """Run a cluster whose processes may be killed; yield its address, the scheduler, and workers of one thread each."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    with TemporaryDirectory() as local:  # a socket stands below it, for which the folder of a test is too long a path
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", local)
        processes = [start_scheduler(port, directory)]
        processes += [start("worker", address, *options, directory=directory, name=f"worker{number}") for number in range(workers)]
        try:
            with Client(address, timeout=60) as client:
                client.wait_for_workers(workers, timeout=60)
            yield address, processes[0], processes[1:]
        finally:
            for process in processes:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def begin_slowly(sites: Sites, db: Path, address: str) -> subprocess.Popen[str]:
    """Begin a crawl that gives up soon where nobody is left, and wait until it is under way."""
    impatient = "import zhenggai.cluster as c; c.SECONDS_WITHOUT_WORKERS = 5; from zhenggai.__main__ import main; main()"
    words = ("crawl", "--all", "--sites", str(sites.directory), "--db", str(db), "--cluster", address)
    command = [sys.executable, "-c", impatient, *words, *QUICK, "-s", "CONCURRENT_REQUESTS=1"]
    run = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    wait_until(lambda: max(len(server.requests) for server in sites.servers) > 2)
    return run


def test_a_cluster_of_one_thread_crawls_every_domain(sites: Sites, tmp_path: Path) -> None:
    with own_cluster(tmp_path, 1) as (address, _, _):
        printed = crawl(sites, tmp_path / "archive.db", "--cluster", address)
    assert "not begun" not in printed
    assert "Error" not in printed
    assert {site for (site,) in Database(tmp_path / "archive.db").execute("SELECT site FROM crawls")} == set(NAMES)


@pytest.mark.parametrize(
    ("killed", "told"),
    [
        ("worker", "no worker is left; start some with `dask worker {}`, and type the same command"),
        ("scheduler", "the scheduler is gone, and its tasks with it; start it, and type the same command"),
    ],
)
def test_a_run_that_nobody_is_left_to_do_ends_and_says_so(sites: Sites, tmp_path: Path, killed: str, told: str) -> None:
    with sites.slow(0.3), own_cluster(tmp_path, 1) as (address, scheduler, (worker,)):
        run = begin_slowly(sites, tmp_path / "archive.db", address)
        os.killpg({"worker": worker, "scheduler": scheduler}[killed].pid, signal.SIGKILL)
        printed, _ = run.communicate(timeout=120)
    assert run.returncode == 1
    assert printed == f"Error: {address}: {told.format(address)}\n"


def test_a_machine_that_freezes_half_way_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it was doing another does; nothing is lost, and once it thaws, nothing is there twice."""
    db = tmp_path / "archive.db"
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL", "5s")  # ten heartbeats: Dask gives up no worker earlier
    with publishing(tmp_path / "sites") as sites:
        crawl(sites, tmp_path / "one.db")
        with sites.slow(0.3), own_cluster(tmp_path, 2) as (address, _, (frozen, _)):
            run = begin_slowly(sites, db, address)
            os.killpg(frozen.pid, signal.SIGSTOP)  # with the process that crawls for it
            asked = [len(server.requests) for server in sites.servers]
            printed, _ = run.communicate(timeout=120)
            os.killpg(frozen.pid, signal.SIGCONT)
            frozen.wait(timeout=60)  # whom it thaws for has given its task to another
    assert run.returncode == 0, printed
    assert any(len(server.requests) > ARTICLES + count for server, count in zip(sites.servers, asked, strict=True)), "one began again"
    assert zhenggai("merge", "--db", db).returncode == 0
    assert content(db)["texts"] == content(tmp_path / "one.db")["texts"]
    assert unproven(db) == []


def test_a_share_that_is_gone_half_way_is_named_and_nothing_is_lost(sites: Sites, tmp_path: Path) -> None:
    db = tmp_path / "archive.db"
    with own_cluster(tmp_path, 1) as (address, _, _):
        with sites.slow(0.3):
            run = begin_slowly(sites, db, address)
            shutil.rmtree(tmp_path / "share")
            (tmp_path / "share").touch()
            printed, _ = run.communicate(timeout=120)
        assert run.returncode == 1
        assert f"{tmp_path}/share" in printed
        assert "Traceback" not in printed
        (tmp_path / "share").unlink()
        assert "Error" not in crawl(sites, db, "--cluster", address)
    assert {site for (site,) in Database(db).execute("SELECT site FROM crawls")} == set(NAMES)
    assert unproven(db) == []


@contextmanager
def refusing() -> Iterator[int]:
    """A server that greets whoever comes as FTP does one that it lets in no longer; gives its port."""

    def answer() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                with connection:
                    connection.sendall(b"421 Too many users\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=answer, daemon=True).start()
        yield int(listening.getsockname()[1])
        listening.shutdown(socket.SHUT_RDWR)


def test_a_share_that_cannot_be_reached_is_named(tmp_path: Path) -> None:
    """Each kind of address has errors of its own: most are no OSError."""
    with refusing() as port:
        for share, reason in {
            f"ftp://127.0.0.1:{port}/x": "421 Too many users",
            f"ftp://127.0.0.1:{free_port()}/x": "Connection refused",
            f"http://127.0.0.1:{port}/x": "NotImplementedError",
            "nonsense://x": "Unsupported filesystem: 'nonsense'",
            "memory://x": "each process has a memory of its own",
        }.items():
            done = zhenggai("merge", "--db", tmp_path / "archive.db", "--share", share)
            assert (done.returncode, done.stdout) == (1, "")
            assert done.stderr.startswith(f"Error: {share}: the folder of segments cannot be used: "), done.stderr
            assert done.stderr.endswith(f"{reason}; name another with --share\n"), done.stderr


def test_a_log_for_which_there_is_no_room_costs_its_lines_alone(cluster: Cluster, sites: Sites, tmp_path: Path) -> None:
    with small_disk(tmp_path, 4) as disk:
        (disk / "log.jsonl").write_text("{}\n" * 1000, "utf-8")
        before = (disk / "log.jsonl").read_bytes()
        db = tmp_path / "archive.db"
        printed = crawl(sites, db, "--cluster", cluster.address, "--log", str(disk / "log.jsonl"))
        assert (disk / "log.jsonl").read_bytes() == before, "a whole run's lines or none"
    assert f"{disk}/log.jsonl: No space left on device" in printed
    assert "are missing there" in printed
    assert {site for (site,) in Database(db).execute("SELECT site FROM crawls")} == set(NAMES)

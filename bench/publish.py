"""How fast the published archive answers, and what its search index takes, against a LIKE scan and FTS5's trigrams in the same run.

`python -m bench.publish --notices 100000` is the documented run, of about an hour on two cores and 8 GB of disk; the same
is measured on a tenth of the notices first. Times in SQL are processor time, so that a busy machine tells the same; over
HTTP they are what a client waits, and the server's processor time beside it. `--search-only` leaves out the ledgers, the
trigrams and all pages but those of the search: a million notices so take an hour and 60 GB while the index is built.
"""

import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import click
import yaml
from rich.console import Console
from rich.table import Table
from sqlite_utils import Database

from bench.archive import store_batch, write_archive
from bench.corpus import MadeNotice, make_notices
from bench.queries import EVERYWHERE, LENGTHS, Query, choose_queries
from bench.server import Server, serving
from pipelines.archive import open_archive, transaction
from pipelines.search import add_to_index, count_notices, drop_index, fold, newest_first, rebuild_index
from pipelines.search.terms import match_expressions
from zhenggai.serve import PROJECT

ADDED = 60
"""Notices that are added one by one."""
PAGES = 40
"""Requests for each kind of page."""
TRIGRAMS = "CREATE VIRTUAL TABLE trigrams USING fts5(title, text, content='', tokenize='trigram')"
RANKED = "SELECT rowid FROM notices_fts WHERE notices_fts MATCH ? ORDER BY rank LIMIT 20"
IN_MOST = "words of most notices"
SCANNED = "SELECT count(*) FROM notices JOIN texts ON notice_id = id WHERE text LIKE :like OR title LIKE :like"


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured, and what it should be."""

    name: str
    value: float
    unit: str = "ms"
    target: str = ""


def processor_ms(function: Callable[[], object]) -> float:
    """Return the processor time that a call takes."""
    begun = time.process_time()
    function()
    return (time.process_time() - begun) * 1000


def p95(values: Iterable[float]) -> float:
    """Return what 95 of 100 values do not exceed."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def measure(path: Path, notices: int, say: Callable[[str], None], *, search_only: bool) -> Iterator[Figure]:
    """Measure everything on an archive of so many notices, which is made at ``path`` unless it is there."""
    if path.exists():
        db = open_archive(path)
    else:
        say(f"{notices:,} notices: writing")
        db = write_archive(path, notices, ledgers=not search_only)
    (size,) = db.execute("SELECT sum(length(CAST(text AS BLOB))) FROM texts").fetchone()
    say(f"{notices:,} notices: building the index")
    if search_only:
        db.execute("PRAGMA journal_mode = DELETE")  # a log of all that is written would take twice the index's room
    yield from measure_build(db, notices, size)
    db.execute("PRAGMA journal_mode = WAL")
    queries = choose_queries(db)
    if not search_only:
        say(f"{notices:,} notices: trigrams")
        yield from measure_trigrams(db, path.with_name("trigrams.db"), queries, size)
    read_through(path)
    say(f"{notices:,} notices: {len(queries)} queries in SQL")
    yield from measure_queries(db, queries)
    if not search_only:
        say(f"{notices:,} notices: charts and queries")
        yield from measure_charts(db)
        yield from measure_canned(db)
    say(f"{notices:,} notices: adding")
    yield from measure_adding(db)
    read_through(path)
    say(f"{notices:,} notices: over HTTP")
    yield from measure_http(path, db, queries, search_only=search_only)


def read_through(path: Path) -> None:
    """Have the machine keep the archive in its memory, as one does that serves it: the queries are measured, not the disk."""
    with path.open("rb") as file:
        while file.read(1 << 24):
            pass


def measure_build(db: Database, notices: int, size: int) -> Iterator[Figure]:
    """Build the index; compare its size with the text's, and the first build of the trigrams."""
    drop_index(db)
    pages = _pages(db)
    begun = time.perf_counter()
    used = processor_ms(lambda: rebuild_index(db))
    yield Figure("building the index, notices a second", notices / (time.perf_counter() - begun), "/s", "≥ 600")
    yield Figure("the same, a second of processor time", notices / (used / 1000), "/s", "≥ 600")
    yield Figure("index, times the UTF-8 text", (_pages(db) - pages) * 4096 / size, "×", "≤ 1.3")


def _pages(db: Database) -> int:
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return int(db.execute("SELECT page_count - freelist_count FROM pragma_page_count, pragma_freelist_count").fetchone()[0])


def measure_trigrams(db: Database, path: Path, queries: list[Query], size: int) -> Iterator[Figure]:
    """Build FTS5's own trigrams on the same texts, and ask what they can answer: three characters or more."""
    trigrams = Database(path)
    rows = db.execute("SELECT id, title, text FROM notices JOIN texts ON notice_id = id ORDER BY id")

    def build() -> None:
        with trigrams.atomic():
            trigrams.execute(TRIGRAMS)
            trigrams.conn.executemany("INSERT INTO trigrams (rowid, title, text) VALUES (?, ?, ?)", rows)

    used = processor_ms(build)
    (notices,) = trigrams.execute("SELECT count(*) FROM trigrams_docsize").fetchone()
    yield Figure("trigrams: notices a second of processor time", notices / (used / 1000), "/s")
    yield Figure("trigrams: index, times the UTF-8 text", _pages(trigrams) * 4096 / size, "×")
    count = "SELECT count(*) FROM trigrams WHERE trigrams MATCH ?"
    newest = "SELECT rowid FROM trigrams WHERE trigrams MATCH ? ORDER BY rowid DESC LIMIT 20"
    answered = ['"{}"'.format(query.text.replace('"', '""')) for query in queries if len(query.text) > 2]
    for name, sql in (("first page", newest), ("count", count)):
        times = [processor_ms(lambda term=term, sql=sql: trigrams.execute(sql, [term]).fetchall()) for term in answered]  # type: ignore[misc]
        yield Figure(f"trigrams: {name}, 3 characters and more, p95", p95(times))
    trigrams.close()
    path.unlink()


def by_kind(queries: list[Query]) -> Iterator[tuple[str, list[str]]]:
    """Yield what is common or rare by its length, and what is in most notices together."""
    for length in LENGTHS:
        yield f"{length} characters", [query.text for query in queries if len(query.text) == length and not query.in_most]
    yield IN_MOST, [query.text for query in queries if query.in_most]


def measure_queries(db: Database, queries: list[Query]) -> Iterator[Figure]:
    """Ask every query for its newest and its best notices and for their number, and hold some against a scan."""
    for name, asked in by_kind(queries):
        times = [processor_ms(lambda text=text: list(islice(newest_first(db, text), 20))) for text in asked]  # type: ignore[misc]
        yield Figure(f"first page, newest first, {name}, p95", p95(times), target="≤ 5")
    counting = [processor_ms(lambda text=query.text: count_notices(db, text)) for query in queries]  # type: ignore[misc]
    yield Figure("exact count, p95", p95(counting), target="≤ 70")
    ranked = [pairs for query in queries if (pairs := match_expressions(query.text)[0])]
    times = [processor_ms(lambda pairs=pairs: db.execute(RANKED, [pairs]).fetchall()) for pairs in ranked]  # type: ignore[misc]
    yield Figure("first page, by relevance, p95", p95(times), target="≤ 250")
    sample = [query.text for query in queries][:: len(queries) // 8]
    scans = [processor_ms(lambda like=f"%{text}%": db.execute(SCANNED, {"like": like}).fetchall()) for text in sample]  # type: ignore[misc]
    counts = [processor_ms(lambda text=text: count_notices(db, text)) for text in sample]  # type: ignore[misc]
    yield Figure("LIKE scan, median", statistics.median(scans))
    yield Figure("LIKE scan, times our count, median", statistics.median(a / b for a, b in zip(scans, counts, strict=True)), "×")
    yield Figure("queries of which our count is a substring scan's", _agreeing(db, sample), f"of {len(sample)}")


def _agreeing(db: Database, queries: list[str]) -> int:
    counts = dict.fromkeys(queries, 0)
    for title, text in db.execute("SELECT title, text FROM notices JOIN texts ON notice_id = id"):
        folded = [fold(title), fold(text)]
        for query in queries:
            counts[query] += any(fold(query) in part for part in folded)
    return sum(count_notices(db, query) == count for query, count in counts.items())


def measure_charts(db: Database) -> Iterator[Figure]:
    """Ask what the dashboards draw."""
    plugins = yaml.safe_load((PROJECT / "metadata.yml").read_text("utf-8"))["plugins"]
    charts = {name: chart for dashboard in plugins["datasette-dashboards"].values() for name, chart in dashboard["charts"].items()}
    for name, chart in charts.items():
        used = processor_ms(lambda sql=chart["query"]: db.execute(sql).fetchall())  # type: ignore[misc]
        yield Figure(f"chart {name}", used, target="≤ 1000")


def measure_canned(db: Database) -> Iterator[Figure]:
    """Ask the queries that are linked from the home page, without a choice; the site gives each three seconds."""
    queries = yaml.safe_load((PROJECT / "metadata.yml").read_text("utf-8"))["databases"]["archive"]["queries"]
    for name, query in queries.items():
        choice = dict.fromkeys(query.get("params", ()), "")
        used = processor_ms(lambda sql=query["sql"], choice=choice: db.execute(sql, choice).fetchall())  # type: ignore[misc]
        yield Figure(f"query {name}", used, target="≤ 3000")


def measure_adding(db: Database) -> Iterator[Figure]:
    """Add notices to the full archive, each in a transaction of its own."""
    (held,) = db.execute("SELECT count(*) FROM notices").fetchone()

    def add(notice: MadeNotice) -> None:
        with transaction(db):
            (stored,) = store_batch(db, [notice])
            add_to_index(db, stored, notice.title, notice.text)

    added = list(make_notices(range(held, held + ADDED)))
    times = [processor_ms(lambda notice=notice: add(notice)) for notice in added]  # type: ignore[misc]
    yield Figure("adding one notice, median", statistics.median(times), target="≤ 10")
    yield Figure("adding one notice, p95", p95(times), target="≤ 10")


def measure_http(archive: Path, db: Database, queries: list[Query], *, search_only: bool) -> Iterator[Figure]:
    """Ask the server as readers do: for pages that it has kept, and for such as it makes anew."""
    numbers = [number for (number,) in db.execute("SELECT id FROM notices LIMIT ?", [PAGES])]
    (province,) = db.execute("SELECT province FROM notices WHERE province IS NOT NULL LIMIT 1").fetchone()
    (level,) = db.execute("SELECT inspection_level FROM notices GROUP BY 1 ORDER BY count(*) DESC").fetchone()
    db.close()
    word = quote(EVERYWHERE)
    everywhere, listed = f"/archive/search?q={word}", "/archive/notices"
    with serving(archive) as server:
        yield Figure("search of a word in every notice, all facets, first answer", server.connect()(everywhere) * 1000, target="≤ 400")
        for name, asked in by_kind(queries):
            target = "≤ 400" if name == IN_MOST else "≤ 60"
            yield from measure_pages(server, f"search page, {name}", [f"/archive/search?q={quote(text)}" for text in asked], target)
        if search_only:
            return
        pages = {"search, word in every notice": [everywhere] * PAGES}
        pages |= {"table page, all facets": [listed] * PAGES, "home": ["/"] * PAGES}
        pages |= {"table page of a province, all facets": [f"{listed}?province={quote(province)}"] * PAGES}
        pages |= {"table page of half the notices, all facets": [f"{listed}?inspection_level={quote(level)}"] * PAGES}
        pages |= {f"search box of {table}": [f"/archive/{table}?_search={word}"] * PAGES for table in ("notices", "texts", "problems")}
        pages |= {"notice page": [f"{listed}/{number}" for number in numbers]}
        for name, addresses in pages.items():
            least = "≥ 20" if addresses[0] == everywhere else "≥ 50"
            yield from measure_pages(server, f"{name}, made anew", addresses, "≤ 150")
            _, core = server.load(addresses[0], kept=False)
            yield Figure(f"{name}, made anew, a second of processor time", core, "/s", least)
            pace, core = server.load(addresses[0])
            yield Figure(f"{name}, kept, 4 clients", pace, "/s", least)
            yield Figure(f"{name}, kept, a second of processor time", core, "/s", least)


def measure_pages(server: Server, name: str, addresses: list[str], target: str) -> Iterator[Figure]:
    """Ask for pages, each made anew."""
    ask = server.connect(kept=False)
    waited, used = [], []
    for address in addresses:
        before = server.processor_seconds()
        waited.append(ask(address) * 1000)
        used.append((server.processor_seconds() - before) * 1000)
    yield Figure(f"{name}, p95", p95(waited), target=target)
    yield Figure("the same, processor time, p95", p95(used))


@click.command()
@click.option("--notices", default=10_000, show_default=True, type=click.IntRange(min=1000), help="Measure on so many, and on a tenth.")
@click.option(
    "--directory",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Where there is room for the archives; they are left there, and used again.",
)
@click.option("--search-only", is_flag=True, help="Measure the index and the search alone, on notices without ledgers.")
def main(notices: int, directory: Path | None, *, search_only: bool) -> None:
    """Print what was measured, on both sizes.

    \b
    Example: python -m bench.publish --notices 100000
    """
    console = Console(width=140)
    sizes = (notices // 10, notices)
    figures: list[list[Figure]] = []
    for size in sizes:
        with TemporaryDirectory() as name:
            figures.append(list(measure((directory or Path(name)) / f"{size}.db", size, console.log, search_only=search_only)))
    table = Table("", *(f"{size:,} notices" for size in sizes), "growth", "should be", title="the published archive")
    for small, large in zip(*figures, strict=True):
        growth = f"{large.value / small.value:.2f}" if small.value else ""
        table.add_row(small.name, *(f"{figure.value:,.2f} {figure.unit}" for figure in (small, large)), growth, small.target)
    console.print(table)


if __name__ == "__main__":
    main()

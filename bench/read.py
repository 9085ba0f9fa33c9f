"""How long reading a notice takes, against `trafilatura.extract` alone on the same pages in the same run.

The pages are the longer articles of the demo's replica sites, among them two real notices, in their sites' markup; and
the same ones with containers that nobody knows, and with comments below, which hold more prose than a footer.
`python -m bench.read --memory` measures the memory of `zhenggai read` over 100,000 pages, which takes some ten minutes.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import trafilatura
from rich.console import Console
from rich.table import Table

from bench.crawl import Watch
from bench.site import EVERY, BenchSite
from demo.content import load_replicas
from demo.servers import SOFTWARE
from pipelines.record import Document
from pipelines.step1_decode import decode_bytes
from pipelines.steps import run_steps

ROUNDS = 7
"""Machines are noisy: the median of so many rounds counts."""
REPEATS = 3
SHORTEST = 500
"""Characters; everyday articles are shorter."""
ON_CORES = 10_000
"""Pages that are read on one core and on two."""
SIZES = (10_000, 100_000)
"""Pages of the runs whose memory is compared."""
CONTAINER = re.compile(r"\b(?:v_news_content|vsb_content|zoom|TRS_Editor|barrierfree_container|content)\b")
COMMENT = "<p>这份整改通报写得很具体，希望其他单位也能这样公开，接受群众监督。</p>"


def sample_pages() -> list[bytes]:
    """Return the longer articles of all replica sites as they serve them."""
    pages: list[bytes] = []
    for replica in load_replicas():
        site = SOFTWARE[replica.software](replica)
        long = (article for article in replica.articles if sum(map(len, article.paragraphs)) >= SHORTEST)
        pages += [bytes(cast("bytes", site.page("article", article=article, column=site.column_of(article)).body)) for article in long]
    return pages


def rewritten(pages: Iterable[bytes], rewrite: Callable[[str], str]) -> list[bytes]:
    """Return the pages with their markup rewritten, each in its own encoding."""
    decoded = (decode_bytes(page, None) or ("", "utf-8") for page in pages)
    return [rewrite(html).encode(encoding) for html, encoding in decoded]


def without_container(html: str) -> str:
    """Rename what the body stands in to what no list of containers has."""
    return CONTAINER.sub("neirong", html)


def with_comments(html: str) -> str:
    """Put comments under the page, a tenth of its length."""
    return html.replace("</body>", f"<div class='pinglun'>{COMMENT * (1 + len(html) // 10 // len(COMMENT))}</div></body>")


def read_all(content: bytes) -> None:
    """Run the four reading steps on one page."""
    run_steps(Document(url="http://127.0.0.1/", content=content, status=200))


def trafilatura_alone(content: bytes) -> None:
    """Run what the steps are measured against."""
    trafilatura.extract(content, include_comments=False, include_tables=True, favor_recall=True)


def seconds_a_page(function: Callable[[bytes], None], pages: list[bytes]) -> float:
    """Return the processor time for one page, averaged over all pages and repeats."""
    begun = time.process_time()
    for _ in range(REPEATS):
        for page in pages:
            function(page)
    return (time.process_time() - begun) / (REPEATS * len(pages))


def measure_ratio() -> Table:
    """Compare all steps with trafilatura alone."""
    pages = sample_pages()
    kinds = {
        "the software's container": pages,
        "a container that is not known": rewritten(pages, without_container),
        "a container, and comments": rewritten(pages, with_comments),
    }
    headings = ("the body stands in", "trafilatura.extract alone, pages/s", "all steps, pages/s", "time against trafilatura alone")
    table = Table(*headings, title=f"reading {len(pages)} pages on one core, median of {ROUNDS} rounds")
    for name, of_kind in kinds.items():
        rounds = [(seconds_a_page(trafilatura_alone, of_kind), seconds_a_page(read_all, of_kind)) for _ in range(ROUNDS)]
        theirs, ours = (statistics.median(times) for times in zip(*rounds, strict=True))
        ratio = statistics.median(second / first for first, second in rounds)
        table.add_row(name, f"{1 / theirs:.0f}", f"{1 / ours:.0f}", f"{ratio:.2f}")
    return table


def feed(path: Path, count: int) -> None:
    """Write notices that recombine the demo's problems into a pipe, one a line."""
    site = BenchSite(count * EVERY, candidates=True)
    with path.open("w", encoding="utf-8") as lines:
        for number in range(count):
            lines.write(json.dumps({"id": number, "url": None, "html": site.article(number * EVERY)}, ensure_ascii=False) + "\n")


def read_stream(count: int, cores: set[int]) -> float:
    """Return the seconds that `zhenggai read` takes for so many pages out of a pipe, on these cores."""
    with TemporaryDirectory() as name:
        path = Path(name) / "pages.jsonl"
        os.mkfifo(path)
        feeder = threading.Thread(target=feed, args=(path, count))
        feeder.start()
        begun = time.perf_counter()
        command = ["taskset", "-c", ",".join(map(str, cores)), sys.executable, "-m", "zhenggai", "read", str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as reading:
            lines = sum(1 for _ in cast("Iterable[bytes]", reading.stdout))
        seconds = time.perf_counter() - begun
        feeder.join()
    if lines != count or reading.returncode:
        raise RuntimeError(f"{lines} of {count} pages were read; exit status {reading.returncode}")
    return seconds


def measure_cores() -> Table:
    """Compare `zhenggai read` on one core and on two."""
    table = Table("cores", "pages/s", "against one", title=f"zhenggai read, {ON_CORES:,} notices in a .jsonl")
    one, two = (statistics.median(read_stream(ON_CORES, cores) for _ in range(3)) for cores in ({0}, {0, 1}))
    for cores, seconds in ((1, one), (2, two)):
        table.add_row(str(cores), f"{ON_CORES / seconds:.0f}", f"{one / seconds:.2f}")
    return table


def measure_memory() -> Table:
    """Compare the peak memory of `zhenggai read` over streams of two lengths."""
    table = Table("notices", "all processes, MB", "against the shorter stream", "pages/s", title="zhenggai read, peak memory (PSS)")
    shorter = 0.0
    for count in SIZES:
        with Watch() as watch:
            seconds = read_stream(count, set(range(os.cpu_count() or 1)))
        shorter = shorter or watch.together
        table.add_row(f"{count:,}", f"{watch.together:.0f}", f"{watch.together / shorter:.2f}", f"{count / seconds:.0f}")
    return table


def main() -> None:
    """Print the tables."""
    console = Console()
    if "--memory" in sys.argv:
        console.print(measure_memory())
        return
    console.print(measure_ratio())
    console.print(measure_cores())


if __name__ == "__main__":
    main()

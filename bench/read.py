"""How long reading a notice takes, against `trafilatura.extract` alone on the same pages in the same run.

The pages are the longer articles of the demo's replica sites, among them two real notices, in their sites' markup.
"""

import statistics
import time
from collections.abc import Callable
from typing import cast

import trafilatura
from rich.console import Console
from rich.table import Table

from demo.content import load_replicas
from demo.servers import SOFTWARE
from pipelines.record import Document
from pipelines.steps import run_steps

ROUNDS = 7
"""Machines are noisy: the median of so many rounds counts."""
REPEATS = 3
SHORTEST = 500
"""Characters; everyday articles are shorter."""


def sample_pages() -> list[bytes]:
    """Return the longer articles of all replica sites as they serve them."""
    pages: list[bytes] = []
    for replica in load_replicas():
        site = SOFTWARE[replica.software](replica)
        long = (article for article in replica.articles if sum(map(len, article.paragraphs)) >= SHORTEST)
        pages += [bytes(cast("bytes", site.page("article", article=article, column=site.column_of(article)).body)) for article in long]
    return pages


def read_all(content: bytes) -> None:
    """Run the four reading steps on one page."""
    run_steps(Document(url="http://127.0.0.1/", content=content, status=200))


def trafilatura_alone(content: bytes) -> None:
    """Run what the steps are measured against."""
    trafilatura.extract(content, include_comments=False, include_tables=True, favor_recall=True)


def seconds_a_page(function: Callable[[bytes], None], pages: list[bytes]) -> float:
    """Return the time for one page, averaged over all pages and repeats."""
    start = time.perf_counter()
    for _ in range(REPEATS):
        for page in pages:
            function(page)
    return (time.perf_counter() - start) / (REPEATS * len(pages))


def main() -> None:
    """Print pages a second of both, and their ratio."""
    pages = sample_pages()
    rounds = [(seconds_a_page(trafilatura_alone, pages), seconds_a_page(read_all, pages)) for _ in range(ROUNDS)]
    title = f"reading {len(pages)} pages, median of {ROUNDS} rounds"
    table = Table("", "pages/s on one core", "time against trafilatura alone", title=title)
    baseline = statistics.median(first for first, _ in rounds)
    table.add_row("trafilatura.extract alone", f"{1 / baseline:.0f}", "1.00")
    table.add_row(
        "decode, extract, classify, read",
        f"{1 / statistics.median(second for _, second in rounds):.0f}",
        f"{statistics.median(second / first for first, second in rounds):.2f}",
    )
    Console().print(table)

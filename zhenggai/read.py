"""`zhenggai read`: files become notices as JSON lines. Touches no database."""

import json
import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import click

from pipelines.record import Document, as_record
from pipelines.steps import STEPS, run_steps
from pipelines.versions import VERSIONS
from pipelines.workers import worker_pool

PAGES_AT_A_TIME = 8
"""What one worker is handed at once."""
BATCHES_AHEAD = 4
"""For each worker; the rest of the input stays on the disk."""


@dataclass(frozen=True, slots=True)
class Job:
    """One page to be read, or the reason why it cannot be."""

    identifier: object
    url: str | None = None
    page: bytes | str = ""
    """A file's bytes, or the characters of a page."""
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the output."""

    json: str
    failed: bool


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="PATH...")
@click.option("--url", help="Address the file was fetched from; a publication date may be read from it.")
def read(paths: tuple[Path, ...], url: str | None) -> None:
    """Read HTML, PDF, DOCX, RTF or text files and print each notice as a line of JSON.

    A text file's first line is its title if it is no sentence. A .jsonl file
    holds one page a line, {"id", "url", "html"}, and is read on all cores.
    What cannot be read becomes a line with "error"; the exit status is 1 if
    nothing could be read.

    \b
    Example: zhenggai read page.html --url http://mzj.example.gov.cn/tzgg/t20190805_1.html
    """
    jobs = (job for path in paths for job in _jobs(path, url))
    pages = failures = 0
    for line in _read_all(jobs):
        click.echo(line.json)
        pages, failures = pages + 1, failures + line.failed
    if failures:
        click.echo(f"{failures} of {pages} pages could not be read; their lines say why", err=True)
    if failures == pages:
        sys.exit(1)


def _jobs(path: Path, url: str | None) -> Iterator[Job]:
    try:
        if path.suffix != ".jsonl":
            yield Job(path.name, url, path.read_bytes())
            return
        with path.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _job_of_line(f"{path}, line {number}", line)
    except OSError as error:
        yield Job(path.name, url, error=f"{path}: {error.strerror}")


def _job_of_line(place: str, line: str) -> Job:
    try:
        page = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        return Job(None, error=f"{place}: no JSON ({error})")
    if not isinstance(page, dict):
        return Job(None, error=f'{place}: expected an object with "id", "url" and "html"')
    identifier, url, html = page.get("id"), page.get("url"), page.get("html")
    if not isinstance(html, str) or not isinstance(url, str | None):
        return Job(identifier, error=f'{place}: expected a string "html", and a string or null "url"')
    return Job(identifier, url, html)


def _read_all(jobs: Iterable[Job]) -> Iterator[Line]:
    """Yield a line for each job, in order, read on all cores; never holds more than a few batches."""
    remaining = iter(jobs)
    batches = iter(lambda: tuple(islice(remaining, PAGES_AT_A_TIME)), ())
    workers = os.cpu_count() or 1
    with worker_pool(workers) as pool:
        waiting: deque[Future[list[Line]]] = deque()
        for batch in batches:
            waiting.append(pool.submit(_read_batch, batch))
            if len(waiting) >= workers * BATCHES_AHEAD:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _read_batch(batch: tuple[Job, ...]) -> list[Line]:
    return [_read_job(job) for job in batch]


def _read_job(job: Job) -> Line:
    """Run the steps on one page; whatever is wrong with it becomes its line's ``error``."""
    if job.error is not None:
        return _line({"id": job.identifier, "url": job.url, "error": job.error})
    document = Document(url=job.url, content=job.page if isinstance(job.page, bytes) else b"")
    try:
        _run_steps(document, job.page)
    except Exception as error:  # one page must not end the run; its line says what happened
        document.error = f"{type(error).__name__}: {error}"
    record = as_record(document, identifier=job.identifier, versions=VERSIONS)
    return _line(record | ({"error": document.error} if document.error else {}))


def _run_steps(document: Document, page: bytes | str) -> None:
    if isinstance(page, str):
        document.html, document.state = _writable(page), "live"
    run_steps(document, STEPS if isinstance(page, bytes) else STEPS[1:])
    document.error = document.error or document.unreadable


def _line(record: dict[str, object]) -> Line:
    return Line(_writable(json.dumps(record, ensure_ascii=False)), failed="error" in record)


def _writable(text: str) -> str:
    """Replace lone surrogates (half an emoji, cut by a script): they can be read from JSON, but not be written as UTF-8."""
    return text.encode("utf-8", errors="replace").decode()

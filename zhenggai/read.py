"""`zhenggai read`: files become notices as JSON lines. Touches no database."""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from pipelines.files import LARGEST_FILE
from pipelines.record import Document, as_record
from pipelines.steps import STEPS, run_steps
from pipelines.versions import VERSIONS
from pipelines.workers import LONGEST_SECONDS, WORKER_DIED, ReadingError, do_within
from zhenggai.hands import working_through
from zhenggai.options import cluster_option

SUFFIXES = {".html", ".htm", ".shtml", ".xhtml", ".pdf", ".docx", ".doc", ".wps", ".rtf", ".txt", ".jsonl"}
"""What is read of a directory; a file that is named itself is read whatever it is called."""


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
    """It has an ``error``."""
    unread: bool
    """It has nothing else: what is too large is read as far as it goes."""


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="PATH...")
@cluster_option
@click.option("--url", help="Address the file was fetched from; a publication date may be read from it.")
def read(paths: tuple[Path, ...], url: str | None, cluster: str | None) -> None:
    """Read HTML, PDF, DOCX, DOC, RTF or text files and print each notice as a line of JSON.

    Of a directory every file within is read whose name ends as such files do;
    its "id" is its path in the directory. A text file's first line is its title
    if it is no sentence. A .jsonl file holds one page a line, {"id", "url",
    "html"}. All cores are used, with --cluster those of a Dask cluster's workers. What cannot be read becomes a line with
    "error", and what is too large is read as far as it goes; the exit status is
    1 if nothing could be read.

    \b
    Example: zhenggai read page.html --url http://mzj.example.gov.cn/tzgg/t20190805_1.html
    Example: zhenggai read mirror/ > notices.jsonl
    Example: zhenggai read pages.jsonl --cluster tcp://10.0.0.1:8786 > notices.jsonl
    """
    if url and any(path.is_dir() for path in paths):
        raise click.UsageError("--url: a directory's files have no address in common; put them into a .jsonl with their addresses")
    skipped: Counter[str] = Counter()
    jobs = (job for path in paths for job in (_jobs_within(path, skipped) if path.is_dir() else _jobs(path, path.name, url)))
    pages = failures = unread = 0
    with working_through(cluster) as through:
        for line in _counted(through(_read_job, jobs, died=_died)):
            click.echo(line.json)
            pages, failures, unread = pages + 1, failures + line.failed, unread + line.unread
    if skipped:
        names = ", ".join(f"{number} {suffix or 'without a suffix'}" for suffix, number in skipped.most_common())
        click.echo(f"{skipped.total()} files of other kinds were skipped: {names}", err=True)
    if not pages:
        click.echo("there is nothing to read", err=True)
    if failures:
        click.echo(f"{failures} of {pages} pages could not be read, or not to their end; their lines say why", err=True)
    if unread == pages:
        sys.exit(1)


def _counted(lines: Iterator[Line]) -> Iterator[Line]:
    """Pass the lines on; count them on the terminal, unless the lines themselves go there."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("reading"), TextColumn("{task.completed:,.0f} pages"), TimeElapsedColumn())
    hidden = not console.is_terminal or sys.stdout.isatty()
    # Rich would take standard output for itself, and the lines with it.
    with Progress(*columns, console=console, transient=True, disable=hidden, redirect_stdout=False) as progress:
        yield from progress.track(lines)


def _jobs_within(directory: Path, skipped: Counter[str]) -> Iterator[Job]:
    """Yield the jobs of a directory and those below it, by their names; count what is of no kind that we read, by its suffix."""
    unreadable: list[OSError] = []
    for folder, folders, names in os.walk(directory, onerror=unreadable.append):
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            if path.suffix.lower() in SUFFIXES and path.is_file():
                yield from _jobs(path, path.relative_to(directory).as_posix())
            else:
                skipped[path.suffix.lower()] += 1
    for error in unreadable:
        yield Job(Path(error.filename).relative_to(directory).as_posix(), error=f"{error.filename}: {error.strerror}")


def _jobs(path: Path, identifier: str, url: str | None = None) -> Iterator[Job]:
    try:
        if path.suffix.lower() != ".jsonl":
            large = path.stat().st_size > LARGEST_FILE
            error = f"{path}: larger than {LARGEST_FILE // 1024**2} MB" if large else None
            yield Job(identifier, url, b"" if large else path.read_bytes(), error)
            return
        with path.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _job_of_line(f"{path}, line {number}", line)
    except OSError as error:
        yield Job(identifier, url, error=f"{path}: {error.strerror}")


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


def _read_job(job: Job) -> Line:
    """Run the steps on one page; whatever is wrong with it becomes its line's ``error``."""
    if job.error is not None:
        return _line({"id": job.identifier, "url": job.url, "error": job.error})
    document = Document(url=job.url, content=job.page if isinstance(job.page, bytes) else b"")
    try:
        do_within(LONGEST_SECONDS, _run_steps, document, job.page)
    except ReadingError as error:  # one page must not end the run; its line says what happened
        document.error = str(error)
    record = as_record(document, identifier=job.identifier, versions=VERSIONS)
    return _line(record | ({"error": document.error} if document.error else {}))


def _died(job: Job) -> Line:
    return _line({"id": job.identifier, "url": job.url, "error": WORKER_DIED})


def _run_steps(document: Document, page: bytes | str) -> None:
    if isinstance(page, str):
        document.html, document.state = _writable(page), "live"
    run_steps(document, STEPS if isinstance(page, bytes) else STEPS[1:])
    document.error = document.error or document.unreadable


def _line(record: dict[str, object]) -> Line:
    return Line(
        _writable(json.dumps(record, ensure_ascii=False)), failed="error" in record, unread="error" in record and not record.get("text")
    )


def _writable(text: str) -> str:
    """Replace lone surrogates (half an emoji, cut by a script): they can be read from JSON, but not be written as UTF-8."""
    return text.encode("utf-8", errors="replace").decode()

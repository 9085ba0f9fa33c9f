"""`zhenggai read`: files become notices as JSON lines. Touches no database."""

import json
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import click

from pipelines.record import Document, as_record
from pipelines.step1_decode import decode_page
from pipelines.step2_extract import extract_body
from pipelines.step3_classify import classify_page
from pipelines.step4_read import read_page
from pipelines.versions import VERSIONS

PAGES_AT_A_TIME = 8


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="PATH...")
@click.option("--url", help="Address the file was fetched from; a publication date may be read from it.")
def read(paths: tuple[Path, ...], url: str | None) -> None:
    """Read HTML, PDF, DOCX, RTF or text files and print each notice as a line of JSON.

    A text file's first line is its title if it is no sentence. A .jsonl file
    holds one page a line, {"id", "url", "html"}, and is read on all cores.

    Example: zhenggai read page.html --url http://mzj.example.gov.cn/tzgg/t20190805_1.html
    """
    jobs = (job for path in paths for job in _jobs(path, url))
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as workers:
        for line in workers.map(_read_job, jobs, chunksize=PAGES_AT_A_TIME):
            click.echo(line)


Job = tuple[object, str | None, bytes | str, str | None]
"""(id, url, bytes of a file or characters of a page, why it cannot be read)"""


def _jobs(path: Path, url: str | None) -> Iterator[Job]:
    if path.suffix != ".jsonl":
        yield path.name, url, path.read_bytes(), None
        return
    with path.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _job_of_line(path, number, line)


def _job_of_line(path: Path, number: int, line: str) -> Job:
    place = f"{path}, line {number}"
    try:
        page = json.loads(line)
    except json.JSONDecodeError as error:
        return None, None, "", f"{place}: no JSON ({error.msg})"
    if not isinstance(page, dict) or not isinstance(page.get("html"), str):
        return page.get("id") if isinstance(page, dict) else None, None, "", f'{place}: expected an object with a string "html"'
    return page.get("id"), page.get("url"), page["html"], None


def _read_job(job: Job) -> str:
    """Run the steps on one page; whatever is wrong with it becomes its line's ``error``."""
    identifier, url, page, error = job
    if error is not None:
        return json.dumps({"id": identifier, "error": error}, ensure_ascii=False)
    document = Document(url=url, content=page if isinstance(page, bytes) else b"")
    if isinstance(page, str):
        document.html, document.state = page, "live"
    else:
        decode_page(document)
    if document.error is not None:
        return json.dumps({"id": identifier, "url": url, "error": document.error}, ensure_ascii=False)
    extract_body(document)
    if document.unreadable is not None:
        return json.dumps({"id": identifier, "url": url, "error": document.unreadable}, ensure_ascii=False)
    classify_page(document)
    read_page(document)
    return json.dumps(as_record(document, identifier=identifier, versions=VERSIONS), ensure_ascii=False)

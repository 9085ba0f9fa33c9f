"""``zhenggai probe``: a site is looked at, and declared."""

from pathlib import Path

import click
import yaml
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crawler.settings import LINKS_COLUMN, LINKS_DEPTH, LINKS_PAGES
from crawler.sites import Site
from pipelines.record import Document
from zhenggai.options import sites_option
from zhenggai.probing import Probed, ProbeError, probe_site

LONGEST_EXCERPT = 80
BOUNDS = (
    f"from link to link within the site, to what is named like a column of notices first: at most {LINKS_DEPTH} links from the start "
    f"(LINKS_DEPTH), {LINKS_PAGES} pages in a crawl (LINKS_PAGES), articles apart, and {LINKS_COLUMN} pages of a column (LINKS_COLUMN); "
    "below are the columns that were met first"
)


@click.command()
@click.argument("url")
@click.option("--write", is_flag=True, help="Write the site's YAML file.")
@sites_option("Directory to write it to.")
@click.option("--division", metavar="CODE", help="GB/T 2260 code of the site's division, where its pages do not tell.")
def probe(url: str, *, write: bool, directory: Path, division: str | None) -> None:
    """Find out what software the site at URL runs and where it lists notices.

    URL is its home page, a list page or a notice. Fetches one or two dozen
    pages at the crawl's own pace, and reads up to three notices to show that
    they can be read. Nothing is kept but, with --write, the site's YAML file.

    A site whose software is not known is crawled by following its links, with
    bounds: the YAML then says `software: links`.

    \b
    Example: zhenggai probe http://mzj.example.gov.cn/ --write
    """
    try:
        probed = probe_site(url, division)
    except ProbeError as error:
        raise click.ClickException(str(error)) from error
    show(probed)
    text = as_yaml(probed.site)
    if not write:
        click.echo(f"\n# {probed.site.id}.yml\n{text}", nl=False)
        return
    path = directory / f"{probed.site.id}.yml"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise click.ClickException(f"{path}: is there already, and is left alone") from error
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from error
    click.echo(f"written: {path}\nnext: zhenggai crawl {path}")


def as_yaml(site: Site) -> str:
    """Return the site's declaration; keys that say nothing are left out."""
    return yaml.safe_dump(site.model_dump(exclude={"id"}, exclude_none=True), allow_unicode=True, sort_keys=False, width=1000)


def show(probed: Probed) -> None:
    """Print what was found, and the samples as they were read."""
    console = Console()
    site = probed.site
    table = _table()
    table.add_row("site", escape(f"{site.name} ({site.division}{f', {site.area}' if site.area else ''})"))
    table.add_row("software", escape(f"{site.software}: {', '.join(probed.marks)}"))
    if site.software == "links":
        table.add_row("followed", BOUNDS)
    for url, name, entries in probed.columns:
        table.add_row("column", escape(f"{name} {url}: {entries} entries on its first page"))
    for url, reason in probed.faults:
        table.add_row("not read", escape(f"{url}: {reason}"))
    for url, name, reason in probed.left_out:
        table.add_row("left out", escape(f"{name} {url}: {reason}"))
    if site.paging:
        table.add_row("paging", escape(site.paging))
    if site.body:
        table.add_row("body", escape(site.body))
    if not probed.samples:
        table.add_row("notices", "none on the first pages")
    console.print(table)
    for sample in probed.samples:
        console.print(_sample(sample))


def _table(title: str | None = None) -> Table:
    table = Table(title=escape(title) if title else None, show_header=False, title_justify="left")
    table.add_column()
    table.add_column(overflow="fold")
    return table


def _sample(document: Document) -> Table:
    """One sample as a table; what could not be read is not in it."""
    table = _table(document.title or document.list_title or document.url or "")
    notice = document.notice
    rows = {
        "address": document.url,
        "error": document.error or document.unreadable,
        "encoding": document.encoding,
        "body from": document.extractor,
        "published": document.published,
        "a notice": None if document.is_notice is None else f"{'yes' if document.is_notice else 'no'}: {document.reason}",
        "inspected": notice.inspected_body if notice else None,
        "inspecting": notice.inspecting_body if notice else None,
        "problems": str(len(notice.problems)) if notice else None,
        "begins": (document.text or "").replace("\n", " ")[:LONGEST_EXCERPT] or None,
    }
    for name, value in rows.items():
        if value is not None:
            table.add_row(name, escape(value))
    return table

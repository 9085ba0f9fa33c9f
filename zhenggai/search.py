"""``zhenggai search``: the archive's search from the terminal."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from pipelines.archive import ArchiveError, open_archive
from pipelines.search import Hit, highlight, search_notices, segments
from pipelines.tables import CONTROL_CHARACTER
from zhenggai.options import archive_option


@click.command()
@click.argument("query")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Print at most this many notices.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@archive_option("The archive to search.")
def search(query: str, limit: int, *, as_json: bool, db: Path) -> None:
    """Print the notices that contain every term of QUERY, newest first.

    \b
    Example: zhenggai search '低保 "集中整改"' --limit 5
    """
    try:
        hits = search_notices(open_archive(db, create=False), query, limit)
    except ArchiveError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        _print_json(hits)
    elif hits:
        _print_list(hits, query)
    else:
        click.echo(f"nothing found for {query!r} in {db}")


def _print_json(hits: Iterable[Hit]) -> None:
    for hit in hits:
        click.echo(json.dumps(asdict(hit), ensure_ascii=False))


def _print_list(hits: Iterable[Hit], query: str) -> None:
    console = Console(highlight=False)
    for hit in hits:
        title, body = hit.title or hit.url, CONTROL_CHARACTER.sub("", hit.body or "")
        console.print(Text(hit.published or "----", style="cyan"), Text(body, style="bold"), soft_wrap=True)
        console.print(Text("  "), _marked(title, highlight(title, query)), soft_wrap=True)
        console.print(Text("  "), _marked(hit.snippet, hit.spans), soft_wrap=True)


def _marked(text: str, spans: list[tuple[int, int]]) -> Text:
    # A title with ESC in it would set the colours, and the title, of the reader's terminal.
    pieces = ((CONTROL_CHARACTER.sub("", piece), is_hit) for piece, is_hit in segments(text, spans))
    return Text.assemble(*((piece, "bold yellow" if is_hit else "") for piece, is_hit in pieces))

"""``zhenggai merge``: what the workers of a cluster have crawled goes into the archive."""

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from pipelines.archive import ArchiveError, open_archive
from zhenggai.lock import HeldError, sole_run
from zhenggai.options import archive_option, on_cluster, share_option


@click.command()
@archive_option("The archive to merge into.")
@share_option
def merge(*, db: Path, share: str | None) -> None:
    """Merge every segment that workers of a cluster have published, and that the archive does not have yet.

    `crawl --cluster` does so by itself, as segments come; this takes in those of
    a run that ended before its workers did. Twice is as good as once. A segment
    that is damaged is named, and the others are merged; the exit status is then 1.

    \b
    Example: zhenggai merge --share /mnt/share
    Example: zhenggai merge --share s3://bucket/zhenggai --db /var/lib/zhenggai/archive.db
    """
    segments, merging = on_cluster("pipelines.segments"), on_cluster("pipelines.merge")
    merged, faults = 0, []
    try:
        with sole_run(db):
            folder = segments.open_share(db, share)
            archive = open_archive(db)
            merger = merging.Merger(archive, db, db.parent / "captures")
            console = Console(stderr=True)
            for came in track(merger.merge_all(folder), "merging", console=console, transient=True, disable=not console.is_terminal):
                if isinstance(came, segments.SegmentError):
                    faults.append(str(came))
                else:
                    merged += 1
            unfinished = merger.unfinished(folder)
            archive.close()
    except HeldError as holder:
        click.echo(f"nothing was merged: {holder}")
        return
    except (ArchiveError, segments.SegmentError) as error:
        raise click.ClickException(str(error)) from error
    for fault in faults:
        click.echo(f"not merged: {fault}")
    for segment in unfinished:
        click.echo(f"not merged: {segment} has no manifest: a worker is writing it, or was killed; what was due is crawled again")
    click.echo(f"{merged} segments merged into {db}")
    if faults:
        sys.exit(1)

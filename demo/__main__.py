"""``python -m demo``: serve the replica sites, crawl them into an archive, say what was found, publish it."""

import signal
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import click
from rich.console import Console

from crawler.sites import load_sites
from demo.findings import latest_crawl, print_findings
from demo.servers import ReplicaServers, listen
from demo.sites import write_sites
from pipelines.archive import ArchiveError, open_archive
from zhenggai.crawl import run_crawl
from zhenggai.serve import serve_archive


@click.command()
@click.option("--db", type=click.Path(path_type=Path), default=Path("archive.db"), show_default=True, help="The archive to build.")
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True, help="Port to publish it on.")
@click.option("--serve/--no-serve", default=True, show_default=True, help="Publish the archive after the crawl, or end there.")
def main(*, db: Path, port: int, serve: bool) -> None:
    """Crawl four replica sites on this machine and publish what they yield. No other machine is contacted.

    \b
    Example: python -m demo --db /tmp/demo.db --port 8002
    """
    # SIGTERM ends the demo as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if serve:
            check_port(port)
        with ReplicaServers(remembered_ports(db), reserved={port}) as servers:
            crawl_replicas(servers, db)
            if serve:
                serve_archive(db, "127.0.0.1", port)
    except KeyboardInterrupt:
        click.echo("\nThe demo is over.")


def check_port(port: int) -> None:
    """Raise click.ClickException if the port is in use: better now than after the crawl."""
    listening = listen(port)
    if listening is None:
        raise click.ClickException(f"port {port} is in use; choose another with PORT= (make demo PORT={port + 1}) or --port")
    listening.close()


def remembered_ports(db: Path) -> dict[str, int]:
    """Return the port at which each replica was crawled before, by site id; {} for a new archive.

    Raises click.ClickException if the file cannot be used, or holds real sites.
    """
    try:
        archive = open_archive(db)
    except ArchiveError as error:
        raise click.ClickException(f"{error} (make: DB=)") from error
    sites = list(archive["sites"].rows)
    archive.close()
    if real := [site["name"] for site in sites if not site["replica"]]:
        raise click.ClickException(
            f"{db}: holds real sites ({'、'.join(real[:3])}{' …' if len(real) > 3 else ''}), and the demo's invented notices do not "
            "belong among theirs; name another archive with DB= (make demo DB=demo.db) or --db"
        )
    return {site["id"]: port for site in sites if (port := urlsplit(site["url"]).port)}


def crawl_replicas(servers: ReplicaServers, db: Path) -> None:
    """Crawl every replica into the archive, and print what this run brought."""
    console = Console()
    console.print("[bold]Replica sites[/bold] (each imitates one site software; all but two notices are invented)", soft_wrap=True)
    for identifier, site in servers.sites.items():
        console.print(f"  {servers.addresses[identifier]}/  {site.replica.name}, {site.name}", highlight=False, soft_wrap=True)
    before = latest_crawl(db)
    with TemporaryDirectory(prefix="replica-sites-") as directory:
        write_sites(Path(directory), servers.sites, servers.addresses)
        reports = run_crawl(load_sites(Path(directory)), db=db, full=False, limit=None, settings={})
    print_findings(db, since=before, console=console)
    for report in reports:
        for url, reason in report.failures:
            click.echo(f"not read: {url}: {reason}")
    if unread := [report.site.name for report in reports if not report.listed]:
        raise click.ClickException(f"nothing could be read from {'、'.join(unread)}; the reasons stand above")


if __name__ == "__main__":
    main()

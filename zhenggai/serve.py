"""``zhenggai serve``: Datasette on the archive, read-only."""

import json
import socket
from pathlib import Path

import click
import uvicorn
import yaml
from datasette.app import Datasette
from datasette.database import Database
from datasette.utils import StartupError

from pipelines.archive import ArchiveError, is_settled, open_archive
from zhenggai.options import archive_option

DATABASE_NAME = "archive"
"""What the database is called in addresses and in metadata.yml, whatever its file is called."""

PROJECT = Path(__file__).resolve().parent.parent
"""The folder that ``datasette .`` is run in: metadata.yml, settings.json, plugins/, templates/, static/."""


@click.command()
@archive_option("The archive to publish.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="Port to listen on; 0 for any free one.")
def serve(db: Path, host: str, port: int) -> None:
    """Publish the archive with Datasette until Ctrl-C.

    \b
    Example: zhenggai serve --db archive.db --port 8002
    """
    serve_archive(db, host, port)


def serve_archive(db: Path, host: str = "127.0.0.1", port: int = 8001) -> None:
    """Serve the archive at ``db`` until interrupted.

    Raises click.ClickException if there is no archive, a setting is wrong, or nothing can listen on the port.
    """
    if not (PROJECT / "metadata.yml").is_file():
        raise click.ClickException(f"{PROJECT}: metadata.yml, plugins/ and templates/ are not here; serve from a checkout of the project")
    try:
        open_archive(db, create=False).close()
    except ArchiveError as error:
        raise click.ClickException(str(error)) from error
    try:
        application = create_datasette(db).app()
    except StartupError as error:
        raise click.ClickException(str(error)) from error
    with listen(host, port) as listener:
        address = f"http://{host}:{listener.getsockname()[1]}/"
        server = uvicorn.Server(uvicorn.Config(application, log_level="warning"))
        click.echo(f"{db} is served at {address} (Ctrl-C ends it)")
        try:
            server.run(sockets=[listener])
        except KeyboardInterrupt:
            click.echo("stopped")


def create_datasette(db: Path) -> Datasette:
    """Return Datasette as this folder configures it, with the archive as its one database, opened read-only."""
    datasette = Datasette(
        metadata=yaml.safe_load((PROJECT / "metadata.yml").read_text("utf-8")),
        settings=json.loads((PROJECT / "settings.json").read_text("utf-8")),
        template_dir=str(PROJECT / "templates"),
        plugins_dir=str(PROJECT / "plugins"),
        static_mounts=[("static", str(PROJECT / "static"))],
    )
    datasette.add_database(Database(datasette, path=str(db), is_mutable=not is_settled(db)), name=DATABASE_NAME)
    datasette.remove_database("_memory")
    return datasette


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket, so that a port in use is known before anything is started."""
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise click.ClickException(
            f"cannot listen on {host} port {port} ({error.strerror}); name another with --port (make: PORT=)"
        ) from error
    # Of a socket that it has not made itself asyncio does not see that it speaks TCP, and leaves Nagle's algorithm on: every
    # page behind the first of a connection would wait 40 ms for the reader's acknowledgement. Connections inherit this.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener

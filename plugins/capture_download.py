"""Captures are there to be examined, never to be shown: each is a download that no browser opens as a page of this site."""

import asyncio
import json
import mimetypes
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request

from pipelines.captures import CaptureError, read_payload

HOLDER = """
SELECT holder.*, captures.headers AS own_headers FROM captures
JOIN captures AS holder ON holder.id = coalesce(captures.revisit_of, captures.id)
WHERE captures.id = :id
"""
COMPRESSIONS = {"gzip": ".gz", "x-gzip": ".gz", "deflate": ".zz", "br": ".br"}
LARGEST = 64 * 1024 * 1024
"""Bytes sent of a capture that is unpacked: twice what the crawl accepts."""


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Serve the captures by the part of the WARC-Record-ID that tells them apart."""
    return [(r"^/-/captures/(?P<number>[0-9A-Za-z-]+)$", download)]


class Download:
    """An answer that is sent block by block."""

    def __init__(self, name: str, first: bytes, rest: Iterator[bytes]) -> None:
        self.name = name
        self.first = first
        self.rest = rest

    async def asgi_send(self, send: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
        """Send it; the type says nothing of what is inside, and the sandbox would hold it if a browser did look."""
        headers = {
            "content-type": "application/octet-stream",
            "content-disposition": f'attachment; filename="{self.name}"',
            "content-security-policy": "sandbox; default-src 'none'",
        }
        encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": encoded})
        block, sent = self.first, 0
        while block and sent < LARGEST:
            await send({"type": "http.response.body", "body": block, "more_body": True})
            sent += len(block)
            block = await asyncio.to_thread(next, self.rest, b"")
        await send({"type": "http.response.body", "body": b""})


async def download(datasette: Datasette, request: Request) -> Download:
    """Answer with the bytes as received, to which the SHA-256 applies; with ``?unpacked=1``, with what the server had compressed."""
    permissions = [("view-table", ("archive", "captures")), ("view-database", "archive"), "view-instance"]
    await datasette.ensure_permissions(request.actor, permissions)
    archive = datasette.databases.get("archive")
    if archive is None:
        raise NotFound("there is no archive yet")
    number = request.url_vars["number"]
    holder = (await archive.execute(HOLDER, {"id": f"<urn:uuid:{number}>"})).first()
    if holder is None:
        raise NotFound(f"no capture {number}")
    is_unpacked = request.args.get("unpacked") == "1"
    blocks = read_payload(dict(holder), Path(archive.path).absolute().parent, decoded=is_unpacked)
    try:
        first = await asyncio.to_thread(next, blocks, b"")
    except CaptureError as error:
        # Its message names a path of this machine.
        raise NotFound(f"capture {number}: its WARC file is not on this server") from error
    return Download(_name(number, json.loads(holder["headers"] or "{}"), is_unpacked=is_unpacked), first, blocks)


def _name(number: str, headers: dict[str, Any], *, is_unpacked: bool) -> str:
    lower = {name.lower(): str(value) for name, value in headers.items()}
    extension = mimetypes.guess_extension(lower.get("content-type", "").partition(";")[0].strip()) or ".bin"
    compression = "" if is_unpacked else COMPRESSIONS.get(lower.get("content-encoding", "").strip(), "")
    return f"{number}{extension}{compression}"

"""The site is there to be read, and its pages are the archive's: what changes something, and Datasette's own pages, are not served."""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl

Send = Callable[[dict[str, Any]], Awaitable[None]]
Asgi = Callable[[dict[str, Any], Any, Send], Awaitable[None]]

METHODS = ("GET", "HEAD", "OPTIONS")
"""Nothing is written here: Datasette answers POST with a failed assertion."""
DATASETTES = "/-/"
"""What begins so is Datasette's: paths of files, stacks of threads, versions, settings, samples of its style."""
PUBLIC = ("/-/static/", "/-/static-plugins/", "/-/captures/", "/-/dashboards", "/-/auth-token", "/-/logout")
"""But for these; with the last two `datasette --root` lets an operator in, and out."""
NOWHERE = "/-/not-public"


@hookimpl
def asgi_wrapper() -> Callable[[Asgi], Asgi]:
    """Refuse other methods; answer for Datasette's pages as for one that there is not."""

    def wrap(app: Asgi) -> Asgi:
        async def guarded(scope: dict[str, Any], receive: Any, send: Send) -> None:
            if scope["type"] == "http" and scope["method"] not in METHODS:
                headers = [(b"allow", ", ".join(METHODS).encode()), (b"content-type", b"text/plain; charset=utf-8")]
                await send({"type": "http.response.start", "status": 405, "headers": headers})
                await send({"type": "http.response.body", "body": "本站只供阅读。 This site is read-only.\n".encode()})
                return
            if scope["type"] == "http" and scope["path"].startswith(DATASETTES) and not scope["path"].startswith(PUBLIC):
                ending = ".json" if scope["path"].endswith(".json") else ""
                scope = {**scope, "path": f"{NOWHERE}{ending}", "raw_path": f"{NOWHERE}{ending}".encode()}
            await app(scope, receive, send)

        return guarded

    return wrap

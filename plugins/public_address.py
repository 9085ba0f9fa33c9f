"""Under which address the site is public, whatever a request says: permalinks, citations and the ids of feeds are made of it."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import StartupError

Asgi = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

ADDRESS = re.compile(r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]+(?::\d{1,5})?|\[[0-9A-Fa-f:]+\](?::\d{1,5})?)/?")


@hookimpl
def startup(datasette: Datasette) -> None:
    """Refuse to serve under an address that is none. Raises StartupError."""
    _configured(datasette)


@hookimpl(trylast=True)  # around all others: feeds, pages and what is kept of them see one address
def asgi_wrapper(datasette: Datasette) -> Callable[[Asgi], Asgi]:
    """Put the address in the place of what the request says of host and scheme; without one, leave them."""

    configured = _configured(datasette)

    def wrap(app: Asgi) -> Asgi:
        async def addressed(scope: dict[str, Any], receive: Any, send: Any) -> None:
            if configured and scope["type"] == "http":
                others = [(name, value) for name, value in scope["headers"] if name.lower() != b"host"]
                scope = {**scope, "scheme": configured["scheme"], "headers": [(b"host", configured["host"].encode()), *others]}
            await app(scope, receive, send)

        return addressed

    return wrap


def _configured(datasette: Datasette) -> re.Match[str] | None:
    address = str((datasette.plugin_config("public-address") or {}).get("address") or "")
    found = ADDRESS.fullmatch(address)
    if address and not found:
        raise StartupError(f"ZHENGGAI_ADDRESS: {address!r} is no address of a site; give scheme and host, as in https://zhenggai.example")
    return found

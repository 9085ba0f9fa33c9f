"""Response headers that keep scraped text from ever acting as a page's own script."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Awaitable, Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import datasette as datasette_package
from datasette import hookimpl

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[dict[str, Any], Callable[[], Awaitable[Message]], Send], Awaitable[None]]

INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)

# The only expression inside an inline script of Datasette's templates, and what it can become.
ALLOW_FACET = "{{ datasette_allow_facet }}"
ALLOW_FACET_VALUES = ("true", "false")


@hookimpl(hookwrapper=True)
def asgi_wrapper() -> Generator[None, Any, None]:
    """Add the headers to every response: around all other plugins, of which some refuse a request and let no other see it.

    Datasette wraps in the order of this list, and reads plugins in that of the disk.
    """
    outcome = yield
    outcome.force_result([*outcome.get_result(), _with_headers])


def _with_headers(app: Asgi) -> Asgi:
    headers = [
        (b"content-security-policy", _content_security_policy().encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"SAMEORIGIN"),
        (b"referrer-policy", b"same-origin"),
    ]

    async def wrapped(scope: dict[str, Any], receive: Callable[[], Awaitable[Message]], send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *headers]}
            await send(message)

        await app(scope, receive, send_with_headers)

    return wrapped


def _content_security_policy() -> str:
    """Allow nothing but this server's own files, and the inline scripts that Datasette's templates carry."""
    scripts = " ".join(f"'sha256-{_digest(script)}'" for script in _datasette_scripts())
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        ]
    )


def _datasette_scripts() -> Iterator[str]:
    templates = Path(datasette_package.__file__).parent / "templates"
    for name in ("table.html", "_codemirror_foot.html"):
        for script in INLINE_SCRIPT.findall((templates / name).read_text("utf-8")):
            if ALLOW_FACET in script:
                yield from (script.replace(ALLOW_FACET, value) for value in ALLOW_FACET_VALUES)
            else:
                yield script


def _digest(script: str) -> str:
    return b64encode(hashlib.sha256(script.encode()).digest()).decode()

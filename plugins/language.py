"""The pages in Chinese or English: ``?lang=en`` switches, a cookie remembers.

Templates are written in Chinese; ``t("检索")`` gives the phrase of english.yml where the reader chose English.
What the notices say is never translated.
"""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import yaml
from datasette import hookimpl
from jinja2 import Environment

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]

PHRASES = Path(__file__).with_name("english.yml")
LANGUAGES = ("zh", "en")
COOKIE = "lang"
YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Visit:
    """In which language a page is asked for, and where the same page stands in the other one."""

    language: str = "zh"
    switched: str = "/?lang=en"


VISIT: ContextVar[Visit] = ContextVar("visit", default=Visit())  # noqa: B039 (frozen)


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Register ``t``, ``language`` and ``switched_address`` as template globals: error pages have no request."""
    english: dict[str, str] = yaml.safe_load(PHRASES.read_text("utf-8"))

    def translate(phrase: str, **values: object) -> str:
        spoken = english.get(phrase, phrase) if VISIT.get().language == "en" else phrase
        return spoken.format(**values) if values else spoken

    env.globals |= {"t": translate, "language": lambda: VISIT.get().language, "switched_address": lambda: VISIT.get().switched}


@hookimpl(trylast=True)  # around all others, which may go by scope["language"]
def asgi_wrapper() -> Callable[[Asgi], Asgi]:
    """Take ``lang`` out of each address, since Datasette's tables would look for a column of that name."""

    def wrap(app: Asgi) -> Asgi:
        async def in_language(scope: dict[str, Any], receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            asked, rest = _split_query(scope["query_string"].decode("latin-1"))
            language = asked or _remembered(scope)
            VISIT.set(Visit(language, _switched(scope, rest, language)))

            async def send_remembering(message: Message) -> None:
                if message["type"] == "http.response.start":
                    message = {**message, "headers": [*message.get("headers", []), *_headers(asked)]}
                await send(message)

            await app({**scope, "query_string": rest.encode("latin-1"), "language": language}, receive, send_remembering)

        return in_language

    return wrap


def _split_query(query: str) -> tuple[str | None, str]:
    """Return the language that a query string asks for, and the query string without it."""
    asked = [value for name, value in parse_qsl(query) if name == COOKIE and value in LANGUAGES]
    if not asked:
        return None, query
    return asked[-1], "&".join(part for part in query.split("&") if part.partition("=")[0] != COOKIE)


def _remembered(scope: dict[str, Any]) -> str:
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(dict(scope["headers"]).get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return LANGUAGES[0]
    value = cookies[COOKIE].value if COOKIE in cookies else LANGUAGES[0]
    return value if value in LANGUAGES else LANGUAGES[0]


def _switched(scope: dict[str, Any], query: str, language: str) -> str:
    other = urlencode({COOKIE: LANGUAGES[language == LANGUAGES[0]]})
    path = scope["raw_path"].decode("latin-1").partition("?")[0] if scope.get("raw_path") else quote(scope["path"])
    # Two slashes at the start would name another host.
    return f"/{path.lstrip('/')}?{query}&{other}" if query else f"/{path.lstrip('/')}?{other}"


def _headers(asked: str | None) -> list[tuple[bytes, bytes]]:
    headers = [(b"vary", b"Cookie")]
    if asked:
        headers.append((b"set-cookie", f"{COOKIE}={asked}; Path=/; Max-Age={YEAR}; SameSite=Lax; HttpOnly".encode()))
    return headers

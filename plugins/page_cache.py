"""Pages are kept for as long as browsers may keep them: a list with all its facets takes a hundred times as long to make as to send."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

from datasette import hookimpl
from datasette.app import Datasette

from zhenggai.searcher import searcher
from zhenggai.stamp import Stamp, archive_stamp

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[dict[str, Any], Any, Send], Awaitable[None]]
Key = tuple[bytes, bytes, str, str, bytes]

MOST_BYTES = 64 * 1024 * 1024
"""Of all pages together; those not asked for the longest are dropped first."""
UNCHANGED_SECONDS = 3600
"""How old a page of an archive that has not changed may be: citations bear the day's date."""
LARGEST = MOST_BYTES // 32
"""Bytes of one page; JSON of two thousand texts would push out all others."""
NOT_KEPT = (".csv", ".jsonl", ".db", ".blob")
ELSEWHERE = ("/static/", "/-/static", "/-/captures/")
"""Files, which are sent as they are read."""


@dataclass(frozen=True, slots=True)
class Page:
    """An answer, and when and from what it was made."""

    messages: list[Message]
    size: int
    made: float
    stamp: Stamp


class Pages:
    """The pages that are kept."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.pages: OrderedDict[Key, Page] = OrderedDict()
        self.size = 0
        self.locks: WeakValueDictionary[Key, asyncio.Lock] = WeakValueDictionary()

    def get(self, key: Key, stamp: Stamp) -> Page | None:
        """Return a page that is not too old for the archive as ``stamp`` describes it."""
        page = self.pages.get(key)
        if page is None or time.monotonic() - page.made > (UNCHANGED_SECONDS if page.stamp == stamp else self.seconds):
            return None
        self.pages.move_to_end(key)
        return page

    def put(self, key: Key, page: Page) -> None:
        """Keep a page, and drop others until there is room."""
        if old := self.pages.pop(key, None):
            self.size -= old.size
        self.pages[key] = page
        self.size += page.size
        while self.size > MOST_BYTES:
            _, dropped = self.pages.popitem(last=False)
            self.size -= dropped.size

    def lock(self, key: Key) -> asyncio.Lock:
        """Return what makes many who ask for one page at once wait for one making of it."""
        return self.locks.setdefault(key, asyncio.Lock())


@hookimpl(tryfirst=True)  # next to Datasette, inside what adds headers and knows the language
def asgi_wrapper(datasette: Datasette) -> Callable[[Asgi], Asgi]:
    """Answer from what is kept, where that will do."""
    pages = Pages(datasette.setting("default_cache_ttl"))

    def wrap(app: Asgi) -> Asgi:
        async def kept(scope: dict[str, Any], receive: Any, send: Send) -> None:
            if not _is_kept(scope):
                await app(scope, receive, send)
                return
            key = _key(scope)
            async with pages.lock(key):
                stamp = archive_stamp(datasette.databases["archive"].path) if "archive" in datasette.databases else ()
                page = pages.get(key, stamp)
                if page is None:
                    # What a search's catalogue knew of an older state, before it was read anew or still, is no page of this one.
                    was_behind = stamp and searcher(datasette).is_behind()
                    messages = await _make(app, scope, receive)
                    made_of = () if was_behind or (stamp and searcher(datasette).is_behind()) else stamp
                    page = Page(messages, sum(len(message.get("body", b"")) for message in messages), time.monotonic(), made_of)
                    if page.size <= LARGEST and _is_whole(page):
                        pages.put(key, page)
            for message in page.messages:
                await send(message)

        return kept

    return wrap


def _is_kept(scope: dict[str, Any]) -> bool:
    """Tell whether an address may be answered with what another reader got: never for one who is signed in."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith(ELSEWHERE) or scope["path"].endswith(NOT_KEPT):
        return False
    headers = dict(scope["headers"])
    return b"authorization" not in headers and b"ds_actor" not in headers.get(b"cookie", b"")


def _key(scope: dict[str, Any]) -> Key:
    """Return what a page is kept under: all that goes into it. A permalink is made of scheme and host."""
    path = scope.get("raw_path") or scope["path"].encode()
    return path, scope["query_string"], scope["language"], scope["scheme"], dict(scope["headers"]).get(b"host", b"")


async def _make(app: Asgi, scope: dict[str, Any], receive: Any) -> list[Message]:
    messages: list[Message] = []

    async def collect(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, collect)
    return messages


def _is_whole(page: Page) -> bool:
    """Tell whether an answer is a good one, and the same for everybody."""
    start = page.messages[0]
    return start["status"] == 200 and all(name.lower() != b"set-cookie" for name, _ in start["headers"])

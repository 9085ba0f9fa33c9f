"""Arguments of an address that Datasette takes for what they are not: it fails over them, where the mistake is the reader's.

What it checks itself (_size, _sort, _shape, names of columns) is left to it. A cookie that is no text is left out.
"""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from datasette import hookimpl
from datasette.app import Datasette
from datasette.plugins import pm
from datasette.utils import await_me_maybe
from datasette.utils.asgi import BadRequest, Request

Asgi = Callable[[dict[str, Any], Any, Any], Awaitable[None]]
Check = Callable[[str], bool]

SHOWN = 100
"""Characters of a faulty value that are shown."""
REFUSAL = "{name}={value}: {english}. {chinese}。"
# Or nothing, which Datasette passes over.
WHOLE_NUMBER = re.compile(r"\d{0,18}", re.ASCII)
YES_OR_NO = ("on", "off", "true", "false", "1", "0")
NUL = "\0"
# Of conditions like year__gt=2020 or id__in=[1,2] what stands behind the name of the column.
COMPARED = re.compile(r".*__[gl]te?", re.DOTALL)
LISTED = re.compile(r".*__(?:not)?in", re.DOTALL)


def _is_whole(value: str) -> bool:
    return WHOLE_NUMBER.fullmatch(value) is not None


def _is_comparable(value: str) -> bool:
    """Tell whether a value is a number that SQLite has, or no number: "²" is a digit to Python."""
    return not value.isdigit() or _is_whole(value)


def _is_list(value: str) -> bool:
    found = _read(value) if value.startswith("[") else []
    return isinstance(found, list) and all(map(_is_plain, found))


def _is_facet(value: str) -> bool:
    found = _read(value) if value.startswith("{") else {"column": value}
    return isinstance(found, dict) and isinstance(found.get("column"), str) and NUL not in found["column"]


def _is_way(value: str) -> bool:
    found = _read(value)
    return (
        isinstance(found, dict) and all(isinstance(found.get(name), str) for name in ("table", "column")) and _is_plain(found.get("value"))
    )


def _is_plain(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, int) and abs(value) < 1 << 63)


def _read(value: str) -> object:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


NUMBER = (_is_whole, "a whole number is wanted", "这里要一个整数")
FACET = (_is_facet, "the name of a column is wanted", "这里要一个列名")
SQL = (lambda value: NUL not in value, "SQL has no NUL character", "SQL 中不能有空字符")
NAMED: dict[str, tuple[Check, str, str]] = {
    "_timelimit": (_is_whole, "milliseconds are wanted, a whole number", "这里要毫秒数，一个整数"),
    "_ttl": (_is_whole, "seconds are wanted, a whole number", "这里要秒数，一个整数"),
    "_facet_size": (lambda value: value == "max" or _is_whole(value), "a whole number or max is wanted", "这里要一个整数或 max"),
    "_json_infinity": (lambda value: value.lower() in YES_OR_NO, "1 or 0 is wanted", "这里要 1 或 0"),
    "_facet": FACET,
    "_facet_array": FACET,
    "_facet_date": FACET,
    "_through": (
        _is_way,
        'JSON is wanted, as in {"table": "problems", "column": "status", "value": "未完成"}',
        "这里要这样的 JSON 对象，写明表、列、值",
    ),
    "sql": SQL,
    "_where": SQL,
}
COMPARABLE = (_is_comparable, "the number is too large, or its digits are not plain", "数太大，或者不是普通的数字")
LIST = (_is_list, "a list of texts and numbers in JSON is wanted, or values with commas between", "这里要 JSON 数组，或用逗号隔开的值")


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[Asgi], Asgi]:
    """Answer 400 with the name of the argument, and what it should be."""

    def wrap(app: Asgi) -> Asgi:
        async def checked(scope: dict[str, Any], receive: Any, send: Any) -> None:
            fault = _fault(scope) if scope["type"] == "http" else None
            if fault is None:
                readable = [header for header in scope.get("headers", []) if header[0] != b"cookie" or _is_text(header[1])]
                await app({**scope, "headers": readable}, receive, send)
                return
            await datasette.invoke_startup()
            for answer in pm.hook.handle_exception(datasette=datasette, request=Request(scope, receive), exception=BadRequest(fault)):
                if response := await await_me_maybe(answer):
                    await response.asgi_send(send)
                    return

        return checked

    return wrap


def _is_text(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def _fault(scope: dict[str, Any]) -> str | None:
    """Return what is wrong with the first argument that is faulty."""
    for name, value in parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True):
        is_right, english, chinese = _rule(name, scope["path"])
        if not is_right(value):
            return REFUSAL.format(name=name, value=value[:SHOWN], english=english, chinese=chinese)
    return None


def _rule(name: str, path: str) -> tuple[Check, str, str]:
    if NUL in name:
        return (lambda _: False), "no column has a NUL character in its name", "列名中没有空字符"
    if name == "_next" and path.startswith("/archive/notice_search"):
        # The pages of a view have numbers.
        return NUMBER
    if name in NAMED:
        return NAMED[name]
    if COMPARED.fullmatch(name):
        return COMPARABLE
    return LIST if LISTED.fullmatch(name) else ((lambda _: True), "", "")

"""What a statement that a reader writes may cost SQLite beyond its time limit.

SQLite looks at the clock between two steps of a statement and never inside a function: ``instr`` of two million characters made
on the spot, or ``like`` with a pattern of forty thousand, went on for minutes, and no limit ended it. Here such functions take no
longer than their arguments are long, and what is made or answered has a size.
"""

import sqlite3
from collections.abc import Callable

LONGEST_VALUE = 4_000_000
"""Bytes of one value or row, which is more than any text has: hex(zeroblob(30000000)) was an answer of 60 MB."""
LONGEST_PATTERN = 200
"""Bytes of a pattern for ``like`` and ``glob``: 66 Chinese characters."""
REFUSED = {"json_patch"}
"""Functions that compare each part of one argument with each of another, and which nothing here needs."""

Value = str | bytes | float | None


def bound(connection: sqlite3.Connection) -> None:
    """Set the limits of a connection, and replace the functions that could take too long."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, LONGEST_PATTERN)
    connection.create_function("instr", 2, _instr, deterministic=True)
    connection.create_function("replace", 3, _replace, deterministic=True)
    for name, strip in (("trim", _trimmed), ("ltrim", _trimmed_left), ("rtrim", _trimmed_right)):
        connection.create_function(name, 2, strip, deterministic=True)
    connection.set_authorizer(_authorize)


def counted(most: int, message: str) -> Callable[[sqlite3.Cursor, tuple[Value, ...]], sqlite3.Row]:
    """Return a row factory for one answer. It raises sqlite3.OperationalError once all values have more than ``most`` characters."""
    left = most

    def make_row(cursor: sqlite3.Cursor, row: tuple[Value, ...]) -> sqlite3.Row:
        nonlocal left
        left -= sum(len(value) for value in row if isinstance(value, (str, bytes)))
        if left < 0:
            raise sqlite3.OperationalError(message)
        return sqlite3.Row(cursor, row)

    return make_row


def _authorize(action: int, _: str | None, name: str | None, *__: str | None) -> int:
    return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_FUNCTION and name in REFUSED else sqlite3.SQLITE_OK


def _instr(text: Value, part: Value) -> int | None:
    if text is None or part is None:
        return None
    if isinstance(text, bytes) and isinstance(part, bytes):
        return text.find(part) + 1
    return _text(text).find(_text(part)) + 1


def _replace(text: Value, old: Value, new: Value) -> Value:
    if text is None or old is None or new is None:
        return None
    whole, part, other = _text(text), _text(old), _text(new)
    if not part:
        return whole
    if len(whole) + whole.count(part) * (len(other) - len(part)) > LONGEST_VALUE:
        raise ValueError("the result would be too long")
    return whole.replace(part, other)


def _trimmed_left(text: Value, characters: Value) -> str | None:
    if text is None or characters is None:
        return None
    whole, dropped = _text(text), set(_text(characters))
    return whole[next((place for place, character in enumerate(whole) if character not in dropped), len(whole)) :]


def _trimmed_right(text: Value, characters: Value) -> str | None:
    left = None if text is None else _trimmed_left(_text(text)[::-1], characters)
    return None if left is None else left[::-1]


def _trimmed(text: Value, characters: Value) -> str | None:
    return _trimmed_right(_trimmed_left(text, characters), characters)


def _text(value: Value) -> str:
    """Return what SQLite takes a value for where it wants a text."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)

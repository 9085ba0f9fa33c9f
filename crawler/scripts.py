"""What a script plainly says: strings, numbers, objects, and strings put together from them. Nothing is run."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

# Strings come before comments: "http://…" holds none.
TOKEN = re.compile(
    r"""(?:\s|//[^\n]*|/\*.*?\*/)*(?:(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|(?P<template>`(?:\\.|[^`\\])*`)"""
    r"""|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_$][\w$]*(?:\s*\.\s*[A-Za-z_$][\w$]*)*)|(?P<sign>=>|\.\.\.|\S))""",
    re.DOTALL,
)
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
IN_TEMPLATE = re.compile(r"\$\{([^{}]*)\}")
CONTROLS = {"n": "\n", "t": "\t", "r": "\r"}
PAIRS = {"(": ")", "[": "]", "{": "}"}
ENDS = frozenset((",", ")", "]", "}", ";", ""))
# var id = 12, name = "x"; window.size = 15; function load(page = 1)
ASSIGNED = re.compile(r"(?:\b(?:var|let|const)\s+|[,;{}(\n]\s*)(?:window\.)?([A-Za-z_$][\w$]*)\s*=(?![=>])")
# data() { return { channelId: 12 } }, of which a method says this.channelId
DECLARED = re.compile(r"[{,\n]\s*['\"]?([A-Za-z_$][\w$]*)['\"]?\s*:")
OWNER = re.compile(r"^(?:this|_this|that|self|vm|app)\.")
CONSTANTS = {"true": True, "false": False, "null": None}
# Functions that change nothing of what is meant.
PLAIN = {"encodeURIComponent", "encodeURI", "escape", "String", "Number", "parseInt"}
ENCODERS = {"$.param", "jQuery.param", "Qs.stringify", "qs.stringify", "URLSearchParams"}


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is made only when the script runs."""

    name: str = ""
    """Of the variable, where it is one."""
    more: int = 0
    """What is added to it: -1 for ``page - 1``."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A string of which some parts are not known."""

    parts: tuple[str | Unknown, ...]


@dataclass(frozen=True, slots=True)
class AsJson:
    """What is sent as JSON."""

    value: Any


@dataclass(frozen=True, slots=True)
class AsForm:
    """What is sent as the fields of a form."""

    value: Any


@dataclass(frozen=True, slots=True)
class Function:
    """A function that a script declares."""

    parameters: tuple[str, ...]
    body: str
    """With its brackets."""


class _UnreadableError(Exception):
    """The script goes on in a way that is not read here."""


def read_value(text: str, start: int, known: Mapping[str, Any]) -> Any:
    """Return the value of the expression that begins at ``start``: what JSON knows, Unknown, Joined, AsJson or AsForm.

    ``known`` are the variables, by name.
    """
    try:
        return _Reader(text, start, known).expression()
    except (_UnreadableError, RecursionError):
        return Unknown()


def read_arguments(text: str, start: int, known: Mapping[str, Any]) -> list[Any]:
    """Return the arguments of a call, whose parenthesis was opened just before ``start``, as far as they can be read."""
    reader, arguments = _Reader(text, start, known), []
    try:
        while reader.sign() not in (")", ""):
            arguments.append(reader.expression())
            reader.take(",")
    except (_UnreadableError, RecursionError):
        pass
    return arguments


def variables_of(script: str, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the variables to which the script gives a value that can be read, by name; the first value counts.

    ``given`` are those that have one before.
    """
    known: dict[str, Any] = dict(given or {})
    for found in ASSIGNED.finditer(script):
        if found[1] not in known and not isinstance(value := read_value(script, found.end(), known), Unknown):
            known[found[1]] = value
    for found in DECLARED.finditer(script):
        name = f"this.{found[1]}"
        if name not in known and isinstance(value := read_value(script, found.end(), {}), str | int):
            known[name] = value
    return known


def assigned_in(script: str) -> set[str]:
    """Return the names of the variables to which the script gives a value."""
    return {found[1] for found in ASSIGNED.finditer(script)}


def function_of(script: str, name: str) -> Function | None:
    """Return the function of this name that the script declares, or None."""
    own = re.escape(name)
    form = rf"(?:function\s+{own}\s*|(?<![\w$]){own}['\"]?\s*[=:]\s*(?:function\s*)?)\(([^()]*)\)\s*(?:=>)?\s*\{{"
    found = re.search(form, script)
    if found is None:
        return None
    reader = _Reader(script, found.end(), {})
    try:
        reader.close("{")
    except _UnreadableError:
        return None
    parameters = tuple(parameter.partition("=")[0].strip() for parameter in found[1].split(","))
    return Function(parameters, script[found.end() - 1 : reader.position])


def strings_of(script: str, known: Mapping[str, Any]) -> Iterator[str | Joined]:
    """Yield the strings of a script, each with what is put behind it."""
    for token in TOKEN.finditer(script):
        if token["string"] or token["template"]:
            value = read_value(script, token.start(), known)
            if isinstance(value, str | Joined):
                yield value


class _Reader:
    def __init__(self, text: str, position: int, known: Mapping[str, Any]) -> None:
        self.text, self.position, self.known = text, position, known

    def expression(self) -> Any:
        """Read sums; whatever else goes on, such as ``a || b``, makes the whole unknown."""
        value = self.term()
        while (sign := self.sign()) in ("+", "-"):
            self.take(sign)
            value = _sum(value, self.term(), sign)
        if self.sign() in ENDS or self._begins_a_line():
            return value
        self.skip()
        return Unknown()

    def _begins_a_line(self) -> bool:
        """Tell whether a statement ended without a semicolon."""
        space = re.compile(r"\s*").match(self.text, self.position)
        return space is not None and "\n" in space[0]

    def term(self) -> Any:
        token = self._next()
        if token["string"]:
            return _unescape(token["string"][1:-1])
        if token["template"]:
            return self._template(token["template"][1:-1])
        if token["number"]:
            return int(token["number"]) if token["number"].isdigit() else float(token["number"])
        if token["name"]:
            return self._named("".join(token["name"].split()))
        match token["sign"]:
            case "{":
                return self._object()
            case "[":
                return self._array()
            case "(":
                return self._grouped()
            case "-" if isinstance(value := self.term(), int | float):
                return -value
            case "!":
                self.term()
                return Unknown()
            case _:
                raise _UnreadableError(token[0])

    def _named(self, name: str) -> Any:
        if name == "function":
            self.skip()
            return Unknown()
        if name in ("new", "await", "return"):
            return self.term()
        if self.take("("):
            arguments = read_arguments(self.text, self.position, self.known)
            self.close("(")
            return self._further(_result(name, arguments[0] if arguments else Unknown()))
        return self._further(self._value_of(name))

    def _further(self, value: Any) -> Any:
        """Read on to a member of a result, ``f().x`` or ``rows[i].url``, of which nothing but the name is known."""
        while (sign := self.sign()) in (".", "[", "("):
            self.take(sign)
            member = self._next()["name"] if sign == "." else ""
            if sign in PAIRS:
                self.close(sign)
            elif member == "toString" and self.take("("):
                self.close("(")
                continue
            value = Unknown(f".{member}" if member else "")
        return value

    def _value_of(self, name: str) -> Any:
        own = OWNER.sub("this.", name)
        for known in (name, own):
            if known in self.known:
                return self.known[known]
        if name in CONSTANTS:
            return CONSTANTS[name]
        first, _, steps = OWNER.sub("", name).partition(".")
        value = self.known.get(first)
        for step in steps.split(".") if steps else []:
            value = value.get(step) if isinstance(value, dict) else None
        return value if steps and value is not None else Unknown(name)

    def _template(self, text: str) -> Any:
        parts, end = [], 0
        for place in IN_TEMPLATE.finditer(text):
            parts += [_unescape(text[end : place.start()]), read_value(place[1], 0, self.known)]
            end = place.end()
        value: Any = ""
        for part in (*parts, _unescape(text[end:])):
            value = _sum(value, part, "+")
        return value

    def _object(self) -> dict[str, Any]:
        members: dict[str, Any] = {}
        while not self.take("}"):
            if self.take("..."):
                spread = self.expression()
                members |= spread if isinstance(spread, dict) else {}
            else:
                name = self._member_name()
                if self.take(":"):
                    members[name] = self.expression()
                elif self.sign() in (",", "}"):
                    members[name] = self._value_of(name)
                else:  # load(page) { … }
                    self.skip()
            if not self.take(",") and self.sign() != "}":
                raise _UnreadableError(self.text[self.position : self.position + 20])
        return members

    def _member_name(self) -> str:
        token = self._next()
        if not (token["string"] or token["number"] or token["name"]):
            raise _UnreadableError(token[0])
        return _unescape(token["string"][1:-1]) if token["string"] else token["number"] or token["name"]

    def _array(self) -> list[Any]:
        items: list[Any] = []
        while not self.take("]"):
            items.append(self.expression())
            if not self.take(",") and self.sign() != "]":
                raise _UnreadableError(self.text[self.position : self.position + 20])
        return items

    def _grouped(self) -> Any:
        value = Unknown() if self.sign() == ")" else self.expression()
        self.close("(")
        return self._further(value)

    def skip(self) -> None:
        """Go to the end of the expression."""
        while (sign := self.sign()) not in ENDS:
            self._next()
            if sign in PAIRS:
                self.close(sign)

    def close(self, opened: str) -> None:
        """Go behind the bracket that closes the one opened before."""
        inner = [PAIRS[opened]]
        while inner:
            sign = self._next()["sign"]
            if sign in PAIRS:
                inner.append(PAIRS[sign])
            elif sign == inner[-1]:
                inner.pop()

    def sign(self) -> str:
        """Return the sign that comes next: "" at the end, "a" for what is no sign."""
        token = TOKEN.match(self.text, self.position)
        return "" if token is None else token["sign"] or "a"

    def take(self, sign: str) -> bool:
        """Go behind this sign if it comes next."""
        token = TOKEN.match(self.text, self.position)
        if token is None or token["sign"] != sign:
            return False
        self.position = token.end()
        return True

    def _next(self) -> re.Match[str]:
        token = TOKEN.match(self.text, self.position)
        if token is None:
            raise _UnreadableError("the script ends")
        self.position = token.end()
        return token


def _result(name: str, value: Any) -> Any:
    """Return what a call of this function with this value comes to."""
    if name in PLAIN:
        return value
    return AsJson(value) if name == "JSON.stringify" else AsForm(value) if name in ENCODERS else Unknown(name)


def _unescape(text: str) -> str:
    return ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)) if found[1] or found[2] else CONTROLS.get(found[3], found[3]), text)


def _sum(first: Any, second: Any, sign: str) -> Any:
    """Add as a script does: numbers to numbers, and anything to a string."""
    if isinstance(first, int) and isinstance(second, int):
        return first + second if sign == "+" else first - second
    if isinstance(first, Unknown) and isinstance(second, int):
        return Unknown(first.name, first.more + (second if sign == "+" else -second))
    if sign == "+" and any(isinstance(part, str | Joined) for part in (first, second)):
        runs = groupby((*_parts(first), *_parts(second)), key=lambda part: isinstance(part, str))
        parts = [part for is_text, run in runs for part in (["".join(map(str, run))] if is_text else run)]
        return parts[0] if parts and len(parts) == 1 and isinstance(parts[0], str) else Joined(tuple(part for part in parts if part != ""))
    return Unknown()


def _parts(value: Any) -> tuple[str | Unknown, ...]:
    if isinstance(value, Joined):
        return value.parts
    return (value,) if isinstance(value, Unknown) else (str(value),) if isinstance(value, str | int) else (Unknown(),)

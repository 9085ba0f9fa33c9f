"""What differs between two versions of a text: the changed characters, with a paragraph around them."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

CONTEXT = 1
"""Unchanged paragraphs shown before and after each change."""
LONGEST = 4000
"""Characters of a changed stretch up to which it is compared letter by letter: the time grows with the square."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of both texts, of the earlier one alone, of the later one alone; or so many paragraphs that are not shown."""

    kind: Literal["same", "removed", "added", "skipped"]
    text: str = ""
    paragraphs: int = 0


def differences(before: str, after: str) -> list[Piece]:
    """Return the pieces in which the later text differs from the earlier; [] where it does not.

    Paragraphs are compared first, then the characters of those that changed.
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    if all(step == "equal" for step, *_ in steps):
        return []
    pieces: list[Piece] = []
    for number, (step, start, end, new_start, new_end) in enumerate(steps):
        if step == "equal":
            pieces += _context(old[start:end], is_first=number == 0, is_last=number == len(steps) - 1)
        else:
            pieces += _characters("".join(old[start:end]), "".join(new[new_start:new_end]))
    return pieces


def _context(paragraphs: list[str], *, is_first: bool, is_last: bool) -> Iterator[Piece]:
    head = [] if is_first else paragraphs[:CONTEXT]
    rest = paragraphs[len(head) :]
    tail = [] if is_last else rest[max(0, len(rest) - CONTEXT) :]
    hidden = len(rest) - len(tail)
    if head:
        yield Piece("same", "".join(head))
    if hidden:
        yield Piece("skipped", paragraphs=hidden)
    if tail:
        yield Piece("same", "".join(tail))


def _characters(old: str, new: str) -> Iterator[Piece]:
    if max(len(old), len(new)) > LONGEST:
        steps = [("replace", 0, len(old), 0, len(new))]
    else:
        steps = list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())
    for step, start, end, new_start, new_end in steps:
        if step == "equal":
            yield Piece("same", old[start:end])
            continue
        if end > start:
            yield Piece("removed", old[start:end])
        if new_end > new_start:
            yield Piece("added", new[new_start:new_end])

"""What differs between two versions of a text: the changed characters, with a paragraph around them."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

CONTEXT = 1
"""Unchanged paragraphs shown before and after each change."""
MOST_PARAGRAPHS = 5000
"""Longer texts are shown as wholly replaced."""
MOST_PAIRS = 4_000_000
"""Pairs of characters that are compared in all, half a second at the worst; what changed beyond that is shown as replaced."""


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
    if before == after:
        return []
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if max(len(old), len(new)) > MOST_PARAGRAPHS:
        return [Piece("removed", before), Piece("added", after)]
    steps = SequenceMatcher(None, old, new).get_opcodes()
    pieces: list[Piece] = []
    allowance = MOST_PAIRS
    for number, (step, start, end, new_start, new_end) in enumerate(steps):
        if step == "equal":
            pieces += _context(old[start:end], is_first=number == 0, is_last=number == len(steps) - 1)
        else:
            removed, added = "".join(old[start:end]), "".join(new[new_start:new_end])
            allowance -= len(removed) * len(added)
            pieces += _characters(removed, added) if allowance >= 0 else _replaced(removed, added)
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
    for step, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if step == "equal":
            yield Piece("same", old[start:end])
        else:
            yield from _replaced(old[start:end], new[new_start:new_end])


def _replaced(old: str, new: str) -> Iterator[Piece]:
    if old:
        yield Piece("removed", old)
    if new:
        yield Piece("added", new)

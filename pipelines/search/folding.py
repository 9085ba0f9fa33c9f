"""Folding: texts and queries that read alike are compared alike, whatever their script, width or case."""

import re
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Span = tuple[int, int]
"""Start and end of a stretch of characters."""

SIMPLIFIED = Path(__file__).parent.parent / "data" / "simplified.txt"

# SQLite stores no half of a surrogate pair.
UNSTORABLE = re.compile("[\ud800-\udfff]")
# Normalization puts the marks above and below one letter in order, in as many steps as there are pairs of them: half a million, which
# no script has, stopped everything for an hour. So many at a time are put in order; eight is more than any letter has.
MOST_MARKS = 1000
UNKNOWN = 0
"""What no character becomes: that of code 0 becomes a space."""
BORDER = "\uffff"
"""No character; stands between those of which is found out together what they become."""
BLOCK = 256
"""So many together."""
LAST_ALONE = 0x3FFFF
"""The last code of those that the table has; behind it nothing is written but for private use."""
RARE = 20
"""Where more than one character in so many may join others, the whole text is folded in steps, which takes less time."""
SHORT = 16
"""Characters of a cluster that is kept in memory; a mark more or less makes another one."""
SPACE = re.compile(r"\s")
WORDS_OR_SPACE = re.compile("[^ ]+(?: [^ ]+)*| ")


@cache
def simplified() -> dict[str, str]:
    """Return the traditional characters and variants, each with the simplified character that it is compared as."""
    lines = SIMPLIFIED.read_text("utf-8").splitlines()
    return {pair[0]: pair[1] for line in lines if not line.startswith("#") for pair in line.split()}


@cache
def _codes_alone() -> NDArray[np.uint32]:
    """Return what each code becomes wherever it stands, UNKNOWN for those that may become several or join the one before.

    Most of any text is of the first kind, and folded at once in a fifth of the time that its clusters would take.
    """
    codes = np.full(LAST_ALONE + 1, UNKNOWN, np.uint32)
    for first in range(0, LAST_ALONE, BLOCK):
        block = "".join(map(chr, range(first, first + BLOCK))).replace(BORDER, "")
        if _fold_in_steps(block) == block and not any(map(_joins, block)):
            codes[to_codes(block)] = to_codes(block)
            continue
        for character, folded in zip(block, _fold_in_steps(BORDER.join(block)).split(BORDER), strict=True):
            if len(folded) == 1 and not _joins(character):
                codes[ord(character)] = ord(folded)
    codes[LAST_ALONE] = UNKNOWN
    return codes


@cache
def _mark_codes() -> NDArray[np.bool_]:
    """Return of each code whether it is a mark that normalization may put before another."""
    return np.array([unicodedata.combining(chr(code)) > 0 for code in range(sys.maxunicode + 1)], dtype=bool)


def _normalized(text: str) -> str:
    """Return NFKC of the text, a run of more marks than there can be cut into parts."""
    if len(text) <= MOST_MARKS or np.count_nonzero(_mark_codes()[to_codes(text)]) <= MOST_MARKS:
        return unicodedata.normalize("NFKC", text)
    return "".join(unicodedata.normalize("NFKC", text[start:end]) for start, end in pairwise(_cuts(text)))


def _cuts(text: str) -> Iterator[int]:
    """Yield where a text may be cut: at its start and end, and within a run of marks after as many as there may be."""
    yield 0
    marks = 0
    for position, is_mark in enumerate(_mark_codes()[to_codes(text)].tolist()):
        marks = marks + 1 if is_mark else 0
        if marks > MOST_MARKS:
            yield position
            marks = 1
    yield len(text)


def to_codes(text: str) -> NDArray[np.uint32]:
    """Return the code of each character."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def from_codes(codes: NDArray[np.uint32]) -> str:
    """Return the characters of these codes."""
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le")


def fold(text: str) -> str:
    """Return what is compared: NFKC, case folded, simplified characters, every run of white space one space, none at the ends."""
    codes = _look_up(text)
    if np.count_nonzero(codes == UNKNOWN) * RARE > len(text):
        return " ".join(_fold_in_steps(text).split())
    return " ".join("".join(folded for _, _, folded, _ in _pieces(text, codes)).split())


def _look_up(text: str) -> NDArray[np.uint32]:
    """Return what each character becomes alone, or UNKNOWN."""
    return _codes_alone()[np.minimum(to_codes(text), LAST_ALONE)]


@dataclass(frozen=True, slots=True)
class Offsets:
    """Where each character of a folded text comes from, piece by piece."""

    folded: list[int]
    """Where each piece begins in the folded text, and where the last one ends: a run of characters alone, or one character."""
    origins: list[Span]
    """Where it stands in the original."""

    def origin(self, start: int, end: int) -> Span:
        """Return the stretch of the original that the folded characters from ``start`` to before ``end`` come from."""
        return self._origin(start)[0], self._origin(end - 1)[1]

    def _origin(self, position: int) -> Span:
        piece = bisect_right(self.folded, position) - 1
        start, end = self.origins[piece]
        if self.folded[piece + 1] - self.folded[piece] == 1:
            return start, end
        inside = start + position - self.folded[piece]  # of a run
        return inside, inside + 1


def fold_with_offsets(text: str) -> tuple[str, Offsets]:
    """Return ``fold(text)``, and where its characters come from."""
    shown: list[str] = []
    folded: list[int] = [0]
    origins: list[Span] = []
    spaced = True  # nothing yet, or a space at the end
    for part, origin in _parts(text):
        blank = part == " "
        if not (blank and spaced):
            shown.append(part)
            folded.append(folded[-1] + len(part))
            origins.append(origin)
        spaced = blank
    return "".join(shown).rstrip(), Offsets(folded, origins)


def _parts(text: str) -> Iterator[tuple[str, Span]]:
    """Yield words of characters alone, spaces, and each character of what a cluster becomes, with where they come from."""
    for start, end, folded, alone in _pieces(text, _look_up(text)):
        if alone:
            yield from ((part[0], (start + part.start(), start + part.end())) for part in WORDS_OR_SPACE.finditer(folded))
        else:
            yield from ((character, (start, end)) for character in folded)


def _pieces(text: str, codes: NDArray[np.uint32]) -> Iterator[tuple[int, int, str, bool]]:
    """Cut a text into runs of characters alone (True) and, between them, clusters (False); with what they become."""
    done = 0
    for position in (codes == UNKNOWN).nonzero()[0].tolist():
        if position >= done:
            start = max(done, position - _joins_previous(text[position]))
            if start > done:
                yield done, start, from_codes(codes[done:start]), True
            done = _cluster_end(text, position)
            yield start, done, _fold_cluster(text[start:done]), False
    if done < len(text):
        yield done, len(text), from_codes(codes[done:]), True


def _cluster_end(text: str, position: int) -> int:
    """Return the end of the characters that Unicode normalization treats as one: a character and what combines with it."""
    end = position + 1
    while end < len(text) and _joins_previous(text[end]):
        end += 1
    return end


def _fold_cluster(cluster: str) -> str:
    return _fold_short(cluster) if len(cluster) <= SHORT else _fold_in_steps(cluster)


@lru_cache(4096)
def _fold_short(cluster: str) -> str:
    return _fold_in_steps(cluster)


def _fold_in_steps(text: str) -> str:
    """Return the folded text, white space as so many spaces."""
    stored = UNSTORABLE.sub("\ufffd", text).replace("\0", " ")
    return SPACE.sub(" ", _normalized(stored).casefold().translate(_simplifying()))


@cache
def _simplifying() -> dict[int, str]:
    return str.maketrans(simplified())


@lru_cache(4096)
def _joins_previous(character: str) -> bool:
    return _joins(character)


def _joins(character: str) -> bool:
    """Tell whether normalization may join the character to the one before it: a combining mark, a Hangul vowel or final."""
    first = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.category(first).startswith("M") or "\u1160" <= first <= "\u11ff"

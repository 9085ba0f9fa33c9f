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
STAND_IN = "\uffff"
"""No character; stands for those of four bytes where two are looked at."""
BLOCK = 256
"""Characters of which is found out together what they become."""
FOUR_BYTES = re.compile("[\U00010000-\U0010ffff]")
WORDS_OR_SPACE = re.compile("[^ ]+(?: [^ ]+)*| ")


@cache
def simplified() -> dict[str, str]:
    """Return the traditional characters and variants, each with the simplified character that it is compared as."""
    lines = SIMPLIFIED.read_text("utf-8").splitlines()
    return {pair[0]: pair[1] for line in lines if not line.startswith("#") for pair in line.split()}


@cache
def _codes_alone() -> NDArray[np.uint16]:
    """Return what each code becomes wherever it stands, UNKNOWN for those that may become several or join the one before.

    Most of any text is of the first kind, and folded at once in a fifth of the time that its clusters would take.
    """
    codes = np.full(1 << 16, UNKNOWN, "<u2")
    for first in range(0, ord(STAND_IN), BLOCK):
        characters = list(map(chr, range(first, min(first + BLOCK, ord(STAND_IN)))))
        for character, folded in zip(characters, _fold_cluster(STAND_IN.join(characters)).split(STAND_IN), strict=True):
            if len(folded.encode("utf-16-le")) == 2 and not _joins_previous(character):
                codes[ord(character)] = ord(folded)
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
        if marks == MOST_MARKS:
            yield position
            marks = 0
    yield len(text)


def to_codes(text: str) -> NDArray[np.uint32]:
    """Return the code of each character."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def from_codes(codes: NDArray[np.uint32]) -> str:
    """Return the characters of these codes."""
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le")


def fold(text: str) -> str:
    """Return what is compared: NFKC, case folded, simplified characters, every run of white space one space, none at the ends."""
    return " ".join("".join(folded for _, _, folded, _ in _pieces(text)).split())


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
    for start, end, folded, alone in _pieces(text):
        if alone:
            yield from ((part[0], (start + part.start(), start + part.end())) for part in WORDS_OR_SPACE.finditer(folded))
        else:
            yield from ((character, (start, end)) for character in folded)


def _pieces(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Cut a text into runs of characters alone (True) and, between them, clusters (False); with what they become."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    if len(encoded) > 2 * len(text):
        encoded = FOUR_BYTES.sub(STAND_IN, text).encode("utf-16-le", "surrogatepass")
    codes = _codes_alone()[np.frombuffer(encoded, "<u2")]
    done = 0
    for position in (codes == UNKNOWN).nonzero()[0].tolist():
        if position >= done:
            start = max(done, position - _joins_previous(text[position]))
            if start > done:
                yield done, start, _of_two_bytes(codes[done:start]), True
            done = _cluster_end(text, position)
            yield start, done, _fold_cluster(text[start:done]), False
    if done < len(text):
        yield done, len(text), _of_two_bytes(codes[done:]), True


def _of_two_bytes(codes: NDArray[np.uint16]) -> str:
    return codes.tobytes().decode("utf-16-le")


def _cluster_end(text: str, position: int) -> int:
    """Return the end of the characters that Unicode normalization treats as one: a character and what combines with it."""
    end = position + 1
    while end < len(text) and _joins_previous(text[end]):
        end += 1
    return end


@lru_cache(4096)
def _fold_cluster(cluster: str) -> str:
    stored = UNSTORABLE.sub("\ufffd", cluster).replace("\0", " ")
    folded = (simplified().get(character, character) for character in _normalized(stored).casefold())
    return "".join(" " if character.isspace() else character for character in folded)


@cache
def _joins_previous(character: str) -> bool:
    """Tell whether normalization may join the character to the one before it: a combining mark, a Hangul vowel or final."""
    first = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.category(first).startswith("M") or "\u1160" <= first <= "\u11ff"

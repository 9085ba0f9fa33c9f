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
# The compatibility characters that every Chinese text is full of. Once they are replaced, most texts are found to be
# normalized without being normalized: a twentieth of the time.
FULL_WIDTH = tuple((mark, unicodedata.normalize("NFKC", mark)) for mark in "，：；！？（）％")
# Runs of characters each of which is one character folded: Han, digits, letters and punctuation of either width.
PLAIN_RUN = re.compile("[!-~\u2018\u2019\u201c\u201d\u3001-\u3003\u3008-\u3011\u4e00-\u9fff\uff01-\uff5e]+")


@cache
def simplified() -> dict[str, str]:
    """Return the traditional characters and variants, each with the simplified character that it is compared as."""
    lines = SIMPLIFIED.read_text("utf-8").splitlines()
    return {pair[0]: pair[1] for line in lines if not line.startswith("#") for pair in line.split()}


@cache
def _simplified_codes() -> NDArray[np.uint32]:
    """Return what each character's code becomes: an eighth of the time of ``str.translate``."""
    codes = np.arange(sys.maxunicode + 1, dtype=np.uint32)
    for traditional, simple in simplified().items():
        codes[ord(traditional)] = ord(simple)
    return codes


@cache
def _mark_codes() -> NDArray[np.bool_]:
    """Return of each code whether it is a mark that normalization may put before another."""
    return np.array([unicodedata.combining(chr(code)) > 0 for code in range(sys.maxunicode + 1)], dtype=bool)


def _normalized(text: str) -> str:
    """Return NFKC of the text, a run of more marks than there can be cut into parts."""
    if len(text) <= MOST_MARKS or text.isascii() or np.count_nonzero(_mark_codes()[to_codes(text)]) <= MOST_MARKS:
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
    """Return the code of each character; the text holds no half of a surrogate pair."""
    return np.frombuffer(text.encode("utf-32-le"), "<u4")


def from_codes(codes: NDArray[np.uint32]) -> str:
    """Return the characters of these codes."""
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le")


def fold(text: str) -> str:
    """Return what is compared: NFKC, case folded, simplified characters, every run of white space one space, none at the ends."""
    return " ".join(_fold_characters(text).split())


def _fold_characters(text: str) -> str:
    for mark, narrow in FULL_WIDTH:
        text = text.replace(mark, narrow)
    stored = UNSTORABLE.sub("\ufffd", text).replace("\0", " ")
    return from_codes(_simplified_codes()[to_codes(_normalized(stored).casefold())])


@dataclass(frozen=True, slots=True)
class Offsets:
    """Where each character of a folded text comes from, piece by piece."""

    folded: list[int]
    """Where each piece begins in the folded text, and where the last one ends: a plain run, or one character."""
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
        inside = start + position - self.folded[piece]  # of a plain run
        return inside, inside + 1


def fold_with_offsets(text: str) -> tuple[str, Offsets]:
    """Return ``fold(text)``, and where its characters come from."""
    folded: list[int] = []
    origins: list[Span] = []
    length = 0
    spaced = True  # nothing yet, or a space at the end
    for start, end, plain in _pieces(text):
        shown = text[start:end] if plain else _fold_cluster(text[start:end])
        for part in (shown,) if plain else shown:
            blank = part == " "
            if not (blank and spaced):
                folded.append(length)
                origins.append((start, end))
                length += len(part)
            spaced = blank
    folded.append(length)
    return fold(text), Offsets(folded, origins)


@lru_cache(4096)
def _fold_cluster(cluster: str) -> str:
    return "".join(" " if character.isspace() else character for character in _fold_characters(cluster))


def _pieces(text: str) -> Iterator[tuple[int, int, bool]]:
    """Cut a text into runs of plain characters (True) and, between them, clusters (False)."""
    done = 0
    for run in PLAIN_RUN.finditer(text):
        start, end = run.span()
        if end < len(text) and _joins_previous(text[end]):
            end -= 1
        if end > start:
            yield from ((*cluster, False) for cluster in _clusters(text, done, start))
            yield start, end, True
            done = end
    yield from ((*cluster, False) for cluster in _clusters(text, done, len(text)))


def _clusters(text: str, start: int, stop: int) -> Iterator[Span]:
    """Yield the stretches that Unicode normalization treats one by one: a character and what combines with it."""
    for end in range(start + 1, stop + 1):
        if end == stop or not _joins_previous(text[end]):
            yield start, end
            start = end


@cache
def _joins_previous(character: str) -> bool:
    """Tell whether normalization may join the character to the one before it: a combining mark, a Hangul vowel or final."""
    first = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.category(first).startswith("M") or "\u1160" <= first <= "\u11ff"

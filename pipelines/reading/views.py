"""Text made uniform for matching, each character knowing its place in the raw text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

# Half of all pages write ，：（） and ０-９ in full width, the other half in half width; a zero may be any of 〇○◯.
_UNIFORM = (
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys(map(ord, "\u3000\u00a0\u2002\u2003\u2009\t\r\v\f\u200b\u200c\u200d\ufeff\u2028\u2029\u0085\x1c\x1d\x1e"), ord(" "))
    | dict.fromkeys(map(ord, "○◯"), ord("〇"))
    | dict.fromkeys(map(ord, "–−‐‑"), ord("-"))
    | dict.fromkeys(map(ord, "―─━"), ord("—"))
    | {ord("「"): ord("“"), ord("」"): ord("”"), ord("『"): ord("‘"), ord("』"): ord("’"), ord("﹒"): ord(".")}
)
# Typists write "…" for “…”; which of the two a mark is, only the marks before it in its paragraph tell.
_QUOTATION_MARK = re.compile('[“”"\n]')


@dataclass(frozen=True, slots=True)
class View:
    """A uniform rendering of a raw text; ``places[i]`` is the raw offset of ``text[i]``."""

    text: str
    places: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the raw offsets of ``text[start:end]``, which must not be empty."""
        return self.places[start], self.places[end - 1] + 1


def uniform(raw: str) -> str:
    """Return ``raw`` with one width for digits and punctuation and one shape of quotation marks, character by character."""
    text = raw.translate(_UNIFORM)
    return _paired(text) if '"' in text else text


def _paired(text: str) -> str:
    """Return the text with each straight quotation mark turned into an opening or a closing one."""
    opened = False

    def turn(mark: re.Match[str]) -> str:
        nonlocal opened
        turned = ("”" if opened else "“") if mark.group() == '"' else mark.group()
        opened = turned == "“"
        return turned

    return _QUOTATION_MARK.sub(turn, text)


def spaced(raw: str) -> View:
    """Return the uniform view that keeps spaces: cells of a table and neighbouring numbers stay apart."""
    return View(uniform(raw), range(len(raw)))


def compact(raw: str) -> View:
    """Return the uniform view without spaces (2021 年 3 月 → 2021年3月); line breaks stay."""
    text = uniform(raw)
    if " " not in text:
        return View(text, range(len(text)))
    places = [place for place, character in enumerate(text) if character != " "]
    return View(text.replace(" ", ""), places)

"""What of a body stands outside the element that holds most of it: the opening above it, a second part, the 落款 below.

A word processor's div.Section1 is pasted behind a typed opening, a table stands between two paragraphs, the
signature has a div of its own. Such lines are told from the page's own (its navigation, share bar, footer) by what they
say, since the markup around them is different on every site.
"""

import re
from collections.abc import Callable

from pipelines.headings import NUMBERED
from pipelines.paragraphs import squeeze

# Prose ends in a full stop; navigation, breadcrumbs and footers do not.
FULL_STOP = re.compile(r"[。；]")
# «2022年12月2日», «二〇二二年十二月二日», also behind the name of who signs.
SIGNED_ON = re.compile(
    r"(?:(?:19|20)\d{2}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?"
    r"|二[〇○零O0][〇○零一二三四五六七八九十]{1,2}年[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}日)?)$"
)
# Behind the signature only what is announced belongs to the body; comments and disclaimers are prose, too.
BEHIND_SIGNATURE = re.compile(rf"附[件表]|{NUMBERED.pattern}")
SALUTATION_END = ("：", ":")
LONGEST_SIGNATURE = 60
"""Characters of a line with the day of signing."""
SIGNATURE_WITHIN = 3
"""The last lines of a body in which its day of signing is looked for."""
MOST_BETWEEN_PROSE = 2
"""Lines that are neither the body's nor the page's own, between two parts of a body."""
MOST_BEFORE_SIGNATURE = 8
"""Such lines before the day of signing: who can be asked, the attachments, the names of those who sign."""
SHORTEST_TITLE_PART = 8
"""Characters; a title may be set on several lines, of which each is a part of it."""

Edge = re.Pattern[str]
"""Finds the lines that are no body."""


def complete(body: list[str], lines: list[str], title: str | None, links: set[str], above: Edge, below: Edge) -> list[str]:
    """Return the body with those of its lines that stand around it on the page, in the page's order.

    ``lines`` are all lines of the page, ``links`` those that are links; ``above`` and ``below`` find the page's own.
    """
    start = _place_of(body, lines)
    if start is None:
        return body
    held = squeeze("".join(body))

    def is_body(line: str) -> bool:
        says = FULL_STOP.search(line) or NUMBERED.match(line)
        return bool(says) and line not in links and squeeze(line) not in held

    return [
        *_above(lines[:start], title, is_body, above),
        *body,
        *_below(lines[start + len(body) :], is_body, below, signed=is_signed(body)),
    ]


def _place_of(body: list[str], lines: list[str]) -> int | None:
    """Return where on the page the body begins; None where its lines do not stand there one after the other."""
    starts = (index for index, line in enumerate(lines) if line == body[0])
    return next((start for start in starts if lines[start : start + len(body)] == body), None)


def _above(lines: list[str], title: str | None, is_body: Callable[[str], bool], edge: Edge) -> list[str]:
    """The body's lines between title and body; without a title, those that stand right above it."""
    titled = next((index for index in range(len(lines), 0, -1) if _is_title(lines[index - 1], title)), None)
    if titled is None:
        titled = next((index for index in range(len(lines), 0, -1) if not is_body(lines[index - 1]) or edge.search(lines[index - 1])), 0)
    between = [line for line in lines[titled:] if not edge.search(line)]
    first = next((index for index, line in enumerate(between) if is_body(line)), len(between))
    # «各位党员、干部、群众：»
    while first and first < len(between) and between[first - 1].endswith(SALUTATION_END):
        first -= 1
    return between[first:]


def _below(lines: list[str], is_body: Callable[[str], bool], edge: Edge, *, signed: bool) -> list[str]:
    """The body's lines up to the first of the page's own: further prose, and a signature where the body has none yet."""
    if signed and not (lines and BEHIND_SIGNATURE.match(lines[0])):
        return []
    end = 0
    for index, line in enumerate(lines):
        if edge.search(line):
            break
        signs = not signed and len(line) <= LONGEST_SIGNATURE and SIGNED_ON.search(line) is not None
        between = index - end
        if (signs and between <= MOST_BEFORE_SIGNATURE) or (between <= MOST_BETWEEN_PROSE and is_body(line)):
            end, signed = index + 1, signed or signs
    return lines[:end]


def is_signed(body: list[str]) -> bool:
    """Tell whether a body ends with the day of its signing, so that no signature is to be looked for outside it."""
    return any(len(line) <= LONGEST_SIGNATURE and SIGNED_ON.search(line) for line in body[-SIGNATURE_WITHIN:])


def _is_title(line: str, title: str | None) -> bool:
    part = squeeze(line)
    return bool(title) and len(part) >= SHORTEST_TITLE_PART and part in squeeze(title or "")

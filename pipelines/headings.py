"""The title at the beginning of a text that has no markup to say so: of a file, of plain text."""

import re

from pipelines.paragraphs import squeeze

# A title has none of these; the first paragraph of a notice has.
PUNCTUATION = re.compile(r"[。，；,;]")
# «附件1», «附件：», «临水党〔2022〕5号» stand above the title.
ABOVE_TITLE = re.compile(r"附件\s*[\d一二三四五六七八九十]*\s*[:：]?|.{2,12}[〔\[(（]\d{4}[〕\])）]\s*\d+\s*号")
# «一、», «（一）», «1.» begin a part of the body.
NUMBERED = re.compile(r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.．、](?!\d)")
# What the title of a report is made of.
TITLE_WORD = re.compile(r"整改|巡[察视]|通报|公示|公告|公开|报告|情况|说明")
# «中共临河县水务局党组» / «关于巡察整改情况的通报»: the second line of a title set on two.
SECOND_LINE = re.compile(r"关于|落实|贯彻|巡[察视]|对|整改|情况|进展")
TITLE_END = re.compile(r"(?:通报|公示|公告|公开|报告|情况|说明)(?:[（(].{1,12}[）)])?$")
LONGEST = 100
"""Characters of a title."""
MOST_LINES = 3


def split_heading(lines: list[str], title: str | None) -> tuple[str | None, list[str]]:
    """Return the title that stands above the body, or None, and the lines after it.

    ``title``: what the page or the list calls the article, which the file repeats in full, on one line or more.
    """
    above = 0
    while above < len(lines) and ABOVE_TITLE.fullmatch(lines[above]):
        above += 1
    for count in range(1, MOST_LINES + 1):
        if title and squeeze("".join(lines[above : above + count])) == squeeze(title):
            return title, lines[above + count :]
    count = _count_title_lines(lines[above:])
    heading = "".join(lines[above : above + count])
    if not count or len(heading) > LONGEST or (title and not TITLE_WORD.search(heading)):
        return None, lines
    return heading, lines[above + count :]


def _count_title_lines(lines: list[str]) -> int:
    """Return how many lines at the beginning look like a title: the first that is no sentence, and what goes on with it."""
    if not lines or PUNCTUATION.search(lines[0]) or NUMBERED.match(lines[0]):
        return 0
    count = 1
    while (
        count < min(len(lines), MOST_LINES)
        and not TITLE_END.search(lines[count - 1])
        and SECOND_LINE.match(lines[count])
        and not PUNCTUATION.search(lines[count])
    ):
        count += 1
    return count

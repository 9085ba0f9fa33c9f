"""A piece of HTML as plain text, one paragraph a line.

trafilatura drops paragraphs that repeat (twenty times 整改情况：已完成整改), so the
text of a body container is taken by our own walk, which loses nothing. A row of a table of data is one
line whose cells are parted by tabs, whatever stands in them.
"""

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement, defs

# Every element that starts a line of its own; all others are inline and are joined without a space:
# 年 and 月 often stand in spans of their own.
HTML5_BLOCKS = {"article", "aside", "body", "figcaption", "figure", "footer", "header", "html", "main", "nav", "section"}
CELL_ELEMENTS = {"td", "th"}
BLOCK_ELEMENTS = (defs.block_tags - CELL_ELEMENTS - {"del", "ins"}) | HTML5_BLOCKS
# U+3000 and U+00A0 indent paragraphs; U+200B and U+FEFF come with text pasted from a word processor.
BLANKS = re.compile(r"[ \t\r\n\f\u00a0\u3000\u2002\u2003\u2009]+")
INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff]")
# A line of the source wrapped between two Han characters is no space: 中\n共.
WRAPPED_HAN = re.compile(r"(?<=[\u3400-\u9fff，。；：、])[ \t]*[\r\n]+[ \t]*(?=[\u3400-\u9fff，。；：、])")
LINE_BREAK = "\u2028"
CELL_BREAK = "\u2029"
LONGEST_COLUMN_NAME = 12
"""Characters. A table of which the first row has longer cells, or none, may serve the layout and hold the whole page."""
LONGEST_CELL = 3000
"""Characters; what is longer is an article."""
WHITE_SPACE = re.compile(r"\s+")


def squeeze(text: str) -> str:
    """Return the text without white space: what two extractions of one body must agree on."""
    return WHITE_SPACE.sub("", text)


def paragraphs_of(element: HtmlElement) -> list[str]:
    """Return the element's text as paragraphs, none of them blank."""
    lines = (_tidy(line) for line in "".join(_pieces(element)).split(LINE_BREAK))
    return [line for line in lines if line]


def _pieces(element: HtmlElement) -> Iterator[str]:
    """Yield the element's text in order, with LINE_BREAK around blocks. No recursion: pages nest thousands deep."""
    rows = set(_data_rows(element))
    row = None
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event in ("start", "end"):
            if node in rows:
                row = node if event == "start" else None
                yield LINE_BREAK
            elif row is None:
                yield LINE_BREAK if node.tag in BLOCK_ELEMENTS or node.tag == "br" else " " if node.tag in CELL_ELEMENTS else ""
            elif node.tag in CELL_ELEMENTS and event == "end":
                yield CELL_BREAK
            elif node.tag in BLOCK_ELEMENTS or node.tag == "br":
                yield " "
        if event == "start":
            yield node.text or ""
        elif node is not element:
            yield node.tail or ""


def _data_rows(element: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the rows of tables that name their columns in the first row; a table with tables in it is layout."""
    for table in element.iter("table"):
        if table.find(".//table") is not None:
            continue
        rows = [(row, [cell.text_content() for cell in row if cell.tag in CELL_ELEMENTS]) for row in table.iter("tr")]
        if len(rows) > 1 and len(rows[0][1]) > 1 and all(0 < len(squeeze(name)) <= LONGEST_COLUMN_NAME for name in rows[0][1]):
            yield from (row for row, cells in rows if len(cells) > 1 and max(map(len, cells)) <= LONGEST_CELL)


def _tidy(line: str) -> str:
    """Collapse white space as a browser does, and drop what nobody sees."""
    if CELL_BREAK in line:
        cells = [_tidy(cell) for cell in line.split(CELL_BREAK)[:-1]]
        return "\t".join(cells) if any(cells) else ""
    return BLANKS.sub(" ", WRAPPED_HAN.sub("", INVISIBLE.sub("", line))).strip()

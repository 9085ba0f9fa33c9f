"""A piece of HTML as plain text, one paragraph a line.

trafilatura drops paragraphs that repeat (twenty times 整改情况：已完成整改), so the
text of a body container is taken by our own walk, which loses nothing. A row of a table of data is one
line whose cells are parted by tabs, whatever stands in them; a column that a cell spans is an empty cell.
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
WIDEST = 20
"""Columns up to which spans are followed: rowspan=1000 colspan=1000 must not make a page of tabs."""
WHITE_SPACE = re.compile(r"\s+")
SPAN = re.compile(r"[0-9]{1,4}")


def squeeze(text: str) -> str:
    """Return the text without white space: what two extractions of one body must agree on."""
    return WHITE_SPACE.sub("", text)


def paragraphs_of(element: HtmlElement) -> list[str]:
    """Return the element's text as paragraphs, none of them blank."""
    lines = (_tidy(line) for line in "".join(_pieces(element)).split(LINE_BREAK))
    return [line for line in lines if line]


def _pieces(element: HtmlElement) -> Iterator[str]:
    """Yield the element's text in order, with LINE_BREAK around blocks. No recursion: pages nest thousands deep."""
    rows = {row: _breaks(cells) for row, cells in _data_rows(element)}
    row, breaks = None, dict[HtmlElement, tuple[int, int]]()
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event in ("start", "end"):
            if node in rows:
                row, breaks = (node, rows[node]) if event == "start" else (None, {})
                yield LINE_BREAK
            elif row is None:
                yield LINE_BREAK if node.tag in BLOCK_ELEMENTS or node.tag == "br" else " " if node.tag in CELL_ELEMENTS else ""
            elif node.tag in CELL_ELEMENTS:
                before, behind = breaks.get(node, (0, 1))
                yield CELL_BREAK * (before if event == "start" else behind)
            elif node.tag in BLOCK_ELEMENTS or node.tag == "br":
                yield " "
        if event == "start":
            yield node.text or ""
        elif node is not element:
            yield node.tail or ""


Grid = list[HtmlElement | None]
"""A row's cells by column, None where a cell above or to the left reaches into the column."""


def _data_rows(element: HtmlElement) -> Iterator[tuple[HtmlElement, Grid]]:
    """Yield the rows of tables of data with their cells; a table with tables in it is layout."""
    for table in element.iter("table"):
        if table.find(".//table") is not None:
            continue
        rows = [(row, [cell for cell in row if cell.tag in CELL_ELEMENTS]) for row in table.iter("tr")]
        lengths = {row: [len(squeeze(cell.text_content())) for cell in cells] for row, cells in rows}
        if not _holds_data([lengths[row] for row, _ in rows]):
            continue
        for (row, _), grid in zip(rows, _grids([cells for _, cells in rows]), strict=True):
            # One cell over all columns is a caption or the name of a field.
            parted = len(lengths[row]) > 1 or _goes_on(grid)
            if parted and max(lengths[row]) <= LONGEST_CELL:
                yield row, grid


def _holds_data(rows: list[list[int]]) -> bool:
    """Whether the lengths of the cells are those of a table that names its columns in the first row, or its rows in the first cells."""
    filled = [row for row in rows if row]
    bodies = [row for row in filled if len(row) > 1]
    if len(filled) < 2 or not bodies:
        return False
    captions = filled[: filled.index(bodies[0])]
    columns = all(0 < length <= LONGEST_COLUMN_NAME for length in bodies[0]) and all(map(any, captions))
    pairs = len(bodies) > 1 and all(len(row) == 2 and 0 < row[0] <= LONGEST_COLUMN_NAME for row in bodies)
    return columns or pairs


def _goes_on(grid: Grid) -> bool:
    """Whether a row's only cell stands beside cells of the rows above: the second measure of a problem that spans two rows."""
    return grid[:1] == [None] and any(cell is not None for cell in grid)


def _grids(rows: list[list[HtmlElement]]) -> Iterator[Grid]:
    """Yield the cells of each row by column."""
    reach: dict[int, int] = {}
    for cells in rows:
        grid: Grid = []
        taken = {column for column, left in reach.items() if left > 0}
        reach = {column: left - 1 for column, left in reach.items() if left > 0}
        for cell in cells:
            while len(grid) in taken:
                grid.append(None)
            for column in range(min(WIDEST, _span(cell, "colspan"))):
                if len(grid) < WIDEST:
                    reach[len(grid)] = _span(cell, "rowspan") - 1
                    grid.append(None if column else cell)
                elif column == 0:
                    grid.append(cell)
        while len(grid) in taken:
            grid.append(None)
        yield grid


def _span(cell: HtmlElement, name: str) -> int:
    """Return how many columns or rows the cell takes: 1 where the page says nothing that is a number."""
    written = WHITE_SPACE.sub("", cell.get(name) or "")
    return max(1, int(written)) if SPAN.fullmatch(written) else 1


def _breaks(grid: Grid) -> dict[HtmlElement, tuple[int, int]]:
    """Return how many cells end before and behind each cell, so that every column of the row has its own."""
    breaks: dict[HtmlElement, tuple[int, int]] = {}
    before, last = 0, None
    for cell in grid:
        if cell is not None:
            breaks[cell] = (before, 1)
            before, last = 0, cell
        elif last is None:
            before += 1
        else:
            breaks[last] = (breaks[last][0], breaks[last][1] + 1)
    return breaks


def _tidy(line: str) -> str:
    """Collapse white space as a browser does, and drop what nobody sees."""
    if CELL_BREAK in line:
        cells = [_tidy(cell) for cell in line.split(CELL_BREAK)[:-1]]
        return "\t".join(cells) if any(cells) else ""
    return BLANKS.sub(" ", WRAPPED_HAN.sub("", INVISIBLE.sub("", line))).strip()

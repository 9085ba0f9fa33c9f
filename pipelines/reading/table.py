"""A ledger in the form of a table whose cells came out as words between spaces or bars."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from pipelines.reading.source import DATE_LINE, FIRST_HEADING, Source, Span
from pipelines.reading.status import mere_status
from pipelines.reading.words import any_of, load

TAB = "\t"
"""What parts the cells of a row, where they are known."""
CELL = re.compile(r"[^\s|]+")
_COLUMNS = load("problems")["columns"]
NUMBER_COLUMN: str = _COLUMNS["number"]
PROBLEM_COLUMN = re.compile(any_of(_COLUMNS["problem"]))
REMEDY_COLUMN = re.compile(any_of(_COLUMNS["remedy"]))
FIELD_COLUMN = re.compile(any_of(_COLUMNS["field"]))
STATUS_COLUMN = re.compile(any_of(_COLUMNS["status"]))
# 完成时限, 整改责任人; 整改措施及责任人 holds the remedy, too.
ASIDE_COLUMN = re.compile(rf"[^及和与、]*{any_of(_COLUMNS['aside'])}")
CLOSING = re.compile("|".join([*load("problems")["closing"], *load("problems")["summing_up"]]))
SENTENCE = re.compile(r"[。;:,、]")
LONGEST_NAME = 12
"""The longest name of a column, in characters."""
MOST_COLUMNS = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One row, as spans of the raw text."""

    number: Span
    problem: Span
    measures: Span | None
    status: Span | None
    """The cell that says how far the remedy has come, and nothing else."""
    cells: list[Span]

    @property
    def whole(self) -> Span:
        """From the first cell to the last."""
        return Span(self.cells[0].start, self.cells[-1].end)


def read_table(source: Source) -> list[Row]:
    """Return the rows of the ledger, or nothing where the notice has no such table."""
    lines = [cells for paragraph in source.own if (cells := _cells(source, paragraph))]
    return _rows_in_lines(source, lines) or _rows_in_single_cells(source, lines)


def _cells(source: Source, paragraph: Span) -> list[Span]:
    """Return a paragraph's words between spaces or bars, as spans of the raw text."""
    start, end = source.text.span(paragraph.start, paragraph.end)
    line = _whole_line(source.raw, start, end)
    if TAB in source.raw[line.start : line.end]:
        return list(_between_tabs(source, line))
    return [Span(start + cell.start(), start + cell.end()) for cell in CELL.finditer(source.spaced.text[start:end])]


def _whole_line(raw: str, start: int, end: int) -> Span:
    """Return where the line begins and ends: empty cells at its ends have no characters of their own."""
    after = raw.find("\n", end)
    return Span(raw.rfind("\n", 0, start) + 1, len(raw) if after < 0 else after)


def _between_tabs(source: Source, line: Span) -> Iterator[Span]:
    """Yield the cells of a row, the empty ones among them."""
    start = line.start
    for cell in source.raw[start : line.end].split(TAB):
        words = cell.strip()
        first = start + (cell.index(words) if words else 0)
        yield Span(first, first + len(words))
        start += len(cell) + len(TAB)


def _rows_in_lines(source: Source, lines: list[list[Span]]) -> list[Row]:
    """Return the rows of a table each of whose rows is one paragraph."""
    rows: list[Row] = []
    columns: list[str] = []
    for cells in lines:
        words = _words(source, cells)
        if _is_head(words):
            columns = words
        elif columns and TAB in source.raw[cells[0].start : cells[-1].end]:
            _add_row(source, rows, cells, columns)
        elif columns[:1] == [NUMBER_COLUMN]:
            if words[0].isdecimal() and len(words) > 1:
                rows.append(_row(source, cells, columns))
        elif columns and (len(cells) == len(columns) or (len(cells) == len(_own(columns)) and not _is_behind(source, cells))):
            rows.append(_row(source, cells, columns))
        else:
            columns = []
    # One line with spaces in it may look like a head, and the next one like its row.
    return rows if len(rows) > 1 or any(row.number.end > row.number.start for row in rows) else []


def _add_row(source: Source, rows: list[Row], cells: list[Span], columns: list[str]) -> None:
    """Add a row whose cells are told apart; one without a problem of its own goes on with the remedy of the last."""
    if len(cells) in (len(columns), len(_own(columns))):
        row = _row(source, cells, columns)
        if row.problem.end > row.problem.start:
            rows.append(row)
            return
    filled = [cell for cell in cells if cell.end > cell.start]
    if rows and filled:
        first = rows[-1].measures or filled[0]
        rows[-1] = replace(rows[-1], measures=Span(first.start, filled[-1].end), cells=rows[-1].cells + cells)


def _rows_in_single_cells(source: Source, lines: list[list[Span]]) -> list[Row]:
    """Return the rows of a table each of whose cells came out as a paragraph of its own; the numbers part the rows."""
    texts = ["".join(_words(source, cells)) for cells in lines]
    head = next((index for index, words in enumerate(texts) if words == NUMBER_COLUMN), None)
    if head is None:
        return []
    first = next((index for index in range(head + 1, min(head + 1 + MOST_COLUMNS, len(texts))) if texts[index] == "1"), None)
    if first is None or not _is_head(texts[head:first]):
        return []
    numbers = [first]
    for index in range(first + 1, len(texts)):
        if texts[index] == str(len(numbers) + 1):
            numbers.append(index)
    columns = texts[head:first]
    most = max(len(columns), *(following - number for number, following in pairwise(numbers)), 0)
    last = range(numbers[-1] + 1, min(numbers[-1] + most, len(lines)))
    ends = [*numbers[1:], next((index for index in last if _is_behind(source, lines[index])), last.stop)]
    wholes = [Span(cells[0].start, cells[-1].end) for cells in lines]
    return [_row(source, wholes[start:end], columns) for start, end in zip(numbers, ends, strict=True) if end - start > 1]


def _own(columns: list[str]) -> list[str]:
    """Return the columns that each row fills: a field in front of the problems may span several rows and stand in the first only."""
    first = next((index for index, word in enumerate(columns) if PROBLEM_COLUMN.search(word) and not FIELD_COLUMN.search(word)), 0)
    return [word for index, word in enumerate(columns) if index >= first or not FIELD_COLUMN.search(word)]


def _is_behind(source: Source, cells: list[Span]) -> bool:
    """Whether a line stands behind the table: a heading, the closing words, a signature."""
    words = _words(source, cells)
    return bool(FIRST_HEADING.match(words[0]) or CLOSING.match(words[0]) or DATE_LINE.fullmatch(words[-1]))


def _words(source: Source, cells: list[Span]) -> list[str]:
    """Return what stands in the cells."""
    return [source.spaced.text[cell.start : cell.end] for cell in cells]


def _is_head(words: list[str]) -> bool:
    """Whether the words name columns, one of which holds problems and another one what was done."""
    numbered = NUMBER_COLUMN in words[:2]
    named = all(len(word) <= LONGEST_NAME and not SENTENCE.search(word) for word in words)
    problems = [word for word in words if PROBLEM_COLUMN.search(word)]
    remedies = [word for word in words if REMEDY_COLUMN.search(word) and word not in problems[:1]]
    return len(words) > 1 and named and bool(problems) and (numbered or bool(remedies))


def _row(source: Source, cells: list[Span], columns: list[str]) -> Row:
    """Return one row; its problem stands in the column that the head names so, not in one that only names its field."""
    if len(cells) == len(_own(columns)):
        columns = _own(columns)
    named = [index for index, word in enumerate(columns) if PROBLEM_COLUMN.search(word)]
    column = next((index for index in named if not FIELD_COLUMN.search(columns[index])), named[0])
    column = min(column, len(cells) - 1)
    # Cells that are empty came out as nothing, so in a row with fewer of them nobody knows whose column is whose.
    names = columns if len(columns) == len(cells) else [""] * len(cells)
    status, remedy = _remedy(source, list(zip(cells, names, strict=True))[column + 1 :])
    measures = Span(remedy[0].start, remedy[-1].end) if remedy else None
    place = names.index(NUMBER_COLUMN) if NUMBER_COLUMN in names else 0
    number = cells[place] if NUMBER_COLUMN in columns else Span(cells[0].start, cells[0].start)
    return Row(number, cells[column], measures, status, cells)


def _remedy(source: Source, rest: list[tuple[Span, str]]) -> tuple[Span | None, list[Span]]:
    """Return the cell with nothing but the status, and those that tell the remedy, among the cells behind the problem."""
    told = [(cell, name) for cell, name in rest if cell.end > cell.start and not ASIDE_COLUMN.fullmatch(name)]
    if len(told) > 1:
        for index in reversed(range(len(told))):
            cell, name = told[index]
            if (not name or STATUS_COLUMN.search(name)) and mere_status(source.spaced.text[cell.start : cell.end]):
                return cell, [other for other, _ in told[:index] + told[index + 1 :]]
    return None, [cell for cell, _ in told]

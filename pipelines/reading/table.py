"""A ledger in the form of a table whose cells came out as words between spaces or bars."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import attrgetter

from pipelines.reading.source import DATE_LINE, FIRST_HEADING, Source, Span
from pipelines.reading.status import mere_status
from pipelines.reading.words import any_of, load

TAB = "\t"
"""What parts the cells of a row, where they are known."""
CELL = re.compile(r"[^\s|]+")
_COLUMNS = load("problems")["columns"]
NUMBER_COLUMNS = frozenset(_COLUMNS["number"])
PROBLEM_COLUMN = re.compile(any_of(_COLUMNS["problem"]))
REMEDY_COLUMN = re.compile(any_of(_COLUMNS["remedy"]))
FIELD_COLUMN = re.compile(any_of(_COLUMNS["field"]))
STATUS_COLUMN = re.compile(any_of(_COLUMNS["status"]))
# 完成时限, 整改责任人; 整改措施及责任人 holds the remedy, too.
ASIDE_COLUMN = re.compile(rf"[^及和与、]*{any_of(_COLUMNS['aside'])}")
OTHER_COLUMNS = frozenset(_COLUMNS["other"])
COLUMN_WORDS = re.compile(any_of(word for words in _COLUMNS.values() for word in words))
# 未完成的问题如下:, 整改情况一览表: the line above a table.
TITLE = re.compile(r"[^。]{0,40}(?:如下|表)[:。]?")
# 已完成整改, 整改不力: made of the words of columns, and told of a problem.
TELLING = re.compile("[已未不没无]")
# 是否完成, 是否已整改到位; 是否长期坚持 asks for something else.
ASKED = re.compile(r"是否(?:已经?)?(?:完成|销号|办结|整改(?:完成|到位))")
ANSWERS = {"是": "已完成", "否": "未完成"}
# 1, 1., 1-2, (一), 第3项: what stands in a column of numbers.
NUMBER = re.compile(r"第?[(]?(?:\d{1,3}(?:[-.]\d{1,3})*|[一二三四五六七八九十]{1,3})[)]?[、.项]?")
CLOSING = re.compile("|".join([*load("problems")["closing"], *load("problems")["summing_up"]]))
SENTENCE = re.compile(r"[。;:,、]")
LONGEST_NAME = 12
"""The longest name of a column, in characters."""
LONGEST_CAPTION = 40
"""Characters: 一、党的领导方面 between the rows of a table names a field."""
MOST_CAPTIONS = 2
"""Lines that may stand between two rows of one table."""
MOST_COLUMNS = 8
WIDEST = 20
"""Columns; a line of more names is no head."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row, as spans of the raw text."""

    number: Span
    problem: Span
    measures: Span | None
    told: frozenset[str]
    """What cells that tell nothing else say of the status; of a problem over several rows they may not agree."""
    cells: list[Span]

    @property
    def whole(self) -> Span:
        """From the first cell to the last."""
        return Span(self.cells[0].start, self.cells[-1].end)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of all tables of the ledger, and the lines above them that name the columns, as spans of the raw text."""

    rows: list[Row]
    heads: list[Span]


def read_table(source: Source) -> Table:
    """Return the rows of the ledger; none where the notice has no such table."""
    lines = [cells for paragraph in source.own if (cells := _cells(source, paragraph))]
    table = _Lines(source).read(lines)
    return table if table.rows else _in_single_cells(source, lines)


def prose_beside(source: Source, table: Table) -> Source:
    """Return the notice as if it had no table: what stands around the rows is read as in any other."""
    prose = copy(source)
    spans = sorted([*table.heads, *(row.whole for row in table.rows)], key=attrgetter("start"))
    starts = [span.start for span in spans]
    prose.own = []
    for paragraph in source.own:
        place = source.text.places[paragraph.start]
        index = bisect_right(starts, place) - 1
        if index < 0 or place >= spans[index].end:
            prose.own.append(paragraph)
    return prose


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


class _Lines:
    """Reads tables each of whose rows is one paragraph, line by line."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.rows: list[Row] = []
        self.heads: list[Span] = []
        self.columns: list[str] = []
        self.first = 0
        """The place in ``rows`` of the open table's first row."""
        self.captions = 0
        """How many lines without cells follow the last row."""
        self.title: Span | None = None
        """The line above, if it says that a table follows."""
        self.pairs: list[tuple[str, Span, Span]] = []
        """The name, its cell and the cell behind it of a problem that stands in a table of two columns, one name a line."""

    def read(self, lines: list[list[Span]]) -> Table:
        """Return what the lines hold."""
        for cells in lines:
            words = _words(self.source, cells)
            parted = TAB in self.source.raw[cells[0].start : cells[-1].end]
            if not (parted and self._add_pairs(cells, words)):
                self._close_pairs()
                self._read_line(cells, words, parted=parted)
            titled = len(cells) == 1 and TITLE.fullmatch(words[0]) and not FIRST_HEADING.match(words[0])
            self.title = cells[0] if titled else None
        self._close_pairs()
        # One line with spaces in it may look like a head, and the next one like its row.
        told = len(self.rows) > 1 or any(row.number.end > row.number.start or self._is_parted(row) for row in self.rows)
        return Table(self.rows, self.heads) if told else Table([], [])

    def _is_parted(self, row: Row) -> bool:
        return TAB in self.source.raw[row.whole.start : row.whole.end]

    def _read_line(self, cells: list[Span], words: list[str], *, parted: bool) -> None:
        """Take a line for a head, a row or neither."""
        columns = self.columns
        if _is_head(words) and not (len(words) == len(columns) and not _are_names(words)):
            self._open(cells, words)
        elif parted and columns:
            self._add_parted(cells, words)
        elif self._is_parted_table():
            self.captions += 1
            if NUMBER_COLUMNS.isdisjoint(columns) and (self.captions > MOST_CAPTIONS or not _is_caption(words)):
                self.columns = []
        elif columns and columns[0] in NUMBER_COLUMNS:
            if words[0].isdecimal() and len(words) > 1:
                self.rows.append(_row(self.source, cells, columns))
        elif columns and (len(cells) == len(columns) or (len(cells) == len(_own(columns)) and not _is_behind(self.source, cells))):
            self.rows.append(_row(self.source, cells, columns))
        else:
            self.columns = []

    def _is_parted_table(self) -> bool:
        """Whether the columns of the open table are told apart by tabs."""
        return bool(self.columns) and TAB in self.source.raw[self.heads[-1].start : self.heads[-1].end]

    def _open(self, cells: list[Span], columns: list[str]) -> None:
        """Begin a table."""
        if self.title:
            self.heads.append(self.title)
        self.heads.append(Span(cells[0].start, cells[-1].end))
        self.columns, self.first, self.captions = columns, len(self.rows), 0

    def _add_parted(self, cells: list[Span], words: list[str]) -> None:
        """Add a row whose cells are told apart; one without a problem of its own goes on with the remedy of the last."""
        columns, begun = self.columns, len(self.rows) > self.first
        above = _spread(columns, words) if len(words) > len(columns) else columns
        if not begun and _is_second_head(words, above):
            self._open(cells, [below or name for below, name in zip(words, above, strict=True)])
        elif len(cells) not in (len(columns), len(_own(columns))):
            if begun and len(cells) < len(columns) and not self.captions:
                self._go_on([cell for cell in cells if cell.end > cell.start], frozenset(), cells)
        elif not _is_numbered(words, columns) or not OTHER_COLUMNS.isdisjoint(words):
            self.columns = []
        else:
            row = _row(self.source, cells, columns)
            if row.problem.end > row.problem.start:
                self.rows.append(row)
                self.captions = 0
            elif begun:
                self._go_on([row.measures] if row.measures else [], row.told, cells)

    def _go_on(self, measures: list[Span], told: frozenset[str], cells: list[Span]) -> None:
        """Add cells to the last row."""
        last = self.rows[-1]
        last.cells.extend(cells)
        if measures:
            start = (last.measures or measures[0]).start
            last = replace(last, measures=Span(start, measures[-1].end))
        self.rows[-1] = replace(last, told=last.told | told)

    def _add_pairs(self, cells: list[Span], words: list[str]) -> bool:
        """Keep the cells of a line such as 问题, 库区巡护缺人手 (责任单位, 办公室); return whether it is one."""
        names, values = words[::2], words[1::2]
        if len(words) % 2 or any(name and not _is_name(name) for name in names) or _is_head(words):
            return False
        opens = bool(values[0]) and (names[0] in NUMBER_COLUMNS or _names_problem(names[0]))
        if opens and not self.pairs and len(words) == len(self.columns):
            return False
        if opens and any(name == names[0] for name, _, _ in self.pairs):
            self._close_pairs()
        if not (self.pairs or opens):
            return False
        self.pairs.extend(zip(names, cells[::2], cells[1::2], strict=True))
        return True

    def _close_pairs(self) -> None:
        """Add the problem whose names and cells were kept, if they name one and what was done."""
        names = [name for name, _, _ in self.pairs]
        remedied = any(REMEDY_COLUMN.search(name) or STATUS_COLUMN.search(name) for name in names if not PROBLEM_COLUMN.search(name))
        if remedied and any(map(_names_problem, names)):
            row = _row(self.source, [value for _, _, value in self.pairs], names)
            if row.problem.end > row.problem.start:
                self.rows.append(replace(row, cells=[cell for _, *both in self.pairs for cell in both]))
                self.columns = []
        self.pairs = []


def _in_single_cells(source: Source, lines: list[list[Span]]) -> Table:
    """Return the table each of whose cells came out as a paragraph of its own; the numbers part the rows."""
    texts = ["".join(_words(source, cells)) for cells in lines]
    head = next((index for index, words in enumerate(texts) if words in NUMBER_COLUMNS), None)
    if head is None:
        return Table([], [])
    first = next((index for index in range(head + 1, min(head + 1 + MOST_COLUMNS, len(texts))) if texts[index] == "1"), None)
    if first is None or not _is_head(texts[head:first]):
        return Table([], [])
    numbers = [first]
    for index in range(first + 1, len(texts)):
        if texts[index] == str(len(numbers) + 1):
            numbers.append(index)
    columns = texts[head:first]
    most = max(len(columns), *(following - number for number, following in pairwise(numbers)), 0)
    last = range(numbers[-1] + 1, min(numbers[-1] + most, len(lines)))
    ends = [*numbers[1:], next((index for index in last if _is_behind(source, lines[index])), last.stop)]
    wholes = [Span(cells[0].start, cells[-1].end) for cells in lines]
    rows = [_row(source, wholes[start:end], columns) for start, end in zip(numbers, ends, strict=True) if end - start > 1]
    return Table(rows, [Span(wholes[head].start, wholes[first - 1].end)])


def _own(columns: list[str]) -> list[str]:
    """Return the columns that each row fills: a field in front of the problems may span several rows and stand in the first only."""
    first = next((index for index, word in enumerate(columns) if _names_problem(word)), 0)
    return [word for index, word in enumerate(columns) if index >= first or not FIELD_COLUMN.search(word)]


def _is_behind(source: Source, cells: list[Span]) -> bool:
    """Whether a line stands behind the table: a heading, the closing words, a signature."""
    words = _words(source, cells)
    return bool(FIRST_HEADING.match(words[0]) or CLOSING.match(words[0]) or DATE_LINE.fullmatch(words[-1]))


def _words(source: Source, cells: list[Span]) -> list[str]:
    """Return what stands in the cells."""
    return [source.spaced.text[cell.start : cell.end] for cell in cells]


def _names_problem(name: str) -> bool:
    """Whether a column of this name holds problems; 问题类别 holds their field."""
    return bool(PROBLEM_COLUMN.search(name)) and not FIELD_COLUMN.search(name)


def _is_name(word: str) -> bool:
    """Whether a cell names a column: two thirds of it are words of which such names are made, and nothing is told."""
    short = len(word) <= LONGEST_NAME and not SENTENCE.search(word) and not TELLING.search(word)
    return short and 3 * len(COLUMN_WORDS.sub("", word)) < len(word)


def _are_names(words: list[str]) -> bool:
    """Whether every cell that is not empty names a column."""
    return all(_is_name(word) for word in words if word)


def _is_caption(words: list[str]) -> bool:
    """Whether a line without cells may name the field of the rows below it."""
    return sum(map(len, words)) <= LONGEST_CAPTION and not any("。" in word for word in words)


def _is_head(words: list[str]) -> bool:
    """Whether the words name columns, one of which holds problems and another one what was done."""
    if not 1 < len(words) <= WIDEST or any(len(word) > LONGEST_NAME or SENTENCE.search(word) for word in words):
        return False
    numbered = not NUMBER_COLUMNS.isdisjoint(words[:2])
    problems = [word for word in words if PROBLEM_COLUMN.search(word) and _is_name(word)]
    remedies = [word for word in words if REMEDY_COLUMN.search(word) and word not in problems[:1] and _is_name(word)]
    return bool(problems) and (numbered or bool(remedies)) and not NUMBER.fullmatch(words[0])


def _spread(columns: list[str], words: list[str]) -> list[str]:
    """Return the head with empty cells behind the one that spans all names below it, which Word stores as one cell."""
    wide = len(words) - len(columns)
    first = next((index for index, word in enumerate(words) if word), len(words))
    return [*columns[: first + 1], *[""] * wide, *columns[first + 1 :]]


def _is_second_head(words: list[str], columns: list[str]) -> bool:
    """Whether a line goes on with the head above it: 措施, 进展 below 整改情况, which spans both, and nothing below the others."""
    if len(words) != len(columns) or not all(columns[:1]) or all(words) or not any(words) or not _are_names(words):
        return False
    spanned = [not name or following == "" for name, following in zip(columns, [*columns[1:], None], strict=True)]
    return all(below for below, word in zip(spanned, words, strict=True) if word)


def _is_numbered(words: list[str], columns: list[str]) -> bool:
    """Whether a number, or nothing, stands where the head says so."""
    if len(words) == len(_own(columns)):
        columns = _own(columns)
    return all(not word or NUMBER.fullmatch(word) for word, name in zip(words, columns, strict=True) if name in NUMBER_COLUMNS)


def _row(source: Source, cells: list[Span], columns: list[str]) -> Row:
    """Return one row; its problem stands in the column that the head names so, not in one that only names its field."""
    if len(cells) == len(_own(columns)):
        columns = _own(columns)
    named = [index for index, word in enumerate(columns) if PROBLEM_COLUMN.search(word)]
    column = next((index for index in named if _names_problem(columns[index])), named[0])
    column = min(column, len(cells) - 1)
    # Cells that are empty came out as nothing, so in a row with fewer of them nobody knows whose column is whose.
    names = columns if len(columns) == len(cells) else [""] * len(cells)
    told, remedy = _remedy(source, list(zip(cells, names, strict=True)), column)
    measures = Span(remedy[0].start, remedy[-1].end) if remedy else None
    place = next((index for index, name in enumerate(names) if name in NUMBER_COLUMNS), 0)
    numbered = not NUMBER_COLUMNS.isdisjoint(columns)
    number = cells[place] if numbered else Span(cells[0].start, cells[0].start)
    return Row(number, cells[column], measures, told, cells)


def _remedy(source: Source, row: list[tuple[Span, str]], column: int) -> tuple[frozenset[str], list[Span]]:
    """Return what a cell says that holds nothing but the status, and the cells that tell the remedy: behind the problem, else before it."""
    before = [(cell, name) for cell, name in row[:column] if STATUS_COLUMN.search(name) or REMEDY_COLUMN.search(name)]
    told = [(cell, name) for cell, name in [*before, *row[column + 1 :]] if cell.end > cell.start and not ASIDE_COLUMN.fullmatch(name)]
    said: frozenset[str] = frozenset()
    for index in reversed(range(len(told))):
        cell, name = told[index]
        alone = len(told) == 1 and not ASKED.search(name)
        status = None if alone or (name and not STATUS_COLUMN.search(name)) else _told(source.spaced.text[cell.start : cell.end], name)
        if status:
            said = frozenset((status,))
            del told[index]
            break
    cells = [cell for cell, _ in told]
    problem = row[column][0]
    return said, [cell for cell in cells if cell.start > problem.start] or cells


def _told(words: str, name: str) -> str | None:
    """Return the status that a cell says and nothing else: 已完成, or 否,持续推进 where the column asks 是否完成."""
    answer, *more = re.split(r"[,;。(]", words, maxsplit=1)
    if answer not in ANSWERS or not ASKED.search(name):
        return mere_status(words)
    fuller = mere_status(more[0]) if more else None
    return fuller if fuller and fuller not in ANSWERS.values() else ANSWERS[answer]

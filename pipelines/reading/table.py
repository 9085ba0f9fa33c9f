"""A ledger in the form of a table whose cells came out as words between spaces or bars."""

import re
from dataclasses import dataclass

from pipelines.reading.source import Source, Span

CELL = re.compile(r"[^\s|]+")
HEAD = re.compile(r"^[\s|]*序号[\s|]")
PROBLEM_COLUMN = re.compile(r"问题|反馈意见|存在")


@dataclass(frozen=True, slots=True)
class Row:
    """One row, as spans of the raw text."""

    number: Span
    problem: Span
    measures: Span | None
    whole: Span


def read_table(source: Source) -> list[Row]:
    """Return the rows of the ledger, or nothing where the notice has no such table."""
    text, rows = source.spaced.text, []
    columns: list[str] | None = None
    for paragraph in source.own:
        start, end = source.text.span(paragraph.start, paragraph.end)
        cells = [Span(start + m.start(), start + m.end()) for m in CELL.finditer(text[start:end])]
        words = [text[cell.start : cell.end] for cell in cells]
        if HEAD.match(text[start:end]) and any(PROBLEM_COLUMN.search(word) for word in words):
            columns = words
        elif columns and words and words[0].isdecimal() and len(words) > 1:
            rows.append(_row(cells, columns))
    return rows


def _row(cells: list[Span], columns: list[str]) -> Row:
    """Return one row; its problem stands in the column that the head names so."""
    column = next(index for index, word in enumerate(columns) if PROBLEM_COLUMN.search(word))
    column = min(column, len(cells) - 1)
    rest = cells[column + 1 :]
    return Row(cells[0], cells[column], Span(rest[0].start, rest[-1].end) if rest else None, Span(cells[0].start, cells[-1].end))

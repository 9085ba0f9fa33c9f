"""The problem ledger: every problem that the inspection fed back, nested, with what was done about it."""

import re
from bisect import bisect_left
from dataclasses import dataclass, replace

from pipelines.reading.faults import is_faulty
from pipelines.reading.items import Item, closings_of, depth_of, problems_below, read_items
from pipelines.reading.judging import judge_items, opens_ledger, skip_sections
from pipelines.reading.signature import Signature
from pipelines.reading.source import Source, Span
from pipelines.reading.status import mere_status, read_status
from pipelines.reading.table import Row, Table, prose_beside, read_table
from pipelines.record import Problem

# 二、已完成整改的问题(12项): the status of all that stands under it.
STATUS_GROUP = re.compile(r"(?P<words>[^()\n]*(?:问题|事项|任务|类))(?:[(]\d+[个项条][)])?")
NO_WORD = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Ledger:
    """The problems in document order, groups before the problems in them, and the parts that are known to hold none."""

    problems: list[Problem]
    asides: list[Span]
    """Spans of the raw text: headings that open a part, whole sections about leadership or outlook, and closing words."""
    cells: list[Span]
    """Cells of the table in which the problems stand, as spans of the raw text."""


def read_ledger(source: Source, signature: Signature) -> Ledger:
    """Return the problems, and what else is known of the notice's parts."""
    table = read_table(source)
    prose = prose_beside(source, table) if table.rows else source
    items = read_items(prose)
    skip_sections(items)
    judge_items(items)
    if table.rows:
        _keep_stated(items)
    asides = [_raw_span(source, _aside_span(item)) for item in items if not item.problem and (item.skipped or item.children)]
    last = max((item.heading.line_end for item in items if item.problem), default=0)
    if table.rows:
        last = max(last, bisect_left(source.text.places, table.rows[-1].whole.end))
    closings = closings_of(prose, last)
    ends = sorted(
        [
            *(paragraph.start for paragraph in closings),
            *_table_starts(source, table),
            *([] if signature.start is None else [signature.start]),
        ]
    )
    asides += [_raw_span(source, paragraph) for paragraph in closings] + table.heads
    parts = [_raw_span(source, _part(source, prose, item)) for item in items if item.problem]
    stated, rows = _linked(_records(prose, items, ends), parts, [_from_row(source, row) for row in table.rows])
    problems, doubles = _merged(stated, rows)
    return Ledger(problems, asides + doubles, [cell for row in table.rows for cell in row.cells])


def _keep_stated(items: list[Item]) -> None:
    """Beside a table, take for problems only what wording marks and what names a fault: the place alone tells nothing there."""
    for item in items:
        item.problem = item.problem and (item.statement.wrapped or is_faulty(item.words))


def _table_starts(source: Source, table: Table) -> list[int]:
    """Return where the table's lines begin in the compact text: what stands in them is no remedy of the heading above."""
    return [bisect_left(source.text.places, span.start) for span in [*table.heads, *(row.whole for row in table.rows)]]


def _part(source: Source, prose: Source, item: Item) -> Span:
    """Return what stands below a heading, with the tables there; those behind the last words of the prose belong to its last heading."""
    end = item.heading.end if item.heading.end < prose.own[-1].end else source.own[-1].end
    return Span(item.heading.start, end)


def _linked(stated: list[Problem], parts: list[Span], rows: list[Problem]) -> tuple[list[Problem], list[Problem]]:
    """Return the problems of prose and table, where a heading over nothing but rows is their group; ``parts`` are the headings' parts."""
    starts = [row.start for row in rows]
    groups, leaves = list(stated), list(rows)
    for place, (problem, part) in enumerate(zip(stated, parts, strict=True)):
        first, last = bisect_left(starts, part.start), bisect_left(starts, part.end)
        if (
            problem.leaf
            and not problem.measures
            and first < last
            and NO_WORD.sub("", problem.problem) != NO_WORD.sub("", rows[first].problem)
        ):
            groups[place] = replace(problem, leaf=False, status=None, end=max(problem.end, rows[last - 1].end))
            leaves[first:last] = [replace(row, depth=problem.depth + 1) for row in rows[first:last]]
    return groups, leaves


def _merged(stated: list[Problem], rows: list[Problem]) -> tuple[list[Problem], list[Span]]:
    """Return the problems of prose and table in document order, and where one is told that the other tells with its remedy."""
    told = {NO_WORD.sub("", problem.problem): problem for problem in stated if problem.measures or not problem.leaf}
    tabled = {NO_WORD.sub("", row.problem) for row in rows} - told.keys()
    kept = [problem for problem in stated if NO_WORD.sub("", problem.problem) not in tabled]
    kept += [row for row in rows if NO_WORD.sub("", row.problem) in tabled]
    places = {problem.start for problem in kept}
    doubles = [Span(problem.start, problem.end) for problem in [*stated, *rows] if problem.start not in places]
    return sorted(kept, key=lambda problem: problem.start), doubles


def _aside_span(item: Item) -> Span:
    """Return what is known to state no problem: a section about leadership or outlook as a whole, of another heading its words."""
    whole = item.skipped and not opens_ledger(item) and not any(child.problem for child in item.children)
    return Span(item.heading.start, item.heading.end if whole else min(item.statement.rest, item.heading.line_end))


def _records(source: Source, items: list[Item], ends: list[int]) -> list[Problem]:
    """Return the problems among the items as records with raw offsets; ``ends`` is where closing words and the signature begin."""
    return [_record(source, item, problems_below(item), _item_end(item, ends)) for item in items if item.problem]


def _record(source: Source, item: Item, below: list[Item], end: int) -> Problem:
    """Return one problem, which ends at ``end``, as a record."""
    text = source.text.text
    measures_end = min((child.heading.start for child in below), default=end)
    measures = _trim(text, Span(item.statement.rest, measures_end))
    start, last = source.text.span(item.heading.start, max(end, item.statement.span.end))
    problem_start, problem_end = source.text.span(item.statement.span.start, item.statement.span.end)
    return Problem(
        number=_raw(source, item.heading.number) if item.heading.number.end > item.heading.number.start else "",
        depth=depth_of(item),
        leaf=not below,
        problem=source.raw[problem_start:problem_end],
        measures=_raw(source, measures) if measures else None,
        status=None if below else _status(text, item, measures),
        start=start,
        end=last,
        problem_start=problem_start,
        problem_end=problem_end,
    )


def _status(text: str, item: Item, measures: Span | None) -> str | None:
    """Return how far the rectification has come, by the remedy's words, else by the heading's, else by its section's."""
    told = (read_status(text[measures.start : measures.end]) if measures else None) or item.statement.status
    above = item.parent
    while told is None and above is not None:
        group = None if above.problem else STATUS_GROUP.fullmatch(above.words)
        told, above = mere_status(group["words"]) if group else None, above.parent
    return told


def _item_end(item: Item, ends: list[int]) -> int:
    """Return where an item ends: at the next heading, or before the closing words of the notice."""
    following = bisect_left(ends, item.heading.line_end)
    return min(ends[following], item.heading.end) if following < len(ends) else item.heading.end


def _trim(text: str, span: Span) -> Span | None:
    """Return the span without blanks and line breaks around it, or None if nothing is left."""
    start, end = span.start, span.end
    while start < end and text[start] in "\n。":
        start += 1
    while end > start and text[end - 1] == "\n":
        end -= 1
    return Span(start, end) if start < end else None


def _raw_span(source: Source, span: Span) -> Span:
    """Return a span of the compact text as one of the raw text."""
    return Span(*source.text.span(span.start, span.end))


def _raw(source: Source, span: Span) -> str:
    """Return the raw words of a span."""
    start, end = source.text.span(span.start, span.end)
    return source.raw[start:end]


def _from_row(source: Source, row: Row) -> Problem:
    """Return one row of a table as a record."""
    measures = source.raw[row.measures.start : row.measures.end] if row.measures else None
    status = None if row.told or not measures else read_status(measures)
    return Problem(
        number=source.raw[row.number.start : row.number.end],
        depth=1,
        leaf=True,
        problem=source.raw[row.problem.start : row.problem.end],
        measures=measures,
        status=next(iter(row.told)) if len(row.told) == 1 else status,
        start=row.whole.start,
        end=row.whole.end,
        problem_start=row.problem.start,
        problem_end=row.problem.end,
    )

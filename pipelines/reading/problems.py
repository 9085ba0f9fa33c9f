"""The problem ledger: every problem that the inspection fed back, nested, with what was done about it."""

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from pipelines.reading.outline import Heading, read_outline
from pipelines.reading.source import Source, Span
from pipelines.reading.statement import LONGEST_LEAD, Statement, read_statement
from pipelines.reading.status import read_status
from pipelines.reading.table import Row, read_table
from pipelines.reading.words import any_of, load
from pipelines.record import Problem

_WORDS = load("problems")
LEADERSHIP = re.compile(any_of(_WORDS["leadership"]))
OUTLOOK = re.compile(any_of(_WORDS["outlook"]))
SECTION = re.compile("|".join(_WORDS["sections"]))
FAULT = re.compile("|".join(_WORDS["faults"]))
PRAISE = re.compile(any_of(_WORDS["praise"]))
ACTION = re.compile(any_of(_WORDS["actions"]) + r"|对[^,]{1,20}(?:进行|开展)")
NEUTRAL = re.compile(any_of(_WORDS["neutral_endings"]) + "$")
CLOSING = re.compile("|".join(_WORDS["closing"]).replace("^", ""))
FAULTY_END = re.compile(f"(?:{'|'.join(_WORDS['faulty_ends'])})$")
# 【整改】…: the other half of an item whose first half is 【问题】….
REMEDY_LABEL = re.compile(any_of(_WORDS["remedy_labels"]) + "】")


@dataclass(slots=True)
class Item:
    """A heading under judgement."""

    heading: Heading
    statement: Statement
    words: str
    has_content: bool
    skipped: bool = False
    """It lies in a section about leadership or outlook, or is a label."""
    problem: bool = False
    children: "list[Item]" = field(default_factory=list)
    parent: "Item | None" = None


def read_problems(source: Source) -> list[Problem]:
    """Return the problems in document order; groups come before the problems in them."""
    if rows := read_table(source):
        return [_from_row(source, row) for row in rows]
    items = _items(source)
    _skip_sections(items)
    _judge(items)
    return _records(source, items)


def _items(source: Source) -> list[Item]:
    """Return the headings that say something, linked as a tree."""
    text = source.text.text
    items: dict[int, Item] = {}
    headings = read_outline(source)
    for index, heading in enumerate(headings):
        statement = read_statement(text, heading)
        if statement is None:
            continue
        following = headings[index + 1].start if index + 1 < len(headings) else heading.end
        has_content = _has_content(source, heading, statement, following)
        item = Item(heading, statement, text[statement.span.start : statement.span.end], has_content)
        above = heading.parent
        while above is not None and above.start not in items:
            above = above.parent
        if above is not None:
            item.parent = items[above.start]
            item.parent.children.append(item)
        items[heading.start] = item
    return list(items.values())


def _has_content(source: Source, heading: Heading, statement: Statement, following: int) -> bool:
    """Whether words stand between the heading's statement and the next heading."""
    between = source.text.text[min(statement.rest, heading.line_end) : following].strip("。\n;,")
    return len(between) > 1 and not CLOSING.match(between)


def _skip_sections(items: list[Item]) -> None:
    """Mark what lies in sections about leadership or outlook, and labels inside an item."""
    for item in items:
        words = item.words
        label = not item.statement.wrapped and bool(SECTION.search(words) or REMEDY_LABEL.match(words))
        outermost = item.parent is None or item.parent.parent is None
        aside = outermost and not item.statement.wrapped and not _faulty(words) and bool(LEADERSHIP.search(words) or OUTLOOK.search(words))
        inherited = item.parent is not None and item.parent.skipped and not item.statement.wrapped and not _opens_ledger(item.parent)
        item.skipped = label or aside or inherited


def _opens_ledger(item: Item) -> bool:
    """Whether a heading that states no problem itself opens a part in which problems stand (二、反馈问题整改情况)."""
    return bool(SECTION.search(item.words)) and not (LEADERSHIP.search(item.words) or OUTLOOK.search(item.words))


def _judge(items: list[Item]) -> None:
    """Decide which headings state problems: by their wording, else together with their like."""
    for item in items:
        item.problem = item.statement.wrapped
    peers: dict[tuple[int, str], list[Item]] = {}
    for item in items:
        if not item.problem and not item.skipped and len(item.words) <= LONGEST_LEAD:
            peers.setdefault((item.heading.depth, item.heading.style), []).append(item)
    for group in peers.values():
        _judge_peers(group)


def _judge_peers(group: list[Item]) -> None:
    """Take leads of one level and style as problems where most of them name a fault and stand over words of their own."""
    stating = [item for item in group if (item.has_content or item.children) and _vote(item) >= 0]
    faulty = [item for item in stating if _vote(item) > 0]
    if 2 * len(stating) < len(group) or 2 * len(faulty) < len(stating) or not stating:
        return
    for item in stating:
        container = bool(item.children) and _vote(item) == 0 and NEUTRAL.search(item.words)
        item.problem = not container


def _vote(item: Item) -> int:
    """Return 1 for a lead that names a fault, -1 for one that tells an action, 0 where it may be either."""
    if _faulty(item.words):
        return 1
    return -1 if ACTION.match(item.words) and not FAULT.search(item.words) else 0


def _faulty(words: str) -> bool:
    """Whether a statement says that something is wrong; 清理长期在编不在岗人员17名 says it only by the way."""
    words = PRAISE.sub("", words).removesuffix("方面")
    return bool(FAULTY_END.search(words) if ACTION.match(words) else FAULT.search(words))


def _records(source: Source, items: list[Item]) -> list[Problem]:
    """Return the problems among the items as records with raw offsets."""
    closings = [p.start for p in source.own if CLOSING.match(source.text.text, p.start)]
    return [_record(source, item, _below(item), _item_end(item, closings)) for item in items if item.problem]


def _below(item: Item) -> list[Item]:
    """Return the problems under an item, however deep."""
    found: list[Item] = []
    waiting = list(item.children)
    while waiting:
        child = waiting.pop()
        if child.problem:
            found.append(child)
        else:
            waiting.extend(child.children)
    return found


def _depth(item: Item) -> int:
    """Return how many problems stand above this one, plus one."""
    depth, above = 1, item.parent
    while above is not None:
        depth += above.problem
        above = above.parent
    return depth


def _record(source: Source, item: Item, below: list[Item], end: int) -> Problem:
    """Return one problem, which ends at ``end``, as a record."""
    text = source.text.text
    measures_end = min((child.heading.start for child in below), default=end)
    measures = _trim(text, Span(item.statement.rest, measures_end))
    start, last = source.text.span(item.heading.start, max(end, item.statement.span.end))
    problem_start, problem_end = source.text.span(item.statement.span.start, item.statement.span.end)
    return Problem(
        number=text[item.heading.number.start : item.heading.number.end],
        depth=_depth(item),
        leaf=not below,
        problem=source.raw[problem_start:problem_end],
        measures=_raw(source, measures) if measures else None,
        status=read_status(text[measures.start : measures.end]) if measures and not below else None,
        start=start,
        end=last,
        problem_start=problem_start,
        problem_end=problem_end,
    )


def _item_end(item: Item, closings: list[int]) -> int:
    """Return where an item ends: at the next heading, or before the closing words of the notice."""
    following = bisect_left(closings, item.heading.line_end)
    return min(closings[following], item.heading.end) if following < len(closings) else item.heading.end


def _trim(text: str, span: Span) -> Span | None:
    """Return the span without blanks and line breaks around it, or None if nothing is left."""
    start, end = span.start, span.end
    while start < end and text[start] in "\n。":
        start += 1
    while end > start and text[end - 1] == "\n":
        end -= 1
    return Span(start, end) if start < end else None


def _raw(source: Source, span: Span) -> str:
    """Return the raw words of a span."""
    start, end = source.text.span(span.start, span.end)
    return source.raw[start:end]


def _from_row(source: Source, row: Row) -> Problem:
    """Return one row of a table as a record."""
    measures = source.raw[row.measures.start : row.measures.end] if row.measures else None
    return Problem(
        number=source.raw[row.number.start : row.number.end],
        depth=1,
        leaf=True,
        problem=source.raw[row.problem.start : row.problem.end],
        measures=measures,
        status=read_status(measures) if measures else None,
        start=row.whole.start,
        end=row.whole.end,
        problem_start=row.problem.start,
        problem_end=row.problem.end,
    )

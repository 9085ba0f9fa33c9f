"""The headings of a notice under judgement: each with its statement and what stands below it."""

import re
from dataclasses import dataclass, field, replace

from pipelines.reading.faults import is_faulty
from pipelines.reading.outline import Heading, read_outline
from pipelines.reading.source import Source, Span
from pipelines.reading.statement import Statement, read_statement
from pipelines.reading.status import mere_status
from pipelines.reading.words import any_of, load

_WORDS = load("problems")
CLOSING = re.compile("|".join(_WORDS["closing"]).replace("^", ""))
# 下一步,我局党组将…; not 下一步,该项工作…
SUMMING_UP = re.compile(rf"(?![^。\n]*{any_of(_WORDS['this_item'])})(?:{'|'.join(_WORDS['summing_up'])})")
# 例会制度执行不好问题整改情况: what a heading adds to the fault that it names.
NOUN_BEHIND = re.compile(r"的?问题(?:的)?整改(?:工作)?(?:落实|进展|完成)?情况$")
# 尚未完成问题整改情况: words that tell which problems are meant, and name none.
PROGRESS = re.compile("整改|完成|销号|办结|推进")
SENTENCES = frozenset(("一是", "①"))
"""Styles that number sentences of a remedy, never titles."""
SHORTEST_FAULT = 5
"""Characters."""
STATUS_LABEL = re.compile(rf"[【(]?{any_of(_WORDS['status_labels'])}[】)]?:?")


@dataclass(slots=True)
class Item:
    """A heading under judgement."""

    heading: Heading
    statement: Statement
    words: str
    has_content: bool
    only_status: bool
    """Of its own content: 整改状态:已完成."""
    skipped: bool = False
    """It lies in a section about leadership or outlook, or is a label."""
    problem: bool = False
    step: bool = False
    """It tells a step of the remedy of the problem above it."""
    children: "list[Item]" = field(default_factory=list)
    parent: "Item | None" = None


def read_items(source: Source) -> list[Item]:
    """Return the headings that say something, linked as a tree."""
    text = source.text.text
    items: dict[int, Item] = {}
    headings = read_outline(source)
    for index, heading in enumerate(headings):
        statement = read_statement(text, heading)
        if statement is None:
            continue
        statement = _freed(text, statement)
        following = headings[index + 1] if index + 1 < len(headings) else None
        content = _content(text, heading, statement, following)
        only_status = bool(mere_status(STATUS_LABEL.sub("", content)))
        item = Item(heading, statement, text[statement.span.start : statement.span.end], bool(content), only_status)
        above = heading.parent
        while above is not None and above.start not in items:
            above = above.parent
        if above is not None:
            item.parent = items[above.start]
            item.parent.children.append(item)
            # 一是针对漏保的问题,复核1204户: below a stated problem it tells at what a step was aimed.
            targeted = heading.style in SENTENCES and text.startswith("针对", heading.body)
            item.step = targeted and item.parent.statement.wrapped
        items[heading.start] = item
    return list(items.values())


def _freed(text: str, statement: Statement) -> Statement:
    """Return the statement without 问题整改情况 behind it, where a fault stands before; 未整改问题整改情况 is a label."""
    noun = NOUN_BEHIND.search(text, statement.span.start, statement.span.end)
    if statement.wrapped or noun is None or noun.start() - statement.span.start < SHORTEST_FAULT:
        return statement
    words = text[statement.span.start : noun.start()]
    if PROGRESS.search(words) or not is_faulty(words):
        return statement
    return replace(statement, span=Span(statement.span.start, noun.start()), wrapped=True)


def _content(text: str, heading: Heading, statement: Statement, following: Heading | None) -> str:
    """Return the words between the heading's statement and the next heading, if there are any."""
    between = text[min(statement.rest, heading.line_end) : following.start if following else heading.end].strip("。\n;,")
    closes = CLOSING.match(between) or (following is None and SUMMING_UP.match(between))
    return "" if closes or len(between) == 1 else between


def all_below(item: Item) -> list[Item]:
    """Return what stands under an item, however deep."""
    found = list(item.children)
    for child in found:
        found.extend(child.children)
    return found


def problems_below(item: Item) -> list[Item]:
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


def depth_of(item: Item) -> int:
    """Return how many problems stand above this one, plus one."""
    depth, above = 1, item.parent
    while above is not None:
        depth += above.problem
        above = above.parent
    return depth


def closings_of(source: Source, last: int) -> list[Span]:
    """Return the paragraphs that end the ledger; one that sums up does so only behind ``last``, the last problem's heading."""
    text = source.text.text
    return [p for p in source.own if CLOSING.match(text, p.start) or (p.start >= last and SUMMING_UP.match(text, p.start))]

"""The problem ledger: every problem that the inspection fed back, nested, with what was done about it."""

import re
from bisect import bisect_left
from dataclasses import dataclass, field, replace

from pipelines.reading.outline import SECTION, Heading, read_outline
from pipelines.reading.signature import Signature
from pipelines.reading.source import Source, Span
from pipelines.reading.statement import LONGEST_LEAD, Statement, read_statement
from pipelines.reading.status import mere_status, read_status
from pipelines.reading.table import Row, Table, prose_beside, read_table
from pipelines.reading.words import any_of, load
from pipelines.record import Problem

_WORDS = load("problems")
LEADERSHIP = re.compile(any_of(_WORDS["leadership"]))
OUTLOOK = re.compile(any_of(_WORDS["outlook"]))
FAULT = re.compile("|".join(_WORDS["faults"]))
PRAISE = re.compile(any_of(_WORDS["praise"]))
REMEDIED = re.compile(_WORDS["remedied"])
BADLY = re.compile(_WORDS["badly"])
CLAUSE_END = re.compile("[,;]")
ACTION = re.compile(any_of(_WORDS["actions"]) + r"|对[^,]{1,20}(?:进行|开展)")
NEUTRAL = re.compile(any_of(_WORDS["neutral_endings"]) + "$")
FIELD_LEAD = re.compile(any_of(_WORDS["field_leads"]))
CLOSING = re.compile("|".join(_WORDS["closing"]).replace("^", ""))
# 下一步,我局党组将…; not 下一步,该项工作…
SUMMING_UP = re.compile(rf"(?![^。\n]*{any_of(_WORDS['this_item'])})(?:{'|'.join(_WORDS['summing_up'])})")
FAULTY_END = re.compile(f"(?:{'|'.join(_WORDS['faulty_ends'])})$")
# 问题表现:… under a heading that states the problem itself only describes it.
DESCRIPTION = re.compile(r"表现|描述")
# (一)存在问题, over the problems of a field; behind it (二)整改情况 is over the remedies.
STATES = re.compile("(?:存在|反馈|发现|主要|具体)的?(?:主要|具体|突出)?问题")
REMEDIES = re.compile("整改(?:落实|完成|进展|工作)?(?:情况|措施|成效|结果|举措)")
# 二、以巡促改、标本兼治 behind the ledger tells of none of it; nor do 三、存在的不足, which are the body's own words.
OF_LEDGER = re.compile("反馈|问题|整改|巡[察视]|方面|落实")
OWN_WORDS = re.compile("存在的?(?:不足|差距|短板)")
# 二、已完成整改的问题(12项): the status of all that stands under it.
STATUS_GROUP = re.compile(r"(?P<words>[^()\n]*(?:问题|事项|任务|类))(?:[(]\d+[个项条][)])?")
# 二、反馈问题整改情况, 二、狠抓整改落实: what a section of the ledger is called.
LEDGER = re.compile(r"整改|反馈|落实")
FED_BACK = re.compile(r"反馈|问题|意见")
# 例会制度执行不好问题整改情况: what a heading adds to the fault that it names.
NOUN_BEHIND = re.compile(r"的?问题(?:的)?整改(?:工作)?(?:落实|进展|完成)?情况$")
# 尚未完成问题整改情况: words that tell which problems are meant, and name none.
PROGRESS = re.compile("整改|完成|销号|办结|推进")
SHORTEST_FAULT = 5
"""Characters."""
# A title counts nothing: 1.开展巡河12次 tells a remedy.
COUNTED = re.compile(r"\d")
LONGEST_TITLE = 40
"""The longest title, in characters, that states a field of work instead of a problem."""
SENTENCES = frozenset(("一是", "①"))
"""Styles that number sentences of a remedy, never titles."""
# 【整改】…: the other half of an item whose first half is 【问题】….
REMEDY_LABEL = re.compile(any_of([*_WORDS["remedy_labels"], *_WORDS["item_labels"]]) + "】")
NO_WORD = re.compile(r"\W+")
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
    items = _items(prose)
    _skip_sections(items)
    _judge(items)
    if table.rows:
        _keep_stated(items)
    asides = [_raw_span(source, _aside_span(item)) for item in items if not item.problem and (item.skipped or item.children)]
    last = max((item.heading.line_end for item in items if item.problem), default=0)
    if table.rows:
        last = max(last, bisect_left(source.text.places, table.rows[-1].whole.end))
    closings = _closings(prose, last)
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
        item.problem = item.problem and (item.statement.wrapped or _faulty(item.words))


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
    whole = item.skipped and not _opens_ledger(item) and not any(child.problem for child in item.children)
    return Span(item.heading.start, item.heading.end if whole else min(item.statement.rest, item.heading.line_end))


def _items(source: Source) -> list[Item]:
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
    if PROGRESS.search(words) or not _faulty(words):
        return statement
    return replace(statement, span=Span(statement.span.start, noun.start()), wrapped=True)


def _content(text: str, heading: Heading, statement: Statement, following: Heading | None) -> str:
    """Return the words between the heading's statement and the next heading, if there are any."""
    between = text[min(statement.rest, heading.line_end) : following.start if following else heading.end].strip("。\n;,")
    closes = CLOSING.match(between) or (following is None and SUMMING_UP.match(between))
    return "" if closes or len(between) == 1 else between


def _skip_sections(items: list[Item]) -> None:
    """Mark what lies in sections about leadership or outlook, and labels inside an item."""
    # Where no heading names a fault, those of the last part that can be the ledger may speak of 政治站位 as well.
    faulty = any(item.statement.wrapped or _vote(item) > 0 for item in items)
    opening = [] if faulty else [item for item in items if item.parent is None and _opens_ledger(item)]
    for item in items:
        # What quotes something states it: “读书走马观花”整改情况 is no mere label.
        label = not item.statement.wrapped and "“" not in item.words and bool(SECTION.search(item.words) or REMEDY_LABEL.match(item.words))
        above = item.parent
        inherited = above is not None and above.skipped and not item.statement.wrapped and not _opens_ledger(above)
        item.skipped = label or _aside(item, opening[-1:]) or inherited or _describes(item)


def _aside(item: Item, ledger: list[Item]) -> bool:
    """Whether a heading opens a part about leadership or outlook; ``ledger`` is the section whose headings are not judged by that."""
    if item.statement.wrapped or _faulty(item.words) or not (LEADERSHIP.search(item.words) or OUTLOOK.search(item.words)):
        return False
    above = item.parent
    if above is None:
        return not _is_field(item)
    # 二、反馈问题整改情况 holds fields of the ledger only: (二)履行主体责任方面 is one of them.
    return above.parent is None and not (_opens_ledger(above) and (FED_BACK.search(above.words) or above in ledger or _is_field(item)))


def _is_field(item: Item) -> bool:
    """Whether a heading with a word of leadership in it names a field of the ledger: 政治责任方面, over headings that name faults."""
    leads = [child for child in item.children if child.heading.style not in SENTENCES]
    faulty = sum(child.statement.wrapped or _vote(child) > 0 for child in leads)
    return item.words.endswith("方面") and 2 * faulty >= len(leads) > 0


def _describes(item: Item) -> bool:
    """Whether the item only describes the problem that the heading above it states: 1.征收不足, 问题表现:部分企业欠缴."""
    above = item.parent
    if above is None or not item.statement.label or not DESCRIPTION.search(item.statement.label):
        return False
    labelled = [child for child in above.children if child.statement.label and DESCRIPTION.search(child.statement.label)]
    return len(labelled) == 1 and _faulty(above.words)


def _opens_ledger(item: Item) -> bool:
    """Whether a heading that states no problem itself opens a part in which problems stand (二、反馈问题整改情况)."""
    return bool(SECTION.search(item.words)) and not (LEADERSHIP.search(item.words) or OUTLOOK.search(item.words))


def _judge(items: list[Item]) -> None:
    """Decide which headings state problems: by their wording, else together with their like, else by their place."""
    for item in items:
        item.problem = item.statement.wrapped and not (item.step or _describes(item))
    for item in items:
        if item.problem:
            _drop_steps(item)
        _drop_remedies(item)
    peers: dict[tuple[int, str], list[Item]] = {}
    for item in items:
        if not (item.problem or item.skipped or item.step) and len(item.words) <= LONGEST_LEAD:
            peers.setdefault((item.heading.depth, item.heading.style), []).append(item)
    for group in peers.values():
        _judge_peers(group)
    _drop_sections_behind(items)
    if not any(item.problem and not _names_field(item) for item in items):
        for item in items:
            if item.parent is None and _is_ledger(item):
                _judge_by_place(item)


def _drop_steps(problem: Item) -> None:
    """Take no step of a stated problem's remedy for a problem: of a series ①核查12户 ②针对比对滞后问题,… the first is none."""
    first: dict[str, Item] = {}
    for child in problem.children:
        opening = first.setdefault(child.heading.style, child)
        if child.problem and not opening.statement.wrapped and _vote(opening) <= 0:
            child.problem, child.step = False, True


def _drop_remedies(field: Item) -> None:
    """Take nothing below (二)整改情况 for a problem where (一)存在问题 stands before it in the same field."""
    stated = next((child for child in field.children if STATES.fullmatch(child.words)), None)
    for child in field.children:
        if stated and child.heading.start > stated.heading.start and REMEDIES.fullmatch(child.words):
            for remedy in _all_below(child):
                remedy.step = not remedy.statement.wrapped


def _all_below(item: Item) -> list[Item]:
    """Return what stands under an item, however deep."""
    found = list(item.children)
    for child in found:
        found.extend(child.children)
    return found


def _drop_sections_behind(items: list[Item]) -> None:
    """Take the sections behind the ledger for none of its problems, unless their words end on a fault: 三、不图虚名扎实推动发展."""
    sections = [item for item in items if item.parent is None]
    ledger = next((section for section in sections if _opens_ledger(section) and _below(section)), None)
    for section in sections:
        behind = ledger is not None and section.heading.start > ledger.heading.start and section.heading.style == ledger.heading.style
        own = OWN_WORDS.search(section.words) or not (OF_LEDGER.search(section.words) or FAULTY_END.search(section.words))
        if behind and own:
            for item in (section, *_all_below(section)):
                item.problem = item.problem and item.statement.wrapped
        if behind and not (section.statement.wrapped or _below(section) or FAULTY_END.search(section.words)):
            section.problem = False


def _names_field(item: Item) -> bool:
    """Whether a heading names only the field in which problems stand: (一)关于推动高质量发展方面."""
    return bool(item.children) and not _faulty(item.words)


def _is_ledger(section: Item) -> bool:
    """Whether an outermost heading opens the ledger, by its words alone."""
    words = section.words
    return bool(LEDGER.search(words)) and not (LEADERSHIP.search(words) or OUTLOOK.search(words))


def _judge_by_place(section: Item) -> None:
    """Take the innermost titles of a ledger in which no heading states a fault: 1.加强理论武装. 组织学习6次."""
    levels: dict[tuple[int, str], list[Item]] = {}
    waiting = list(section.children)
    while waiting:
        item = waiting.pop()
        waiting.extend(item.children)
        if item.heading.style not in SENTENCES:
            levels.setdefault((item.heading.depth, item.heading.style), []).append(item)
    for _, level in sorted(levels.items(), key=lambda entry: entry[0][0], reverse=True):
        titles = [item for item in level if _is_title(item)]
        if len(titles) >= 2 and 3 * len(titles) >= 2 * len(level):
            for item in titles:
                item.problem = True
            return


def _is_title(item: Item) -> bool:
    """Whether a heading can be the title of an item of the ledger: short, without a count, over words of its own."""
    content = item.has_content or any(child.heading.style in SENTENCES for child in item.children)
    return not item.skipped and content and len(item.words) <= LONGEST_TITLE and not COUNTED.search(item.words)


def _judge_peers(group: list[Item]) -> None:
    """Take leads of one level and style as problems where most of them name a fault and stand over words of their own."""
    # (1)签订承诺书413份。整改状态:已完成: under what states no fault, a status alone ends a remedy.
    stating = [item for item in group if (item.has_content or item.children) and _vote(item) >= item.only_status]
    faulty = [item for item in stating if _vote(item) > 0]
    # Where no lead tells an action and all are titles over words of their own, fewer need to name the fault.
    enough = 3 if len(stating) == len(group) and all(_is_title(item) for item in group) else 2
    if 2 * len(stating) < len(group) or enough * len(faulty) < len(stating) or not stating:
        return
    for item in stating:
        item.problem = not _is_container(item)


def _is_container(item: Item) -> bool:
    """Whether a heading over others only names their field: (一)基层党建工作, (二)聚焦群众身边腐败和不正之风方面."""
    if not item.children:
        return False
    if item.statement.aspect:
        return bool(FIELD_LEAD.match(item.words)) or _vote(item) == 0
    return _vote(item) == 0 and bool(NEUTRAL.search(item.words))


def _vote(item: Item) -> int:
    """Return 1 for a lead that names a fault, -1 for one that tells an action, 0 where it may be either."""
    if _faulty(item.words):
        return 1
    return -1 if ACTION.match(item.words) and not FAULT.search(item.words) else 0


def _faulty(words: str) -> bool:
    """Whether a statement says that something is wrong; 整改手续不全工地23处 says it only by the way."""
    clauses = CLAUSE_END.split(PRAISE.sub("", words).removesuffix("方面"))
    words = ",".join(clause for clause in clauses if BADLY.search(clause) or not REMEDIED.match(clause))
    return bool(FAULTY_END.search(words) if ACTION.match(words) else FAULT.search(words))


def _closings(source: Source, last: int) -> list[Span]:
    """Return the paragraphs that end the ledger; one that sums up does so only behind ``last``, the last problem's heading."""
    text = source.text.text
    return [p for p in source.own if CLOSING.match(text, p.start) or (p.start >= last and SUMMING_UP.match(text, p.start))]


def _records(source: Source, items: list[Item], ends: list[int]) -> list[Problem]:
    """Return the problems among the items as records with raw offsets; ``ends`` is where closing words and the signature begin."""
    return [_record(source, item, _below(item), _item_end(item, ends)) for item in items if item.problem]


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
        number=_raw(source, item.heading.number) if item.heading.number.end > item.heading.number.start else "",
        depth=_depth(item),
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

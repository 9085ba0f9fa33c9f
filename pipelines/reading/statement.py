"""The problem that a heading states, freed from its wrapping: 关于“…”的问题 → …."""

import re
from dataclasses import dataclass, replace

from pipelines.reading.outline import Heading
from pipelines.reading.source import Span
from pipelines.reading.status import mere_status
from pipelines.reading.words import any_of, load

_WORDS = load("problems")
_REMEDY = any_of(_WORDS["remedy_labels"])
_LABEL = any_of(_WORDS["statement_labels"])

# 关于“…”的问题(基本完成): how far it has come may stand behind the problem.
IN_BRACKETS = r"[(【](?P<told>[^()【】\n]{2,12})[)】]"
# What follows a quoted or named problem, up to the heading's end: 的问题。 / 问题整改情况。 / 的整改 / 方面。
TAIL = re.compile(
    r"(?:的|等|这一|一些)?(?:突出|具体|方面)?(?:问题|方面|情况|表述|整改|意见)?(?:的)?(?:整改)?(?:落实|进展|完成)?(?:情况|措施|成效)?"
    rf"(?:{IN_BRACKETS})?(?P<stop>[。:,;\n]|$)"
)
# 关于, 扎实整改了关于, 在, 对, 水库管护方面存在的, 针对巡察组指出的: what may stand before the opening quotation mark.
PREFIX = re.compile(
    r"(?:(?:关于|针对|对于?|就)?[^“。:;,\n]{0,10}(?:反馈|指出|提出|发现)的?|[^“。:;,\n]{0,12}?(?:关于|针对|对于|围绕|聚焦|解决|破解|纠治|整改)|对|在|就|[^“。:;\n]{2,24}方面[,,]?(?:的|存在的?)?|[^“。:;\n]{0,16}存在的?)?(?=“)"
)
# 关于理论学习不深入的问题(的整改情况): named without quotation marks.
NAMED = re.compile(
    r"(?:[^“。:;,\n]{0,12}?(?:关于|针对|对于)|在)(?P<problem>[^。:;\n]{3,200}?)的?(?P<noun>问题|方面)(?:的?整改)?(?:工作)?(?:落实|进展|完成)?(?:情况)?"
    rf"(?:{IN_BRACKETS})?(?P<stop>[。:,;\n]|$)"
)
STATUS_AT_END = re.compile(IN_BRACKETS + r"[。:,;\n]?$")
NOUN_AT_END = re.compile(r"的?(?:问题|方面)(?:的?整改情况)?$")
# 反馈问题:…, 问题:…, 反馈指出:…, 学习方面。存在问题:…
LABELLED = re.compile(rf"(?:[^。:;,“\n]{{2,24}}方面[。:,])?[(【]?(?P<label>{_LABEL})[)】]?[^:。\n]{{0,3}}?[:】]")
REMEDY = re.compile(rf"[。;,!?)]?[【(]?{_REMEDY}[】)]?[:。]")
STATEMENT_END = re.compile(r"[。;!?\n]")
# 存在不足:…;…: behind a label several things may be stated.
LABELLED_END = re.compile(r"[。!?\n]")
# “…。…的问题。: where the closing mark is missing, the noun ends the problem, even after a full stop.
UNCLOSED_END = re.compile(r"的问题(?:的?整改情况)?(?:[。:]|$)")
LEAD_END = re.compile(r"[。:!?\n]")
MARGIN = "。:,;、.! "
LONGEST_LEAD = 80
LONGEST = 400


@dataclass(frozen=True, slots=True)
class Statement:
    """Where a problem is stated; ``rest`` is where the heading ends and the remedy begins.

    ``wrapped`` tells that the wording itself marks it as a problem; a mere lead (1.执行不严。…) may be one.
    """

    span: Span
    rest: int
    wrapped: bool
    label: str | None = None
    """反馈问题, 问题表现: the label that opens the statement."""
    aspect: bool = False
    """方面 stood behind it: it may name a field instead of a problem."""
    status: str | None = None
    """What brackets behind it say of its status."""


def read_statement(text: str, heading: Heading) -> Statement | None:
    """Return what the heading states, or None where it holds no words."""
    start, end = heading.body, min(heading.line_end, heading.body + LONGEST)
    for read in (_labelled, _quoted, _named):
        if statement := read(text, start, end):
            return statement
    if heading.style == "问题":
        return _until(text, start, end, STATEMENT_END, wrapped=True)
    return _until(text, start, end, LEAD_END, wrapped=False)


def _labelled(text: str, start: int, end: int) -> Statement | None:
    """Return the statement behind a label: 反馈问题:库区巡护缺人手."""
    label = LABELLED.match(text, start, end)
    if not label:
        return None
    statement = _until(text, label.end(), end, LABELLED_END, wrapped=True)
    return replace(statement, label=label["label"]) if statement else None


def _quoted(text: str, start: int, end: int) -> Statement | None:
    """Return the statement inside quotation marks that hold the whole problem, closed or not."""
    prefix = PREFIX.match(text, start, end)
    if not prefix:
        return None
    opening = prefix.end()
    closing = _closing(text, opening, end)
    if closing is not None:
        tail = TAIL.match(text, closing + 1, end)
        if tail and (tail.end() > closing + 1 or closing + 1 == end):
            return _statement(text, opening + 1, closing, tail.end(), wrapped=True)
        # 关于“三公开”制度…的问题: the marks hold a term only; the problem goes on behind them.
        return None
    # The closing mark is missing: the problem ends where the heading does.
    stop = STATEMENT_END.search(text, opening, end)
    last = stop.start() if stop else end
    if noun := NOUN_AT_END.search(text, opening, last):
        return _statement(text, opening + 1, noun.start(), stop.end() if stop else end, wrapped=True)
    if noun := UNCLOSED_END.search(text, last, end):
        return _statement(text, opening + 1, noun.start(), noun.end(), wrapped=True)
    return None


def _closing(text: str, opening: int, end: int) -> int | None:
    """Return the place of the mark that closes the one at ``opening``, counting inner pairs."""
    depth = 0
    for place in range(opening, end):
        if text[place] == "“":
            depth += 1
        elif text[place] == "”":
            depth -= 1
            if depth == 0:
                return place
    return None


def _named(text: str, start: int, end: int) -> Statement | None:
    """Return the statement named without quotation marks: 关于理论学习不深入的问题."""
    found = NAMED.match(text, start, end)
    return _statement(text, *found.span("problem"), found.end(), wrapped=found["noun"] == "问题") if found else None


def _until(text: str, start: int, end: int, stop: re.Pattern[str], *, wrapped: bool) -> Statement | None:
    """Return the words up to the end of the first sentence, or to the label of the remedy."""
    ending = stop.search(text, start, end)
    last, rest = (ending.start(), ending.end()) if ending else (end, end)
    if (remedy := REMEDY.search(text, start, last)) and remedy.start() > start:
        last = rest = remedy.start()
    return _statement(text, start, last, rest, wrapped=wrapped)


def _statement(text: str, start: int, end: int, rest: int, *, wrapped: bool) -> Statement | None:
    """Return the statement without punctuation around it."""
    while start < end and text[start] in MARGIN:
        start += 1
    while end > start and text[end - 1] in MARGIN:
        end -= 1
    told = STATUS_AT_END.search(text, start, end) or STATUS_AT_END.search(text, end, rest)
    status = mere_status(told["told"]) if told else None
    if told and status:
        end = min(end, told.start())
    # 服务群众有堵点方面, 票据管理混乱方面: the field's word is none of the problem.
    aspect = text.endswith("方面", start, end) and end - start > 6
    if aspect:
        end -= 2
    return Statement(Span(start, end), rest, wrapped, aspect=aspect, status=status) if start < end else None

"""落款: the body that signs, and the day on which it signed."""

import re
from dataclasses import dataclass

from pipelines.dates import Reading, fault, precedes, resolve
from pipelines.reading.names import is_body
from pipelines.reading.source import Source, Span
from pipelines.record import Evidence

LAST_PARAGRAPHS = 12
"""The signature stands among the last paragraphs of the notice."""
LONGEST = 80
"""The longest paragraph, in characters, that can be a signature."""
# 日期:2023年9月8日, 2023年9月8日印发, 2023年9月8日星期五.
BEFORE_DATE = re.compile(r"[()。,\s]*(?:(?:落款|发文|成文|签发)?(?:日期|时间):)?")
AFTER_DATE = re.compile(r"[()。,\s]*(?:印发|星期[一二三四五六日天])?[()。,\s]*")


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed and when, as far as the notice says."""

    date: str | None = None
    date_evidence: Evidence | None = None
    body: Span | None = None
    start: int | None = None
    """Where the first of its paragraphs begins; several bodies may sign one above the other."""


def read_signature(source: Source) -> Signature:
    """Return the signature: a paragraph that is a date, a paragraph that is a body's name, or both in one."""
    paragraphs = source.own[-LAST_PARAGRAPHS:] if len(source.own) > 1 else source.own
    for index in range(len(paragraphs) - 1, -1, -1):
        dated = _dated(source, paragraphs[index])
        if dated is None:
            continue
        reading, rest = dated
        body = rest
        if body is None and index:
            body = _body(source, paragraphs[index - 1])
        if body is None and index + 1 < len(paragraphs):
            body = _body(source, paragraphs[index + 1])
        place = source.evidence(reading.expression.start, reading.expression.end, "signature: date line")
        if reading.first and source.published and precedes(source.published, reading.first):
            source.doubt("signed_date", "晚于网站公布日期", reading.expression.start, reading.expression.end)
        return Signature(reading.first, place, body, _start(source, paragraphs[: index + 1]))
    body = next((found for p in reversed(paragraphs[-2:]) if (found := _body(source, p))), None)
    return Signature(body=body, start=body.start if body else None)


def _start(source: Source, paragraphs: list[Span]) -> int:
    """Return where the signature begins of which the last paragraph holds the date."""
    start = paragraphs[-1].start
    for paragraph in reversed(paragraphs[:-1]):
        if _body(source, paragraph) is None:
            break
        start = paragraph.start
    return start


def _dated(source: Source, paragraph: Span) -> tuple[Reading, Span | None] | None:
    """Return the date that ends the paragraph and the body before it, where it holds nothing else.

    A day without a year is counted from publication, not from whatever date stands last in the text.
    """
    expressions = source.expressions_in(paragraph)
    if not expressions or paragraph.end - paragraph.start > LONGEST:
        return None
    reading = resolve(expressions[-1:], source.published)[0]
    expression = reading.expression
    if (
        expression.last
        or expression.first.readings[0][0] is None
        or not AFTER_DATE.fullmatch(source.text.text, expression.end, paragraph.end)
    ):
        return None
    before = Span(paragraph.start, expression.start)
    alone = BEFORE_DATE.fullmatch(source.slice(before))
    body = None if alone else _body(source, before)
    if not (alone or body):
        return None
    if reading.first is None:
        source.doubt("signed_date", fault(expression.first), expression.start, expression.end)
        return None
    return reading, body


def _body(source: Source, span: Span) -> Span | None:
    """Return the span without closing punctuation if it is a body's name."""
    words = source.slice(span)
    stripped = words.rstrip("。,()")
    return Span(span.start, span.start + len(stripped)) if stripped and is_body(stripped) else None

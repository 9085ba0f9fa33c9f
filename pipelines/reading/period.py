"""When the inspection took place."""

import re
from dataclasses import dataclass

from pipelines.dates import Mention, Reading, fault, precedes, resolve
from pipelines.reading.inspection import Inspection
from pipelines.reading.source import Source, Span
from pipelines.reading.words import any_of, load
from pipelines.record import Evidence, InspectionPeriod

_WORDS = load("inspections")
# 2020年9月8日起; 11月15日进驻: a date that begins an inspection.
BEGINS = re.compile(rf"[^,。]{{0,2}}{any_of(_WORDS['begins'])}")
# 2月10日结束; 撤离; 完成现场巡察: a date that ends one.
ENDS = re.compile(rf"[^,。]{{0,4}}(?:{any_of(_WORDS['ends'])}|完成[^,。]{{0,6}}(?:巡[察视]|进驻))")
# 12月2日至1月17日、3月23日至4月24日: further periods of the same inspection stand close behind, or behind words that tell of a
# break: …进驻,因疫情防控需要暂停;4月13日至….
BETWEEN_PERIODS = re.compile(
    rf"[^,。\n]{{0,12}}[、,;和及](?:[^。\n\d]{{0,8}}|[^。\n\d]{{0,24}}{any_of(_WORDS['breaks'])}[^。\n\d]{{0,12}})"
)
# 4月11日至6月10日分两个阶段(4月11日至5月12日、5月20日至6月10日): the whole, and of what it consists.
IN_BRACKETS = re.compile(r"[^,。;\n\d]{0,12}[(][^,。;\n\d]{0,8}")
# 7月1日至9月30日集中整改: a period of another act.
OTHER_USE = re.compile(rf"[^。;,\n]{{0,8}}{any_of(_WORDS['other_uses'])}")
SENTENCE_END = re.compile(r"[。\n]|$")
# 6月10日反馈了: a date of another act in the same sentence.
OTHER_ACT = re.compile(r"[^。;]{0,24}?反馈")


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day of the inspection with their evidence; ``year`` is the one in which it ended."""

    start: str | None = None
    end: str | None = None
    start_evidence: Evidence | None = None
    end_evidence: Evidence | None = None
    year: int | None = None
    stretches: tuple[InspectionPeriod, ...] = ()
    """All stretches of days, in the order of the text."""


def read_period(source: Source, inspection: Inspection, written: str | None) -> Period:
    """Return when the inspection began and ended: the first start and the last end where it was interrupted."""
    for sentence in inspection.spans:
        # Everything before is read too: the first date may take its year from there.
        text = source.text.text
        full = SENTENCE_END.search(text, sentence.end)
        end = full.start() if full else sentence.end
        readings = [r for r in resolve(source.expressions_in(Span(0, end)), written) if r.expression.start >= sentence.start]
        within = [r for r in readings if r.expression.start < sentence.end]
        if any(r.expression.last for r in within):
            periods = [reading for reading in readings if reading.expression.last]
            return _from_periods(source, _stretches_of(text, periods) or _consecutive(text, periods), written)
        if single := _from_days(source, text[: sentence.end], within):
            return single
    return Period()


def _stretches_of(text: str, readings: list[Reading]) -> list[Reading]:
    """Return the periods that the brackets behind the first one list, if together they are the first."""
    if len(readings) < 3 or not IN_BRACKETS.fullmatch(text, readings[0].expression.end, readings[1].expression.start):
        return []
    listed = _consecutive(text, readings[1:])
    return listed if (listed[0].first, listed[-1].last) == (readings[0].first, readings[0].last) else []


def _consecutive(text: str, readings: list[Reading]) -> list[Reading]:
    """Return the first period and those that continue it."""
    periods = readings[:1]
    for reading in readings[1:]:
        close = BETWEEN_PERIODS.fullmatch(text, periods[-1].expression.end, reading.expression.start)
        if not close or OTHER_USE.match(text, reading.expression.end):
            break
        periods.append(reading)
    return periods


def _from_periods(source: Source, readings: list[Reading], written: str | None) -> Period:
    """Return the period from the first start to the last end; one that ends before it begins is refused."""
    kept = [reading for reading in readings if not _is_reversed(source, reading, written)]
    starts = [
        (reading.first, reading.expression.first)
        for reading in kept
        if _has_value(source, "inspection_start", reading.expression.first, reading.first)
    ]
    ends = [
        (reading.last, last)
        for reading in kept
        if (last := reading.expression.last) and _has_value(source, "inspection_end", last, reading.last)
    ]
    start, first = min(starts, key=_day, default=(None, None))
    end, last = max(ends, key=_day, default=(None, None))
    return Period(
        start,
        end,
        source.evidence(first.start, first.end, "period: from … to …") if first else None,
        source.evidence(last.start, last.end, "period: from … to …") if last else None,
        int((end or start or "0")[:4]) or None,
        tuple(_stretch(source, reading) for reading in kept if reading.first or reading.last),
    )


def _day(value: tuple[str | None, Mention]) -> str:
    """Return the value by which days are ordered."""
    return value[0] or ""


def _is_reversed(source: Source, reading: Reading, written: str | None) -> bool:
    """Whether a period ends before it begins, which is noted.

    So does 5月13日至3月7日 in a notice of that December: the next year's March had not come yet.
    """
    turned = bool(reading.first and reading.last and precedes(reading.last, reading.first))
    last = reading.expression.last
    if last and last.year is None and last.relative is None and reading.last and written:
        turned = turned or precedes(written, reading.last)
    if turned:
        source.doubt("inspection_end", "止日早于起日", reading.expression.start, reading.expression.end)
    return turned


def _has_value(source: Source, field: str, mention: Mention, value: str | None) -> bool:
    """Whether a day was read; one that is written and cannot be is noted."""
    if value is None:
        source.doubt(field, fault(mention), mention.start, mention.end)
    return value is not None


def _stretch(source: Source, reading: Reading) -> InspectionPeriod:
    """Return one period as it stands in the text."""
    start, end = source.text.span(reading.expression.start, reading.expression.end)
    return InspectionPeriod(reading.first, reading.last, source.raw[start:end], start, end)


def _from_days(source: Source, text: str, readings: list[Reading]) -> Period | None:
    """Return a period given by single dates: …起为期两个月 has no end, …进驻,…撤离 has both."""
    days = [r for r in readings if r.first and len(r.first) > len("2020") and _is_of_inspection(text, r.expression.end)]
    if not days:
        return None
    start = next((r for r in days if BEGINS.match(text, r.expression.end)), None)
    end = next((r for r in days if r is not start and ENDS.match(text, r.expression.end)), None)
    if start is None:
        start = next((r for r in days if r is not end), None)
    if start and end and start.first and end.first and precedes(end.first, start.first):
        source.doubt("inspection_end", "止日早于起日", start.expression.start, end.expression.end)
        return None
    shown = end or start
    return Period(
        start.first if start else None,
        end.first if end else None,
        source.evidence(start.expression.start, start.expression.end, "period: begins on") if start else None,
        source.evidence(end.expression.start, end.expression.end, "period: ends on") if end else None,
        int(shown.first[:4]) if shown and shown.first else None,
        (_between(source, start, end),) if start or end else (),
    )


def _between(source: Source, start: Reading | None, end: Reading | None) -> InspectionPeriod:
    """Return the period that single days bound; its words run from the one to the other."""
    bounds = [reading.expression for reading in (start, end) if reading]
    first, last = source.text.span(min(bound.start for bound in bounds), max(bound.end for bound in bounds))
    return InspectionPeriod(start.first if start else None, end.first if end else None, source.raw[first:last], first, last)


def _is_of_inspection(text: str, end: int) -> bool:
    """Whether a date that ends there can be one of the inspection: what stands behind it tells so, or of no other act."""
    return bool(BEGINS.match(text, end) or ENDS.match(text, end)) or not OTHER_ACT.match(text, end)

"""When the inspection took place."""

import re
from dataclasses import dataclass

from pipelines.dates import Reading, precedes, resolve
from pipelines.reading.inspection import Inspection
from pipelines.reading.source import Source, Span
from pipelines.record import Evidence

# 2020年9月8日起; 11月15日进驻: a date that begins an inspection.
BEGINS = re.compile(r"[^,。]{0,2}(?:起|开始|进驻|入驻|启动)")
# 2月10日结束; 撤离; 完成现场巡察: a date that ends one.
ENDS = re.compile(r"[^,。]{0,4}(?:结束|撤离|撤点|撤回|离开|止|完成[^,。]{0,6}(?:巡[察视]|进驻))")
# 12月2日至1月17日、3月23日至4月24日: further periods of the same inspection stand close behind.
BETWEEN_PERIODS = re.compile(r"[^,。]{0,12}[、,和及][^。\d]{0,8}")
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


def read_period(source: Source, inspection: Inspection, written: str | None) -> Period:
    """Return when the inspection began and ended: the first start and the last end where it was interrupted."""
    for sentence in inspection.spans:
        # Everything before is read too: the first date may take its year from there.
        text = source.text.text[: sentence.end]
        readings = resolve(source.expressions_in(Span(0, sentence.end)), written)
        readings = [r for r in readings if r.expression.start >= sentence.start]
        periods = _consecutive(text, [r for r in readings if r.expression.last])
        if periods:
            return _from_periods(source, periods)
        if single := _from_days(source, text, readings):
            return single
    return Period()


def _consecutive(text: str, readings: list[Reading]) -> list[Reading]:
    """Return the first period and those that continue it."""
    periods = readings[:1]
    for reading in readings[1:]:
        if not BETWEEN_PERIODS.fullmatch(text, periods[-1].expression.end, reading.expression.start):
            break
        periods.append(reading)
    return periods


def _from_periods(source: Source, readings: list[Reading]) -> Period:
    """Return the period from the first start to the last end; one that ends before it begins is refused."""
    first, last = readings[0], readings[-1]
    start, end = first.first, last.last
    if start and end and precedes(end, start):
        return Period()
    final = last.expression.last
    assert final is not None
    return Period(
        start,
        end,
        source.evidence(first.expression.first.start, first.expression.first.end, "period: from … to …") if start else None,
        source.evidence(final.start, final.end, "period: from … to …") if end else None,
        int((end or start or "0")[:4]) or None,
    )


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
        return None
    shown = end or start
    return Period(
        start.first if start else None,
        end.first if end else None,
        source.evidence(start.expression.start, start.expression.end, "period: begins on") if start else None,
        source.evidence(end.expression.start, end.expression.end, "period: ends on") if end else None,
        int(shown.first[:4]) if shown and shown.first else None,
    )


def _is_of_inspection(text: str, end: int) -> bool:
    """Whether a date that ends there can be one of the inspection: what stands behind it tells so, or of no other act."""
    return bool(BEGINS.match(text, end) or ENDS.match(text, end)) or not OTHER_ACT.match(text, end)

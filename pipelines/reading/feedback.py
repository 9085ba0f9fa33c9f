"""When the inspection's findings were fed back to the inspected body."""

import re

from pipelines.dates import Mention, fault, precedes, year_of
from pipelines.reading.period import Period
from pipelines.reading.source import OPENING_LIMIT, Source, Span
from pipelines.reading.words import any_of, load
from pipelines.record import Evidence

_WORDS = load("inspections")
# 下发了《巡察反馈意见》, 收到市委巡察组反馈意见; not 印发反馈意见整改方案.
_HANDED_OVER = (
    rf"{any_of(_WORDS['hands_over'])}(?:(?!整改|落实|学习|研究|贯彻)[^,。;\n]){{0,16}}"
    r"反馈(?:意见|报告|情况)(?!的?(?:整改|落实|任务|责任|方案))"
)
# 向…反馈了巡察意见, 反馈会, 反馈会于12月20日召开, 作了反馈; not the 巡察反馈意见 that somebody studies or carries out.
FEEDBACK = re.compile(
    _HANDED_OVER + r"|(?:巡[察视](?:情况|意见|工作)?)?反馈(?:大会|会议?)(?:于|在)"
    r"|反馈(?:意见|情况)?时间|巡[察视](?:情况|意见|工作)?反馈(?:会|时间?|了|:)"
    r"|(?<!巡察)(?<!巡视)(?<!专项)(?<!落实)(?<!针对)(?<!对照)(?<!学习)(?<!传达)(?<!整改)反馈"
)
# Between the date and 反馈, these tell of another act: 召开党组会传达学习市委巡察组反馈意见.
OTHER_ACT = re.compile(rf"{any_of(_WORDS['after_feedback'])}|召开[^,。]{{0,12}}{any_of(_WORDS['meetings'])}|[。;\n]")
SERIES = re.compile("[、和及与]")
FARTHEST = 90
"""Characters between the date and 反馈; a long official's title may stand between them."""


def read_feedback(source: Source, period: Period, written: str | None) -> tuple[str, Evidence] | None:
    """Return the day of the feedback with its evidence, or None.

    A date without a year takes the year in which the inspection ended, or the next one where it would
    otherwise lie before that end.
    """
    refused: list[tuple[Mention, str]] = []
    for region in (source.opening, source.rest):
        for sentence in source.sentences(region):
            if found := _in_sentence(source, sentence, period, written, refused):
                return found
    # Behind the opening, days of other inspections' feedback stand.
    for mention, reason in [(mention, reason) for mention, reason in refused if mention.start < source.opening.end][:1]:
        source.doubt("feedback_date", reason, mention.start, mention.end)
    return None


def _in_sentence(
    source: Source, sentence: Span, period: Period, written: str | None, refused: list[tuple[Mention, str]]
) -> tuple[str, Evidence] | None:
    """Return the feedback's day if this sentence tells it; a day that cannot be it goes to ``refused`` with the reason."""
    words = source.slice(sentence)
    if "反馈" not in words:
        return None
    text = source.text.text
    expressions = source.expressions_in(sentence)
    mentions = [e.first for e in expressions if e.last is None and e.first.readings[0][0] is not None]
    for verb in FEEDBACK.finditer(words):
        at = sentence.start + verb.start()
        near = [m for m in mentions if _belongs(text, m, at, labelled=verb.group().endswith(("时间", ":", "于", "在")))]
        near.sort(key=lambda mention: abs(at - mention.start))
        near = _first_of_series(text, near)
        for mention in near:
            value = _value(source, mention, period, written)
            if value and not (period.start and precedes(value, period.start)):
                return value, source.evidence(mention.start, mention.end, "feedback: date before 反馈")
            refused.append((mention, "早于巡察开始" if value else fault(mention)))
    return None


def _first_of_series(text: str, nearest_first: list[Mention]) -> list[Mention]:
    """Return the mentions with the first of 12月15日、12月16日(分别反馈) in front of its like."""
    while len(nearest_first) > 1 and SERIES.fullmatch(text, nearest_first[1].end, nearest_first[0].start):
        nearest_first = nearest_first[1:]
    return nearest_first


def _belongs(text: str, mention: Mention, verb: int, *, labelled: bool) -> bool:
    """Whether the date is that of the feedback whose verb stands at ``verb``."""
    if mention.end <= verb:
        return verb - mention.end <= FARTHEST and not OTHER_ACT.search(text, mention.end, verb)
    return labelled and mention.start - verb <= len("反馈意见时间为:")


def _value(source: Source, mention: Mention, period: Period, written: str | None) -> str | None:
    """Return the date's value, its year inherited from the inspection's end where none is written."""
    if mention.year is not None or mention.relative is not None or period.year is None:
        previous = period.year or _year_before(source, mention)
        year = year_of(mention, previous, written)
        return mention.value(year) if year is not None else None
    ended = period.end or period.start
    readings = [
        value for year in (period.year, period.year + 1) for value in mention.values(year) if ended is None or not precedes(value, ended)
    ]
    by_day = {value[5:]: value for value in reversed(readings)}
    return next(iter(by_day.values())) if len(by_day) == 1 else None


def _year_before(source: Source, mention: Mention) -> int | None:
    """Return the last year written before the mention."""
    before = source.expressions_in(Span(max(0, mention.start - OPENING_LIMIT), mention.start))
    return next((e.first.year for e in reversed(before) if e.first.year is not None), None)

"""The sentence of the inspection: 2021年3月1日至4月30日,市委第六巡察组对县水务局党组进行了巡察."""

import re
from dataclasses import dataclass

from pipelines.reading.source import Source, Span
from pipelines.reading.words import any_of, load

_WORDS = load("inspections")
INSPECTED = re.compile(r"(?:进行|开展|实施|作|就)[^,。]{0,40}巡[察视]|巡[察视]了|进驻|开展[^,。]{0,12}[“\"]?回头看|到[^,。]{1,20}巡[察视]")
TEAM_WORD = re.compile(r"巡[察视][^,。到对]{0,4}组")
# 巡察时间:2021年3月1日—4月30日: a notice in label form.
LABELLED = re.compile(rf"巡[察视]{any_of(_WORDS['labels'])}[^:。]{{0,4}}:")
# 公示期, 受理时间, 整改期限 are periods of something else.
OTHER_PERIOD = re.compile(any_of(_WORDS["other_periods"]) + "|整改期(?!间)")
ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Inspection:
    """Sentences that tell of this inspection; ``main`` is the one with its period or its verb."""

    main: Span | None
    labelled: tuple[Span, ...]

    @property
    def spans(self) -> tuple[Span, ...]:
        """All sentences that describe the inspection."""
        return (*((self.main,) if self.main else ()), *self.labelled)


def find_inspection(source: Source) -> Inspection:
    """Return the sentences of the inspection: from the opening, else from the rest of the text."""
    labelled = tuple(s for s in source.sentences(source.opening) if LABELLED.search(source.slice(s)))
    for region in (source.opening, source.rest):
        best: tuple[int, Span] | None = None
        for sentence in source.sentences(region):
            weight = _weight(source, sentence)
            if weight >= ENOUGH and (best is None or weight > best[0]):
                best = (weight, sentence)
        if best:
            return Inspection(best[1], labelled)
    return Inspection(None, labelled)


def _weight(source: Source, sentence: Span) -> int:
    """Return how surely a sentence tells of the inspection itself."""
    words = source.slice(sentence)
    if "巡察" not in words and "巡视" not in words:
        return 0
    expressions = source.expressions_in(sentence)
    weight = 3 * any(e.last for e in expressions) + any(e.last is None for e in expressions)
    weight += 2 * bool(INSPECTED.search(words))
    weight += bool(TEAM_WORD.search(words))
    return weight - 3 * bool(OTHER_PERIOD.search(words))

"""What is left of a notice when everything that was understood is taken away: kept, counted and shown, never dropped."""

import re
from bisect import bisect_left
from itertools import islice

from pipelines.reading.problems import Ledger
from pipelines.reading.signature import LAST_PARAGRAPHS, Signature
from pipelines.reading.source import Source, Span
from pipelines.record import Contact, Stretch

WORD = re.compile(r"\w")
INSPECTION = re.compile("巡[察视]")


def read_unparsed(source: Source, ledger: Ledger, signature: Signature, contacts: list[Contact]) -> list[Stretch]:
    """Return the stretches of the notice's own text that lie in no problem and in no other part that is known."""
    known = _joined(_known(source, ledger, signature, contacts))
    stretches: list[Stretch] = []
    place = 0
    for paragraph in source.own:
        start, end = source.text.span(paragraph.start, paragraph.end)
        rest = start
        while place < len(known) and known[place].end <= start:
            place += 1
        for span in islice(known, place, None):
            if span.start >= end:
                break
            _add(source, stretches, Span(rest, min(span.start, end)))
            rest = max(rest, span.end)
        _add(source, stretches, Span(rest, end))
    return stretches


def _joined(spans: list[Span]) -> list[Span]:
    """Return what the spans cover, in order: a section of ten thousand problems is one span, and not looked at for each of them."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def _known(source: Source, ledger: Ledger, signature: Signature, contacts: list[Contact]) -> list[Span]:
    """Return the spans of the raw text whose meaning is known."""
    known = [Span(problem.start, problem.end) for problem in ledger.problems] + ledger.asides
    known += [Span(*source.text.span(paragraph.start, paragraph.end)) for paragraph in _opening(source, ledger)]
    if signature.date_evidence and signature.date_evidence.start is not None and signature.date_evidence.end is not None:
        known.append(Span(signature.date_evidence.start, signature.date_evidence.end))
    if signature.body:
        known.append(Span(*source.text.span(signature.body.start, signature.body.end)))
    for paragraph in source.own[-LAST_PARAGRAPHS:]:
        start, end = source.text.span(paragraph.start, paragraph.end)
        if any(start <= contact.start < end for contact in contacts):
            known.append(Span(start, end))
    return known


def _opening(source: Source, ledger: Ledger) -> list[Span]:
    """Return the paragraphs before the first problem; of a text without any, those that speak of the inspection."""
    first = ledger.problems[0].start if ledger.problems else len(source.raw)
    # A table stands under no heading, so that the opening goes on over it.
    last = min(source.opening.end, bisect_left(source.text.places, first))
    opening = [paragraph for paragraph in source.own if paragraph.end <= last]
    return opening if ledger.problems else [paragraph for paragraph in opening if INSPECTION.search(source.slice(paragraph))]


def _add(source: Source, stretches: list[Stretch], span: Span) -> None:
    """Add what is left of a paragraph, if there are words in it; what follows on is one stretch."""
    if span.start >= span.end or not (characters := len(WORD.findall(source.raw, span.start, span.end))):
        return
    last = stretches[-1] if stretches else None
    if last and not WORD.search(source.raw, last.end, span.start):
        stretches[-1] = Stretch(last.start, span.end, last.paragraphs + 1, last.characters + characters)
    else:
        stretches.append(Stretch(span.start, span.end, 1, characters))

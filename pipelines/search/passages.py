"""Where the words of a query stand: in the characters of the original, whatever was folded for comparing."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from pipelines.search.folding import Span, fold_with_offsets
from pipelines.search.terms import query_terms

SNIPPET_LENGTH = 140
# How far before the first hit a sentence may begin to be shown from its beginning, and what is shown where it does not.
SNIPPET_LEAD = 40
SNIPPET_SHORT_LEAD = 24


def highlight(text: str, query: str) -> list[Span]:
    """Return where the terms of a query stand in a text, in order, overlapping ones joined."""
    terms = query_terms(query)
    if not terms:
        return []
    folded, offsets = fold_with_offsets(text)
    return _join_spans(offsets.origin(*found) for term in terms for found in _occurrences(folded, term))


def _occurrences(folded: str, term: str) -> Iterator[Span]:
    start = folded.find(term)
    while start >= 0:
        yield start, start + len(term)
        start = folded.find(term, start + 1)


def _join_spans(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def snippet(text: str, query: str, length: int = SNIPPET_LENGTH) -> tuple[str, list[Span]]:
    """Return a stretch of the text around a hit on one line, and where the terms stand in it.

    Where the text contains no term (the title does), its beginning is returned.
    """
    terms = query_terms(query)
    return _literal_snippet(text, query, terms, length) or _folded_snippet(text, query, terms, length)


def _literal_snippet(text: str, query: str, terms: list[str], length: int) -> tuple[str, list[Span]] | None:
    """Look for a term as it is typed: most often it stands so in the text, which then need not be folded."""
    found = min(((start, len(term)) for term in terms if (start := text.find(term)) >= 0), default=None)
    if found is None:
        return None
    shown, spans = _cut(text, query, (found[0], sum(found)), length)
    return (shown, spans) if spans else None  # none where what follows changes the last character, as a combining mark does


def _folded_snippet(text: str, query: str, terms: list[str], length: int) -> tuple[str, list[Span]]:
    folded, offsets = fold_with_offsets(text)
    found = min(((start, len(term)) for term in terms if (start := folded.find(term)) >= 0), default=None)
    return _cut(text, query, offsets.origin(found[0], sum(found)) if found else (0, 0), length)


def _cut(text: str, query: str, hit: Span, length: int) -> tuple[str, list[Span]]:
    start = _snippet_start(text, hit[0])
    end = max(start + length, hit[1])
    part = text[start:end]
    before, after = ("…" if start > 0 else ""), ("…" if end < len(text) else "")
    spans = [(a + len(before), b + len(before)) for a, b in highlight(part, query)]
    return before + re.sub(r"\s", " ", part) + after, spans


def _snippet_start(text: str, hit: int) -> int:
    """Return the start of the sentence that the hit stands in, if it is near, else a point a little before the hit."""
    if hit <= SNIPPET_LEAD:
        return 0
    near = hit - SNIPPET_LEAD
    sentence = max(text.rfind(mark, near, hit) for mark in "。；\n")
    return sentence + 1 if sentence >= 0 else hit - SNIPPET_SHORT_LEAD


def segments(text: str, spans: Iterable[Span]) -> list[tuple[str, bool]]:
    """Cut a text at the edges of ordered, separate spans; each piece with whether it lies in one."""
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    pieces = [(text[start:end], index % 2 == 1) for index, (start, end) in enumerate(pairwise(edges))]
    return [piece for piece in pieces if piece[0]]

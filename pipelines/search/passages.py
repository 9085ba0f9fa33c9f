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
    """Return a stretch of the text around the first hit on one line, and where the terms stand in it.

    Where the text contains no term (the title does), its beginning is returned.
    """
    spans = highlight(text, query)
    start = _snippet_start(text, spans[0][0]) if spans else 0
    end = max(start + length, spans[0][1] if spans else 0)
    before, after = ("…" if start > 0 else ""), ("…" if end < len(text) else "")
    shown = before + re.sub(r"\s", " ", text[start:end]) + after
    shift = len(before) - start
    return shown, [(a + shift, min(b, end) + shift) for a, b in spans if start <= a < end]


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

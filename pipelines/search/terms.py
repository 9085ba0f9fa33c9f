"""What a reader asks for: the terms of a query, and the index's expression for them."""

import operator
import re

from pipelines.search.folding import fold

# A space of the text inside a pair. It counts as white space in Python, so that no folded text contains it.
SPACE_IN_PAIR = "\x1f"

# A term is a run without spaces, or a quoted phrase standing alone: 关于“两不愁”的问题 is one term with its quotation marks.
TERM = re.compile(r'(?<![^ ])(?:"(?P<straight>[^"]*)"|“(?P<curly>[^“”]*)”)(?![^ ])|(?P<bare>[^ ]+)')


def query_terms(query: str) -> list[str]:
    """Return the folded terms of a query, of which a notice must contain every one.

    White space separates terms; a term in "…" or “…” may contain it. Quotation marks that
    do not enclose a whole term are characters like any other.
    """
    found = (match["straight"] or match["curly"] or match["bare"] or "" for match in TERM.finditer(fold(query)))
    return list(dict.fromkeys(term for term in (part.strip() for part in found) if term))


def match_expression(query: str) -> str:
    """Return the FTS5 expression for a query; one that matches nothing if the query is blank."""
    return "({})".format(" AND ".join(map(_phrase, query_terms(query))) or '""')


def contains(text: str, query: str) -> bool:
    """Tell whether a text contains every term of a query; no text contains a blank query."""
    folded, terms = fold(text), query_terms(query)
    return bool(terms) and all(term in folded for term in terms)


def index_terms(text: str) -> str:
    """Return what goes into the index for one text: each of its characters once, then every two neighbours."""
    stream = fold(text).replace(" ", SPACE_IN_PAIR)
    return " ".join([*dict.fromkeys(stream), *map(operator.add, stream, stream[1:])])


def _phrase(term: str) -> str:
    stream = term.replace(" ", SPACE_IN_PAIR)
    pairs = " ".join(map(operator.add, stream, stream[1:])) or stream
    return '"{}"'.format(pairs.replace('"', '""'))

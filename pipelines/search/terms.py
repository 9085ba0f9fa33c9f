"""What a reader asks for, the terms of a query, and what they and the texts are to the indexes."""

import operator
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from pipelines.search.folding import fold, from_codes, to_codes

# A space of the text inside a token, and the end of a title or text. Both count as white space in Python, so that no
# folded text contains either of them.
SPACE_IN_PAIR = "\x1f"
END = "\x1e"

BORDER = "\ue000"
"""Between texts that are folded together: it stays what it is, and joins nothing."""
NOTHING = '""'
"""The expression that matches nothing."""
LONGEST_QUERY = 1000
"""Characters of a query from the site: FTS5 takes 50 kB for each of them."""

# A term is a run without spaces, or a quoted phrase standing alone: 关于“两不愁”的问题 is one term with its quotation marks.
TERM = re.compile(r'(?<![^ ])(?:"(?P<straight>[^"]*)"|“(?P<curly>[^“”]*)”)(?![^ ])|(?P<bare>[^ ]+)')


def bounded(query: str) -> str:
    """Return the query. Raises ValueError for one that is too long."""
    if len(query) > LONGEST_QUERY:
        raise ValueError(f"a query has at most {LONGEST_QUERY} characters")
    return query


def query_terms(query: str) -> list[str]:
    """Return the folded terms of a query, of which a notice must contain every one.

    White space separates terms; a term in "…" or “…” may contain it. Quotation marks that
    do not enclose a whole term are characters like any other.
    """
    return list(_terms(query))


@lru_cache(256)  # a page of results asks some hundred times for the same query's
def _terms(query: str) -> tuple[str, ...]:
    found = (match["straight"] or match["curly"] or match["bare"] or "" for match in TERM.finditer(fold(query)))
    return tuple(dict.fromkeys(term for term in (part.strip() for part in found) if term))


def match_expression(query: str) -> str:
    """Return one FTS5 expression for a query; a blank one matches nothing.

    It is for the index of pairs: a single character is looked up as the beginning of a pair, exactly, but in more time
    than the index of characters takes.
    """
    return _all_of(f"{_phrase(term)} *" if len(term) == 1 else _phrase(term) for term in query_terms(query))


def match_expressions(query: str) -> tuple[str | None, str | None]:
    """Return what a query asks of the index of pairs, and of that of characters; both where it has terms of both kinds."""
    terms = query_terms(query)
    single = [_phrase(term) for term in terms if len(term) == 1]
    longer = [_phrase(term) for term in terms if len(term) > 1]
    return _all_of(longer) if longer else None, _all_of(single) if single else None


def contains(text: str, query: str) -> bool:
    """Tell whether a text contains every term of a query; no text contains a blank query."""
    return which_contain([text], query)[0]


def which_contain(texts: Sequence[str], query: str) -> list[bool]:
    """Tell of each text what `contains` does, of all together in less time."""
    terms = query_terms(query)
    folded = fold(BORDER.join(texts)).split(BORDER)
    if len(folded) != len(texts):  # one of them has the border in it
        folded = [fold(text) for text in texts]
    return [bool(terms) and all(term in part for term in terms) for part in folded]


def index_pairs(folded: str) -> str:
    """Return what a folded text is to the index of pairs: every two neighbours, and the last character with the END mark."""
    if not folded:
        return ""
    codes = to_codes(folded.replace(" ", SPACE_IN_PAIR) + END)
    pairs = np.full((len(codes) - 1, 3), ord(" "), np.uint32)  # a tenth of the time of joining strings
    pairs[:, 0], pairs[:, 1] = codes[:-1], codes[1:]
    return from_codes(pairs)


def index_characters(*folded: str) -> str:
    """Return what folded texts are to the index of characters: each of their characters once."""
    return " ".join(from_codes(np.unique(to_codes("".join(folded).replace(" ", SPACE_IN_PAIR)))))


def _all_of(phrases: Iterable[str]) -> str:
    # In parentheses, since Datasette may put a column before it.
    return "({})".format(" AND ".join(phrases) or NOTHING)


def _phrase(term: str) -> str:
    stream = term.replace(" ", SPACE_IN_PAIR)
    tokens = " ".join(map(operator.add, stream, stream[1:])) or stream
    return '"{}"'.format(tokens.replace('"', '""'))

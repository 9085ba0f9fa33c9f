"""Chinese search: exact for any substring of one or more characters, 简 or 繁, of either width and any case.

``folding`` makes alike what reads alike, ``terms`` takes a query apart, ``index`` finds the notices, ``notices`` puts them
in order, ``facets`` counts them, ``passages`` shows where the words stand.
"""

from pipelines.search.folding import Span, fold, fold_with_offsets
from pipelines.search.index import add_to_index, drop_index, rebuild_index, remove_from_index, tokens_of, tune_index
from pipelines.search.notices import Hit, count_notices, newest_first, search_notices
from pipelines.search.passages import highlight, segments, snippet
from pipelines.search.terms import contains, match_expression, query_terms, which_contain

__all__ = [
    "Hit",
    "Span",
    "add_to_index",
    "contains",
    "count_notices",
    "drop_index",
    "fold",
    "fold_with_offsets",
    "highlight",
    "match_expression",
    "newest_first",
    "query_terms",
    "rebuild_index",
    "remove_from_index",
    "search_notices",
    "segments",
    "snippet",
    "tokens_of",
    "tune_index",
    "which_contain",
]

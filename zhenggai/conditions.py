"""Which notices a list is about, where the catalogue of searches can tell: all, those found, those with values of facets."""

import re
from collections.abc import Mapping
from typing import Any

from pipelines.search.facets import Catalogue, Positions
from zhenggai.searcher import Searcher

DIVISIONS = {
    "province": "province",
    "city": "city",
    "county": "county",
    "inspection_level": "level",
    "inspection_types": "type",
    "year": "year",
}
"""Columns of notices, and what the catalogue calls them."""
# As Datasette counts the rows of a list, and as it asks for them to be counted by a facet.
LIST = re.compile(r"select (?:count\(\*\)|[\w\[\], ]+) from notices\s*(?:where (?P<conditions>.*?))?\s*", re.DOTALL)
AND = " and "
# As chinese_search.py asks for common words.
SEARCH = "zg_found(:search, id)"
# As Datasette asks for the rows of a facet's value.
EQUAL = re.compile(r'"(?P<column>province|city|county|inspection_level|year)" = :(?P<value>\w+)')
AMONG = re.compile(r':(?P<value>\w+) in \(select value from json_each\("notices"\."(?P<column>inspection_types)"\)\)')


async def known_notices(searcher: Searcher, sql: str, params: Mapping[str, Any]) -> tuple[Catalogue, Positions] | None:
    """Return where the notices of a list stand, and the catalogue that they stand in; None where only SQLite can tell.

    Raises sqlite3.OperationalError ("interrupted") where a search takes longer than its limit.
    """
    found = LIST.fullmatch(sql)
    if found is None:
        return None
    conditions = found["conditions"].split(AND) if found["conditions"] else []
    divisions = [EQUAL.fullmatch(condition) or AMONG.fullmatch(condition) for condition in conditions if condition != SEARCH]
    if not all(divisions):
        return None
    if SEARCH in conditions:
        catalogue, places = await searcher.search(params["search"])
    else:
        catalogue = await searcher.current()
        places = catalogue.everything()
    for division in filter(None, divisions):
        name, value = DIVISIONS[division["column"]], str(params[division["value"]])
        if not catalogue.has(name, value):
            return None  # another spelling of a value may be the same to SQLite: 02023
        places = catalogue.select(name, places, value)
    return catalogue, places

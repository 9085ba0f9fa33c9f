"""The facets of the list of notices, counted in the catalogue that searches are counted in.

Datasette asks SQLite for each facet anew, six times over all the notices that a page is about; here their numbers are
asked for once, or not at all where it is about every one. Like the search page, the facets may be a minute behind a crawl.
On the second page of a list Datasette counts what is left of it; here facets are those of the whole list, and lead to its start.
"""

import asyncio
import re
import sqlite3
from collections.abc import Generator
from functools import cache
from itertools import accumulate
from typing import Any
from urllib.parse import quote_plus

import numpy as np
from datasette import hookimpl
from datasette.database import QueryInterrupted
from datasette.facets import ArrayFacet, ColumnFacet, Facet
from datasette.utils import path_with_added_args, path_with_removed_args
from datasette.utils.asgi import Request
from datasette.views.base import DatasetteError

from pipelines.search.facets import Catalogue, Positions, Value
from zhenggai.conditions import DIVISIONS, known_notices
from zhenggai.searcher import searcher

Record = dict[str, Any]

# How an address asks for a facet, and for the rows of one of its values.
ASKED_BY = {"column": ("_facet", "{}"), "array": ("_facet_array", "{}__arraycontains")}
# The last condition leaves out the pages before: rowid > :p0, or in parentheses (year < :p1 or (year = :p1 and ((id > :p0)))).
AFTER = re.compile(r"(?:rowid )?> :p\d+\)*$")
JOINT = re.compile(r"(?:where|and)\s*$")
NEXT = re.compile(r"(?<=[?&])_next=[^&]*&?")
NUMBERS = "SELECT group_concat(id) FROM ({})"
LONGEST_VALUE = 200
"""Characters. A page names each value nine times over, as addresses have it: twenty texts would make it one of megabytes."""
TOO_LONG = "{} 是长文本，不能作为分面。{} holds texts; choose a column of short values for a facet."
PLACES = "zhenggai.places"
"""Where a request keeps the notices that its page is about, for the facets of both types."""
REFUSED = "zhenggai.refused_facet"
"""Where a request keeps why there is no facet."""


class CountedFacet(Facet):  # type: ignore[misc]
    """A facet of Datasette's, but for the columns of notices that the catalogue counts."""

    turn: Record | None = None
    """The facet that Datasette is counting, of those that are left to it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Take the list whole, whichever of its pages is asked for."""
        super().__init__(*arguments, **options)
        if self.request.args.get("_next"):
            self.sql = _without_next(self.sql)

    def get_configs(self) -> list[Record]:
        """Return the facets that are left to Datasette; while it counts them, the one whose turn it is."""
        return [self.turn] if self.turn else [config for config in super().get_configs() if not self._is_counted(config)]

    async def facet_results(self) -> tuple[list[Record], list[str]]:
        """Return each facet in Datasette's form, and the columns that took too long."""
        results, timed_out = await self._count_in_turn()
        for result in results:
            short = [value for value in result["results"] if len(str(value["value"])) <= LONGEST_VALUE]
            if not result["hideable"]:
                # A facet of metadata.yml is shown with the values that it can show: of 理由, one may quote a whole page.
                result["results"] = short
            elif len(short) < len(result["results"]):
                raise DatasetteError(TOO_LONG.format(result["name"], result["name"]), status=400)
        if counted := [config for config in super().get_configs() if self._is_counted(config)]:
            try:
                catalogue, places = await self._places()
            except (QueryInterrupted, sqlite3.OperationalError) as error:
                if isinstance(error, sqlite3.OperationalError) and str(error) != "interrupted":
                    raise
                return results, [*timed_out, *map(_column, counted)]
            results += [self._result(config, catalogue.count(DIVISIONS[_column(config)], places)) for config in counted]
        for value in (value for result in results for value in result["results"]):
            value["toggle_url"] = NEXT.sub("", value["toggle_url"]).rstrip("?&")
        return results, timed_out

    async def _count_in_turn(self) -> tuple[list[Record], list[str]]:
        """Return what Datasette counts, facet by facet: where one takes too long, those after it are not waited for as well."""
        results: list[Record] = []
        timed_out: list[str] = []
        for config in self.get_configs():
            self.turn = config
            if timed_out:
                timed_out.append(_column(config))
            else:
                found, timed_out = await super().facet_results()
                results += found
        self.turn = None
        return results, timed_out

    def _is_counted(self, config: Record) -> bool:
        is_list = _column(config) == "inspection_types"
        return (self.database, self.table) == ("archive", "notices") and _column(config) in DIVISIONS and is_list == (self.type == "array")

    def _places(self) -> asyncio.Future[tuple[Catalogue, Positions]]:
        scope = self.request.scope
        if PLACES not in scope:
            scope[PLACES] = asyncio.ensure_future(self._read_places())
        places: asyncio.Future[tuple[Catalogue, Positions]] = scope[PLACES]
        return places

    async def _read_places(self) -> tuple[Catalogue, Positions]:
        """Return where the notices stand that the page is about, and the catalogue that they stand in."""
        if known := await known_notices(searcher(self.ds), self.sql, self.params):
            return known
        catalogue = await searcher(self.ds).current()

        # Executed by Datasette, so that a reader's own condition is where all own SQL is.
        limit = self.ds.setting("facet_time_limit_ms")
        found = await self.ds.get_database("archive").execute(NUMBERS.format(self.sql), self.params, custom_time_limit=limit)
        return catalogue, catalogue.places(np.fromstring(found.single_value() or "", np.int64, sep=","))

    def _result(self, config: Record, counts: dict[Value, int]) -> Record:
        column, size = _column(config), self.get_facet_size()
        asked_by, selected_by = ASKED_BY[self.type]
        # For all values at once: joining takes longer than counting.
        site = self.ds.absolute_url(self.request, "/").removesuffix("/")
        select = site + self.ds.urls.path(path_with_added_args(self.request, {selected_by.format(column): ""}))
        return {
            "name": column,
            "type": self.type,
            "hideable": config["source"] != "metadata",
            "toggle_url": self.ds.urls.path(path_with_removed_args(self.request, {asked_by: column})),
            "results": [self._value(site, select, selected_by.format(column), *counted) for counted in list(counts.items())[:size]],
            "truncated": len(counts) > size,
        }

    def _value(self, site: str, select: str, argument: str, value: Value, count: int) -> Record:
        selected = (argument, str(value)) in self.get_querystring_pairs()
        toggle = select + quote_plus(str(value))
        if selected:
            toggle = site + self.ds.urls.path(path_with_removed_args(self.request, {argument: str(value)}))
        return {"value": value, "label": value, "count": count, "toggle_url": toggle, "selected": selected}


class CountedColumnFacet(CountedFacet, ColumnFacet):  # type: ignore[misc]
    """Of the values of a column."""


class CountedArrayFacet(CountedFacet, ArrayFacet):  # type: ignore[misc]
    """Of the values in the lists of a column."""


@cache
def refusing_late(facet: type[Facet]) -> type[Facet]:
    """Return the class with refusals that are kept for the end: Datasette begins more than it awaits where a facet raises."""

    class RefusingLate(facet):  # type: ignore[misc]
        async def facet_results(self) -> tuple[list[Record], list[str]]:
            try:
                results: tuple[list[Record], list[str]] = await super().facet_results()
            except DatasetteError as error:
                self.request.scope[REFUSED] = error
            except sqlite3.OperationalError as error:
                self.request.scope[REFUSED] = DatasetteError(str(error), title="Invalid SQL", status=400)
            else:
                return results
            return [], []

    return RefusingLate


@hookimpl
def extra_template_vars(request: Request | None) -> None:
    """Raise what a facet refused, in the place of the page; JSON has this from safe_exports.py."""
    if request and (refused := request.scope.get(REFUSED)):
        raise refused


def _without_next(sql: str) -> str:
    """Return the SQL of a list without the condition that leaves out the pages before."""
    sql = sql.rstrip()
    after = AFTER.search(sql, max(0, len(sql) - 60))
    if after is None:
        return sql
    start = after.start()
    if sql.endswith(")"):
        depths = accumulate({")": 1, "(": -1}.get(character, 0) for character in reversed(sql))
        start = len(sql) - 1 - next(place for place, depth in enumerate(depths) if depth == 0)
    return JOINT.sub("", sql[:start])


def _column(config: Record) -> str:
    return str(config["config"].get("column") or config["config"]["simple"])


@hookimpl(hookwrapper=True)
def register_facet_classes() -> Generator[None, Any, None]:
    """Put these classes in the place of Datasette's own."""
    outcome = yield
    quick = {ColumnFacet: CountedColumnFacet, ArrayFacet: CountedArrayFacet}
    outcome.force_result([[refusing_late(quick.get(facet, facet)) for facet in classes] for classes in outcome.get_result()])

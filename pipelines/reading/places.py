"""Where: province, city and county of the inspected body."""

from pipelines.divisions import Territory, match_prefix
from pipelines.reading.bodies import Name
from pipelines.reading.names import LEADING
from pipelines.reading.source import Source, declared
from pipelines.record import Evidence


def read_territory(source: Source, names: list[Name], written: str | None) -> tuple[Territory, Evidence] | None:
    """Return the place with its evidence: read from the bodies' names, else declared by the site.

    A name says more than the site where it lies within the site's place (a county's notice on the city's
    site) or outside of it; only names that the table of divisions knows count, each as of the day ``written``.
    """
    site = source.territory
    for name in names:
        leading = LEADING.match(name.name)
        found = match_prefix(name.name[leading.end() if leading else 0 :], site, written)
        if found and (site is None or not site.within(found[0])):
            return found[0], name.evidence
    if site and source.site:
        return site, declared(source.site.division, "place: the site's declared division")
    return None

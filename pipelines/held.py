"""Which pages of an archive can be read again: those of which it is noted what they were read from."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from packaging.version import InvalidVersion, Version
from sqlite_utils import Database

HELD = """
SELECT notices.id AS notice, notices.site, notices.url, notices.title, notices.rules, versions.capture_id AS article
FROM notices JOIN versions ON versions.notice_id = notices.id
WHERE version = (SELECT max(version) FROM versions WHERE notice_id = notices.id)
UNION ALL
SELECT NULL, site, url, title, rules, capture_id FROM rejections
WHERE NOT EXISTS (SELECT 1 FROM addresses WHERE addresses.url = rejections.url)
ORDER BY site, notice, url
"""


@dataclass(frozen=True, slots=True)
class Held:
    """One page of which the archive has a judgement: a notice, or a page that was rejected."""

    notice: int | None
    """None for a rejected page."""
    site: str | None
    url: str
    title: str | None
    article: str
    """Capture of the page that the newest text was read from."""


def held_pages(archive: Database, sites: Iterable[str], since: Version | None) -> tuple[list[Held], list[dict[str, Any]]]:
    """Return the pages that can be read again, and the rows of those of which it is not noted what they were read from.

    ``sites`` limits them to these, if any; ``since`` to what rules older than this version read.
    """
    chosen = set(sites)
    noted = {article for (article,) in archive.execute("SELECT article_id FROM answers WHERE position = 0")}
    held, unknown = [], []
    for row in archive.query(HELD):
        rules = row.pop("rules")
        if (chosen and row["site"] not in chosen) or (since is not None and not _is_older(rules, since)):
            continue
        if row["article"] in noted:
            held.append(Held(**row))
        else:
            unknown.append(row)
    return held, unknown


def _is_older(rules: str | None, since: Version) -> bool:
    try:
        return rules is None or Version(rules) < since
    except InvalidVersion:
        return True

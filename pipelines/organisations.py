"""One organisation under all its spellings: 中共西安市民政局党组, 市民政局党委; 国土资源局, since 2018 自然资源局."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlite_utils import Database

from pipelines.divisions import match_prefix
from pipelines.reading.names import BARE_DIVISION, COMMITTEE_OF_PLACE, is_pointer, party_ending, plain
from pipelines.record import Organisation
from pipelines.row_hashes import note_row
from pipelines.sectors import sector_of

NAMES = Path(__file__).parent / "data" / "organisation_names.yml"
OFFICE = "(?:局|厅|委员会|委|办公室|办)"
# 民政局: a name that every place has; 青岭市民政局 is none.
GENERIC = re.compile(rf"[^省市县区州旗盟镇乡]{{2,12}}{OFFICE}")
# 扶贫开发办公室 and 扶贫开发办 are one, whatever they work in.
LONG_OFFICE = {"委员会": "委", "办公室": "办"}
# Written with every notice: sqlite-utils would ask for the table's shape before each row.
KNOWN = "SELECT id, name, names, former_names, division_code FROM bodies WHERE key = ?"
ADD = "INSERT INTO bodies (key, name, names, former_names, sector) VALUES (?, ?, '[]', '[]', ?)"
CHANGE = "UPDATE bodies SET name = ?, names = ?, former_names = ?, division_code = ? WHERE id = ?"


@cache
def _spellings() -> list[tuple[re.Pattern[str], str, int | None]]:
    """Return for each way to write what an office works in: the pattern, how it is written now, and until when it was."""
    found: list[tuple[str, str, int | None]] = []
    entries: list[dict[str, Any]] = yaml.safe_load(NAMES.read_text(encoding="utf-8"))
    for entry in entries:
        found += [(spelling, entry["now"], None) for spelling in (entry["now"], *entry.get("short", ()))]
        found += [(spelling, entry["now"], year) for spelling, year in entry.get("before", {}).items()]
    return [(re.compile(re.escape(spelling) + OFFICE), now, year) for spelling, now, year in found]


def organisation_of(name: str, division: str | None, on: str | None = None) -> Organisation | None:
    """Return the organisation that ``name`` means, or None where that cannot be told (我局党组, 市民政局 of an unknown city).

    ``division`` is the code of the notice's place: it stands for the place that 市 or 县 alone means. ``on`` is the
    notice's ISO day, on which a place's name may have meant another one.
    """
    if is_pointer(name):
        return None
    rest = plain(name)
    if not COMMITTEE_OF_PLACE.search(rest):
        rest = rest.removesuffix(party_ending(rest) or "") or rest
    place = match_prefix(rest, None, on)
    bare = BARE_DIVISION.match(rest)
    if place and place[1] < len(rest):
        where: str | None = place[0].code or f"{place[0].city or place[0].province}{place[0].county or ''}"
        rest = rest[place[1] :]
    elif bare and bare.end() < len(rest):
        where, rest = division, rest[bare.end() :]
    else:
        # 西部大学 is one wherever it is spoken of; 民政局 is not.
        where = division if GENERIC.fullmatch(rest) else ""
    return None if where is None else _spelled(where, rest)


def _spelled(where: str, rest: str) -> Organisation:
    """Return the organisation whose name goes on with ``rest`` behind its place."""
    for pattern, now, until in _spellings():
        if pattern.fullmatch(rest):
            return Organisation(f"{where}:{now}", until)
    for long, short in LONG_OFFICE.items():
        rest = rest.removesuffix(long) + short if rest.endswith(long) else rest
    return Organisation(f"{where}:{rest}", None)


def file_body(
    archive: Database, name: str, raw: str, division: str | None, on: str | None, organisation: Organisation | None = None
) -> int | None:
    """Return the number of the row of ``bodies`` for a name, which is added to its spellings; None where it cannot be told.

    The row's own name is the first that is not an older one. ``organisation`` is its `organisation_of`, where that is known.
    """
    organisation = organisation or organisation_of(name, division, on)
    if organisation is None:
        return None
    code = division if organisation.key.startswith((f"{division}:", ":")) else organisation.key.partition(":")[0]
    known = archive.execute(KNOWN, [organisation.key]).fetchone()
    if known is None:
        archive.execute(ADD, [organisation.key, name, sector_of(name)])
        known = archive.execute(KNOWN, [organisation.key]).fetchone()
    number, present, names, former, place = known
    ended = dict(json.loads(former)) | ({name: organisation.former_until} if organisation.former_until else {})
    present = name if present in ended and name not in ended else present
    row = (present, _json(sorted({*json.loads(names), name, raw})), _json(sorted(ended.items())), place or code)
    if row != (known[1], names, former, place):
        archive.execute(CHANGE, [*row, number])
    return int(number)


def settle_bodies(archive: Database, numbers: set[int]) -> None:
    """Put right the spellings of bodies of which a notice was read anew; a body that no notice names is none."""
    for number in numbers:
        named = archive.execute(
            "SELECT notice_bodies.name, raw, division_code, published FROM notice_bodies JOIN notices ON notices.id = notice_id"
            " WHERE body_id = ? ORDER BY first_seen, notices.id, position",
            [number],
        ).fetchall()
        if not named:
            archive.table("bodies").delete(number)
            note_row(archive, "bodies", number)
            continue
        empty = {"name": named[0][0], "names": "[]", "former_names": "[]", "division_code": None}
        archive.table("bodies").update(number, empty)
        for name, raw, division, published in named:
            file_body(archive, name, raw, division, published)
        note_row(archive, "bodies", number)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)

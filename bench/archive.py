"""Writing made notices into an archive, without the crawl and the reading, and with the index left to be built."""

import json
from itertools import islice
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from bench.corpus import MadeNotice, make_notices
from pipelines.archive import open_archive, transaction
from pipelines.store import DATE_DIGITS, HASH_DIGITS

BATCH = 1000
SEEN = "2026-01-01T00:00:00Z"


def write_archive(path: Path, notices: int, *, ledgers: bool = True) -> Database:
    """Write an archive whose notices no search finds yet; return it open."""
    db = open_archive(path)
    site = {"id": "610000_bench", "name": "某省人民政府", "url": "http://bench.invalid/", "software": "trs", "division_code": "610000"}
    db.table("sites").insert(site | {"replica": 1})
    made = make_notices(range(notices))
    while batch := list(islice(made, BATCH)):
        with transaction(db):
            store_batch(db, batch, ledgers=ledgers)
    return db


def store_batch(db: Database, batch: list[MadeNotice], *, ledgers: bool = True) -> list[int]:
    """Store notices with their texts, problems and bodies; return their numbers. They are not in the index."""
    rows = [_row(notice) for notice in batch]
    numbers = [int(row["id"]) for row in rows]
    _insert(db, "notices", rows)
    _insert(db, "texts", [{"notice_id": number, "text": notice.text} for number, notice in zip(numbers, batch, strict=True)])
    if ledgers:
        _insert(db, "problems", [row for number, notice in zip(numbers, batch, strict=True) for row in _problems(number, notice)])
    bodies = [{"name": notice.body, "names": json.dumps([notice.body]), "key": notice.body, "sector": notice.sector} for notice in batch]
    _insert(db, "bodies", bodies)
    db.conn.executemany(
        "INSERT INTO notice_bodies (notice_id, position, role, raw, name, body_id)"
        " SELECT ?, 0, '被巡察', name, name, id FROM bodies WHERE key = ?",
        [(number, notice.body) for number, notice in zip(numbers, batch, strict=True)],
    )
    return numbers


def _insert(db: Database, table: str, rows: list[dict[str, Any]]) -> None:
    names = list(rows[0])
    columns, values = ", ".join(f"[{name}]" for name in names), ", ".join(f":{name}" for name in names)
    db.conn.executemany(f"INSERT OR IGNORE INTO [{table}] ({columns}) VALUES ({values})", rows)


def _notice_id(notice: MadeNotice) -> int:
    """Return a number as the archive gives it, with the notice's own for the hash of its address: no two made notices share one."""
    day = DATE_DIGITS.sub("", notice.published or "").ljust(8, "0")
    return int(day) * HASH_DIGITS + notice.number % HASH_DIGITS


def _row(notice: MadeNotice) -> dict[str, Any]:
    url = f"http://bench.invalid/{notice.number}.html"
    province, city, county = notice.place
    return {
        "id": _notice_id(notice),
        "url": url,
        "title": notice.title,
        "published": notice.published,
        "year": int(notice.published[:4]) if notice.published else None,
        "inspected_body": notice.body,
        "inspection_level": notice.level,
        "inspection_types": notice.types,
        "province": province,
        "city": city,
        "county": county,
        "site": "610000_bench",
        "state": "live",
        "first_seen": SEEN,
        "last_seen": SEEN,
    }


def _problems(number: int, notice: MadeNotice) -> list[dict[str, Any]]:
    return [
        {
            "notice_id": number,
            "position": position,
            "number": problem.number,
            "depth": 1,
            "leaf": 1,
            "problem": problem.problem,
            "measures": problem.measures,
            "status": problem.status,
            "start": problem.start,
            "end": problem.end,
            "problem_start": problem.problem_start,
            "problem_end": problem.problem_start + len(problem.problem),
        }
        for position, problem in enumerate(notice.problems)
    ]

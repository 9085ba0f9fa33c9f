"""The archive's schema, forward only: one function per change, never edited once released, which is: once on the main branch.

An archive of each released schema is stored in `tests/data/schemas`; `tests/schemas.py` writes them.
"""

from collections import Counter

from sqlite_utils import Database, Migrations
from sqlite_utils.db import DescIndex

from pipelines.identity import address_key, index_text
from pipelines.organisations import file_body
from pipelines.row_hashes import NOTED, note_row
from pipelines.search import rebuild_index, tune_index

migrations = Migrations("zhenggai")

# Every notice carries these scalar fields, in the order in which readers see them.
NOTICE_COLUMNS: dict[str, type] = {
    "id": int,
    "url": str,
    "title": str,
    "published": str,
    "issuing_body": str,
    "inspected_body_raw": str,
    "inspected_body": str,
    "inspecting_body_raw": str,
    "inspecting_body": str,
    "inspection_team": str,
    "inspection_level": str,
    "inspection_types": str,
    "round": int,
    "inspection_start": str,
    "inspection_end": str,
    "feedback_date": str,
    "signed_date": str,
    "province": str,
    "city": str,
    "county": str,
    "division_code": str,
    "year": int,
    "money_recovered_yuan": float,
    "persons_disciplined": int,
    "rules_made": int,
    "problems_total": int,
    "problems_done": int,
    "site": str,
    "state": str,
    "first_seen": str,
    "last_seen": str,
    "capture_id": str,
    "extractor": str,
    "trafilatura": str,
    "rules": str,
}


@migrations()
def m001_first_schema(db: Database) -> None:
    """The tables of the first release."""
    db.table("sites").create(
        {
            "id": str,
            "name": str,
            "url": str,
            "software": str,
            "division_code": str,
            "area": str,
            "replica": int,
            "state": str,
            "last_crawl": str,
            "last_success": str,
            "last_new_notice": str,
        },
        pk="id",
        not_null={"name", "url", "software", "division_code", "replica"},
    )
    db.table("crawls").create(
        {
            "id": int,
            "site": str,
            "started": str,
            "finished": str,
            "finish_reason": str,
            "requests": int,
            "listed": int,
            "new": int,
            "changed": int,
            "gone": int,
            "blocked": int,
            "errors": int,
        },
        pk="id",
        foreign_keys=[("site", "sites", "id")],
    )
    db.table("captures").create(
        {
            "id": str,
            "crawl_id": int,
            "site": str,
            "url": str,
            "time": str,
            "status": int,
            "headers": str,
            "sha256": str,
            "length": int,
            "warc_file": str,
            "warc_offset": int,
        },
        pk="id",
        foreign_keys=[("crawl_id", "crawls", "id"), ("site", "sites", "id")],
    )
    db.table("notices").create(NOTICE_COLUMNS, pk="id", foreign_keys=[("site", "sites", "id"), ("capture_id", "captures", "id")])
    db.table("texts").create({"notice_id": int, "text": str}, pk="notice_id", foreign_keys=[("notice_id", "notices", "id")])
    db.table("pages").create(
        {
            "url": str,
            "site": str,
            "kind": str,
            "title": str,
            "listed_date": str,
            "candidate": int,
            "state": str,
            "status": int,
            "error": str,
            "notice_id": int,
            "text_sha256": str,
            "first_seen": str,
            "last_visit": str,
            "next_visit": str,
            "interval_days": int,
            "missing_since": str,
            "walked": str,
            "capture_id": str,
        },
        pk="url",
        foreign_keys=[("site", "sites", "id"), ("notice_id", "notices", "id"), ("capture_id", "captures", "id")],
    )
    db.table("addresses").create(
        {"url": str, "notice_id": int, "first_seen": str},
        pk="url",
        foreign_keys=[("notice_id", "notices", "id")],
    )
    db.table("versions").create(
        {
            "notice_id": int,
            "version": int,
            "title": str,
            "text": str,
            "text_sha256": str,
            "first_seen": str,
            "capture_id": str,
        },
        pk=("notice_id", "version"),
        foreign_keys=[("notice_id", "notices", "id"), ("capture_id", "captures", "id")],
    )
    db.table("problems").create(
        {
            "notice_id": int,
            "position": int,
            "number": str,
            "depth": int,
            "leaf": int,
            "problem": str,
            "measures": str,
            "status": str,
            "start": int,
            "end": int,
            "problem_start": int,
            "problem_end": int,
        },
        pk=("notice_id", "position"),
        foreign_keys=[("notice_id", "notices", "id")],
    )
    db.table("figures").create(
        {
            "notice_id": int,
            "position": int,
            "kind": str,
            "value": float,
            "unit": str,
            "quote": str,
            "start": int,
            "end": int,
            "problem": int,
        },
        pk=("notice_id", "position"),
        foreign_keys=[("notice_id", "notices", "id")],
    )
    db.table("contacts").create(
        {"notice_id": int, "position": int, "kind": str, "value": str, "start": int, "end": int},
        pk=("notice_id", "position"),
        foreign_keys=[("notice_id", "notices", "id")],
    )
    db.table("evidence").create(
        {"notice_id": int, "field": str, "quote": str, "start": int, "end": int, "in": str, "rule": str},
        pk=("notice_id", "field"),
        foreign_keys=[("notice_id", "notices", "id")],
    )
    db.table("bodies").create(
        {"id": int, "name": str, "names": str, "division_code": str, "sector": str},
        pk="id",
    )
    db.table("bodies").create_index(["name"], unique=True)
    db.table("rejections").create(
        {
            "url": str,
            "site": str,
            "title": str,
            "published": str,
            "reason": str,
            "judged_at": str,
            "capture_id": str,
            "rules": str,
        },
        pk="url",
        foreign_keys=[("site", "sites", "id"), ("capture_id", "captures", "id")],
    )
    for column in ("province", "city", "county", "inspection_level", "year", "published", "site", "inspected_body", "state"):
        db.table("notices").create_index([column])
    for table in ("addresses", "pages"):
        db.table(table).create_index(["notice_id"])
    db.table("captures").create_index(["url"])


@migrations()
def m002_search(db: Database) -> None:
    """The search index over titles and texts."""
    rebuild_index(db)


@migrations()
def m003_identity(db: Database) -> None:
    """Addresses by their key, texts by their signature, what a page's server says of its age, whole walks."""
    for column in ("address_key", "etag", "last_modified", "walked_whole"):
        db.table("pages").add_column(column, str)
    db.table("addresses").add_column("address_key", str)
    db.table("signatures").create(
        {"notice_id": int, "text_sha256": str, "minhash": bytes},
        pk="notice_id",
        foreign_keys=[("notice_id", "notices", "id")],
    )
    db.table("bands").create({"value": int, "notice_id": int}, pk=("value", "notice_id"), foreign_keys=[("notice_id", "notices", "id")])
    db.conn.create_function("zg_address_key", 1, address_key)
    db.execute("UPDATE pages SET walked_whole = walked, address_key = iif(kind = 'list', url, zg_address_key(url))")
    db.execute("UPDATE addresses SET address_key = zg_address_key(url)")
    for number, text in db.execute("SELECT notice_id, text FROM texts").fetchall():
        index_text(db, number, text)
    for table in ("pages", "addresses"):
        db.table(table).create_index(["address_key"])
    db.table("signatures").create_index(["text_sha256"])
    db.table("bands").create_index(["notice_id"])


@migrations()
def m004_revisits(db: Database) -> None:
    """The capture that holds the body which a later one only refers to."""
    # Not by sqlite-utils, which would write the whole table anew for the sake of the reference.
    db.execute("ALTER TABLE captures ADD COLUMN revisit_of TEXT REFERENCES captures (id)")


@migrations()
def m005_reread(db: Database) -> None:
    """What a text was read from, whole; and what an older reading of it had given."""
    db.execute("ALTER TABLE sites ADD COLUMN body TEXT")
    db.table("answers").create(
        {
            "article_id": str,
            "position": int,
            "role": str,
            "url": str,
            "label": str,
            "listed_date": str,
            "status": int,
            "error": str,
            "capture_id": str,
        },
        pk=("article_id", "position"),
        foreign_keys=[("article_id", "captures", "id"), ("capture_id", "captures", "id")],
    )
    db.table("earlier_values").create(
        {"notice_id": int, "field": str, "value": str, "rules": str, "replaced_at": str, "replaced_by": str},
        foreign_keys=[("notice_id", "notices", "id")],
    )
    db.table("earlier_values").create_index(["notice_id"])


@migrations()
def m006_facts(db: Database) -> None:
    """More of what a notice says: figures by kind, every period, what is not believed, all bodies; one row an organisation."""
    for column in ("problems_ongoing INTEGER", "completion_rate REAL", "unparsed_characters INTEGER"):
        db.execute(f"ALTER TABLE notices ADD COLUMN {column}")
    for column in ("upper REAL", "word TEXT", "about INTEGER", "counted INTEGER"):
        db.execute(f"ALTER TABLE figures ADD COLUMN {column}")
    db.execute("ALTER TABLE contacts ADD COLUMN extension TEXT")
    place = {"quote": str, "start": int, "end": int}
    tables: dict[str, dict[str, type]] = {
        "periods": {"first_day": str, "last_day": str} | place,
        "doubts": {"field": str, "reason": str} | place,
        "unparsed": {"start": int, "end": int, "paragraphs": int, "characters": int},
    }
    for table, columns in tables.items():
        db.table(table).create(
            {"notice_id": int, "position": int} | columns,
            pk=("notice_id", "position"),
            foreign_keys=[("notice_id", "notices", "id")],
        )
    db.table("notice_bodies").create(
        {"notice_id": int, "position": int, "role": str, "raw": str, "name": str} | place | {"in": str, "body_id": int},
        pk=("notice_id", "position"),
        foreign_keys=[("notice_id", "notices", "id"), ("body_id", "bodies", "id")],
    )
    db.table("notice_bodies").create_index(["body_id"])
    _file_bodies_anew(db)


def _file_bodies_anew(db: Database) -> None:
    """Replace the bodies, of which each spelling had a row, by one row an organisation."""
    db.table("bodies").delete_where()
    db.execute("DROP INDEX IF EXISTS idx_bodies_name")
    for column in ("key TEXT", "former_names TEXT"):
        db.execute(f"ALTER TABLE bodies ADD COLUMN {column}")
    db.table("bodies").create_index(["key"], unique=True)
    positions: Counter[int] = Counter()
    for role, field in (("被巡察", "inspected_body"), ("巡察", "inspecting_body"), ("公布", "issuing_body")):
        raw = field if field == "issuing_body" else f"{field}_raw"
        found = db.execute(
            f'SELECT notices.id, division_code, published, {field}, coalesce({raw}, {field}), quote, start, "end", "in"'  # noqa: S608 - our own names
            f" FROM notices LEFT JOIN evidence ON notice_id = notices.id AND field = '{raw}' WHERE {field} IS NOT NULL"
        ).fetchall()
        rows = []
        for number, division, published, name, written, quote, start, end, place in found:
            row = {"notice_id": number, "position": positions[number], "role": role, "raw": written, "name": name, "quote": quote}
            body = file_body(db, name, written, division, published)
            rows.append(row | {"start": start, "end": end, "in": place, "body_id": body})
            positions[number] += 1
        db.table("notice_bodies").insert_all(rows)


@migrations()
def m007_search_by_date(db: Database) -> None:
    """The search index in order of date, with single characters and without the difference of 简 and 繁."""
    rebuild_index(db)


@migrations()
def m008_pages(db: Database) -> None:
    """What the published pages count and sort by: the latest taken in, the problems of each notice, the pages of a site."""
    db.table("notices").create_index(["first_seen"])
    db.table("problems").create_index(["leaf", "notice_id", "status"])
    db.table("problems").create_index(["status"])
    db.table("pages").create_index(["site", "state"])
    db.table("rejections").create_index(["site", "reason"])
    db.table("bodies").create_index(["name"], if_not_exists=True)


@migrations()
def m009_seals(db: Database) -> None:
    """What each crawl sealed, and the root of its seal; which version of a text a replaced value belonged to."""
    for column in ("link INTEGER", "sealed TEXT", "root TEXT"):
        db.execute(f"ALTER TABLE crawls ADD COLUMN {column}")
    db.execute("ALTER TABLE earlier_values ADD COLUMN version INTEGER")
    db.table("crawls").create_index(["site"])
    db.table("crawls").create_index(["link"], unique=True)


@migrations()
def m010_publishing(db: Database) -> None:
    """The search index with the newest first; what the published pages count, counted beforehand."""
    rebuild_index(db)
    # The texts are long: counted by themselves, all of them would be read.
    db.table("texts").create_index(["notice_id"])
    db.table("notice_bodies").create_index(["role", "body_id"])
    db.table("tallies").create({"name": str, "number": int}, pk="name", not_null={"number"})
    db.execute("INSERT INTO tallies SELECT 'problems', count(*) FROM problems WHERE leaf = 1")
    changes = {"INSERT": "(NEW.leaf IS 1)", "DELETE": "-(OLD.leaf IS 1)", "UPDATE": "(NEW.leaf IS 1) - (OLD.leaf IS 1)"}
    for event, change in changes.items():
        counting = f"UPDATE tallies SET number = number + {change} WHERE name = 'problems'"  # noqa: S608 - our own words
        db.execute(f"CREATE TRIGGER tally_problems_{event.lower()} AFTER {event} ON problems BEGIN {counting}; END")


@migrations()
def m012_segments(db: Database) -> None:
    """What other machines crawled: each segment once, and the crawls that came with it."""
    db.table("segments").create(
        {"id": str, "domain": str, "began": str, "finished": str, "merged": str, "documents": int, "passed_over": int},
        pk="id",
    )
    db.execute("ALTER TABLE crawls ADD COLUMN segment TEXT REFERENCES segments (id)")
    # What is known of a site is looked up for each errand.
    db.table("captures").create_index(["site"])


@migrations()
def m014_bounds(db: Database) -> None:
    """What a crawl that followed links left at its bounds."""
    db.execute("ALTER TABLE crawls ADD COLUMN left_at_bounds TEXT")


@migrations()
def m015_row_hashes(db: Database) -> None:
    """What the rows that may change were when they were stored, the WARC files as a whole, and segments by what they hold."""
    db.table("row_hashes").create(
        {"number": int, "table_name": str, "key": str, "sha256": str}, pk="number", not_null={"table_name", "key"}
    )
    db.table("row_hashes").create_index(["table_name", "key"])
    db.table("warc_files").create({"name": str, "length": int, "sha256": str}, pk="name", not_null={"length", "sha256"})
    db.execute("ALTER TABLE segments ADD COLUMN journal_sha256 TEXT")
    # The files of a crawl are looked up as it ends.
    db.table("captures").create_index(["crawl_id"])
    for table, noted in NOTED.items():
        for (key,) in db.execute(f"SELECT {noted.key} FROM {table} ORDER BY 1").fetchall():  # noqa: S608 - our own names
            note_row(db, table, key)


@migrations()
def m016_days_of_addresses(db: Database) -> None:
    """Which day each address of a notice prints; of those known so far, that of the page which it was read from."""
    for column in ("printed TEXT", "printed_quote TEXT", "printed_rule TEXT", "printed_capture TEXT REFERENCES captures (id)"):
        db.execute(f"ALTER TABLE addresses ADD COLUMN {column}")
    dated = db.execute(
        "SELECT addresses.url, notices.published, quote, rule, versions.capture_id FROM notices"
        " JOIN versions ON versions.notice_id = notices.id"
        " AND version = (SELECT max(version) FROM versions AS all_versions WHERE all_versions.notice_id = notices.id)"
        " JOIN answers ON article_id = versions.capture_id AND position = 0"
        " JOIN addresses ON addresses.url = answers.url AND addresses.notice_id = notices.id"
        " LEFT JOIN evidence ON evidence.notice_id = notices.id AND field = 'published'"
    ).fetchall()
    for url, day, quote, rule, capture in dated:
        printed = {"printed": day, "printed_quote": quote, "printed_rule": rule, "printed_capture": capture}
        db.table("addresses").update(url, printed)
        note_row(db, "addresses", url)


@migrations()
def m018_rereadings(db: Database) -> None:
    """What each rereading wrote, which it seals as a crawl does."""
    counts = dict.fromkeys(("pages", "differ", "gained", "lost", "failed"), int)
    columns = {"id": int, "started": str, "finished": str, "rules": str, "trafilatura": str} | counts
    db.table("rereadings").create(columns | {"link": int, "sealed": str, "root": str}, pk="id")
    db.table("rereadings").create_index(["link"], unique=True)


@migrations()
def m019_merging(db: Database) -> None:
    """The parts of the search index are merged with every notice, rather than many of them with one in ten."""
    tune_index(db)


@migrations()
def m020_lists(db: Database) -> None:
    """What lists are made of, in their order: the problems of a status, which were sorted for each page; the versions of a notice."""
    db.execute("DROP INDEX IF EXISTS idx_problems_status")
    db.table("problems").create_index(["status", "notice_id", "position", "leaf"])
    # The text of each version lies before the moment that it was first seen.
    db.table("versions").create_index(["notice_id", "first_seen"])


@migrations()
def m021_rows_of_crawls(db: Database) -> None:
    """What the rows of crawls were when they were stored: of those so far, what they are now."""
    for (crawl,) in db.execute("SELECT id FROM crawls ORDER BY id").fetchall():
        note_row(db, "crawls", crawl)


@migrations()
def m022_newest_of_a_facet(db: Database) -> None:
    """The notices of a place, a level, a year, a state lie newest first, as lists show them: half of all were sorted for each page."""
    for column in ("province", "city", "county", "inspection_level", "year", "state"):
        db.execute(f"DROP INDEX IF EXISTS idx_notices_{column}")
        db.table("notices").create_index([column, DescIndex("published")])
    db.execute("DROP INDEX IF EXISTS idx_notices_first_seen")
    db.table("notices").create_index([DescIndex("first_seen")])

"""When a notice was published that stands at several addresses: on the earliest day that any of them prints, whichever was stored first."""

from sqlite_utils import Database

from pipelines.record import Document
from pipelines.row_hashes import note_notice, note_row
from pipelines.rows import first_row
from pipelines.search import add_to_index, remove_from_index

OF_ADDRESS = "SELECT printed, printed_quote, printed_rule, printed_capture FROM addresses WHERE url = ? AND notice_id = ?"
EARLIEST = """
SELECT printed AS published, printed_quote AS quote, printed_rule AS rule FROM addresses
WHERE notice_id = ? AND printed IS NOT NULL ORDER BY printed, address_key, url LIMIT 1
"""
STANDS = "SELECT published, quote, rule FROM notices LEFT JOIN evidence ON notice_id = id AND field = 'published' WHERE id = ?"


def note_published(archive: Database, number: int, document: Document, *, anew: bool) -> None:
    """Note with the document's address which day it prints: ``anew`` where the notice is read from it, else only where none is noted."""
    row = first_row(archive, OF_ADDRESS, [document.url, number])
    evidence = document.page_evidence.get("published")
    if not row or (not anew and (row["printed"] is not None or document.published is None)):
        return
    quote, rule = (evidence.quote, evidence.rule) if evidence else (None, None)
    now = {"printed": document.published, "printed_quote": quote, "printed_rule": rule, "printed_capture": document.capture}
    if now != row:
        archive.table("addresses").update(str(document.url), now)
        note_row(archive, "addresses", str(document.url))


def settle_published(archive: Database, number: int) -> None:
    """Give a notice the earliest day that its addresses print, with the words that say so; where none prints any, leave it as it is."""
    earliest = first_row(archive, EARLIEST, [number])
    stands = first_row(archive, STANDS, [number])
    if not earliest or earliest == stands:
        return
    if earliest["published"] != stands["published"]:
        _date_anew(archive, number, earliest["published"])
    evidence = {"notice_id": number, "field": "published", "start": None, "end": None, "in": "page"}
    archive.execute("DELETE FROM evidence WHERE notice_id = ? AND field = 'published'", [number])
    archive.table("evidence").insert(evidence | {"quote": earliest["quote"], "rule": earliest["rule"]})
    note_notice(archive, number)


def _date_anew(archive: Database, number: int, published: str) -> None:
    """The search index is in order of date: there, too, the notice finds its place."""
    title, text = archive.execute("SELECT title, text FROM notices JOIN texts ON notice_id = id WHERE id = ?", [number]).fetchone()
    remove_from_index(archive, number, title or "", text)
    archive.table("notices").update(number, {"published": published, "year": int(published[:4])})
    add_to_index(archive, number, title or "", text)

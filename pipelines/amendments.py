"""Writing what a rereading found: values by today's rules in the place of older ones, which are kept.

A rereading visits no page: what the archive knows of visits, states and addresses stays as it is. Each notice is
one short transaction, and a notice that a crawl has changed in the meantime is left to that crawl's reading.
"""

import json
from contextlib import nullcontext
from typing import Any

from pipelines.archive import transaction
from pipelines.identity import text_sha256
from pipelines.organisations import settle_bodies
from pipelines.record import LISTS, Document, Notice, as_row
from pipelines.row_hashes import note_notice, remove_rows
from pipelines.search import remove_from_index
from pipelines.store import Store
from pipelines.versions import VERSIONS
from pipelines.visits import FIRST_INTERVAL, utc_now

Changes = dict[str, tuple[Any, Any]]
"""Field: value before, value after. Those that are rows of tables of their own are JSON."""

# Not read from the page, or following from what is.
NOT_COMPARED = {"year", "capture_id", "trafilatura", "rules"}
STORED = "SELECT notices.*, text FROM notices LEFT JOIN texts ON notice_id = id WHERE id = ?"
JUDGED = ("title", "published", "reason")
READ_BY = """
UPDATE notices SET trafilatura = :trafilatura, rules = :rules WHERE id = :id AND (trafilatura, rules) IS NOT (:trafilatura, :rules)
"""


class Amendments(Store):
    """Puts right what older rules read."""

    def amend(self, number: int, document: Document, *, apply: bool) -> Changes:
        """Return in what a notice is read otherwise now; with ``apply`` write that, and keep what stood there."""
        with transaction(self.archive) if apply else nullcontext():
            if self._newest_version(number)["capture_id"] != document.capture:
                return {}
            changes = self._changes(number, document)
            if apply:
                self._keep_earlier(number, changes)
                if changes:
                    self._rewrite(number, document)
                self.archive.execute(READ_BY, VERSIONS | {"id": number})
                note_notice(self.archive, number)
                remove_rows(self.archive, "rejections", "url = ? AND capture_id = ?", [document.url, document.capture])
        return changes

    def doubt(self, number: int, document: Document, *, apply: bool) -> bool:
        """Tell whether it is news that a notice is none by today's rules; with ``apply`` note it beside the notice, which stays."""
        with transaction(self.archive) if apply else nullcontext():
            noted = self.archive.table("rejections").count_where("url = ?", [document.url])
            if noted or self._newest_version(number)["capture_id"] != document.capture:
                return False
            if apply:
                self._put_rejection(document, utc_now())
        return True

    def judge_again(self, url: str, document: Document, *, apply: bool) -> Changes:
        """Return in what a page that stays rejected is judged otherwise now; with ``apply`` write that."""
        with transaction(self.archive) if apply else nullcontext():
            stored = next(self.archive.table("rejections").rows_where("url = ? AND capture_id = ?", [url, document.capture]), None)
            if stored is None:
                return {}
            if apply and (stored["rules"] != VERSIONS["rules"] or _rejudged(stored, document)):
                self._put_rejection(document, utc_now())
        return _rejudged(stored, document)

    def take_in(self, document: Document) -> None:
        """Make a notice of a page that was rejected; its next visit is due, since notices are seen more often."""
        with transaction(self.archive):
            page = self._page(document.url)
            if not self.archive.table("rejections").count_where("url = ? AND capture_id = ?", [document.url, document.capture]):
                return
            sha256 = text_sha256(document.text or "")
            number, outcome = self._place_text(page, document, sha256)
            self._store_addresses(number, document)
            remove_rows(self.archive, "rejections", "url = ?", [document.url])
            due = {"interval_days": FIRST_INTERVAL, "next_visit": utc_now()}
            self.archive.table("pages").update(page["url"], due | {"notice_id": number, "text_sha256": sha256})
            if outcome == "new":
                self.archive.table("notices").update(number, {"state": page["state"], "last_seen": document.fetched_at})

    def _changes(self, number: int, document: Document) -> Changes:
        before, after = self._stored(number), self._values(document)
        return {name: (_shown(before[name]), _shown(value)) for name, value in after.items() if before[name] != value}

    def _stored(self, number: int) -> dict[str, Any]:
        """Return what the archive holds of a notice, in the form of `_values`."""
        stored = next(self.archive.query(STORED, [number]))
        for name, table in LISTS.items():
            stored[name] = [_without_key(row) for row in self._rows(table, number, "position")]
        stored["evidence"] = [_without_key(row) for row in self._rows("evidence", number, "field")]
        return stored

    def _rows(self, table: str, number: int, order: str) -> list[dict[str, Any]]:
        # Not by rows_where, which asks for the tables' names before each of a notice's lists.
        return list(self.archive.query(f"SELECT * FROM {table} WHERE notice_id = ? ORDER BY {order}", [number]))  # noqa: S608 - our own names

    def _values(self, document: Document) -> dict[str, Any]:
        """Return what was read, by field: scalars as they are, rows as lists."""
        notice = document.notice or Notice()
        values = {name: value for name, value in self._facts(document).items() if name not in NOT_COMPARED}
        values["text"] = document.text or ""
        for name in LISTS:
            values[name] = [as_row(row) for row in getattr(notice, name)]
        found = sorted((document.page_evidence | notice.evidence).items())
        values["evidence"] = [
            {"field": name, "quote": e.quote, "start": e.start, "end": e.end, "in": e.place, "rule": e.rule} for name, e in found
        ]
        return values

    def _keep_earlier(self, number: int, changes: Changes) -> None:
        rules = self.archive.table("notices").get(number)["rules"]
        common = {"rules": rules, "replaced_at": utc_now(), "replaced_by": VERSIONS["rules"]}
        common["version"] = self._newest_version(number)["version"]
        self.archive.table("earlier_values").insert_all(
            {"notice_id": number, "field": name, "value": before} | common for name, (before, _) in changes.items()
        )

    def _rewrite(self, number: int, document: Document) -> None:
        old = self.archive.table("notices").get(number)
        newest = self._newest_version(number)
        named = self._bodies_of(number)
        sha256 = text_sha256(document.text or "")
        remove_from_index(self.archive, number, old["title"] or "", self.archive.table("texts").get(number)["text"])
        self.archive.table("notices").update(number, self._facts(document))
        self._store_reading(number, document)
        # The page has not changed: what is read from it today is no version of its own, and the next crawl finds it unchanged.
        text = {"title": document.title, "text": document.text, "text_sha256": sha256}
        self.archive.table("versions").update((number, newest["version"]), text)
        self.archive.execute(
            "UPDATE pages SET text_sha256 = ? WHERE notice_id = ? AND text_sha256 = ?", [sha256, number, newest["text_sha256"]]
        )
        settle_bodies(self.archive, named | self._bodies_of(number))

    def _bodies_of(self, number: int) -> set[int]:
        return {row["body_id"] for row in self._rows("notice_bodies", number, "position") if row["body_id"] is not None}


def _rejudged(stored: dict[str, Any], document: Document) -> Changes:
    return {name: (stored[name], getattr(document, name)) for name in JUDGED if stored[name] != getattr(document, name)}


def _without_key(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("notice_id", "position", "body_id")}


def _shown(value: Any) -> Any:
    """Return a value as it is told and kept: rows as JSON, with 1 for true as SQLite gives it back."""
    if not isinstance(value, list):
        return value
    plain = [{name: int(cell) if isinstance(cell, bool) else cell for name, cell in row.items()} for row in value]
    return json.dumps(plain, ensure_ascii=False)

"""Writing what a rereading found: values by today's rules in the place of older ones, which are kept.

A rereading visits no page: what the archive knows of visits, states and addresses stays as it is. Each notice is
one short transaction, and a notice that a crawl has changed in the meantime is left to that crawl's reading.
"""

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import asdict

from pipelines.archive import transaction
from pipelines.changes import Changes, changes_in, stored_notices, stored_rejections
from pipelines.first_published import note_published, settle_published
from pipelines.held import Held
from pipelines.identity import text_sha256
from pipelines.organisations import settle_bodies
from pipelines.record import Document
from pipelines.row_hashes import note_notice, note_row, remove_rows
from pipelines.search import remove_from_index
from pipelines.store import Store, facts_of
from pipelines.versions import VERSIONS
from pipelines.visits import FIRST_INTERVAL, utc_now

READ_BY = """
UPDATE notices SET trafilatura = :trafilatura, rules = :rules
WHERE id = :notice AND (trafilatura, rules) IS NOT (:trafilatura, :rules)
    AND (SELECT capture_id FROM versions WHERE notice_id = :notice ORDER BY version DESC LIMIT 1) = :article
"""
JUDGED_BY = "UPDATE rejections SET rules = :rules, judged_at = :now WHERE url = :url AND capture_id = :article AND rules IS NOT :rules"
NO_DOUBT = "capture_id = :article AND url IN (SELECT url FROM addresses WHERE notice_id = :notice)"
BODIES = "SELECT body_id FROM notice_bodies WHERE notice_id = ? AND body_id IS NOT NULL"


class Amendments(Store):
    """Puts right what older rules read."""

    def confirm(self, pages: Iterable[Held]) -> None:
        """Note of pages that are read as they stand that it was by today's rules; not of those that a crawl has changed meanwhile."""
        with transaction(self.archive):
            for page in pages:
                row = VERSIONS | asdict(page) | {"now": utc_now()}
                if page.notice is None:
                    if self.archive.conn.execute(JUDGED_BY, row).rowcount:
                        note_row(self.archive, "rejections", page.url)
                    continue
                if self.archive.conn.execute(READ_BY, row).rowcount:
                    note_notice(self.archive, page.notice)
                remove_rows(self.archive, "rejections", NO_DOUBT, row)

    def amend(self, number: int, document: Document) -> Changes:
        """Write what a notice is read otherwise now, and keep what stood there; return both."""
        with transaction(self.archive):
            changes = changes_in(stored_notices(self.archive, [number]).get(number), document)
            if changes:
                self._keep_earlier(number, changes)
                self._rewrite(number, document)
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

    def judge_again(self, url: str, document: Document) -> Changes:
        """Write what a page that stays rejected is judged otherwise now; return it, and what stood there."""
        with transaction(self.archive):
            changes = changes_in(stored_rejections(self.archive, [url]).get(url), document)
            if changes:
                self._put_rejection(document, utc_now())
        return changes

    def take_in(self, document: Document) -> None:
        """Make a notice of a page that was rejected; its next visit is due, since notices are seen more often."""
        with transaction(self.archive):
            page = self._page(document.url)
            if not self.archive.table("rejections").count_where("url = ? AND capture_id = ?", [document.url, document.capture]):
                return
            sha256 = text_sha256(document.text or "")
            number, outcome = self._place_text(page, document, sha256)
            self._store_addresses(number, document, anew=outcome == "new")
            remove_rows(self.archive, "rejections", "url = ?", [document.url])
            due = {"interval_days": FIRST_INTERVAL, "next_visit": utc_now()}
            self.archive.table("pages").update(page["url"], due | {"notice_id": number, "text_sha256": sha256})
            if outcome == "new":
                self.archive.table("notices").update(number, {"state": page["state"], "last_seen": document.fetched_at})

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
        remove_from_index(self.archive, number, old["title"] or "", newest["text"])
        self.archive.table("notices").update(number, facts_of(document))
        self._store_reading(number, document)
        # The page has not changed: what is read from it today is no version of its own, and the next crawl finds it unchanged.
        text = {"title": document.title, "text": document.text, "text_sha256": sha256}
        self.archive.table("versions").update((number, newest["version"]), text)
        self.archive.execute(
            "UPDATE pages SET text_sha256 = ? WHERE notice_id = ? AND text_sha256 = ?", [sha256, number, newest["text_sha256"]]
        )
        note_published(self.archive, number, document, anew=True)
        settle_published(self.archive, number)
        settle_bodies(self.archive, named | self._bodies_of(number))

    def _bodies_of(self, number: int) -> set[int]:
        return {body for (body,) in self.archive.execute(BODIES, [number])}

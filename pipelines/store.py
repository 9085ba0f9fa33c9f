"""Writing documents into the archive, each in one short transaction.

Storing the same answer twice adds nothing. An answer that is not the page itself
(missing, blocked, challenged, broken) changes the state of the page and of its
notice, and never the notice's text or facts.
"""

import hashlib
import json
import re
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from pipelines.archive import transaction
from pipelines.paragraphs import squeeze
from pipelines.record import Document, Notice, Site, State
from pipelines.search import add_to_index, remove_from_index
from pipelines.sectors import sector_of
from pipelines.versions import VERSIONS
from pipelines.visits import FIRST_INTERVAL, LONGEST_INTERVAL, REJECTED_INTERVAL, after, next_interval, utc_now

DAYS_UNTIL_GONE = 14
# Fields of Notice that are rows of tables of their own, or stored otherwise.
NOT_SCALAR = {"inspection_types", "problems", "figures", "totals", "contacts", "evidence"}
SCALAR_FIELDS = [field.name for field in fields(Notice) if field.name not in NOT_SCALAR]
TOTALS = ("money_recovered_yuan", "persons_disciplined", "rules_made", "problems_total", "problems_done")
DATE_DIGITS = re.compile(r"\D")
HASH_DIGITS = 1_000_000


def notice_id(published: str | None, url: str) -> int:
    """Return the notice's number: its date, then six digits of its address's SHA-256.

    A number that carries the date keeps newest-first searches on the primary key; one that
    does not count rows stays the same when the archive is rebuilt or merged in another order.
    """
    day = DATE_DIGITS.sub("", published or "").ljust(8, "0")
    return int(day) * HASH_DIGITS + int(hashlib.sha256(url.encode()).hexdigest(), 16) % HASH_DIGITS


def text_sha256(text: str) -> str:
    """Return the SHA-256 of the text less its white space, by which versions are told apart."""
    return hashlib.sha256(squeeze(text).encode()).hexdigest()


class Store:
    """Writes the documents of one site's crawl into one archive."""

    def __init__(self, archive: Database) -> None:
        self.archive = archive

    def store_site(self, site: Site) -> None:
        """Record what the site's YAML declares now."""
        self.archive.table("sites").upsert(
            {
                "id": site.id,
                "name": site.name,
                "url": site.url,
                "software": site.software,
                "division_code": site.division,
                "area": site.area,
                "replica": int(site.replica),
            },
            pk="id",
        )

    def close_site(self, site: Site, *, state: State, new: int) -> None:
        """Record how the crawl of a site ended: ``live`` if everything could be read, else ``blocked`` or ``error``."""
        now = utc_now()
        row = {"last_crawl": now, "state": state}
        row |= {"last_success": now} if state == "live" else {}
        row |= {"last_new_notice": now} if new else {}
        self.archive.table("sites").update(site.id, row)

    def store_document(self, document: Document) -> str:
        """Store one answer; return what it was: listed, new, changed, unchanged, rejected, unreadable, replaced, or what did not answer.


        A listed page that was never anything but missing is an error; a notice that is missing is not. ``replaced``
        is a known notice whose address now shows something else.
        """
        with transaction(self.archive):
            if document.kind == "list":
                return self._store_list(document)
            if document.state != "live":
                return self._store_absence(document)
            if document.is_notice:
                return self._store_notice(document)
            return self._store_rejection(document)

    def _store_list(self, document: Document) -> str:
        """Record a list page and what it lists. Its column counts as walked only once this walk, too, comes to its end."""
        self._store_page(document, interval=FIRST_INTERVAL, walked=None)
        now = document.fetched_at
        for entry in document.entries:
            self.archive.execute(
                "INSERT INTO pages (url, site, kind, title, listed_date, candidate, first_seen) VALUES (?, ?, 'article', ?, ?, ?, ?)"
                " ON CONFLICT (url) DO UPDATE SET candidate = max(candidate, excluded.candidate)",
                [entry["url"], _site_id(document), entry["title"], entry["date"], int(entry["candidate"]), now],
            )
        if document.walked:
            self.archive.execute("UPDATE pages SET walked = ? WHERE url = ?", [now, document.walked])
        # An announced last page that is 404 ends a column, as an empty one does.
        return "listed" if document.walked or document.state == "live" else "error" if document.state == "missing" else str(document.state)

    def _store_absence(self, document: Document) -> str:
        """The page itself did not answer: keep what we have, say what happened."""
        page = self._page(document.url)
        state = document.state
        missing_since = (page.get("missing_since") or document.fetched_at) if state == "missing" else None
        if state == "missing" and _days_between(missing_since, document.fetched_at) >= DAYS_UNTIL_GONE:
            state = "gone"
        interval = LONGEST_INTERVAL if state == "gone" else FIRST_INTERVAL
        self._store_page(document, state=state, interval=interval, missing_since=missing_since, notice_id=page.get("notice_id"))
        if page.get("notice_id") is None:
            return "error" if state == "missing" else str(state)
        self.archive.table("notices").update(page["notice_id"], {"state": state})
        return "unchanged" if state == page["state"] == "gone" else str(state)

    def _store_rejection(self, document: Document) -> str:
        page = self._page(document.url)
        number = page.get("notice_id")
        self.archive.table("rejections").upsert(
            {
                "url": document.url,
                "site": _site_id(document),
                "title": document.title,
                "published": document.published,
                "reason": document.reason,
                "judged_at": document.fetched_at,
                "capture_id": document.capture,
                "rules": VERSIONS["rules"],
            },
            pk="url",
        )
        if number is None:
            self._store_page(document, interval=REJECTED_INTERVAL)
            return "unreadable" if document.unreadable else "rejected"
        self._store_page(document, state="changed", interval=FIRST_INTERVAL, notice_id=number)
        self.archive.table("notices").update(number, {"state": "changed"})
        return "replaced"

    def _store_notice(self, document: Document) -> str:
        page = self._page(document.url)
        sha256 = text_sha256(document.text or "")
        number = page.get("notice_id")
        if number is None:
            number, outcome = self._add_notice(document, sha256), "new"
        elif self._is_as_stored(number, document, sha256):
            outcome = "unchanged"
        else:
            self._change_notice(number, document, sha256)
            outcome = "changed"
        self._store_addresses(number, document)
        self.archive.table("rejections").delete_where("url = ?", [document.url])
        state: State = "changed" if outcome == "changed" else "live"
        self.archive.table("notices").update(number, {"state": state, "last_seen": document.fetched_at})
        self._store_page(
            document,
            state="moved" if self._moved(document) else state,
            interval=next_interval(page.get("interval_days"), changed=outcome == "changed"),
            notice_id=number,
            text_sha256=sha256,
        )
        return outcome

    def _is_as_stored(self, number: int, document: Document, sha256: str) -> bool:
        """Tell whether the newest version has this text and this title; white space is no difference."""
        newest = next(self.archive.table("versions").rows_where("notice_id = ?", [number], order_by="version DESC", limit=1))
        return bool(newest["text_sha256"] == sha256 and squeeze(newest["title"] or "") == squeeze(document.title or ""))

    def _store_addresses(self, number: int, document: Document) -> None:
        """Every address of the notice: the one that was listed, and the one that answered after redirects."""
        for url in {document.url, document.final_url or document.url}:
            self.archive.table("addresses").insert({"url": url, "notice_id": number, "first_seen": document.fetched_at}, ignore=True)

    def _moved(self, document: Document) -> bool:
        return document.final_url is not None and document.final_url != document.url

    def _add_notice(self, document: Document, sha256: str) -> int:
        number = self._free_number(notice_id(document.published, str(document.url)))
        row = {"id": number, "url": document.url, "site": _site_id(document), "first_seen": document.fetched_at}
        self.archive.table("notices").insert(row | self._facts(document))
        self._store_text(number, document, sha256)
        return number

    def _change_notice(self, number: int, document: Document, sha256: str) -> None:
        old = self.archive.table("notices").get(number)
        remove_from_index(self.archive, number, old["title"] or "", self.archive.table("texts").get(number)["text"])
        self.archive.table("notices").update(number, self._facts(document))
        self._store_text(number, document, sha256)

    def _free_number(self, number: int) -> int:
        """Two addresses may share a day and six digits: take the next number."""
        while self.archive.table("notices").count_where("id = ?", [number]):
            number += 1
        return number

    def _facts(self, document: Document) -> dict[str, Any]:
        """The columns of ``notices`` that are read from the page."""
        notice = document.notice or Notice()
        facts: dict[str, Any] = {name: getattr(notice, name) for name in SCALAR_FIELDS}
        facts |= {name: notice.totals.get(name) for name in TOTALS}
        facts |= {
            "title": document.title,
            "published": document.published,
            "year": int(document.published[:4]) if document.published else None,
            "inspection_types": json.dumps(notice.inspection_types, ensure_ascii=False),
            "capture_id": document.capture,
            "extractor": document.extractor,
            "trafilatura": VERSIONS["trafilatura"],
            "rules": VERSIONS["rules"],
        }
        return facts

    def _store_text(self, number: int, document: Document, sha256: str) -> None:
        """The text, its version, and every fact with its place in it; what stood there before goes."""
        notice = document.notice or Notice()
        text = document.text or ""
        self.archive.table("texts").upsert({"notice_id": number, "text": text}, pk="notice_id")
        version = 1 + self.archive.table("versions").count_where("notice_id = ?", [number])
        self.archive.table("versions").insert(
            {"notice_id": number, "version": version, "title": document.title, "text": text, "text_sha256": sha256}
            | {"first_seen": document.fetched_at, "capture_id": document.capture}
        )
        tables: dict[str, list[Any]] = {"problems": notice.problems, "figures": notice.figures, "contacts": notice.contacts}
        for table, rows in tables.items():
            self.archive.table(table).delete_where("notice_id = ?", [number])
            self.archive.table(table).insert_all(
                {"notice_id": number, "position": position} | asdict(row) for position, row in enumerate(rows)
            )
        self.archive.table("evidence").delete_where("notice_id = ?", [number])
        self.archive.table("evidence").insert_all(
            {"notice_id": number, "field": name, "quote": e.quote, "start": e.start, "end": e.end, "in": e.place, "rule": e.rule}
            for name, e in (document.page_evidence | notice.evidence).items()
        )
        add_to_index(self.archive, number, document.title or "", text)
        if notice.inspected_body:
            self._store_body(notice.inspected_body, notice)

    def _store_body(self, name: str, notice: Notice) -> None:
        """One row per organisation, with every spelling met so far."""
        bodies = self.archive.table("bodies")
        number = bodies.lookup({"name": name}, {"names": "[]", "division_code": notice.division_code, "sector": sector_of(name)})
        known = bodies.get(number)
        names = {*json.loads(known["names"]), name, notice.inspected_body_raw} - {None}
        division = known["division_code"] or notice.division_code
        bodies.update(number, {"names": json.dumps(sorted(names), ensure_ascii=False), "division_code": division})

    def _page(self, url: str | None) -> dict[str, Any]:
        """The row of a page, empty where the page is new."""
        return next(self.archive.table("pages").rows_where("url = ?", [url]), {})

    def _store_page(self, document: Document, *, interval: int, state: State | None = None, **columns: Any) -> None:
        page = self._page(document.url)
        now = str(document.fetched_at)
        row = {
            "url": document.url,
            "site": _site_id(document),
            "kind": document.kind,
            "title": document.list_title or page.get("title"),
            "listed_date": document.list_date or page.get("listed_date"),
            "state": state or document.state,
            "status": document.status,
            "error": document.error,
            "first_seen": page.get("first_seen") or now,
            "last_visit": now,
            "next_visit": after(now, interval),
            "interval_days": interval,
            "missing_since": None,
            "capture_id": document.capture,
        }
        self.archive.table("pages").upsert(row | columns, pk="url")


def _site_id(document: Document) -> str | None:
    return document.site.id if document.site else None


def _days_between(earlier: str | None, later: str | None) -> int:
    return (datetime.fromisoformat(str(later)) - datetime.fromisoformat(str(earlier))).days if earlier and later else 0

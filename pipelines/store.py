"""Writing documents into the archive, each wholly or not at all.

Storing the same answer twice adds nothing. An answer that is not the page itself
(missing, blocked, challenged, broken) changes the state of the page and of its
notice, and never the notice's text or facts.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, cast

from sqlite_utils import Database

from pipelines.archive import transaction
from pipelines.chain import seal_crawl
from pipelines.first_published import note_published, settle_published
from pipelines.identity import SAME_SIMILARITY, address_key, find_same, index_text, is_still_same, similarity, text_sha256
from pipelines.organisations import file_body
from pipelines.paragraphs import squeeze
from pipelines.reading import figures
from pipelines.record import LISTS, Document, Fetched, Notice, Site, State, as_row
from pipelines.row_hashes import note_notice, note_row, remove_rows
from pipelines.rows import add_rows, first_row, put_row
from pipelines.search import add_to_index, remove_from_index
from pipelines.states import NOT_MODIFIED
from pipelines.versions import VERSIONS
from pipelines.visits import FIRST_INTERVAL, LONGEST_INTERVAL, REJECTED_INTERVAL, after, next_interval
from pipelines.warc_files import note_files

DAYS_UNTIL_GONE = 14
# Fields of Notice that are rows of tables of their own, or stored otherwise.
NOT_SCALAR = {*LISTS, "inspection_types", "totals", "evidence"}
SCALAR_FIELDS = [field.name for field in fields(Notice) if field.name not in NOT_SCALAR]
TOTALS = tuple(figures.TOTALS)
DATE_DIGITS = re.compile(r"\D")
HASH_DIGITS = 1_000_000
ANSWERING = ("live", "changed", "moved")
"""States of a page that showed its text at the last visit."""
LEADING_PAGE = """
SELECT pages.* FROM addresses JOIN pages ON pages.address_key = addresses.address_key AND pages.notice_id = addresses.notice_id
WHERE addresses.notice_id = ? AND pages.state IN ('live', 'changed', 'moved') ORDER BY addresses.first_seen, addresses.rowid LIMIT 1
"""
LEFT_ADDRESSES = """
notice_id = :number AND (address_key = :own
    OR (address_key = :final AND address_key NOT IN (SELECT address_key FROM pages WHERE notice_id = :number)))
"""
"""What a page leads to is left with it, unless that is a page of its own."""
PAGE_BY_KEY = "SELECT * FROM pages WHERE address_key = ? AND kind = 'article' ORDER BY rowid LIMIT 1"


def notice_id(published: str | None, url: str) -> int:
    """Return the notice's number: its date, then six digits of its address's SHA-256.

    A number that carries the date keeps newest-first searches on the primary key; one that
    does not count rows stays the same when the archive is rebuilt or merged in another order.
    """
    day = DATE_DIGITS.sub("", published or "").ljust(8, "0")
    return int(day) * HASH_DIGITS + int(hashlib.sha256(url.encode()).hexdigest(), 16) % HASH_DIGITS


def facts_of(document: Document) -> dict[str, Any]:
    """Return the columns of ``notices`` that are read from the page."""
    notice = document.notice or Notice()
    facts: dict[str, Any] = {name: getattr(notice, name) for name in SCALAR_FIELDS}
    facts |= {name: notice.totals.get(name) for name in TOTALS}
    facts |= {
        "title": document.title,
        "published": document.published,
        "year": int(document.published[:4]) if document.published else None,
        "unparsed_characters": sum(stretch.characters for stretch in notice.unparsed),
        "inspection_types": json.dumps(notice.inspection_types, ensure_ascii=False),
        "capture_id": document.capture,
        "extractor": document.extractor,
        "trafilatura": VERSIONS["trafilatura"],
        "rules": VERSIONS["rules"],
    }
    return facts


class Store:
    """Writes the documents of one site's crawl into one archive."""

    def __init__(self, archive: Database) -> None:
        self.archive = archive

    def store_site(self, site: Site) -> None:
        """Record what the site's YAML declares now."""
        with transaction(self.archive):
            self.archive.table("sites").upsert(
                {
                    "id": site.id,
                    "name": site.name,
                    "url": site.url,
                    "software": site.software,
                    "division_code": site.division,
                    "area": site.area,
                    "body": site.body,
                    "replica": int(site.replica),
                },
                pk="id",
            )
            note_row(self.archive, "sites", site.id)

    def begin_crawl(self, site: Site, started: str, *, segment: str | None = None) -> int:
        """Record what the site's YAML declares now, and begin a row of ``crawls``; return its number.

        ``segment`` is the one that the crawl comes from, where another machine made it.
        """
        with transaction(self.archive):
            self.store_site(site)
            row = {"site": site.id, "started": started, "segment": segment}
            crawl = cast("int", self.archive.table("crawls").insert(row).last_pk)
            note_row(self.archive, "crawls", crawl)
            return crawl

    def store_captures(self, crawl: int, site: str, captures: Iterable[Mapping[str, Any]]) -> None:
        """Record where responses lie. Raises sqlite3.IntegrityError for a capture that is there already: it may be sealed."""
        with transaction(self.archive):
            for capture in captures:
                row = {**capture, "crawl_id": crawl, "site": site, "headers": json.dumps(capture["headers"], ensure_ascii=False)}
                add_rows(self.archive, "captures", [row])

    def finish_crawl(self, crawl: int, site: Site, ending: Mapping[str, Any], *, state: State | None) -> None:
        """Complete the row of ``crawls`` with the columns of ``ending``, seal it, and record in which state it found the site.

        None leaves the state as it was: the crawl was cut short, and what it saw was as it should be.
        """
        # Before the transaction, which others would wait for: the files may be large.
        note_files(self.archive, crawl)
        with transaction(self.archive):
            self.archive.table("crawls").update(crawl, dict(ending))
            note_row(self.archive, "crawls", crawl)
            seal_crawl(self.archive, crawl)
            self._close_site(site, ending["finished"], state=state, new=ending["new"])

    def _close_site(self, site: Site, finished: str, *, state: State | None, new: int) -> None:
        row = {"last_crawl": finished} | ({"state": state} if state else {})
        row |= {"last_success": finished} if state == "live" else {}
        row |= {"last_new_notice": finished} if new else {}
        self.archive.table("sites").update(site.id, row)

    def was_seen_later(self, document: Document) -> bool:
        """Tell whether the archive has a later answer of the document's page: what is older says nothing of its state any more."""
        last_visit = self._page(document.url, document.kind).get("last_visit")
        return last_visit is not None and document.fetched_at is not None and last_visit > document.fetched_at

    def notice_of(self, document: Document) -> int:
        """Return the number of the notice that the document was stored as."""
        return int(self._page(document.url)["notice_id"])

    def store_document(self, document: Document) -> str:
        """Store one answer; return what it was.

        It is listed, new, copy, changed, unchanged, rejected, unreadable, replaced, or the state of what did not answer.
        A listed page that was never anything but missing is an error; a notice that is missing is not. ``replaced``
        is a known notice whose address now shows something else, ``copy`` a further address of a known notice.
        """
        with transaction(self.archive):
            return self.put_document(document)

    def put_document(self, document: Document) -> str:
        """Store one answer as `store_document` does, inside a transaction of the caller's."""
        if document.kind == "list":
            return self._store_list(document)
        if document.state == "live" and document.status == NOT_MODIFIED:
            return self._store_not_modified(document)
        if document.state != "live":
            return self._store_absence(document)
        if document.is_notice:
            return self._store_notice(document)
        return self._store_rejection(document)

    def _store_list(self, document: Document) -> str:
        """Record a list page and what it lists. Its column counts as walked only once this walk, too, comes to its end."""
        state = str(document.state)
        barren = document.barren and state in ("live", "missing")
        page = self._page(document.url, "list")
        self._store_page(document, page, interval=REJECTED_INTERVAL if barren else FIRST_INTERVAL, walked=None)
        now = document.fetched_at
        for entry in document.entries:
            url = self._page(entry["url"]).get("url", entry["url"])
            self.archive.execute(
                "INSERT INTO pages (url, address_key, site, kind, title, listed_date, candidate, first_seen)"
                " VALUES (?, ?, ?, 'article', ?, ?, ?, ?)"
                " ON CONFLICT (url) DO UPDATE SET candidate = max(candidate, excluded.candidate)",
                [url, address_key(url), _site_id(document), entry["title"], entry["date"], int(entry["candidate"]), now],
            )
        if state in ("blocked", "challenged"):
            return state
        if document.walked:
            columns = ["walked"] if document.incremental else ["walked", "walked_whole"]
            self.archive.table("pages").update(document.walked, dict.fromkeys(columns, now))
        # An announced last page that is 404 ends a column, as an empty one does.
        return "listed" if document.walked or barren or state == "live" else "error" if state == "missing" else state

    def _store_absence(self, document: Document) -> str:
        """The page itself did not answer: keep what we have, say what happened."""
        page = self._page(document.url)
        if page.get("url", document.url) != document.url and page["state"] in ANSWERING:
            # https does not answer, http does: the page is there.
            return "unchanged" if document.state == "missing" else str(document.state)
        state, now = document.state, str(document.fetched_at)
        # A moment yet to come was noted while the clock was ahead.
        missing_since = min(page.get("missing_since") or now, now) if state == "missing" else None
        if state == "missing" and _days_between(missing_since, document.fetched_at) >= DAYS_UNTIL_GONE:
            state = "gone"
        interval = LONGEST_INTERVAL if state == "gone" else FIRST_INTERVAL
        self._store_page(document, page, state=state, interval=interval, missing_since=missing_since, notice_id=page.get("notice_id"))
        if page.get("notice_id") is None:
            return "error" if state == "missing" else str(state)
        elsewhere = self._leading_page(page["notice_id"])
        if not elsewhere:
            self.archive.table("notices").update(page["notice_id"], {"state": state})
        return "unchanged" if state == page["state"] == "gone" or (elsewhere and state in ("missing", "gone")) else str(state)

    def _store_not_modified(self, document: Document) -> str:
        """The server says that the page is as it was: so is all that was read from it."""
        page = self._page(document.url)
        number = page.get("notice_id")
        if number is None:
            document.state, document.error = "error", "HTTP status 304 for a page that the archive does not hold"
            return self._store_absence(document)
        self._see_again(number, document)
        self._store_addresses(number, document, anew=False)
        interval = next_interval(page["interval_days"], changed=False)
        self._store_page(document, page, state="moved" if self._moved(document) else None, interval=interval, notice_id=number)
        return "unchanged"

    def _see_again(self, number: int, document: Document) -> None:
        """The notice is there. That its text changed tonight is not undone by a second address with the same text."""
        leading = self._leading_page(number)
        leads = not leading or leading["address_key"] == address_key(str(document.url))
        self.archive.execute(
            "UPDATE notices SET last_seen = ?, state = iif(state = 'changed' AND NOT ?, state, 'live') WHERE id = ?",
            [document.fetched_at, leads, number],
        )

    def _store_rejection(self, document: Document) -> str:
        page = self._page(document.url)
        number = page.get("notice_id")
        self._put_rejection(document, str(document.fetched_at))
        self._store_answers(document.capture, document)
        if number is None:
            self._store_page(document, page, interval=REJECTED_INTERVAL)
            return "unreadable" if document.unreadable else "rejected"
        if self._leads(number, document):
            self.archive.table("notices").update(number, {"state": "changed"})
        self._store_page(document, page, state="changed", interval=FIRST_INTERVAL, notice_id=number)
        return "replaced"

    def _put_rejection(self, document: Document, judged_at: str) -> None:
        put_row(
            self.archive,
            "rejections",
            {
                "url": document.url,
                "site": _site_id(document),
                "title": document.title,
                "published": document.published,
                "reason": document.reason,
                "judged_at": judged_at,
                "capture_id": document.capture,
                "rules": VERSIONS["rules"],
            },
            key="url",
        )
        note_row(self.archive, "rejections", str(document.url))

    def _store_answers(self, article: str | None, document: Document) -> None:
        """Note all answers that the document was read from, so that ``article``, the capture of its page, can be read again."""
        if article is None:
            return
        page = Fetched(str(document.url), document.list_title or "", document.status, capture=document.capture)
        answers = [
            ("article", page),
            *(("frame" if part.framed else "unit" if part.filled_in else "page", part) for part in document.parts),
            *(("file", file) for file in document.files),
        ]
        rows = [
            {"article_id": article, "position": position, "role": role, "url": answer.url, "label": answer.label}
            | {"listed_date": document.list_date if role == "article" else None}
            | {"status": answer.status, "error": answer.error, "capture_id": answer.capture}
            for position, (role, answer) in enumerate(answers)
        ]
        add_rows(self.archive, "answers", rows, ignore=True)

    def _store_notice(self, document: Document) -> str:
        page = self._page(document.url)
        sha256 = text_sha256(document.text or "")
        differs = page.get("text_sha256") not in (None, sha256)
        number, outcome = self._place_text(page, document, sha256)
        self._store_addresses(number, document, anew=outcome in ("new", "changed"))
        remove_rows(self.archive, "rejections", "url = ?", [document.url])
        if outcome == "changed":
            self.archive.table("notices").update(number, {"state": "changed", "last_seen": document.fetched_at})
        else:
            self._see_again(number, document)
        if page and page["url"] != document.url and page["state"] not in ANSWERING:
            self.archive.execute("UPDATE pages SET url = ? WHERE url = ?", [document.url, page["url"]])
            page["url"] = document.url
        state: State = "changed" if outcome == "changed" else "live"
        self._store_page(
            document,
            page,
            state="moved" if self._moved(document) else state,
            interval=next_interval(page.get("interval_days"), changed=differs or outcome == "changed"),
            notice_id=number,
            text_sha256=sha256,
            **_validators(document),
        )
        return outcome

    def _place_text(self, page: dict[str, Any], document: Document, sha256: str) -> tuple[int, str]:
        """Put the text where it belongs; return the notice's number and what came of it."""
        number = page.get("notice_id") or self._notice_at(document)
        led_to = self._notice_led_to(document)
        if number is not None and led_to not in (None, number):
            self._leave(number, document)
            return led_to, "copy"
        if number is not None and self._is_as_stored(number, document, sha256):
            self._complete_answers(number, document)
            return number, "unchanged"
        if number is not None and self._leads(number, document):
            other = None if is_still_same(self.archive, number, document) else find_same(self.archive, document)
            if other is None:
                self._change_notice(number, document, sha256)
                return number, "changed"
            self._leave(number, document)
            return other, "copy"
        if number is not None and self._is_passed_over(number, page, document, sha256):
            return number, "unchanged"
        if number is not None:
            self._leave(number, document)
        same = find_same(self.archive, document)
        return (same, "copy") if same is not None else (self._add_notice(document, sha256), "new")

    def _leave(self, number: int, document: Document) -> None:
        """Take an address from its notice, since it shows another. Without one that answers, the notice keeps its last words."""
        final = address_key(document.final_url) if document.final_url else None
        remove_rows(self.archive, "addresses", LEFT_ADDRESSES, {"number": number, "own": address_key(str(document.url)), "final": final})
        if not self._leading_page(number):
            self.archive.table("notices").update(number, {"state": "moved"})

    def _notice_at(self, document: Document) -> int | None:
        """Return the notice that is known under the listed address, or under the one that answered, in whatever spelling."""
        return self._notice_under(str(document.url)) or self._notice_led_to(document)

    def _notice_led_to(self, document: Document) -> int | None:
        """Return the notice that is known under the address that answered, where the listed one redirects; or None."""
        return self._notice_under(str(document.final_url)) if self._moved(document) else None

    def _notice_under(self, url: str) -> int | None:
        row = first_row(self.archive, "SELECT notice_id FROM addresses WHERE address_key = ? ORDER BY rowid LIMIT 1", [address_key(url)])
        return cast("int | None", row.get("notice_id"))

    def _leading_page(self, number: int) -> dict[str, Any]:
        """Return the first of the notice's pages that answers: the one whose changes the notice follows. Empty if none does."""
        return first_row(self.archive, LEADING_PAGE, [number])

    def _leads(self, number: int, document: Document) -> bool:
        """Tell whether the notice follows this address: it is the first that answers, or none does."""
        leading = self._leading_page(number)
        return not leading or leading["address_key"] == address_key(str(document.url))

    def _is_passed_over(self, number: int, page: dict[str, Any], document: Document, sha256: str) -> bool:
        """Tell whether another text at a further address makes no difference to the notice, at least not yet.

        A site that edits a notice edits its copies in the same night. So a text that is quite another is a notice of
        its own only when it is seen again after the leading address has been looked at once more.
        """
        if similarity(self._newest_version(number)["text"], document.text or "") >= SAME_SIMILARITY:
            return True
        leading = self._leading_page(number)
        if page.get("notice_id") is None or (page["text_sha256"] == sha256 and leading["last_visit"] > page["last_visit"]):
            return False
        self.archive.table("pages").update(leading["url"], {"next_visit": document.fetched_at})
        return True

    def _is_as_stored(self, number: int, document: Document, sha256: str) -> bool:
        """Tell whether the newest version has this text and this title; white space is no difference."""
        newest = self._newest_version(number)
        return bool(newest["text_sha256"] == sha256 and squeeze(newest["title"] or "") == squeeze(document.title or ""))

    def _complete_answers(self, number: int, document: Document) -> None:
        """Of a version that was stored before its answers were noted, or its units were, note those that give the same text today."""
        newest = self._newest_version(number)
        known = self.archive.table("answers").count_where("article_id = ?", [newest["capture_id"]])
        is_known = known > 1 or (known == 1 and not any(part.filled_in for part in document.parts))
        if not is_known and self._leads(number, document):
            self._store_answers(newest["capture_id"], document)

    def _newest_version(self, number: int) -> dict[str, Any]:
        return first_row(self.archive, "SELECT * FROM versions WHERE notice_id = ? ORDER BY version DESC LIMIT 1", [number])

    def _store_addresses(self, number: int, document: Document, *, anew: bool) -> None:
        """Every address of the notice: the one that was listed, and the one that answered after redirects.

        ``anew``: the notice is read from this document now.
        """
        for url in dict.fromkeys([str(document.url), document.final_url or str(document.url)]):
            row = {"url": url, "notice_id": number, "first_seen": document.fetched_at, "address_key": address_key(url)}
            if add_rows(self.archive, "addresses", [row], ignore=True):
                note_row(self.archive, "addresses", url)
        note_published(self.archive, number, document, anew=anew)
        settle_published(self.archive, number)

    def _moved(self, document: Document) -> bool:
        return document.final_url is not None and document.final_url != document.url

    def _add_notice(self, document: Document, sha256: str) -> int:
        number = self._free_number(notice_id(document.published, str(document.url)))
        row = {"id": number, "url": document.url, "site": _site_id(document), "first_seen": document.fetched_at}
        add_rows(self.archive, "notices", [row | facts_of(document)])
        self._store_text(number, document, sha256)
        return number

    def _change_notice(self, number: int, document: Document, sha256: str) -> None:
        old = self.archive.table("notices").get(number)
        remove_from_index(self.archive, number, old["title"] or "", self._newest_version(number)["text"])
        self.archive.table("notices").update(number, facts_of(document))
        self._store_text(number, document, sha256)

    def _free_number(self, number: int) -> int:
        """Two addresses may share a day and six digits: take the next number."""
        while self.archive.execute("SELECT 1 FROM notices WHERE id = ?", [number]).fetchone():
            number += 1
        return number

    def _store_text(self, number: int, document: Document, sha256: str) -> None:
        """The text, its version, and every fact with its place in it."""
        (earlier,) = self.archive.execute("SELECT count(*) FROM versions WHERE notice_id = ?", [number]).fetchone()
        row = {"notice_id": number, "version": 1 + earlier, "title": document.title, "text": document.text or "", "text_sha256": sha256}
        add_rows(self.archive, "versions", [row | {"first_seen": document.fetched_at, "capture_id": document.capture}])
        self._store_answers(document.capture, document)
        self._store_reading(number, document)
        note_notice(self.archive, number)

    def _store_reading(self, number: int, document: Document) -> None:
        """What was read from the text, and the text itself; what stood there before goes."""
        notice = document.notice or Notice()
        text = document.text or ""
        put_row(self.archive, "texts", {"notice_id": number, "text": text}, key="notice_id")
        for field, table in LISTS.items():
            rows = [as_row(row) for row in getattr(notice, field)]
            if field == "bodies":
                rows = [self._filed(row, document) for row in rows]
            self._replace_rows(table, number, [{"notice_id": number, "position": position} | row for position, row in enumerate(rows)])
        evidence = [
            {"notice_id": number, "field": name, "quote": e.quote, "start": e.start, "end": e.end, "in": e.place, "rule": e.rule}
            for name, e in (document.page_evidence | notice.evidence).items()
        ]
        self._replace_rows("evidence", number, evidence)
        add_to_index(self.archive, number, document.title or "", text, document.tokens)
        index_text(self.archive, number, text, document.minhash)

    def _replace_rows(self, table: str, number: int, rows: list[dict[str, Any]]) -> None:
        """Put these rows of a notice in the stead of those that a table has of it."""
        self.archive.conn.execute(f"DELETE FROM {table} WHERE notice_id = ?", [number])  # noqa: S608 - our own names
        add_rows(self.archive, table, rows)

    def _filed(self, body: dict[str, Any], document: Document) -> dict[str, Any]:
        """Return a body that a notice names as the row of ``notice_bodies``, filed under its organisation."""
        division = document.notice.division_code if document.notice else None
        known = document.organisations.get(body["name"])
        return body | {"body_id": file_body(self.archive, body["name"], body["raw"], division, document.published, known)}

    def _page(self, url: str | None, kind: str = "article") -> dict[str, Any]:
        """The row of a page, for an article under whichever of its addresses it stands; empty where the page is new."""
        exact = first_row(self.archive, "SELECT * FROM pages WHERE url = ?", [url])
        if exact or kind == "list":
            return exact
        return first_row(self.archive, PAGE_BY_KEY, [address_key(str(url))])

    def _store_page(
        self, document: Document, page: Mapping[str, Any], *, interval: int, state: State | None = None, **columns: Any
    ) -> None:
        """Record the visit; ``page`` is the row that `_page` found."""
        now = str(document.fetched_at)
        url = str(page.get("url") or document.url)
        row = {
            "url": url,
            "address_key": url if document.kind == "list" else address_key(url),
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
        put_row(self.archive, "pages", row | columns, key="url")


def _site_id(document: Document) -> str | None:
    return document.site.id if document.site else None


def _validators(document: Document) -> dict[str, str | None]:
    """What the server says of the page's age; None where the text rests on more than this one answer (files, later pages, redirects)."""
    alone = not document.parts and not document.files and document.final_url in (None, document.url)
    headers = {name.lower(): value for name, value in document.headers.items()} if alone else {}
    return {"etag": headers.get("etag"), "last_modified": headers.get("last-modified")}


def _days_between(earlier: str | None, later: str | None) -> int:
    return (datetime.fromisoformat(str(later)) - datetime.fromisoformat(str(earlier))).days if earlier and later else 0

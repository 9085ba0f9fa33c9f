"""Chinese search: an FTS5 index of overlapping character pairs, exact for any substring.

Stock full-text search takes a run of Han characters as one token and finds nothing in it.
Here every two neighbouring characters are one token (低保金 → 低保 保金), positions are kept,
and so a phrase query over the pairs of a term finds the term exactly where it stands: Han,
Latin, digits and punctuation alike. The index holds no text of its own (``content=''``):
to take a notice out, its title and text must be given again as they were put in.
"""

import operator
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from sqlite_utils import Database

Span = tuple[int, int]
"""Start and end of a stretch of characters."""

# Every category is a token character, so that only the space between two pairs separates them.
CREATE_INDEX = """
CREATE VIRTUAL TABLE notices_fts USING fts5(
    title, text, content='',
    tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Z* C*' separators ' '"
)
"""

# A space of the text inside a pair, and the end of a title or text. Both count as white space in
# Python, so that no folded text contains either of them.
SPACE_IN_PAIR = "\x1f"
END = "\x1e"

# SQLite cuts an expression at NUL, and reads these three kinds of characters as U+FFFD.
UNSTORABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")

# A term is a run without spaces, or a quoted phrase standing alone: 关于“两不愁”的问题 is one term with its quotation marks.
TERM = re.compile(r'(?<![^ ])(?:"(?P<straight>[^"]*)"|“(?P<curly>[^“”]*)”)(?![^ ])|(?P<bare>[^ ]+)')

SNIPPET_LENGTH = 140
# How far before the first hit a sentence may begin to be shown from its beginning, and what is shown where it does not.
SNIPPET_LEAD = 40
SNIPPET_SHORT_LEAD = 24


@dataclass(frozen=True, slots=True)
class Hit:
    """One notice that a search found."""

    id: int
    url: str
    title: str | None
    published: str | None
    body: str | None
    """The inspected body, else the issuing body."""
    snippet: str
    spans: list[Span]
    """Where the terms stand in the snippet."""


def fold(text: str) -> str:
    """Return what is compared: NFKC, case folded, every run of white space one space, none at the ends."""
    return " ".join(_fold_characters(text).split())


def _fold_characters(text: str) -> str:
    return unicodedata.normalize("NFKC", UNSTORABLE.sub("\ufffd", text).replace("\0", " ")).casefold()


def fold_with_offsets(text: str) -> tuple[str, list[Span]]:
    """Return ``fold(text)`` and, for each of its characters, where in ``text`` it comes from."""
    characters: list[str] = []
    origins: list[Span] = []
    for start, end in _clusters(text):
        for character in _fold_characters(text[start:end]):
            if not character.isspace():
                characters.append(character)
                origins.append((start, end))
            elif characters and characters[-1] != " ":
                characters.append(" ")
                origins.append((start, end))
    if characters and characters[-1] == " ":
        characters.pop()
        origins.pop()
    return "".join(characters), origins


def _clusters(text: str) -> Iterator[Span]:
    """Yield the stretches that Unicode normalization treats one by one: a character and what combines with it."""
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or not _joins_previous(text[end]):
            yield start, end
            start = end


@cache
def _joins_previous(character: str) -> bool:
    """Tell whether normalization may join the character to the one before it: a combining mark, a Hangul vowel or final."""
    first = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.category(first).startswith("M") or "\u1160" <= first <= "\u11ff"


def index_terms(text: str) -> str:
    """Return what goes into the index for one text: its pairs, each ending character paired with the END mark."""
    folded = fold(text)
    if not folded:
        return ""
    stream = folded.replace(" ", SPACE_IN_PAIR) + END
    return " ".join(map(operator.add, stream, stream[1:]))


def query_terms(query: str) -> list[str]:
    """Return the folded terms of a query, of which a notice must contain every one.

    White space separates terms; a term in "…" or “…” may contain it. Quotation marks that
    do not enclose a whole term are characters like any other.
    """
    found = (match["straight"] or match["curly"] or match["bare"] or "" for match in TERM.finditer(fold(query)))
    return list(dict.fromkeys(term for term in (part.strip() for part in found) if term))


def match_expression(query: str) -> str:
    """Return the FTS5 expression for a query; one that matches nothing if the query is blank."""
    return " AND ".join(map(_phrase, query_terms(query))) or '""'


def _phrase(term: str) -> str:
    """Return the phrase of a term's pairs; a single character is looked up as the beginning of a pair."""
    stream = term.replace(" ", SPACE_IN_PAIR)
    pairs = " ".join(map(operator.add, stream, stream[1:])) or stream
    quoted = '"{}"'.format(pairs.replace('"', '""'))
    return f"{quoted} *" if len(stream) == 1 else quoted


def contains(text: str, query: str) -> bool:
    """Tell whether a text contains every term of a query; no text contains a blank query."""
    folded, terms = fold(text), query_terms(query)
    return bool(terms) and all(term in folded for term in terms)


def add_to_index(db: Database, notice_id: int, title: str | None, text: str | None) -> None:
    """Make a notice findable. It must not be in the index yet."""
    db.execute("INSERT INTO notices_fts (rowid, title, text) VALUES (?, ?, ?)", _index_row(notice_id, title, text))


def remove_from_index(db: Database, notice_id: int, title: str | None, text: str | None) -> None:
    """Take a notice out of the index; ``title`` and ``text`` are those it was added with."""
    db.execute("INSERT INTO notices_fts (notices_fts, rowid, title, text) VALUES ('delete', ?, ?, ?)", _index_row(notice_id, title, text))


def rebuild_index(db: Database) -> None:
    """Build the index anew, for an archive that has none or an outdated one."""
    with db.atomic():
        db.execute("DROP TABLE IF EXISTS notices_fts")
        db.execute(CREATE_INDEX)
        rows = db.execute("SELECT id, title, text FROM notices LEFT JOIN texts ON notice_id = id ORDER BY id")
        for notice_id, title, text in rows:
            add_to_index(db, notice_id, title, text)


def _index_row(notice_id: int, title: str | None, text: str | None) -> tuple[int, str, str]:
    return notice_id, index_terms(title or ""), index_terms(text or "")


def search_notices(db: Database, query: str, limit: int = 20) -> list[Hit]:
    """Return the notices that contain every term of the query in title or text, newest first."""
    rows = db.execute(
        """
        SELECT id, url, title, published, coalesce(inspected_body, issuing_body), text
        FROM notices LEFT JOIN texts ON notice_id = id
        WHERE id IN (SELECT rowid FROM notices_fts WHERE notices_fts MATCH ?)
        ORDER BY published DESC, id DESC LIMIT ?
        """,
        [match_expression(query), limit],
    )
    return [
        Hit(notice_id, url, title, published, body, *snippet(text or "", query)) for notice_id, url, title, published, body, text in rows
    ]


def highlight(text: str, query: str) -> list[Span]:
    """Return where the terms of a query stand in a text, in order, overlapping ones joined."""
    terms = query_terms(query)
    if not terms:
        return []
    folded, origins = fold_with_offsets(text)
    found = ((origins[start][0], origins[end - 1][1]) for term in terms for start, end in _occurrences(folded, term))
    return _join_spans(found)


def _occurrences(folded: str, term: str) -> Iterator[Span]:
    start = folded.find(term)
    while start >= 0:
        yield start, start + len(term)
        start = folded.find(term, start + 1)


def _join_spans(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def snippet(text: str, query: str, length: int = SNIPPET_LENGTH) -> tuple[str, list[Span]]:
    """Return a stretch of the text around the first hit on one line, and where the terms stand in it.

    Where the text contains no term (the title does), its beginning is returned.
    """
    spans = highlight(text, query)
    start = _snippet_start(text, spans[0][0]) if spans else 0
    end = max(start + length, spans[0][1] if spans else 0)
    before, after = ("…" if start > 0 else ""), ("…" if end < len(text) else "")
    shown = before + re.sub(r"\s", " ", text[start:end]) + after
    shift = len(before) - start
    return shown, [(a + shift, min(b, end) + shift) for a, b in spans if start <= a < end]


def _snippet_start(text: str, hit: int) -> int:
    """Return the start of the sentence that the hit stands in, if it is near, else a point a little before the hit."""
    if hit <= SNIPPET_LEAD:
        return 0
    near = hit - SNIPPET_LEAD
    sentence = max(text.rfind(mark, near, hit) for mark in "。；\n")
    return sentence + 1 if sentence >= 0 else hit - SNIPPET_SHORT_LEAD


def segments(text: str, spans: Iterable[Span]) -> list[tuple[str, bool]]:
    """Cut a text at the edges of ordered, separate spans; each piece with whether it lies in one."""
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    pieces = [(text[start:end], index % 2 == 1) for index, (start, end) in enumerate(pairwise(edges))]
    return [piece for piece in pieces if piece[0]]

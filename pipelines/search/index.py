"""The indexes: FTS5 over overlapping pairs of characters, and over single ones; exact for any substring, nearly in order of date.

Stock full-text search takes a run of Han characters as one token and finds nothing in it. Here every two neighbouring
characters are one token (低保金 → 低保 保金), positions are kept, and so a phrase query over the pairs of a term finds
the term exactly where it stands: Han, Latin, digits and punctuation alike. For a query of one character, a second
index, a fifteenth of the size, knows which characters a notice holds.

The indexes hold no text of their own (``content=''``): to take a notice out, its title and text must be given again as
they were put in. Their row ids are the keys of ``search_keys``: the month of the notice, counted backwards, then a number
in that month, so that the newest hits come first without a look at all others (FTS5 reads backwards in twice the time),
and a hit costs one byte where numbers of notices cost four.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import product

from sqlite_utils import Database

from pipelines.search.folding import fold
from pipelines.search.terms import index_characters, index_pairs

Row = tuple[int, str | None, str | None]
"""Number, title and text of a notice."""
Tokens = tuple[str, str, str]

MONTH_SIZE = 1 << 17
"""Keys of one month, more than there will be notices. Larger ones would make the index larger."""
LATEST = 13 * 10_000
"""One more than the number of any month, of which a year has thirteen: a date may name none."""
TUNING = {"hashsize": 16 << 20, "automerge": 0, "usermerge": 8}
"""Bytes that FTS5 collects before it writes a part of the index, and of how many parts of a size it merges one.

Left to itself it merges after so many pages, whatever that takes: one notice in ten waited for it, and some for two seconds.
"""
MERGED = {"notices_fts": 48, "characters_fts": 8}
"""Pages that are merged with every notice that is added, as many as keep up with what a long one writes."""
BUILDING = {"crisismerge": 1999}
"""While all of the index is built: its parts, of which it may have that many, are merged once, at the end."""
AS_BEFORE = {"crisismerge": 16}
AHEAD = 64
"""Notices whose tokens are made, in a thread of their own, while others are written."""
RANKING = "bm25(1.0, 10.0)"
"""By relevance, a word in the title counts ten times one in the text."""

# Between two tokens stands a space; every other character, of whatever kind, belongs to a token. Of ASCII they must be
# named, and a quotation mark that stands in a quoted argument, in a quoted option, is written twice.
TOKEN_CHARACTERS = "".join(character for character in map(chr, range(1, 128)) if character != " " and not character.isalnum())
QUOTED_CHARACTERS = TOKEN_CHARACTERS.replace("'", "''").replace('"', '""')
TOKENIZER = f"""tokenize="ascii tokenchars '{QUOTED_CHARACTERS}'\""""
# The text comes first: hits in any other column cost two bytes more each.
CREATE_PAIRS = f"CREATE VIRTUAL TABLE notices_fts USING fts5(text, title, content='', {TOKENIZER})"
CREATE_CHARACTERS = f"CREATE VIRTUAL TABLE characters_fts USING fts5(both, content='', detail=none, {TOKENIZER})"
CREATE_KEYS = """
CREATE TABLE search_keys (
    search_key INTEGER PRIMARY KEY, notice_id INTEGER NOT NULL UNIQUE REFERENCES notices (id), published TEXT
)
"""
# The index of pairs with the notices' own numbers as row ids: a view has no row ids but the column of that name, and MATCH
# on the index's hidden column goes through to it.
CREATE_VIEW = """
CREATE VIEW notice_search AS
SELECT notice_id AS rowid, notices_fts AS notice_search, rank, published
FROM notices_fts CROSS JOIN search_keys ON search_key = notices_fts.rowid
"""
ADD_PAIRS = "INSERT INTO notices_fts (rowid, text, title) VALUES (?, ?, ?)"
ADD_CHARACTERS = "INSERT INTO characters_fts (rowid, both) VALUES (?, ?)"
REMOVE_PAIRS = "INSERT INTO notices_fts (notices_fts, rowid, text, title) VALUES ('delete', ?, ?, ?)"
REMOVE_CHARACTERS = "INSERT INTO characters_fts (characters_fts, rowid, both) VALUES ('delete', ?, ?)"
DROP = (
    "DROP VIEW IF EXISTS notice_search",
    "DROP TABLE IF EXISTS notices_fts",
    "DROP TABLE IF EXISTS characters_fts",
    "DROP TABLE IF EXISTS search_keys",
)
SET_PAIRS = "INSERT INTO notices_fts (notices_fts, rank) VALUES (?, ?)"
SET_CHARACTERS = "INSERT INTO characters_fts (characters_fts, rank) VALUES (?, ?)"
MERGE = "INSERT INTO {index} ({index}, rank) VALUES ('merge', ?)"
OPTIMIZE = (
    "INSERT INTO notices_fts (notices_fts) VALUES ('optimize')",
    "INSERT INTO characters_fts (characters_fts) VALUES ('optimize')",
)
ALL = "SELECT id, title, text FROM notices LEFT JOIN texts ON notice_id = id ORDER BY published DESC, id DESC"


def add_to_index(db: Database, notice_id: int, title: str | None, text: str | None, tokens: Tokens | None = None) -> None:
    """Make a notice findable. It must be in the archive, and not in the index yet. ``tokens`` are its `tokens_of`, where they are known."""
    _insert(db, notice_id, tokens or tokens_of(title, text))
    for index, pages in MERGED.items():
        db.execute(MERGE.format(index=index), [pages])


def _insert(db: Database, notice_id: int, tokens: Tokens) -> None:
    (published,) = db.execute("SELECT published FROM notices WHERE id = ?", [notice_id]).fetchone()
    key = _free_key(db, published)
    db.execute("INSERT INTO search_keys (search_key, notice_id, published) VALUES (?, ?, ?)", [key, notice_id, published])
    *pairs, characters = tokens
    db.execute(ADD_PAIRS, [key, *pairs])
    db.execute(ADD_CHARACTERS, [key, characters])


def remove_from_index(db: Database, notice_id: int, title: str | None, text: str | None) -> None:
    """Take a notice out of the index; ``title`` and ``text`` are those it was added with."""
    (key,) = db.execute("SELECT search_key FROM search_keys WHERE notice_id = ?", [notice_id]).fetchone()
    *pairs, characters = tokens_of(title, text)
    db.execute(REMOVE_PAIRS, [key, *pairs])
    db.execute(REMOVE_CHARACTERS, [key, characters])
    db.execute("DELETE FROM search_keys WHERE search_key = ?", [key])


def drop_index(db: Database) -> None:
    """Take the index away, where there is one."""
    for statement in DROP:
        db.execute(statement)


def rebuild_index(db: Database) -> None:
    """Build the index anew, for an archive that has none or an outdated one."""
    with db.atomic():
        drop_index(db)
        for statement in (CREATE_PAIRS, CREATE_CHARACTERS, CREATE_KEYS, CREATE_VIEW):
            db.execute(statement)
        db.execute(SET_PAIRS, ["rank", RANKING])
        tune_index(db, TUNING | BUILDING)
        for row, tokens in _with_tokens(db.execute(ALL)):
            _insert(db, row[0], tokens.result())
        for statement in OPTIMIZE:
            db.execute(statement)
        tune_index(db, AS_BEFORE)


def tokens_of(title: str | None, text: str | None) -> Tokens:
    """Return what a notice is to the indexes: the pairs of its text, those of its title, the characters of both."""
    folded = [fold(text or ""), fold(title or "")]
    return index_pairs(folded[0]), index_pairs(folded[1]), index_characters(*folded)


def tune_index(db: Database, options: Mapping[str, int] = TUNING) -> None:
    """Set options of both indexes; they stay in the archive."""
    for statement, option in product((SET_PAIRS, SET_CHARACTERS), options.items()):
        db.execute(statement, option)


def _with_tokens(rows: Iterable[Row]) -> Iterator[tuple[Row, Future[Tokens]]]:
    """Yield each notice with its `tokens_of`, which are made ahead: SQLite lets Python go on while it writes."""
    waiting: deque[tuple[Row, Future[Tokens]]] = deque()
    with ThreadPoolExecutor(1) as thread:
        for row in rows:
            waiting.append((row, thread.submit(tokens_of, *row[1:])))
            if len(waiting) > AHEAD:
                yield waiting.popleft()
        yield from waiting


def _free_key(db: Database, published: str | None) -> int:
    first, end = _month_keys(published)
    (last,) = db.execute("SELECT max(search_key) FROM search_keys WHERE search_key < ?", [end]).fetchone()
    return first if last is None else max(first, last + 1)


def _month_keys(published: str | None) -> tuple[int, int]:
    """Return the first key of a date's month, and of the month before; to notices without a date belong all keys after the year 1."""
    if published is None:
        return LATEST * MONTH_SIZE, 2 * LATEST * MONTH_SIZE
    year, month = f"{published}-0".split("-")[:2]
    number = LATEST - int(year) * 13 - int(month)
    return number * MONTH_SIZE, (number + 1) * MONTH_SIZE

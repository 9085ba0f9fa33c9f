"""The index: FTS5 over single characters and overlapping pairs, exact for any substring, nearly in order of date.

Stock full-text search takes a run of Han characters as one token and finds nothing in it. Here every two neighbouring
characters are one token (低保金 → 低保 保金), positions are kept, and so a phrase query over the pairs of a term finds
the term exactly where it stands: Han, Latin, digits and punctuation alike. Each character that a text holds is a token
too, once, for queries of one character.

The index holds no text of its own (``content=''``): to take a notice out, its title and text must be given again as
they were put in. Its row ids are the keys of ``search_keys``: the month of the notice, then a number in that month, so
that the newest hits come first without a look at all others, and a hit costs one byte where numbers of notices cost four.
"""

from sqlite_utils import Database

from pipelines.search.terms import index_terms

MONTH_SIZE = 1 << 17
"""Keys of one month, more than there will be notices. Larger ones would make the index larger."""
HASH_SIZE = 64 << 20
"""Bytes that FTS5 collects before it writes; with its own 1 MB most of the time of building goes into merging."""

RANKING = "bm25(1.0, 10.0)"
"""By relevance, a word in the title counts ten times one in the text."""

# Between two tokens stands a space; every other character, of whatever kind, belongs to a token. Of ASCII they must be
# named, and a quotation mark that stands in a quoted argument, in a quoted option, is written twice.
TOKEN_CHARACTERS = "".join(character for character in map(chr, range(1, 128)) if character != " " and not character.isalnum())
QUOTED_CHARACTERS = TOKEN_CHARACTERS.replace("'", "''").replace('"', '""')
# The text comes first: hits in any other column cost two bytes more each.
CREATE_INDEX = f"""
CREATE VIRTUAL TABLE notices_fts USING fts5(text, title, content='', tokenize="ascii tokenchars '{QUOTED_CHARACTERS}'")
"""
CREATE_KEYS = """
CREATE TABLE search_keys (
    search_key INTEGER PRIMARY KEY, notice_id INTEGER NOT NULL UNIQUE REFERENCES notices (id), published TEXT
)
"""
# The index with the notices' own numbers as row ids. A view has no row ids but the column of that name, and MATCH on the
# index's hidden column, which the other column is, goes through to the index.
CREATE_VIEW = """
CREATE VIEW notice_search AS
SELECT notice_id AS rowid, notices_fts AS notice_search, rank, search_key, published
FROM notices_fts CROSS JOIN search_keys ON search_key = notices_fts.rowid
"""
ADD_ROW = "INSERT INTO notices_fts (rowid, text, title) VALUES (?, ?, ?)"
REMOVE_ROW = "INSERT INTO notices_fts (notices_fts, rowid, text, title) VALUES ('delete', ?, ?, ?)"
SETTING = "INSERT INTO notices_fts (notices_fts, rank) VALUES (?, ?)"


def add_to_index(db: Database, notice_id: int, title: str | None, text: str | None) -> None:
    """Make a notice findable. It must be in the archive, and not in the index yet."""
    (published,) = db.execute("SELECT published FROM notices WHERE id = ?", [notice_id]).fetchone()
    key = _free_key(db, published)
    db.execute("INSERT INTO search_keys (search_key, notice_id, published) VALUES (?, ?, ?)", [key, notice_id, published])
    db.execute(ADD_ROW, [key, index_terms(text or ""), index_terms(title or "")])


def remove_from_index(db: Database, notice_id: int, title: str | None, text: str | None) -> None:
    """Take a notice out of the index; ``title`` and ``text`` are those it was added with."""
    (key,) = db.execute("SELECT search_key FROM search_keys WHERE notice_id = ?", [notice_id]).fetchone()
    db.execute(REMOVE_ROW, [key, index_terms(text or ""), index_terms(title or "")])
    db.execute("DELETE FROM search_keys WHERE search_key = ?", [key])


def rebuild_index(db: Database) -> None:
    """Build the index anew, for an archive that has none or an outdated one."""
    with db.atomic():
        for statement in ("DROP VIEW IF EXISTS notice_search", "DROP TABLE IF EXISTS notices_fts", "DROP TABLE IF EXISTS search_keys"):
            db.execute(statement)
        for statement in (CREATE_INDEX, CREATE_KEYS, CREATE_VIEW):
            db.execute(statement)
        db.execute(SETTING, ["hashsize", HASH_SIZE])
        db.execute(SETTING, ["rank", RANKING])
        rows = db.execute("SELECT id, title, text FROM notices LEFT JOIN texts ON notice_id = id ORDER BY published, id")
        for notice_id, title, text in rows:
            add_to_index(db, notice_id, title, text)
        db.execute("INSERT INTO notices_fts (notices_fts) VALUES ('optimize')")


def _free_key(db: Database, published: str | None) -> int:
    first, end = _month_keys(published)
    (last,) = db.execute("SELECT max(search_key) FROM search_keys WHERE search_key < ?", [end]).fetchone()
    return first if last is None else max(first, last + 1)


def _month_keys(published: str | None) -> tuple[int, int]:
    """Return the first key of a date's month, and of the next; to notices without a date belong all keys before the year 1."""
    if published is None:
        return 0, 13 * MONTH_SIZE
    year, month = f"{published}-0".split("-")[:2]
    number = int(year) * 13 + int(month)
    return number * MONTH_SIZE, (number + 1) * MONTH_SIZE

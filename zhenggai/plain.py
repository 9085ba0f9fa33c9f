"""metadata.yml for Datasette as it comes, without the plugins of this project: no search box that finds nothing, but a query that searches.

Plain Datasette would hand a reader's words to the index as they are, and the index is of pairs of characters: it would find
terms of two characters and no others.
"""

from copy import deepcopy
from typing import Any

Record = dict[str, Any]

SEARCH_BOX = ("fts_table", "fts_pk")
DESCRIPTION = (
    "下面的每张表、每一列都有说明；全文检索用“检索”一项。 Every table and column is described below; the query “检索” searches all texts."
)
FIND = "find"
FOUND = 500
"""Notices that the query lists at most."""
TERMS = "检索词"
SETTINGS = {"sql_time_limit_ms": 5000}
"""Datasette's own limit of a second is too short for a word that 100,000 notices contain."""
# Full width becomes half width and capital letters small, as in the index; traditional characters it cannot make simplified.
FOLDED = """
WITH RECURSIVE
characters (position, character) AS (
  SELECT 1, substr(:检索词, 1, 1) UNION ALL
  SELECT position + 1, substr(:检索词, position + 1, 1) FROM characters WHERE position < length(:检索词)),
folded (query) AS (
  SELECT group_concat(lower(CASE WHEN unicode(character) BETWEEN 65281 AND 65374 THEN char(unicode(character) - 65248)
    WHEN unicode(character) = 12288 THEN ' ' ELSE character END), '') FROM (SELECT character FROM characters ORDER BY position)),
"""
# 低保金 is the phrase "低保 保金"; of a single character the pairs that begin with it are looked for.
PHRASES = """
terms (term, rest) AS (
  SELECT '', query || ' ' FROM folded UNION ALL
  SELECT substr(rest, 1, instr(rest, ' ') - 1), substr(rest, instr(rest, ' ') + 1) FROM terms WHERE rest <> ''),
pairs (term, position, pair) AS (
  SELECT term, 1, substr(term, 1, 2) FROM terms WHERE term <> '' UNION ALL
  SELECT term, position + 1, substr(term, position + 1, 2) FROM pairs WHERE position + 2 <= length(term)),
phrases (phrase) AS (
  SELECT '"' || replace(group_concat(pair, ' '), '"', '""') || '"' || iif(length(term) = 1, ' *', '')
  FROM (SELECT * FROM pairs ORDER BY term, position) GROUP BY term)
"""
LISTED = f"""
SELECT id, title, published, coalesce(inspected_body, issuing_body) AS body,
  (SELECT count(*) FROM notice_search WHERE notice_search MATCH (SELECT group_concat(phrase, ' AND ') FROM phrases)) AS found
FROM notices WHERE id IN (
  SELECT rowid FROM notice_search WHERE notice_search MATCH (SELECT coalesce(group_concat(phrase, ' AND '), '""') FROM phrases))
ORDER BY published DESC, id DESC LIMIT {FOUND}
"""  # noqa: S608 - our own number
QUERY = {
    "title": "检索 Search",
    "description": "列出标题或正文中含有所填各词的通报，由新到旧，最多五百份；found 是共有几份。几个词用空格隔开；用简体字，一个字也能查。"
    " Notices whose title or text contains every term, set apart by spaces, in simplified characters; found is how many there are.",
    "params": [TERMS],
    "hide_sql": True,
    "sql": (FOLDED + PHRASES + LISTED).strip(),
}


def plain_metadata(metadata: Record) -> Record:
    """Return the metadata without what only the plugins can do, and with the query that searches."""
    plain = deepcopy({key: value for key, value in metadata.items() if key != "plugins"})
    archive = plain["databases"]["archive"]
    archive["description"] = DESCRIPTION
    archive["tables"] = {name: _without_box(table) for name, table in archive["tables"].items()}
    archive["queries"] = {FIND: QUERY, **archive["queries"]}
    return plain


def _without_box(table: Record) -> Record:
    """Return a table's metadata without its search box; of one that is hidden, nothing but that."""
    if table.get("hidden"):
        return {"hidden": True}
    return {key: value for key, value in table.items() if key not in SEARCH_BOX}

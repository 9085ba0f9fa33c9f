"""Pinned rows (置顶): they stand at the top of a list whatever their date, and say nothing about where the news ends."""

from collections.abc import Sequence

from crawler.items import Entry


def without_pinned(rows: Sequence[Entry]) -> list[Entry]:
    """Return the rows without those that lead a list out of its order: older than a row further down."""
    newest_below = ""
    pinned: set[int] = set()
    for position in range(len(rows) - 1, -1, -1):
        day = rows[position]["date"] or ""
        if day and day < newest_below:
            pinned.add(position)
        newest_below = max(newest_below, day)
    leading = next((position for position in range(len(rows)) if position not in pinned), len(rows))
    return list(rows[leading:])

"""How numbers and moments are shown to readers; what leaves as data has them as they are in the archive."""

from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


def grouped(value: float) -> str:
    """Return a number with its digits in groups: 282840200.0 as 282,840,200."""
    return f"{int(value) if value == int(value) else value:,}"


def beijing_time(moment: str) -> str:
    """Return a moment of the archive (ISO 8601, UTC) as readers tell the time: 2026-11-22 14:33."""
    return f"{datetime.fromisoformat(moment).astimezone(BEIJING):%Y-%m-%d %H:%M}"

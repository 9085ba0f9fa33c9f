"""When a page answered."""

from datetime import UTC, datetime


def utc_now() -> str:
    """Return this moment in ISO 8601, UTC, to the second."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"

"""The sector that an organisation works in, by its name; the table is data/sectors.yml."""

from functools import cache
from pathlib import Path

import yaml

SECTORS = Path(__file__).parent / "data" / "sectors.yml"


@cache
def _sectors() -> list[tuple[str, list[str]]]:
    return [(entry["sector"], entry["words"]) for entry in yaml.safe_load(SECTORS.read_text(encoding="utf-8"))]


def sector_of(name: str) -> str | None:
    """Return the sector that a word of the name belongs to, or None: a 县委 or 镇党委 works in no one sector."""
    return next((sector for sector, words in _sectors() if any(word in name for word in words)), None)

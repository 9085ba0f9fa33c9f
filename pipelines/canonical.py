"""One way to write a value, so that its hash is always the same."""

import json
from typing import Any


def canonical(value: Any) -> bytes:
    """Return a value as JSON without white space and with its keys in order."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass")

"""One way to write a value, so that its hash is always the same."""

import json
from typing import Any

# Made once: json.dumps makes an encoder for each value that it is to write in a way of its own.
ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(value: Any) -> bytes:
    """Return a value as JSON without white space and with its keys in order."""
    return ENCODER.encode(value).encode("utf-8", "surrogatepass")

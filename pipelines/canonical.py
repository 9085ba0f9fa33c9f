"""One way to write a value, so that its hash is always the same."""

import json
from typing import Any


def _show(value: bytes) -> dict[str, str]:
    """Return what stands for bytes: the program writes none, but one bit makes them of a text, and such a row has another hash."""
    return {"bytes": value.hex()}


# Made once: json.dumps makes an encoder for each value that it is to write in a way of its own.
ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_show)


def canonical(value: Any) -> bytes:
    """Return a value as JSON without white space and with its keys in order."""
    return ENCODER.encode(value).encode("utf-8", "surrogatepass")

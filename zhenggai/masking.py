"""E-mail addresses in lists: hidden letter for letter, so that offsets into a text still hold."""

import re
from collections.abc import Mapping
from typing import Any

# mzj@example.gov.cn, mzj ＠ 163.com, and mzj%40163.com as it stands in the links of facets. A Chinese word before it is no part of it.
EMAIL = re.compile(r"[A-Za-z0-9._+-]+(?=\s?(?:[@＠]|%40|~40)\s?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
HIDDEN = "•"
SIGNS = ("@", "＠", "%40", "~40")


def mask_emails(text: str) -> str:
    """Return the text with what stands before the @ of each address hidden: •••@example.gov.cn."""
    if not any(sign in text for sign in SIGNS):
        return text
    return EMAIL.sub(lambda found: HIDDEN * len(found[0]), text)


def masked(value: Any) -> Any:
    """Return a value, and whatever lists and mappings it is made of, with the addresses in their texts hidden."""
    if isinstance(value, str):
        return mask_emails(value)
    if isinstance(value, Mapping):
        return {key: masked(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [masked(item) for item in value]
    return value

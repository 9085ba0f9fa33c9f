"""gkmlpt (政府信息公开目录平台): which office a page of the directory belongs to, and the categories of its tree."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urldefrag

from crawler.scripts import Unknown, read_value

# http://www.shantou.gov.cn/stsmzj/gkmlpt/content/2/2271/post_2271001.html: one office of many on a host
IN_DIRECTORY = re.compile(r"(?P<office>https?://[^?#]*?/)gkmlpt(?:/|$)")
# in window._CONFIG, beside SID: TREE: [{"id": 2272, "name": "巡察整改", "children": []}]
TREE = re.compile(r"\bTREE['\"]?\s*[:=]\s*(?=\[)")
NUMBERED = re.compile(r"#/?\d+$")


def office_of(url: str) -> str | None:
    """Return the home page of the office whose directory the address belongs to, or None for what is in no directory."""
    found = IN_DIRECTORY.match(url)
    return found["office"] if found else None


def is_whole_directory(url: str) -> bool:
    """Tell whether the address is that of a directory's own page, and not of one of its categories."""
    office = office_of(url)
    return (
        office is not None
        and NUMBERED.search(url) is None
        and urldefrag(url).url.rstrip("/") in (f"{office}gkmlpt", f"{office}gkmlpt/index")
    )


def categories_of(html: str, url: str) -> list[tuple[str, str]]:
    """Return the categories in the tree of a directory's page, as (name, address), in their order."""
    found, office = TREE.search(html), office_of(url)
    if found is None or office is None:
        return []
    return [(name, f"{office}gkmlpt/index#{number}") for number, name in _nodes(read_value(html, found.end(), {}))]


def _nodes(value: Any) -> Iterator[tuple[str, str]]:
    """Yield number and name of each category, whatever the list of its children is called."""
    if isinstance(value, dict) and isinstance(value.get("name"), str) and not isinstance(value.get("id"), Unknown | None):
        yield str(value["id"]), value["name"]
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _nodes(inner)

"""What state an answer puts a page in. Blocked is not gone; empty is not fine."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.interface import says_missing
from pipelines.record import State

DATA = Path(__file__).parent / "data"
MARKERS_STAND_WITHIN = 8_000
SCRIPT = re.compile(r"<script\b.*?(?:</script|\Z)", re.DOTALL | re.IGNORECASE)
LINK = re.compile(r"<a\b.*?(?:</a|\Z)", re.DOTALL | re.IGNORECASE)
TAG = re.compile(r"<[^>]*>")
LONGEST_MESSAGE = 120
"""Characters that a page shows, less its links, which only says that there is none: its title, and a footer."""
# Block pages that answer 200 are small; a long article may well quote 安全验证.
LONGEST_INTERSTITIAL = 30_000
# WAF pages have a .content too.
GENERIC_CONTAINERS = {".content", "#content"}
NOT_MODIFIED = 304
STATES_OF_STATUS: dict[int, State] = {
    404: "missing",
    410: "missing",
    401: "blocked",
    403: "blocked",
    405: "blocked",
    412: "blocked",
    429: "blocked",
    521: "blocked",
}


@cache
def _interstitials() -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = yaml.safe_load((DATA / "interstitials.yml").read_text(encoding="utf-8"))
    return loaded


@cache
def _article_marker() -> re.Pattern[str]:
    """A page that has one is an article, whatever its login box asks for: meta ArticleTitle, or a family's body container."""
    selectors: list[str] = yaml.safe_load((DATA / "containers.yml").read_text(encoding="utf-8"))
    names = "|".join(re.escape(selector[1:]) for selector in selectors if selector not in GENERIC_CONTAINERS)
    return re.compile(rf"name=[\"']?ArticleTitle\b|(?:id|class)=[\"']?(?:[^\"'>]*\s)?(?:{names})[\s\"'>]", re.IGNORECASE)


def state_of_answer(status: int | None, html: str | None, error: str | None, *, lists_entries: bool = False) -> State:
    """Return the state of a page that answered ``status`` with ``html``, or not at all.

    After 304 the page that the archive holds is still the page.
    ``gone`` is never the state of one answer: it takes fourteen days of ``missing``.
    """
    challenge = "missing" if says_missing(html or "") else _interstitial_state(html or "")
    if status in STATES_OF_STATUS:
        state = STATES_OF_STATUS[status]
        return "challenged" if state == "blocked" and challenge == "challenged" else state
    if status == NOT_MODIFIED and error is None:
        return "live"
    if html is None or (status is not None and status >= 400):
        return "error"
    if lists_entries or challenge is None or len(html) > LONGEST_INTERSTITIAL or _article_marker().search(html):
        return "live" if error is None else "error"
    return challenge


def says_gone(text: str) -> str | None:
    """Return the words in which a page that shows no body says that there is none, or None."""
    patterns = (interstitial["pattern"] for interstitial in _interstitials() if "pattern" in interstitial)
    found = next(filter(None, (re.search(pattern, text) for pattern in patterns)), None)
    return found.group() if found else None


def _interstitial_state(html: str) -> State | None:
    """Return the state that a marker in the page's head tells of, or None."""
    head = html[:MARKERS_STAND_WITHIN]
    without_scripts = SCRIPT.sub("", head)
    for interstitial in _interstitials():
        state: State = interstitial["state"]
        # A challenge is a script; one that may say 您访问的页面不存在 is on many pages that are there.
        if "marker" in interstitial and interstitial["marker"] in (without_scripts if state == "missing" else head):
            return state
        if (
            "pattern" in interstitial
            and "without_body" not in interstitial
            and re.search(interstitial["pattern"], without_scripts)
            and _is_message(html)
        ):
            return state
    return None


def _is_message(html: str) -> bool:
    """Tell whether a page shows so little, beside links that lead away from it, that a sentence is all of it."""
    return len("".join(TAG.sub("", LINK.sub("", SCRIPT.sub("", html))).split())) <= LONGEST_MESSAGE

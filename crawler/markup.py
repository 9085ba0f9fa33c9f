"""An HTML page and its address, parsed once for all who look at it."""

from dataclasses import dataclass
from functools import cached_property

from parsel import Selector
from w3lib.html import get_base_url, get_meta_refresh


def base_of(html: str, url: str) -> str:
    """Return what a page's links are relative to: its ``<base href>``, if that is an address (not «//[域名]/»), else its own."""
    try:
        return get_base_url(html, url)
    except ValueError:
        return url


def refresh_of(html: str, url: str) -> tuple[float, str] | None:
    """Return after how many seconds a page's meta refresh leads where, outside scripts; None where it leads nowhere."""
    if "refresh" not in html.lower():
        return None
    try:
        delay, target = get_meta_refresh(html, url, ignore_tags=("noscript", "script"))
    except ValueError:
        return None
    return (delay, target) if delay is not None and target else None


@dataclass(frozen=True)
class Markup:
    """The characters of a page, and the address that answered with them."""

    html: str
    url: str

    @cached_property
    def tree(self) -> Selector:
        """The page's elements."""
        return Selector(text=self.html, type="html")

    @cached_property
    def base(self) -> str:
        """What the page's links are relative to."""
        return base_of(self.html, self.url)

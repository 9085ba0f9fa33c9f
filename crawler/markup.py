"""An HTML page and its address, parsed once for all who look at it."""

from dataclasses import dataclass
from functools import cached_property

from parsel import Selector
from w3lib.html import get_base_url


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
        return get_base_url(self.html, self.url)

"""Where a link that is a script leads, as far as the page itself says it: in the link, or in a function of its own."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from parsel import Selector

from crawler.scripts import assigned_in, function_of, read_arguments, read_value, variables_of

LONGEST_SCRIPT = 50_000
"""Characters; a longer one is a library."""
# location.href='/xxgk/', window.open("/a.html", "_self"), location.href=encodeURI('index_2.jhtml'); not xhr.open("GET", …)
GOING = re.compile(
    r"(?<![\w$])location(?:\.href)?\s*=(?!=)|(?<![\w$])location\.(?:replace|assign)\s*\(|(?<![\w$.])(?:window\.)?open\s*\(", re.IGNORECASE
)
CALL = re.compile(r"(?<![\w$])([A-Za-z_$][\w$]*)\s*\(")
ADDRESS = re.compile(r"[^\"'<>\\\s]+")
# javascript:turnPage(2), return go(2), location.href='a.html': an href or onclick that is a script, and no address.
CODE = re.compile(r"(?:javascript|vbscript):|return\b|[\w.$]+\s*(?:\(|=\s*[\w.$]*['\"(])", re.IGNORECASE)


def is_code(target: str) -> bool:
    """Tell whether what a link leads to is a script."""
    return CODE.match(target.strip()) is not None


def addresses_in(script: str, known: Mapping[str, Any] | None = None) -> Iterator[str]:
    """Yield the addresses to which a script plainly goes. ``known`` are the variables, by name."""
    for found in GOING.finditer(script):
        value = read_value(script, found.end(), known or {})
        if isinstance(value, str) and ADDRESS.fullmatch(value):
            yield value


class PageScripts:
    """The scripts that stand in a page, asked where its links lead."""

    def __init__(self, page: Selector) -> None:
        self._page = page

    @cached_property
    def texts(self) -> list[str]:
        """What each of them says, but for libraries."""
        texts = self._page.xpath("//script[not(@src)]/text()").getall()
        return [text for text in texts if len(text) <= LONGEST_SCRIPT]

    @cached_property
    def known(self) -> dict[str, Any]:
        """The variables to which they give a value, by name; the first value counts."""
        known: dict[str, Any] = {}
        for text in self.texts:
            known = variables_of(text) | known
        return known

    def address_of(self, script: str) -> str | None:
        """Return the address to which a link's script leads, or None where the page does not tell."""
        plain = next(addresses_in(script), None)
        called = (address for call in CALL.finditer(script) if (address := self._address_of_call(script, call)))
        return plain or next(called, None)

    def _address_of_call(self, script: str, call: re.Match[str]) -> str | None:
        """Return what a function makes of the call: of several addresses the one that depends on what is handed to it."""
        function = next(filter(None, (function_of(text, call[1]) for text in self.texts)), None)
        if function is None:
            return None
        handed = dict(zip(function.parameters, read_arguments(script, call.end(), {}), strict=False))
        inner = {*function.parameters, *assigned_in(function.body)}
        outer = {name: value for name, value in self.known.items() if name not in inner}
        made = list(addresses_in(function.body, variables_of(function.body, outer | handed)))
        fixed = set(addresses_in(function.body, variables_of(function.body, outer)))
        return next((address for address in made if address not in fixed), made[0] if made else None)

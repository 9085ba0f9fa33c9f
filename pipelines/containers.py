"""Where on a page its body stands: the site software's container, else the smallest element that holds the page's prose."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, cast

import yaml
from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from pipelines.paragraphs import BLOCK_ELEMENTS, CELL_ELEMENTS, paragraphs_of, squeeze
from pipelines.surroundings import FULL_STOP, complete, is_signed

DATA = Path(__file__).parent / "data"
FEWEST_CHARACTERS = 50
"""A container with less is an empty shell, or the page's real body is a file."""
GENERIC_CONTAINERS = {".content", "#content", ".article-content", ".text-main"}
PROSE = "prose in "
"""Begins the name of a container that was found by its prose."""
TABLE_PARTS = {"tbody", "thead", "tr"}
"""A part of a table is no table: its rows would be read as paragraphs."""
PROSE_SHARE = 0.8
"""The body is the innermost element that holds this share of the page's prose."""
WHOLE_SHARE = 0.95
"""What holds this share of it cannot lack much of the body; a footer may have a sentence, too."""
SHORTEST_COPY = 50
"""Characters; what is shorter may be hidden and shown, and is no second copy of a body."""
MOST_HIDDEN = 20
"""Elements that are held against the whole page, each of them; a page may hide ten thousand."""
FOLDING = re.compile(r"(?:点击)?(?:展开|阅读|查看|显示)(?:全文|全部|更多)|展开|收起(?:全文)?")
HIDDEN_WORDS = {"span", "font", "i", "em", "b", "strong", "small", "u", "label"}
LONGEST_HIDDEN_WORDS = 60
"""Characters; what is longer may unfold."""
STYLED_AWAY = etree.XPath("//*[contains(@style, 'none')]")

# Two paths, since the union of their nodes would be sorted.
IDENTIFIERS = (etree.XPath("//@id"), etree.XPath("//@class"))

Prose = dict[HtmlElement, int]
"""For every element of a page, how many characters of prose stand in it."""


@dataclass(frozen=True, slots=True)
class Container:
    """The element that holds a page's body."""

    name: str
    """The selector that found it, or how else it was found."""
    paragraphs: list[str]
    is_whole: bool = False
    """It holds nearly all of the page's prose, so that nothing else can hold much that it lacks."""
    element: HtmlElement | None = None


@cache
def _known() -> tuple[tuple[str, CSSSelector], ...]:
    selectors: list[str] = yaml.safe_load((DATA / "containers.yml").read_text(encoding="utf-8"))
    return tuple((selector, CSSSelector(selector)) for selector in selectors)


@cache
def _blocks() -> dict[str, Any]:
    blocks: dict[str, Any] = yaml.safe_load((DATA / "blocks.yml").read_text(encoding="utf-8"))
    return blocks


@cache
def _blocks_of(kind: str) -> CSSSelector:
    return CSSSelector(", ".join(_blocks()[kind]))


@cache
def _edge_line(*, head: bool) -> re.Pattern[str]:
    """Lines that are no body; some only before it: behind it, a bare date is the 落款."""
    return re.compile("|".join(f"(?:{line['pattern']})" for line in _blocks()["edges"] if head or not line.get("head")))


def select(selector: CSSSelector, page: HtmlElement) -> list[HtmlElement]:
    """Return the elements that a CSS selector finds; XPath, on which it rests, could also give numbers and strings."""
    return cast("list[HtmlElement]", selector(page))


def drop_blocks(page: HtmlElement) -> None:
    """Take scripts, styles, share bars and their like out of the page.

    A share bar that is never closed swallows the article: what holds most of the page's text is none.
    """
    for element in select(_blocks_of("hidden"), page):
        element.drop_tree()
    names = _names_on(page)
    if any(selector[1:] in names for selector in _blocks()["beside"]):
        _drop_beside(page)
    _drop_hidden_copies(page)
    _drop_folding(page)


def _drop_beside(page: HtmlElement) -> None:
    whole = len(page.text_content())
    for element in select(_blocks_of("beside"), page):
        if 2 * len(element.text_content()) < whole:
            element.drop_tree()


def _names_on(page: HtmlElement) -> set[str]:
    """Return the identifiers and classes of the page's elements: most selectors need not be tried."""
    return {name for find in IDENTIFIERS for value in cast("list[str]", find(page)) for name in value.split()}


def _drop_hidden_copies(page: HtmlElement) -> None:
    """Take out what is hidden and says what the page shows as well: a copy for print. What unfolds at a click stays."""
    styled = cast("list[HtmlElement]", STYLED_AWAY(page))
    hidden = [element for element in styled if "display:none" in squeeze(element.get("style") or "")]
    _drop_hidden_words(hidden)
    for element in hidden[:MOST_HIDDEN]:
        text = squeeze(element.text_content())
        if len(text) >= SHORTEST_COPY and squeeze(page.text_content()).count(text) > 1:
            element.drop_tree()


def _drop_folding(page: HtmlElement) -> None:
    """Take out the buttons that unfold a text; in a container that a site declares nothing else would be taken off."""
    for element in list(page.iter("a", "button")):
        if FOLDING.fullmatch(element.text_content().strip()):
            element.drop_tree()


def _drop_hidden_words(hidden: list[HtmlElement]) -> None:
    """Take out what is hidden within a paragraph: «本文来源某某网», which is there for those who copy the text."""
    for element in hidden:
        if element.tag in HIDDEN_WORDS and next(element.iterancestors("p"), None) is not None:
            text = element.text_content()
            if len(text) <= LONGEST_HIDDEN_WORDS and not FULL_STOP.search(text):
                element.drop_tree()


def find_container(page: HtmlElement, prose: Prose, declared: str | None, title: str | None) -> Container | None:
    """Return the body's container by the site's declared selector, else by the known ones, or None.

    A generic one (.content) may hold the title, the date line and a share bar too; what stands at its edges is taken off.
    """
    names = _names_on(page)
    known = ((selector, find) for selector, find in _known() if selector[1:] in names)
    for selector, find in chain(((declared, CSSSelector(declared)),) if declared else (), known):
        for element in _outermost(select(find, page)):
            paragraphs = paragraphs_of(element)
            if selector in GENERIC_CONTAINERS and selector != declared:
                paragraphs = _without_edges(paragraphs, title)
            if sum(map(len, paragraphs)) >= FEWEST_CHARACTERS:
                return Container(selector, paragraphs, _is_whole(element, page, prose), element)
    return None


def _outermost(elements: list[HtmlElement]) -> Iterator[HtmlElement]:
    """Yield the elements that stand in no other of them: one in a container that holds too little holds no more."""
    within: set[HtmlElement] = set()
    for element in elements:
        if within.isdisjoint(element.iterancestors()):
            yield element
        within.add(element)


def find_prose(page: HtmlElement, prose: Prose, title: str | None) -> Container | None:
    """Return the innermost element that holds nearly all of the page's prose, or None where there is none.

    What stands at its edges and is no body (the title, the date line, 上一篇) is taken off line by line.
    """
    element, whole = page, prose[page]
    if whole < FEWEST_CHARACTERS:
        return None
    while (inner := max(element, key=prose.__getitem__, default=None)) is not None and prose[inner] >= PROSE_SHARE * whole:
        element = inner
    if element.tag in TABLE_PARTS and (table := next(element.iterancestors("table"), None)) is not None:
        element = table
    if element.tag not in BLOCK_ELEMENTS and (block := next(element.iterancestors(*BLOCK_ELEMENTS), None)) is not None:
        element = block
    paragraphs = _without_edges(paragraphs_of(element), title)
    name = f"{PROSE}{_describe(element)}"
    return Container(name, paragraphs, _is_whole(element, page, prose), element) if paragraphs else None


def with_surroundings(body: Container, page: HtmlElement, prose: Prose, title: str | None) -> Container:
    """Return the container with what of the body stands outside it; under the name of the element that holds all, if nothing knew it."""
    element = body.element
    if element is None or (prose[element] == prose[page] and is_signed(body.paragraphs)):
        return body
    links = {" ".join(link.text_content().split()) for link in page.iter("a")}
    shown = paragraphs_of(next(page.iter("body"), page))
    paragraphs = complete(body.paragraphs, shown, title, links, _edge_line(head=True), _edge_line(head=False))
    if len(paragraphs) == len(body.paragraphs):
        return body
    first, last = squeeze(paragraphs[0]), squeeze(paragraphs[-1])
    around = (outer for outer in element.iterancestors() if first in (held := squeeze(outer.text_content())) and last in held)
    name = f"{PROSE}{_describe(next(around, page))}" if body.name.startswith(PROSE) else body.name
    return Container(name, paragraphs, body.is_whole, element)


def find_again(page: HtmlElement, name: str, title: str | None) -> Container | None:
    """Return the container of this name on another page of the same article, however little it holds, or None."""
    selector, by_prose = name.removeprefix(PROSE), name.startswith(PROSE)
    try:
        elements = select(CSSSelector(selector), page)
    except SelectorError:  # trafilatura's text has no container, and not every class is an identifier
        return None
    for element in _most_prose_first(elements, page) if by_prose else elements:
        paragraphs = paragraphs_of(element)
        paragraphs = _without_edges(paragraphs, title) if by_prose else paragraphs
        if paragraphs:
            return Container(name, paragraphs)
    return None


def _most_prose_first(elements: list[HtmlElement], page: HtmlElement) -> list[HtmlElement]:
    """Put the innermost of those elements that hold the page's prose before the others: the tr of a body is none of the first."""
    prose = measure_prose(page)
    most = max((prose[element] for element in elements), default=0)
    holders = [element for element in elements if most and prose[element] >= PROSE_SHARE * most]
    return [*holders[-1:], *elements]


def _is_whole(element: HtmlElement, page: HtmlElement, prose: Prose) -> bool:
    return prose[element] >= WHOLE_SHARE * prose[page]


def measure_prose(page: HtmlElement) -> Prose:
    """Count, for every element, the characters below it that stand in lines with a full stop."""
    prose = dict.fromkeys(page.iter(), 0)
    for owner, line in _lines(page):
        if FULL_STOP.search(line):
            prose[owner] += len(line)
    # In reverse document order every element comes before its parent, whose sum it completes.
    for element in reversed(list(prose)):
        parent = element.getparent()
        if parent is not None:
            prose[parent] += prose[element]
    return prose


def _lines(page: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Yield every line of the page with the element that it stands in; inline elements do not break a line."""
    owner, pieces = page, [page.text or ""]
    for event, node in etree.iterwalk(page, events=("start", "end", "comment", "pi")):
        if node is page:
            continue
        breaks = node.tag in BLOCK_ELEMENTS or node.tag in CELL_ELEMENTS
        if breaks or node.tag == "br":
            yield owner, "".join(pieces)
            pieces = []
        if breaks:
            owner = node if event == "start" else node.getparent()
        pieces.append((node.text if event == "start" else node.tail) or "")
    yield owner, "".join(pieces)


def _without_edges(paragraphs: list[str], title: str | None) -> list[str]:
    """Take off what is no body at the beginning, up to the last line before the prose, and at the end."""
    first = next((index for index, line in enumerate(paragraphs) if FULL_STOP.search(line)), 0)
    start = max((index + 1 for index in range(first) if _is_edge(paragraphs[index], title, head=True)), default=0)
    end = len(paragraphs)
    last = max((index for index, line in enumerate(paragraphs) if FULL_STOP.search(line)), default=0)
    end = min((index for index in range(last + 1, end) if _is_edge(paragraphs[index], title, head=False)), default=end)
    return paragraphs[start:end]


def _is_edge(line: str, title: str | None, *, head: bool) -> bool:
    return line == title or bool(_edge_line(head=head).search(line))


def _describe(element: HtmlElement) -> str:
    """Name an element as a selector would: td.content, div#main."""
    identifier = element.get("id")
    classes = (element.get("class") or "").split()
    suffix = f"#{identifier}" if identifier else f".{classes[0]}" if classes else ""
    return f"{element.tag}{suffix}"

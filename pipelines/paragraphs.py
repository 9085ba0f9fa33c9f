"""A piece of HTML as plain text, one paragraph a line.

trafilatura drops paragraphs that repeat (twenty times 整改情况：已完成整改), so the
text of a body container is taken by our own walk, which loses nothing.
"""

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement, defs

# Every element that starts a line of its own; all others are inline and are joined without a space:
# 年 and 月 often stand in spans of their own.
HTML5_BLOCKS = {"article", "aside", "body", "figcaption", "figure", "footer", "header", "html", "main", "nav", "section"}
CELL_ELEMENTS = {"td", "th"}
BLOCK_ELEMENTS = (defs.block_tags - CELL_ELEMENTS - {"del", "ins"}) | HTML5_BLOCKS
# U+3000 and U+00A0 indent paragraphs; U+200B and U+FEFF come with text pasted from a word processor.
BLANKS = re.compile(r"[ \t\r\n\f\u00a0\u3000\u2002\u2003\u2009]+")
INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff]")
# A line of the source wrapped between two Han characters is no space: 中\n共.
WRAPPED_HAN = re.compile(r"(?<=[\u3400-\u9fff，。；：、])[ \t]*[\r\n]+[ \t]*(?=[\u3400-\u9fff，。；：、])")
LINE_BREAK = "\u2028"
WHITE_SPACE = re.compile(r"\s+")


def squeeze(text: str) -> str:
    """Return the text without white space: what two extractions of one body must agree on."""
    return WHITE_SPACE.sub("", text)


def paragraphs_of(element: HtmlElement) -> list[str]:
    """Return the element's text as paragraphs, none of them blank."""
    lines = (_tidy(line) for line in "".join(_pieces(element)).split(LINE_BREAK))
    return [line for line in lines if line]


def _pieces(element: HtmlElement) -> Iterator[str]:
    """Yield the element's text in order, with LINE_BREAK around blocks. No recursion: pages nest thousands deep."""
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event in ("start", "end"):
            yield LINE_BREAK if node.tag in BLOCK_ELEMENTS or node.tag == "br" else " " if node.tag in CELL_ELEMENTS else ""
        if event == "start":
            yield node.text or ""
        elif node is not element:
            yield node.tail or ""


def _tidy(line: str) -> str:
    """Collapse white space as a browser does, and drop what nobody sees."""
    return BLANKS.sub(" ", WRAPPED_HAN.sub("", INVISIBLE.sub("", line))).strip()

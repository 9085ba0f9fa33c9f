"""How much of a page is read: one that goes on without end is cut, and what was left out is said.

A notice of 100 pages has some 5,000 tags and 60,000 characters; what is larger is a broken export, or hostile. With
these bounds the slowest page takes about a second (`python -m bench.fuzz`).
"""

from lxml.etree import XPath
from lxml.html import HtmlElement

MOST_TAGS = 60_000
"""Opening and closing ones."""
MOST_PARAGRAPHS = 10_000
LONGEST_TEXT = 150_000
"""Characters."""

# trafilatura takes far longer than our own walk: 35 µs an element, and minutes for tables nested a thousand deep.
MOST_ELEMENTS_TO_CLEAN = 10_000
LONGEST_TO_CLEAN = 200_000
"""Characters."""
DEEPEST_TO_CLEAN = 50
_IS_DEEPER = XPath(f"boolean(//*[ancestor::*[{DEEPEST_TO_CLEAN}]])")


def cut_page(html: str) -> tuple[str, str | None]:
    """Return the page up to its last tag that is read, and what was left out, if anything was."""
    if html.count("<") <= MOST_TAGS:
        return html, None
    rest = html.split("<", MOST_TAGS)[-1]
    return html[: -len(rest) - 1], f"the page has more than {MOST_TAGS:,} tags; the last {len(rest) + 1:,} characters were not read"


def cut_text(text: str) -> tuple[str, str | None]:
    """Return the text up to its last paragraph that is read, and what was left out, if anything was."""
    kept = "\n".join(text.split("\n", MOST_PARAGRAPHS)[:MOST_PARAGRAPHS])
    if len(kept) > LONGEST_TEXT:
        kept = kept[:LONGEST_TEXT].rpartition("\n")[0] or kept[:LONGEST_TEXT]
    if len(kept) == len(text):
        return text, None
    bounds = f"{LONGEST_TEXT:,} characters or {MOST_PARAGRAPHS:,} paragraphs"
    return kept, f"the text is longer than {bounds}; its last {len(text) - len(kept):,} characters were not read"


def can_be_cleaned(page: HtmlElement) -> bool:
    """Tell whether trafilatura can be asked of a page without keeping the others waiting."""
    few = sum(1 for _ in page.iter()) <= MOST_ELEMENTS_TO_CLEAN
    return few and len(page.text_content()) <= LONGEST_TO_CLEAN and not _IS_DEEPER(page)

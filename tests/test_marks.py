"""The marks in a notice's text: each over just its words, and in no more steps than there are marks."""

import importlib.util
import sys
from collections.abc import Callable
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from publishing import PROJECT

SPECIFICATION = importlib.util.spec_from_file_location("notice_page", PROJECT / "plugins" / "notice_page.py")
notice_page = importlib.util.module_from_spec(SPECIFICATION)
sys.modules["notice_page"] = notice_page
SPECIFICATION.loader.exec_module(notice_page)

TEXTS = st.text("甲乙<&\n ", min_size=1, max_size=40)
SPANS = st.lists(st.tuples(st.integers(0, 39), st.integers(1, 40)), max_size=8)


def marked(text: str, spans: list[tuple[int, int]]) -> list[str]:
    marks = [notice_page.Mark(f"m-{number}", "hit", "检索词", *span) for number, span in enumerate(spans)]
    return [str(line) for line in notice_page.render_paragraphs(text, marks)]


def covered(element: html.HtmlElement, names: frozenset[str] = frozenset()) -> list[tuple[str, frozenset[str]]]:
    """Return each character with the marks that it stands in."""
    inside = names | set(element.get("class", "").split()[1:])
    characters = [(character, inside) for character in element.text or ""]
    for child in element:
        characters += [*covered(child, inside), *((character, inside) for character in child.tail or "")]
    return characters


@given(TEXTS, SPANS)
def test_every_mark_is_over_its_words_and_has_one_id(text, spans):
    spans = [(start, end) for start, end in spans if start < end <= len(text)]
    lines = [html.fragment_fromstring(line, create_parent="p") for line in marked(text, spans)]
    shown = [
        (character, frozenset(f"m-{number}" for number, (start, end) in enumerate(spans) if start <= place < end))
        for place, character in enumerate(text)
        if character != "\n" and text.splitlines()[text.count("\n", 0, place)].strip()
    ]
    assert [found for line in lines for found in covered(line)] == shown
    identities = [identity for line in lines for identity in line.xpath(".//@id")]
    assert len(identities) == len(set(identities))


@pytest.mark.parametrize("between", ["，", "\n", "，\n"])
def test_twice_the_hits_take_twice_the_steps(between):
    """Four thousand hits once took 39 seconds, and everybody waited."""

    def steps(hits: int) -> int:
        count = 0

        def look(frame: FrameType, event: str, _: object) -> Callable[..., object]:
            nonlocal count
            frame.f_trace_opcodes = True
            count += event == "opcode"
            return look

        spans = [(start, start + 1) for start in range(0, hits * (1 + len(between)), 1 + len(between))]
        sys.settrace(look)
        try:
            marked(f"低{between}" * hits, spans)
        finally:
            sys.settrace(None)
        return count

    assert steps(200) < 2.2 * steps(100)

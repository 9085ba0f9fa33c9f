"""What differs between two versions of a text."""

from random import Random
from time import process_time

from hypothesis import given, settings
from hypothesis import strategies as st

from zhenggai.differences import MOST_PARAGRAPHS, Piece, differences

PARAGRAPHS = st.lists(st.text("整改通报，3。", max_size=6), max_size=12).map("\n".join)


def test_only_the_changed_characters_are_marked():
    before = "第一段\n追缴资金5.2万元。\n第三段"
    pieces = differences(before, before.replace("5.2", "3.2"))
    assert [piece for piece in pieces if piece.kind != "same"] == [Piece("removed", "5"), Piece("added", "3")]


def test_paragraphs_far_away_are_counted_not_shown():
    before = "\n".join(f"第{number}段" for number in range(20))
    pieces = differences(before, before.replace("第10段", "第十段"))
    assert [piece.paragraphs for piece in pieces if piece.kind == "skipped"] == [9, 8]
    assert "".join(piece.text for piece in pieces if piece.kind == "same") == "第9段\n第段\n第11段\n"


def test_nothing_differs():
    assert differences("同样", "同样") == []


def test_hostile_texts_take_no_longer_than_they_may():
    """Two letters in disorder are the worst that can be compared."""
    order = Random(1)
    before, after = ("\n".join("".join(order.choices("甲乙", k=2500)) for _ in range(40)) for _ in range(2))
    started = process_time()
    pieces = differences(before, after)
    assert process_time() - started < 5
    assert {"removed", "added"} <= {piece.kind for piece in pieces}


def test_texts_of_very_many_lines_are_shown_as_replaced():
    pieces = differences("甲\n" * (MOST_PARAGRAPHS + 1), "乙")
    assert [piece.kind for piece in pieces] == ["removed", "added"]


@settings(max_examples=200)
@given(PARAGRAPHS, PARAGRAPHS)
def test_nothing_is_lost(before, after):
    """What is removed stands in the earlier text, what is added in the later; hidden paragraphs are in both."""
    pieces = differences(before, after)
    for text, other in ((before, "added"), (after, "removed")):
        shown = [piece for piece in pieces if piece.kind != other]
        hidden = sum(piece.paragraphs for piece in shown)
        kept = "".join(piece.text for piece in shown)
        assert not pieces or len(text.splitlines()) == len(kept.splitlines()) + hidden

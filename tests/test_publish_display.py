"""How values are shown: sums in groups, moments in one zone, no text that turns the line; data stay as they are in the archive."""

from pathlib import Path

import pytest
from lxml import html
from publishing import SEEN, answer, fill_archive

from pipelines.archive import open_archive
from pipelines.search import add_to_index
from zhenggai.display import grouped

OVERRIDE = "\u202e"
TITLE = f"关于{OVERRIDE}低保整改\u2066情况的通报"


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("display") / "archive.db"
    fill_archive(path)
    db = open_archive(path)
    with db.atomic():
        told = {"published": "2025-01-01", "state": "gone", "last_seen": SEEN, "first_seen": SEEN, "money_recovered_yuan": 282840200.0}
        db.table("notices").insert({"id": 7, "url": "http://a.example/7", "title": TITLE, "site": "s"} | told)
        db.table("texts").insert({"notice_id": 7, "text": f"第一段{OVERRIDE}低保。"})
        add_to_index(db, 7, TITLE, f"第一段{OVERRIDE}低保。")
    db.close()
    return path


SHOWN = ["/", "/archive/notices", "/archive/notices/7", "/archive/gone", "/archive/search?q=低保", "/archive/texts", "/archive/sites/s"]


@pytest.mark.parametrize("address", SHOWN)
def test_no_title_turns_the_reading_direction(path, address):
    shown = answer(path, address).text
    assert "低保" in shown
    assert not {OVERRIDE, "\u2066"} & set(shown)


def test_data_keep_the_characters_as_they_were_found(path):
    (row,) = answer(path, "/archive/notices.json?id=7&_shape=array").json()
    assert row["title"] == TITLE
    assert row["money_recovered_yuan"] == 282840200.0
    assert row["last_seen"] == SEEN
    assert "282840200.0" in answer(path, "/archive/recovered.csv").text


def test_sums_are_set_in_groups_and_moments_in_beijing_time(path):
    assert "282,840,200" in cells(path, "/archive/recovered")
    assert "2026-11-22 13:40 +08:00" in cells(path, "/archive/gone")
    assert not [cell for cell in cells(path, "/archive/gone") if "T05:40" in cell]
    assert "282,840,200" in answer(path, "/archive/notices/7").text


def cells(path: Path, address: str) -> list[str]:
    return [cell.text_content() for cell in html.fromstring(answer(path, address).text).xpath("//td")]


@pytest.mark.parametrize(("value", "shown"), [(3, "3"), (282840200.0, "282,840,200"), (12345678901.5, "12,345,678,901.5"), (9.5, "9.5")])
def test_no_digit_is_lost(value, shown):
    assert grouped(value) == shown

"""How values are shown: sums in groups, moments in one zone, no text that turns the line; data stay as they are in the archive."""

from pathlib import Path

import pytest
from lxml import html
from publishing import SEEN, answer, fill_archive

from pipelines.archive import open_archive
from pipelines.search import add_to_index
from zhenggai.display import grouped

OVERRIDE = "\u202e"
CONTROLS = "\x00\x0b\x1b\x7f\x9b"
TITLE = f"关于{OVERRIDE}低保整改\u2066情况的通报"
FORMULA = f"{CONTROLS}=1+1"


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
        db.table("notices").update(7, {"issuing_body": FORMULA})
    db.close()
    return path


SHOWN = ["/", "/archive/notices", "/archive/notices/7", "/archive/gone", "/archive/search?q=低保", "/archive/texts", "/archive/sites/s"]


@pytest.mark.parametrize("address", SHOWN)
def test_no_title_turns_the_reading_direction(path, address):
    shown = answer(path, address).text
    assert "低保" in shown
    assert not {OVERRIDE, "\u2066", *CONTROLS} & set(shown)


def test_data_keep_the_characters_as_they_were_found(path):
    (row,) = answer(path, "/archive/notices.json?id=7&_shape=array").json()
    assert row["title"] == TITLE
    assert row["issuing_body"] == FORMULA
    assert row["money_recovered_yuan"] == 282840200.0
    assert row["last_seen"] == SEEN
    assert "282840200.0" in answer(path, "/archive/recovered.csv").text


@pytest.mark.parametrize("address", ["notices.csv?id=7", "notices.csv?_stream=1", "notices.atom", "gone.atom"])
def test_no_control_character_leaves_as_csv_or_feed(path, address):
    text = answer(path, f"/archive/{address}").text
    assert not set(CONTROLS[:3]) & set(text)
    assert ("'=1+1" in text) == ("csv" in address)


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


def test_adding_leaves_no_noise():
    assert sum([0.1] * 3) != 0.3
    assert grouped(16120917.780000001) == "16,120,917.78"


def test_a_row_is_spoken_of_as_its_table_is(path):
    for language, title, label in (("zh", "问题台账", "通报编号"), ("en", "Problems", "notice")):
        page = html.fromstring(answer(path, f"/archive/problems/1,0?lang={language}").text)
        assert page.xpath("//h1")[0].text_content() == f"{title} 1, 0"
        assert page.xpath("//nav[@class='crumbs']/a/text()")[-1] == title
        assert page.xpath("//th")[0].text_content().strip() == label


def test_columns_have_words_and_forms_send_names(path):
    tree = html.fromstring(answer(path, "/archive/problems?_sort_desc=notice_id").text)
    assert [cell.text_content().replace("▲", "").split()[0] for cell in tree.xpath("//th[@data-column]")][:3] == [
        "详情",
        "通报编号",
        "在该通报中的序位",
    ]
    (option,) = tree.xpath("//select[@name='_filter_column']/option[@value='notice_id']")
    assert option.text == "通报编号"
    assert "leaf" not in "".join(tree.xpath("//div[@class='facet-results']//strong/text()"))
    style = "".join(tree.xpath("//head/style/text()"))
    assert 'content: "通报编号"' in style
    assert 'content: "Link"' not in style
    evidence = html.fromstring(answer(path, "/archive/evidence").text)
    assert evidence.xpath("//select[@name='_filter_column']/option[@value='in']/text()") == ["所在位置"]
    english = html.fromstring(answer(path, "/archive/problems?lang=en").text)
    assert english.xpath("//select[@name='_filter_column']/option[@value='notice_id']/text()") == ["notice"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("_sort=id&_search=低保", "3 行，包含“低保”，按 通报编号 从前到后"),
        ("_sort=id&year=2023", "1 行，公布日期的年份 = 2023，按 通报编号 从前到后"),
        ("_sort_desc=id&_search=a, b and c", "0 行，包含“a, b and c”，按 通报编号 从后到前"),
        ("_sort=id", "4 行，按 通报编号 从前到后"),
    ],
)
def test_conditions_are_said_in_chinese(path, address, said):
    headings = [heading.text_content() for heading in html.fromstring(answer(path, f"/archive/notices?{address}").text).xpath("//h2")]
    assert said in headings


def test_english_switch_reaches_titles_and_columns_of_queries(path):
    shown = html.fromstring(answer(path, "/archive/recurring?lang=en").text)
    assert shown.xpath("//label[@for='qp1']/text()") == ["organisation"]
    assert html.fromstring(answer(path, "/archive/recovered?lang=en").text).xpath("//th/text()")[-1] == "yuan"
    listed = html.fromstring(answer(path, "/archive?lang=en").text).xpath("//ul[@class='bullets']/li/a/text()")
    assert "Largest sums recovered" in listed
    assert not [title for title in listed if any("\u4e00" <= character <= "\u9fff" for character in title)]
    assert answer(path, "/archive/search?q=x&lang=en").text.count("整改通报档案") == 0

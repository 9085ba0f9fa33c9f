"""Pages without measure, broken and hostile ones: what can be read is read, what was left out is said, and nothing breaks."""

import json
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.bounds import LONGEST_TEXT, MOST_PARAGRAPHS, MOST_TAGS, can_be_cleaned
from pipelines.record import Document, as_record
from pipelines.step2_extract import parse_page
from pipelines.steps import run_steps

PROJECT = Path(__file__).parent.parent
TITLE = "中共临河县水务局党组关于巡察整改情况的通报"
LINES = [
    "根据县委统一部署，2022年3月1日至4月30日，县委第二巡察组对县水务局党组进行了巡察。6月1日反馈了意见。现将整改情况通报如下。",
    "一、关于“管网漏损率高”的问题。",
    "整改情况：更换管道十二公里，追缴资金3万元，已完成整改。",
    "二、关于“收费不规范”的问题。",
    "整改情况：制定制度2项，诫勉1人，已完成整改。",
    "联系电话：0931-1234567；地址：县城关镇1号；邮编：730000。",
    "中共临河县水务局党组",
    "2022年12月2日",
]
BODY = "".join(f"<p>{line}</p>" for line in LINES)
PAGE = f"""<html><head><meta charset="utf-8"><title>{TITLE}</title><meta name="PubDate" content="2022-12-05"></head><body>
<div class="nav"><a href="/">首页</a></div><h1>{TITLE}</h1><table><tr><td id="zoom">{BODY}</td></tr></table>
<div class="footer">主办：临河县人民政府</div></body></html>"""
MARKS = st.sampled_from(
    [
        "一",
        "（一）",
        "1.",
        "“",
        "”",
        "关于",
        "2022年",
        "9月",
        "县委",
        "巡察",
        "整改",
        "万元",
        "3人",
        "0931-",
        "。",
        "\n",
        "<p>",
        "</td>",
        "<",
    ]
)


def read(page: str | bytes) -> Document:
    document = Document(url="http://127.0.0.1/a.html", content=page if isinstance(page, bytes) else page.encode(), status=200)
    run_steps(document)
    return document


def check(document: Document) -> None:
    """Every page has an outcome, and every quote stands where it is said to."""
    record = as_record(document, identifier=1, versions={})
    assert document.text or document.error
    for evidence in record["evidence"].values():
        if evidence["in"] == "text":
            assert record["text"][evidence["start"] : evidence["end"]] == evidence["quote"]


def with_body(body: str) -> str:
    return PAGE.replace(f"<p>{LINES[2]}</p>", f"<p>{LINES[2]}</p>{body}")


def test_a_page_of_too_many_tags_is_read_up_to_there() -> None:
    document = read(with_body("<p>整改情况：已完成。</p>" * MOST_TAGS))
    assert document.is_notice
    assert document.error is not None
    assert f"more than {MOST_TAGS:,} tags" in document.error
    assert LINES[1] in (document.text or "")
    assert LINES[3] not in (document.text or "")


@pytest.mark.parametrize("junk", ["更换管道一公里，" * LONGEST_TEXT, "<br>".join(["整改。"] * (MOST_PARAGRAPHS + 9))])
def test_a_text_without_end_is_read_up_to_its_bounds(junk: str) -> None:
    document = read(with_body(f"<p>{junk}</p>"))
    text = document.text or ""
    assert document.is_notice
    assert len(text) <= LONGEST_TEXT
    assert text.count("\n") < MOST_PARAGRAPHS
    assert document.error is not None
    assert "characters were not read" in document.error


def test_what_is_long_but_no_longer_than_a_book_is_read_to_its_end() -> None:
    document = read(with_body(f"<p>{'更换管道一公里，' * 12_500}</p>"))
    assert document.error is None
    assert LINES[-1] in (document.text or "")
    assert document.notice is not None
    assert len(document.notice.problems) == 2


@pytest.mark.parametrize(
    ("inside", "fits"),
    [
        ("", True),
        ("<ul><li>" * 1_000, False),
        ("<table><tr><td>" * 1_000, False),
        ("<i>一</i>" * 10_000, False),
        ("整改" * 100_001, False),
    ],
)
def test_trafilatura_is_asked_of_pages_that_it_can_manage(inside: str, *, fits: bool) -> None:
    page = parse_page(with_body(inside))
    assert page is not None
    assert can_be_cleaned(page) is fits


@pytest.mark.parametrize(
    "junk",
    [
        *(
            "<div>",
            "<p>",
            "<a>",
            "<td>",
            "<li>",
            "<ul><li>",
            "<table><tr><td>",
            "<br>",
            "<!--",
            "<h1>",
            "<div id=zoom>",
            "<p class=a id=b>",
        ),
        *("<script>", "<title>", "1", "“", "追缴3万元", "9月", "关于“", "县委第一巡察组", " ", "&nbsp;", "\x00", "<", "a@", "电话："),
    ],
)
def test_five_megabytes_of_one_thing_have_an_outcome(junk: str) -> None:
    flood = junk * (5_000_000 // len(junk))
    check(read(f"<html><body>{flood}</body></html>"))
    check(read(with_body(flood)))


@settings(max_examples=60)
@given(st.integers(0, len(PAGE.encode())))
def test_a_page_that_breaks_off_has_an_outcome(length: int) -> None:
    check(read(PAGE.encode()[:length]))


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_a_page_with_its_tags_shuffled_has_an_outcome(seed: int) -> None:
    pieces = re.split(r"(?=<)", PAGE)
    random.Random(seed).shuffle(pieces)
    check(read("".join(pieces)))


@settings(max_examples=100)
@given(st.lists(st.one_of(MARKS, st.sampled_from(LINES), st.text(max_size=9)), max_size=60))
def test_a_body_of_anything_has_an_outcome(pieces: list[str]) -> None:
    check(read(with_body(f"<p>{''.join(pieces)}</p>")))


def test_what_was_read_of_a_page_that_is_too_large_stands_beside_its_error(tmp_path: Path) -> None:
    (tmp_path / "large.html").write_text(with_body("<br>" * 2 * MOST_TAGS), encoding="utf-8")
    command = [sys.executable, "-m", "zhenggai", "read", str(tmp_path / "large.html")]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False)
    record = json.loads(result.stdout)
    assert result.returncode == 0, result.stderr
    assert "were not read" in record["error"]
    assert [problem["problem"] for problem in record["problems"]] == ["管网漏损率高"]
    assert "1 of 1 pages could not be read, or not to their end" in result.stderr

"""Lists answered in JSON: rows, titles, addresses and dates under the names that such answers use."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.answers import Form, read_answer, step_into
from crawler.errors import UnreadableListError

BASE = "http://x.gov.cn/api/list"


@pytest.mark.parametrize(
    ("row", "entry"),
    [
        ({"title": "关于<em>巡察</em>的&ldquo;通报&rdquo;", "url": "../a.html"}, ("http://x.gov.cn/a.html", "关于巡察的“通报”", None)),
        ({"DOCTITLE": "通报", "DOCPUBURL": "/a.html", "DOCRELTIME": "2023.01.29 09:00"}, ("http://x.gov.cn/a.html", "通报", "2023-01-29")),
        ({"title": "通报", "link": "/a.html", "publishTime": 1674921600000}, ("http://x.gov.cn/a.html", "通报", "2023-01-29")),
        ({"title": "通报", "link": "/a.html", "create_time": 1674921599}, ("http://x.gov.cn/a.html", "通报", "2023-01-28")),
        ({"title": "通报", "link": "/a.html", "date": "01-29"}, ("http://x.gov.cn/a.html", "通报", None)),
        ({"source": {"title": "通报", "urls": '{"pc": "/a.html"}'}}, ("http://x.gov.cn/a.html", "通报", None)),
    ],
)
def test_a_row_is_found_by_its_names(row: dict[str, object], entry: tuple[str, str, str | None]) -> None:
    answer = read_answer(json.dumps({"code": 200, "data": {"total": "41", "list": [row]}}), BASE)
    assert answer.total == 41
    assert [(found["url"], found["title"], found["date"]) for found in answer.entries] == [entry]


def test_what_is_declared_goes_before_what_would_be_found() -> None:
    text = json.dumps({"hot": [{"title": "热", "url": "/h"}] * 3, "page": {"n": 7, "content": [{"name": "通报", "title": "x", "id": "9"}]}})
    form = Form(rows="page.content", title="name", address="/show/{id}.html", total="page.n")
    answer = read_answer(text, BASE, form)
    assert answer.entries == [{"url": "http://x.gov.cn/show/9.html", "title": "通报", "date": None}]
    assert answer.total == 7


@pytest.mark.parametrize(
    ("text", "form", "message"),
    [
        ("<html>", Form(), "no JSON"),
        ('{"success": false, "msg": "频率过高"}', Form(), "it failed: 频率过高"),
        ('{"data": {}}', Form(rows="data.results"), "no list at data.results"),
    ],
)
def test_an_answer_that_is_no_list_is_no_empty_list(text: str, form: Form, message: str) -> None:
    with pytest.raises(UnreadableListError, match=message):
        read_answer(text, BASE, form)


def test_steps_lead_through_json_within_json() -> None:
    assert step_into({"a": '{"b": [{"C": 1}]}'}, "a.b.0.c") == 1
    assert step_into({"a": "{broken"}, "a.b") is None
    assert step_into([], "0") is None


NAMES = st.sampled_from(["title", "url", "date", "total", "data", "source", "urls"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
ROWS = st.fixed_dictionaries({"title": st.text(), "url": st.text()}, optional={"date": SCALARS, "source": st.dictionaries(NAMES, SCALARS)})


@given(st.recursive(SCALARS | ROWS, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner)))
def test_no_answer_breaks_the_reader_itself(value: object) -> None:
    try:
        assert all(entry["url"].startswith("http") for entry in read_answer(json.dumps(value), BASE).entries)
    except UnreadableListError as error:
        assert str(error)  # noqa: PT017

"""What scripts plainly say, and the lists for which they ask."""

from typing import Any

import pytest

from crawler.directory import categories_of, is_whole_directory, office_of
from crawler.scripted import ScriptedList, scripted_lists
from crawler.scripts import AsForm, AsJson, Joined, Unknown, read_arguments, read_value, variables_of

HOST = "http://mzj.example.gov.cn"
PAGE = f"{HOST}/xczg/list.html"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'a\\'b\\u5de1' ;", "a'b巡"),
        ("[1, -2, 'x', ]", [1, -2, "x"]),
        ("{a: 1, 'b-c': {d: true}, e}", {"a": 1, "b-c": {"d": True}, "e": 7}),
        ("{f() { return 1 }, g: function (x) { return {x: x} }, h: 2}", {"g": Unknown(), "h": 2}),
        ('"/list?id=" + e + "&page=" + (page - 1)', Joined(("/list?id=7&page=", Unknown("page", -1)))),
        ("`/list/${e}_${n}.json`", Joined(("/list/7_", Unknown("n"), ".json"))),
        ("JSON.stringify({a: e})", AsJson({"a": 7})),
        ("new URLSearchParams({a: e}).toString()", AsForm({"a": 7})),
        ("$.param({a: e})", AsForm({"a": 7})),
        ("cfg.site.id", 3),
        ("this.channel", "xczg"),
        ("rows[i].url", Unknown(".url")),
        ("get('x') || 1", Unknown()),
        ("", Unknown()),
        ("{a: [1, }", Unknown()),
    ],
)
def test_an_expression_is_read_as_far_as_it_says_its_value(expression: str, value: Any) -> None:
    known = {"e": 7, "cfg": {"site": {"id": 3}}, "this.channel": "xczg"}
    assert read_value(expression, 0, known) == value


def test_what_follows_an_argument_that_cannot_be_read_is_read() -> None:
    assert read_arguments("a ? b : c, 'x', 3) + 1", 0, {}) == [Unknown(), "x", 3]


def test_the_first_value_of_a_variable_counts() -> None:
    script = "var a = 1, b = 'x';\nlet c = {d: a}; a = 2; if (a == 3) { window.e = b + a }"
    assert variables_of(script) == {"a": 1, "b": "x", "c": {"d": 1}, "e": "x1"}


@pytest.mark.parametrize(
    ("script", "asked", "method", "paging", "first_page"),
    [
        ('function load(p){fetch("/api?c=9&page="+p+"&size=20")} load(1)', "/api?c=9&page=1&size=20", "GET", "?page={page}", None),
        ('function load(p){fetch("/api?c=9&page="+p)} load(0)', "/api?c=9&page=0", "GET", "?page={page}", 0),
        (
            'const load = (p) => axios.get("/api", {params: {c: 9, pageNo: p - 1}}); load(1)',
            "/api?c=9&pageNo=0",
            "GET",
            "?pageNo={page}",
            0,
        ),
        ("$.post('/q', {c: '9', current: n, size: size})", "/q?c=9&current=1&size=20", "POST", "?current={page}", None),
        ("var d = {c: 9, page: 1}; $.ajax({type: 'POST', url: '/q', data: d})", "/q?c=9&page=1", "POST", "?page={page}", None),
        (
            "$.ajax({url: '/q', method: 'post', contentType: 'application/json', data: JSON.stringify({c: 9, page: p})})",
            "/q?c=9&page=1",
            "POST JSON",
            "?page={page}",
            None,
        ),
        ("axios.post('/q', {c: 9, page: p})", "/q?c=9&page=1", "POST JSON", "?page={page}", None),
        ("axios.post('/q', Qs.stringify({c: 9, page: p}))", "/q?c=9&page=1", "POST", "?page={page}", None),
        (
            "data() { return {c: 9, page: 1} }, methods: { load() { this.$http.get('/q', {params: {c: this.c, page: this.page}}) } }",
            "/q?c=9&page=1",
            "GET",
            "?page={page}",
            None,
        ),
        ("xhr.open('GET', '/q?c=9&pageIndex=' + i, true)", "/q?c=9&pageIndex=1", "GET", "?pageIndex={page}", None),
        ("$.getJSON('list_' + n + '.json?t=' + Math.random(), draw)", "/xczg/list_1.json", "GET", "list_{page}.json", None),
        ("$.getJSON('/all.json', draw)", "/all.json", "GET", None, None),
    ],
)
def test_the_list_that_a_script_asks_for(script: str, asked: str, method: Any, paging: str | None, first_page: int | None) -> None:
    found = scripted_lists(f"<title>x</title><script>{script}</script>", PAGE)
    assert found == [ScriptedList(HOST + asked, method, paging, first_page, None)]


@pytest.mark.parametrize(
    "script",
    [
        "fetch('http://other.example/api?page=' + p)",
        "fetch('/api?c=' + channel + '&page=' + p)",  # which channel, only the running script knows
        "fetch('/api?start=' + start * 20)",
        "$.post('/q', {page: {current: 1, size: 20}})",  # no YAML can say that
        "window.open('/a.html'); xhr.open('POST', '/q')",
        "columns.get('x')",
        "fetch(",
    ],
)
def test_what_asks_for_no_list_that_could_be_declared(script: str) -> None:
    assert scripted_lists(f"<script>{script}</script>", PAGE) == []


def test_a_list_whose_pages_are_counted_comes_before_what_else_is_asked_for() -> None:
    script = "$.get('/hits?id=3'); $.get('/api?page=' + page)"
    assert [asked.url for asked in scripted_lists(f"<script>{script}</script>", PAGE)] == [f"{HOST}/api?page=1", f"{HOST}/hits?id=3"]


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("""'<li><a href="/content/' + row.id + '.html" target="_blank">' + row.title""", "/content/{id}.html"),
        ("""`<a href='${item.catId}/${item.id}.html'>${item.title}</a>`""", f"{HOST}/xczg/{{catId}}/{{id}}.html"),
        ("""'<a href="' + rows[i].infoPath + '">'""", "infoPath"),
        ("""'<a href="' + row.url + '">'""", None),  # found by its name
        ("""'<a href="/list?page=' + page + '">'""", None),
    ],
)
def test_what_an_articles_address_is_made_of(link: str, address: str | None) -> None:
    script = f"function draw(rows) {{ html += {link}; }} fetch('/api?page=' + p)"
    assert [asked.address for asked in scripted_lists(f"<script>{script}</script>", PAGE)] == [address]


@pytest.mark.parametrize(
    ("url", "office"),
    [
        (f"{HOST}/stsmzj/gkmlpt/content/2/2271/post_2271001.html", f"{HOST}/stsmzj/"),
        (f"{HOST}/gkmlpt/index#2272", f"{HOST}/"),
        (f"{HOST}/gkmlpt/", f"{HOST}/"),
        (f"{HOST}/zwgk/?from=/gkmlpt/", None),
    ],
)
def test_the_office_whose_directory_an_address_is_in(url: str, office: str | None) -> None:
    assert office_of(url) == office


def test_a_directorys_own_page_is_no_category() -> None:
    pages = ("gkmlpt", "gkmlpt/", "gkmlpt/index", "gkmlpt/index#", "gkmlpt/index#7", "gkmlpt/content/2/3/post_3.html", "?from=/gkmlpt/")
    assert [page for page in pages if is_whole_directory(f"{HOST}/x/{page}")] == list(pages[:4])


@pytest.mark.parametrize(
    "tree",
    [
        '[{"id": 1, "name": "\\u515a\\u52a1", "children": [{"id": "9", "name": "巡察整改", "children": []}]}]',
        "[{id: 1, pid: -1, name: '党务', nodes: [{id: 9, name: '巡察整改'}]}]",
    ],
)
def test_the_categories_of_a_directory(tree: str) -> None:
    html = f"<script>window._CONFIG = {{\n SID: '754',\n TREE: {tree},\n REWRITE: 0 }};</script>"
    categories = [("党务", f"{HOST}/x/gkmlpt/index#1"), ("巡察整改", f"{HOST}/x/gkmlpt/index#9")]
    assert categories_of(html, f"{HOST}/x/gkmlpt/index") == categories
    assert categories_of("<p>", f"{HOST}/x/gkmlpt/index") == []

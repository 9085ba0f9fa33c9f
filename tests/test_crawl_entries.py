"""What counts as an entry of a list, under which address, and whether it is worth fetching."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from scrapy import FormRequest, Request

from crawler.candidates import is_candidate, is_dedicated
from crawler.entries import column_name, decode_list, read_entries
from crawler.items import Entry
from crawler.pinned import without_pinned
from crawler.rowdates import read_date
from crawler.spiders.trs import TrsSpider
from crawler.urls import canonical_address, gbk_address, is_on_hosts, request_address

TITLE = "中共西安市民政局党组关于巡察整改情况的通报"


@pytest.mark.parametrize(
    "row",
    [
        f'<li><a href="show?id=1" title="{TITLE}">中共西安市…</a><span>2023-01-29</span></li>',
        f'<li><a href=" show?id=1 "> {TITLE} </a>[2023-01-29]</li>',
        f"<li><a href='show?id=1'>{TITLE}<em>2023/1/29</em></a></li>",
        f"<tr><td><a href='list?c=1'>通知</a></td><td><a href='show?id=1'>{TITLE}</a></td><td>2023年1月29日</td></tr>",
        f"<div><h4><a href='show?id=1'>{TITLE}</a></h4><p>2023.01.29</p></div><div><a href='show?id=2'>另一条通知</a>2023-01-28</div>",
    ],
    ids=["title attribute", "brackets", "date in the link", "table with column", "div"],
)
def test_a_row_with_a_date_is_an_entry(row: str) -> None:
    html = (
        f"<div><a href='/'>首页</a> 今天是2019年10月31日</div><div>{row}</div><p><a href='/map'>网站地图网站地图</a> 更新：2019-10-31</p>"
    )
    assert read_entries(html, "http://mzj.xa.gov.cn/tzgg/", None)[0] == {
        "url": "http://mzj.xa.gov.cn/tzgg/show?id=1",
        "title": TITLE,
        "date": "2023-01-29",
    }
    assert all("map" not in entry["url"] for entry in read_entries(html, "http://mzj.xa.gov.cn/tzgg/", None))


@pytest.mark.parametrize(
    ("row", "day"),
    [
        (f"<li><a href='show?id=1'>{TITLE}</a><span>01-29</span></li>", None),
        (f"<li><a href='show?id=1'>{TITLE}</a>（1月29日）</li>", None),
        (f"<li><b>29</b><i>2023-01</i><a href='show?id=1'>{TITLE}</a></li>", "2023-01-29"),
        (f"<li><i>2023.01</i> <em>29</em><a href='show?id=1'>{TITLE}</a></li>", "2023-01-29"),
        (f"<li><a href='show?id=1' title='点击查看'>{TITLE}</a>2023-01-29</li>", "2023-01-29"),
        (
            f"<li><a href='show?id=1'><h4>{TITLE}</h4><p>2022年12月1日，市委…</p></a><span>发布时间：2023-01-29 09:26</span></li>",
            "2023-01-29",
        ),
        (f"<li><a href='show?id=1'><p>2023-01-29</p><h4>{TITLE}</h4><p>2022年12月1日，市委…</p></a></li>", "2023-01-29"),
        (
            f"<div><ul><li><a href='show?id=1'>{TITLE}</a></li><li>2023-01-29</li></ul><ul><li><a href='/b'>另一条通知</a></li></ul></div>",
            None,
        ),
    ],
    ids=["month and day", "month and day in words", "day first", "day last", "title that is none", "summary", "card", "cells without form"],
)
def test_rows_print_dates_in_many_ways(row: str, day: str | None) -> None:
    read = read_entries(row, "http://mzj.xa.gov.cn/tzgg/", None)
    if "<ul><li>" in row:
        assert read == []
    else:
        assert read == [{"url": "http://mzj.xa.gov.cn/tzgg/show?id=1", "title": TITLE, "date": day}]


def test_rows_that_lead_a_list_out_of_its_order_are_pinned() -> None:
    def listed(*days: str | None) -> list[Entry]:
        return [Entry(url=str(number), title=TITLE, date=day) for number, day in enumerate(days)]

    def left(*days: str | None) -> list[str]:
        return [entry["url"] for entry in without_pinned(listed(*days))]

    assert left("2020-01-01", "2021-01-01", "2023-05-02", "2023-05-01") == ["2", "3"]
    assert left("2023-05-02", "2020-01-01", "2023-05-01") == ["0", "1", "2"], "a late entry further down is not pinned"
    assert left("2023-05-02", "2023-05-02", "2023-05-01") == ["0", "1", "2"]
    assert left(None, None) == ["0", "1"]
    assert left() == []


def test_chinese_in_an_address_can_be_spelt_in_gbk() -> None:
    assert gbk_address("http://x.gov.cn/%E6%95%B4%E6%94%B9/a.htm?t=%E9%80%9A") == "http://x.gov.cn/%D5%FB%B8%C4/a.htm?t=%CD%A8"
    assert gbk_address("http://x.gov.cn/a%20b.htm") is None
    assert gbk_address("http://x.gov.cn/%D5%FB.htm") is None, "bytes that are not UTF-8 are left alone"


def test_an_address_of_the_softwares_own_form_needs_no_date() -> None:
    html = (
        f"<p><a href='../t20230129_12.html'>{TITLE}</a></p><p><a href='javascript:void(0)'>2023-01-01</a><a href='http://[年份]/'>x</a></p>"
    )
    (entry,) = read_entries(html, "http://mzj.xa.gov.cn/xwzx/tzgg/", TrsSpider.detail)
    assert entry == {"url": "http://mzj.xa.gov.cn/xwzx/t20230129_12.html", "title": TITLE, "date": None}


def test_links_are_relative_to_the_base_element() -> None:
    html = f"<base href='http://mzj.xa.gov.cn/a/b/'><li><a href='c.htm'>{TITLE}</a>2023-01-29</li>"
    assert read_entries(html, "http://mzj.xa.gov.cn/", None)[0]["url"] == "http://mzj.xa.gov.cn/a/b/c.htm"


@pytest.mark.parametrize(
    ("text", "day"),
    [("2023-02-30 2023-03-01", "2023-03-01"), ("成文2023年1月9日", "2023-01-09"), ("01-29", None), ("12023-01-29", None), ("", None)],
)
def test_only_whole_dates_of_the_calendar_are_read(text: str, day: str | None) -> None:
    assert read_date(text) == day


@given(st.binary(max_size=400), st.sampled_from(["<li><a href=x>", "<tr><td><a href='http://[", ""]))
def test_no_bytes_break_the_reading_of_a_list(body: bytes, before: str) -> None:
    html = decode_list(before.encode() + body)
    column_name(html)
    assert all(entry["url"].startswith("http") for entry in read_entries(html, "http://mzj.xa.gov.cn/", None))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_is_decoded_by_its_bytes(encoding: str) -> None:
    html = f"<meta charset=gb2312><title>㙍谷镇{TITLE}</title>"
    assert column_name(decode_list(html.encode(encoding))) == f"㙍谷镇{TITLE}"


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("HTTP://WWW.XA.GOV.CN/Tzgg/1.html#top", "http://www.xa.gov.cn/Tzgg/1.html"),
        ("http://x.gov.cn/show?id=3&catid=2&PHPSESSID=f00", "http://x.gov.cn/show?catid=2&id=3"),
        ("http://x.gov.cn/art_1_2.html;jsessionid=0A1B?wbfileid=7&pageNum=2&uid=9#a", "http://x.gov.cn/art_1_2.html?wbfileid=7"),
        ("http://x.gov.cn/a/../b/./c.html", "http://x.gov.cn/b/c.html"),
        ("http://x.gov.cn/附件/整改.pdf", "http://x.gov.cn/%E9%99%84%E4%BB%B6/%E6%95%B4%E6%94%B9.pdf"),
        ("http://x.gov.cn", "http://x.gov.cn/"),
    ],
)
def test_one_page_has_one_address(address: str, canonical: str) -> None:
    assert canonical_address(address) == canonical
    assert canonical_address(canonical) == canonical


def test_list_pages_that_differ_have_addresses_that_differ() -> None:
    assert request_address(Request("http://x.gov.cn/list?pageNum=2")) == "http://x.gov.cn/list?pageNum=2"
    assert request_address(Request("http://x.gov.cn/list;jsessionid=0A1B?menuid=11&PHPSESSID=f00#2")) == "http://x.gov.cn/list?menuid=11#2"
    posted = {request_address(FormRequest("http://x.gov.cn/proxy?startrecord=1", formdata={"columnid": column})) for column in ("1", "2")}
    assert posted == {"http://x.gov.cn/proxy?columnid=1&startrecord=1", "http://x.gov.cn/proxy?columnid=2&startrecord=1"}


def test_columns_that_differ_in_their_fragment_and_states_that_are_posted() -> None:
    assert request_address(Request("http://x.gov.cn/gkmlpt/index#2272")) == "http://x.gov.cn/gkmlpt/index#2272"
    form = {"__VIEWSTATE": "x" * 999, "__VIEWSTATEGENERATOR": "y", "__EVENTARGUMENT": "2", "__EVENTVALIDATION": "z"}
    assert request_address(FormRequest("http://x.gov.cn/l.aspx?id=1", formdata=form)) == "http://x.gov.cn/l.aspx?__EVENTARGUMENT=2&id=1"


def test_a_site_owns_its_hosts_and_those_below_them() -> None:
    hosts = frozenset({"xa.gov.cn"})
    assert is_on_hosts("https://www.xa.gov.cn/a", hosts)
    assert is_on_hosts("http://mzj.XA.gov.cn:8080/a", hosts)
    assert not is_on_hosts("http://mzj.xa.gov.cn/a", frozenset({"gov.cn"}))
    assert not is_on_hosts("http://fakexa.gov.cn/a", hosts)
    assert not is_on_hosts("http://xa.gov.cn.bet.com/a", hosts)
    assert is_on_hosts("http://127.0.0.1:8001/a", frozenset({"127.0.0.1:8001"}))
    assert not is_on_hosts("http://127.0.0.1:8002/a", frozenset({"127.0.0.1:8001"})), "on loopback the port is the site"


@pytest.mark.parametrize(
    ("title", "may_be"),
    [
        ("中共定边县人力资源和社会保...", True),
        ("中共定边县人力资源和社会保", True),
        ("定边县人力资源和社会保障…", True),
        ("中共鹿溪县委宣传部关…", True),
        ("中共昀州市政府采购中心．．", True),
        ("关于十…", True),
        ("关于落实县委第三…", True),
        ("关于定边县人力资源…", True),
        ("定边县林业局关于…", True),
        ("定边县林业局关于做好2024年…", False),
        ("关于定边县2024年公益性…", False),
        ("关于全县森林防火…", False),
        ("中共定边县委关于表彰先进…", False),
        ("定边县人民医院2024年公开招聘…", False),
        ("定边县林业局召开重点工…", False),
        ("定边县林业局采购意…", False),
        ("中共定边县委召开常委会", False),
        ("定边县人力资源和社会保障局", False),
    ],
)
def test_a_title_that_is_cut_off_may_go_on_to_be_a_notices(title: str, may_be: bool) -> None:  # noqa: FBT001
    assert is_candidate(title) == may_be


@pytest.mark.parametrize("body", ["党组", "委员会", "党委"])
def test_a_party_body_that_reports_is_worth_a_look_whatever_its_title_names(body: str) -> None:
    assert is_candidate(f"中共临河县卫生健康局{body}情况通报")
    assert not is_candidate("临河县卫生健康委员会关于采购结果的公告")


def test_few_of_an_ordinary_columns_titles_are_fetched_though_all_are_cut_off() -> None:
    kinds = yaml.safe_load((Path(__file__).parent.parent / "demo/content/ordinary.yml").read_text("utf-8"))
    named = {"place": "昀州市", "unit": "昀州市人力资源和社会保障局", "source": "昀州市", "year": 2023, "month": 7, "number": 3}
    titles = [kind["title"].format_map(named) for kind in kinds]
    cut = [f"{title[:18]}…" for title in titles if len(title) > 18]
    assert len(cut) > 5
    assert sum(map(is_candidate, cut)) <= len(cut) / 4


@pytest.mark.parametrize(
    "row",
    [
        f'<li><a href="/a/1" aria-label="{TITLE}">中共西安市民政…</a><span>2023-01-29</span></li>',
        f'<li data-title="{TITLE}"><a href="/a/1">中共西安市民政...</a><span>2023-01-29</span></li>',
        f'<li><a href="/a/1">中共西安市民政...</a><span>2023-01-29</span><div class="tip">{TITLE}</div></li>',
        f'<tr><td title="{TITLE}"><a href="/a/1">中共西安市民政．．．</a></td><td>2023-01-29</td></tr>',
        f'<li><a href="/a/1" title="中共西安市民政……"><img alt="{TITLE}">中共西安市民政……</a><span>2023-01-29</span></li>',
    ],
)
def test_a_row_may_have_the_whole_title_beside_the_one_that_is_cut_off(row: str) -> None:
    others = "<li><a href='/a/2'>中共西安市水务局党组关于巡察整改情况的通报</a><span>2023-01-28</span></li>"
    assert read_entries(f"<ul>{row}{others}</ul>", "http://mzj.xa.gov.cn/tzgg/", None)[0]["title"] == TITLE


def test_a_summary_that_begins_with_the_title_is_no_title() -> None:
    summary = f"{TITLE}根据市委统一部署，" + "市委第二巡察组对市民政局党组进行了巡察。" * 6
    row = f"<li><a href='/a/1'>中共西安市民政...</a><p>{summary}</p><span>2023-01-29</span></li>"
    assert read_entries(row, "http://mzj.xa.gov.cn/tzgg/", None)[0]["title"] == "中共西安市民政..."


def test_candidates_are_chosen_by_words_whole_or_cut_off() -> None:
    assert is_candidate(TITLE)
    assert is_candidate("审计整改工作推进会召开")
    assert is_candidate("中共西安市民政局党组关于扶贫领域…")
    assert not is_candidate("中共西安市民政局党组召开中心组学习会")
    assert not is_candidate("关于做好清明祭扫工作的…")
    assert is_candidate("中共西安市民政局党组关于扶贫领域")
    assert is_candidate("中共西安市民政局党组情况通报")
    assert not is_candidate("西安市民政局情况通报")
    assert is_dedicated("巡察整改_西安市民政局")
    assert is_dedicated("巡视巡察_西安市民政局")
    assert not is_dedicated("通知公告_西安市民政局")

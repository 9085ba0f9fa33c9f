"""Whatever stands where an address should, a page is read: one bad link must not lose a notice."""

from collections.abc import Callable

import pytest

from crawler.columns import columns_of
from crawler.entries import read_entries
from crawler.leads import leads_of
from crawler.links import files_of, further_parts, redirect_target
from crawler.markup import Markup
from crawler.paging import next_address
from crawler.recognise import query_paging, recognise

URL = "http://mzj.example.gov.cn/tzgg/t20230101_1.html"
HOSTS = frozenset({"mzj.example.gov.cn"})
NO_ADDRESSES = [
    "http://[链接]/",
    "//[::1",
    "http://x:abc/",
    "http://x:99999/",
    "https://[v1.a]/",
    "http://\x00/",
    "javascript:;",
    "http://",
    "#[",
]
PLACES = [
    "<li><a href='{}'>关于巡察整改情况的通报</a>2023-01-01</li>",
    "<a href='{}'>下一页</a>",
    "<a href='{}'>附件：通报.pdf</a>",
    "<iframe src='{}'></iframe>",
    "<base href='{}'><a href='a.html'>巡察整改</a>",
    "<meta http-equiv='refresh' content='0;url={}'>",
    "<script>location.href='{}';</script>",
    "<a onclick=\"location.href='{}'\">通知公告</a>",
]
READERS: list[Callable[[str], object]] = [
    lambda html: columns_of(html, URL),
    lambda html: read_entries(html, URL, None),
    lambda html: leads_of(html, URL, HOSTS),
    lambda html: redirect_target(Markup(html, URL)),
    lambda html: further_parts(Markup(html, URL), URL),
    lambda html: files_of(Markup(html, URL)),
    lambda html: next_address(html, URL, 1),
    lambda html: recognise([(html, URL)]),
    lambda html: query_paging(html, URL),
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_address_stops_no_reader(place: str, address: str) -> None:
    html = f"<html><body>{place.format(address)}<a href='http://mzj.example.gov.cn/tzgg/good.html'>通知公告</a></body></html>"
    for reader in READERS:
        reader(html)
    assert "http://mzj.example.gov.cn/tzgg/good.html" in {lead.url for lead in leads_of(html, URL, HOSTS)}

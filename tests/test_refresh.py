"""Meta refresh: found in whatever encoding, and nothing is decoded where there is none."""

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response
from scrapy.utils.test import get_crawler

from crawler.middlewares.refresh import SparingRefreshMiddleware

PAGE = "<html><head><META HTTP-EQUIV='Refresh' CONTENT='0; url=/new/1.html'></head><body>网页已迁移</body></html>"


def pass_by(body: bytes) -> Request | Response:
    request = Request("http://mzj.example.gov.cn/1.html")
    return SparingRefreshMiddleware.from_crawler(get_crawler()).process_response(request, HtmlResponse(request.url, body=body))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_page_that_leads_on_is_followed_in_any_encoding(encoding: str) -> None:
    followed = pass_by(PAGE.encode(encoding))
    assert isinstance(followed, Request)
    assert followed.url == "http://mzj.example.gov.cn/new/1.html"


def test_a_page_that_stays_is_handed_on() -> None:
    body = "<html><title>关于巡察整改情况的通报</title></html>".encode()
    assert isinstance(response := pass_by(body), Response)
    assert response.body == body

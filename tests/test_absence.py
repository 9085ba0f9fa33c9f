"""What a page's absence is told by: addresses that cannot exist, redirects that lead away, answers that show the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.absence import impossible_address, leads_away, shown
from pipelines.record import Document, Site

SITE = Site(id="610100_x", name="某局", url="http://x.gov.cn/jw/", software="trs", division="610100")


@pytest.mark.parametrize(
    ("address", "impossible"),
    [
        ("/info/1035/28022.htm", "/info/1035/88888888.htm"),
        ("/tzgg/t20230131_1156034.html", "/tzgg/t88888888_88888888.html"),
        ("/c/3f2504e04f8941d39a0c0305e82c3301.shtml", "/c/8f8888e88f8888d88a8c8888e88c8888.shtml"),
        ("/show.php?catid=3&id=731", "/show.php?catid=88888888&id=88888888"),
        ("/zwgk/tongbao.html?v=3", "/zwgk/tongbao88888888.html?v=3"),
        ("/zt/xczg/", "/zt/xczg88888888"),
        ("/88888888.html", "/77777777.html"),
        ("/show?id=3&p=%E5%B7%A1", "/show?id=88888888&p=%E5%B7%A1"),
    ],
)
def test_an_impossible_address_has_the_form_of_the_real_one(address: str, impossible: str) -> None:
    assert impossible_address(f"http://x.gov.cn{address}") == f"http://x.gov.cn{impossible}"


@given(st.from_regex(r"http://x\.gov\.cn(/[0-9a-f_-]{1,40}){1,3}(\.html?|\.php|/)?(\?[a-z]{1,3}=[0-9a-f]{0,20})?", fullmatch=True))
def test_an_impossible_address_is_never_the_real_one(url: str) -> None:
    assert impossible_address(url) != url


@pytest.mark.parametrize(
    ("final", "away"),
    [
        ("http://x.gov.cn/", True),
        ("https://www.x.gov.cn/index.html", True),
        ("http://x.gov.cn/jw/", True),
        ("http://x.gov.cn/404.html", True),
        ("http://x.gov.cn/error/404.shtml", True),
        ("http://x.gov.cn/page_not_found.jsp", True),
        ("http://x.gov.cn/?p=731", False),
        ("http://x.gov.cn/info/1035/404.htm", False),
        ("http://x.gov.cn/error.html", False),
        ("https://www.x.gov.cn/info/1035/28022.htm", False),
        ("http://x.gov.cn/xw/", False),
    ],
)
def test_a_redirect_leads_away_to_the_home_page_or_to_404(final: str, away: bool) -> None:  # noqa: FBT001
    document = Document(url="http://x.gov.cn/info/1035/28022.htm", final_url=final, content=b"", site=SITE)
    assert (leads_away(document) is not None) == away


def test_answers_are_compared_by_what_they_show() -> None:
    page = "<html><head><title>{title}</title><script>var t={n};</script></head><body><p>您是第{n}位访客</p></body></html>"
    first, second = (page.format(title="提示", n=n).encode() for n in (7, 1234))
    assert shown(first, None) == shown(second, None) == "提示您是第位访客"
    assert shown(page.format(title="通知", n=7).encode("gb18030"), None) != shown(first, None)
    assert shown(b" \n", None) == ""
    empty = [f"<html><script>location.href='/{name}'</script></html>".encode() for name in "ab"]
    assert shown(empty[0], None) != shown(empty[1], None)

"""Keys are those that pywb reckons from the addresses it is asked for: the `surt` package is the judge."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from surt import surt
from w3lib.url import safe_url_string

from pipelines.surt import surt_key

SESSION = "0123456789abcdef0123456789ABCDEF"
ADDRESSES = [
    "http://127.0.0.1:8000/tzgg/",
    "http://www.a.gov.cn",
    "http://WWW2.a.gov.cn:80/Tzgg/A.HTML?b=2&A=1#x",
    "https://a.gov.cn:443/a/?",
    "https://a.gov.cn:8443/a//b/../c/./d/",
    "http://a.cn/%CD%A8%D6%AA/%e9%80%9a.html",
    "http://a.cn/通知?标题=整改",
    "http://政务.cn/",
    "http://a.cn/%2525%2e%2E/%2e%2e/x",
    "http://a.cn/a%2fb%3Fc%23d",
    "http://a.cn/../a/../../b/..",
    "http://user:pw@a.cn./x y",
    "http://a.cn?a",
    "http://a.cn/a?b&a=1&A=0&&c=",
    "http://a.cn/a?x=%20y&z=a+b&w=%26",
    f"http://a.cn/a;jsessionid={SESSION}?x",
    f"http://a.cn/a?x=1&jsessionid={SESSION}&y=2&sid={SESSION}",
    f"http://a.cn/?PHPSESSID={SESSION}&x=1",
    "http://a.cn/x?ASPSESSIONIDABCDEFGH=ABCDEFGHIJKLMNOPQRSTUVWX&a",
    "http://a.cn/x?cfid=1&cftoken=2&b",
    "http://a.cn/x/(S(4hqa0555fwsecu455xqckv45)F(4hqa0555fwsecu455xqckv45))/default.aspx?x",
    "http://a.cn/x/(4hqa0555fwsecu455xqckv45)/default.aspx",
    "http://a.cn/x/(4hqa0555fwsecu455xqckv45)/default.html",
    "http://www.cn/",
    "http://01.2.3.4/",
]
PIECES = st.sampled_from(
    ["a", "B", "/", "//", "/..", "/./", ".", "%41", "%2e", "%25", "%", "整", "%E6", "-", "_", ";", "+", "~", "1", " ", "'", "|"]
)
QUERIES = st.sampled_from(["a", "B", "=", "&", "%26", "%3D", "?", "整", "1", f"sid={SESSION}", "/", "+", ";", "%2525"])


@pytest.mark.parametrize("address", ADDRESSES)
def test_addresses_of_many_kinds(address: str) -> None:
    address = safe_url_string(address)
    assert surt_key(address) == surt(address)


@settings(max_examples=500)
@given(st.lists(PIECES, max_size=8), st.lists(QUERIES, max_size=8), st.sampled_from(["www.a.gov.cn", "10.1.2.3:81", "a.cn:443"]))
def test_addresses_put_together_anyhow(path: list[str], query: list[str], host: str) -> None:
    address = safe_url_string(f"https://{host}/{''.join(path)}?{''.join(query)}")
    assert surt_key(address) == surt(address)

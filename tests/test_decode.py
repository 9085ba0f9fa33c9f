"""Step 1: bytes to characters, and the state of an answer."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.record import Document
from pipelines.states import state_of_answer
from pipelines.step1_decode import decode_bytes, decode_page

PAGE = "<html><head>{meta}<title>中共𠮷林县民政局党组关于巡察整改情况的通报</title></head><body>䶮山村</body></html>"


def page(declared: str) -> str:
    return PAGE.format(meta=f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else "")


@pytest.mark.parametrize(
    ("declared", "sent", "header"),
    [
        ("utf-8", "utf-8", "text/html"),
        ("gb2312", "gb18030", "text/html"),
        ("gbk", "gb18030", "text/html; charset=utf-8"),
        ("gb2312", "utf-8", "text/html; charset=gb2312"),
        ("", "utf-8", None),
        ("", "gb18030", None),
        ("no-such-encoding", "gb18030", "text/html; charset=nor-this"),
    ],
)
def test_the_bytes_decide_and_the_header_is_the_weakest_hint(declared: str, sent: str, header: str | None) -> None:
    html = page(declared)
    decoded = decode_bytes(html.encode(sent), header)
    assert decoded is not None
    assert decoded[0] == html


def test_a_byte_order_mark_is_read_and_dropped() -> None:
    html = page("gb2312")
    assert decode_bytes(codecs.BOM_UTF8 + html.encode(), None) == (html, "utf-8")
    decoded = decode_bytes(codecs.BOM_UTF16_LE + html.encode("utf-16-le"), None)
    assert decoded is not None
    assert decoded[0] == html


def test_a_page_cut_in_the_middle_of_a_character_is_still_read() -> None:
    html = page("utf-8") + "整改" * 400
    decoded = decode_bytes(html.encode()[:-1], None)
    assert decoded is not None
    assert decoded[0].startswith(html[:-1])


@given(st.text(st.characters(codec="gb18030", exclude_categories=("Cc", "Cs", "Co")), min_size=1))
def test_whatever_gb18030_can_say_under_a_gb2312_label_comes_back(text: str) -> None:
    html = page("gb2312") + "巡察整改" + text
    decoded = decode_bytes(html.encode("gb18030"), "text/html; charset=gb2312")
    assert decoded is not None
    assert decoded[0] == html


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (bytes(range(256)) * 20, "no text"),
    ],
)
def test_what_cannot_be_read_says_why_and_is_an_error(content: bytes, reason: str) -> None:
    document = Document(url="http://127.0.0.1/a.html", content=content, status=200)
    decode_page(document)
    assert document.state == "error"
    assert document.html is None
    assert reason in str(document.error)


@pytest.mark.parametrize(
    ("status", "html", "state"),
    [
        (200, page("utf-8"), "live"),
        (404, page("utf-8"), "missing"),
        (410, None, "missing"),
        (403, "<h1>403 Forbidden</h1>", "blocked"),
        (412, "<meta content=long><script>$_ts=window['$_ts']</script>", "challenged"),
        (521, "<script>go({'bts':[],'tn':'__jsl_clearance_s'})</script>", "challenged"),
        (521, "<h1>521</h1>", "blocked"),
        (200, "<html>访问过于频繁，请稍后再试</html>", "blocked"),
        (200, "<html><body>对不起，您访问的页面不存在</body></html>", "missing"),
        (
            200,
            "<title>提示信息</title><body><h5>提示信息</h5><div class='content guery'>您所请求的内容不存在或者已经被删除</div>",
            "missing",
        ),
        (
            200,
            f"<body>{'<li><a href=/>信息公开</a></li>' * 40}<p>您所请求的内容不存在，请返回首页</p><p>主办：临河县政府</p></body>",
            "missing",
        ),
        (200, "<body><p>抱歉，您要查看的页面已删除或不存在！</p><a href='/'>返回首页</a></body>", "missing"),
        (200, f"<body><p>整改后，错误信息已删除，台账齐全。</p>{'<p>健全公示栏管理制度，每月更新一次。</p>' * 9}</body>", "live"),
        (200, "<html><script>var closed = '您访问的页面不存在';</script><body><p>通报如下</p></body></html>", "live"),
        (500, "<h1>Server Error</h1>", "error"),
        (None, None, "error"),
    ],
)
def test_blocked_is_not_gone_and_empty_is_not_fine(status: int | None, html: str | None, state: str) -> None:
    assert state_of_answer(status, html, None) == state


@pytest.mark.parametrize(("html", "state"), [("<p>访问过于频繁</p>", "blocked"), ("<p>安全验证</p>", "challenged"), ("<ul></ul>", "error")])
def test_a_list_without_entries_may_be_blocked(html: str, state: str) -> None:
    document = Document(url="http://127.0.0.1/", kind="list", content=html.encode(), status=200, error="no entries found in the list")
    decode_page(document)
    assert (document.state, document.error) == (state, "no entries found in the list")


def test_an_article_that_asks_for_a_captcha_in_its_login_box_is_an_article() -> None:
    html = '<html><form>请输入验证码</form><div class="TRS_Editor"><p>根据市委统一部署</p></div></html>'
    assert state_of_answer(200, html, None) == "live"


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"%PDF-1.7 ...", "PDF"), (b"junk\n%PDF-1.4", "PDF"), (b"PK\x03\x04....", "ZIP"), (b"{\\rtf1 a}", "RTF"), (b"<p>%PDF-1.4", None)],
)
def test_a_file_is_an_answer_that_step_2_reads(content: bytes, kind: str | None) -> None:
    document = Document(url="http://127.0.0.1/a.html", content=content, status=200)
    decode_page(document)
    assert (document.file_kind, document.state, document.error) == (kind, "live", None)
    missing = Document(url="http://127.0.0.1/a.html", content=content, status=404)
    decode_page(missing)
    assert missing.state == "missing"

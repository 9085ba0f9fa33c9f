"""Step 2: what of a body stands outside the element that holds most of it is kept; what the page adds is not."""

import pytest

from pipelines.paragraphs import squeeze
from pipelines.record import Document
from pipelines.step2_extract import extract_body
from zhenggai.probing import shared_body

TITLE = "中共榆河县粮食局党组关于巡察整改情况的通报"
OPENING = "根据县委统一部署，2021年4月6日至5月28日，县委第三巡察组对县粮食局党组进行了巡察，7月9日反馈了意见。现将整改情况予以公布。"
PARTS = [f"（{number}）仓储管理方面。{'逐仓核对账目，补齐轮换手续，落实专人保管，堵住漏洞不留死角。' * 4}" for number in "一二三四五六七八"]
CONTACTS = "欢迎干部群众对整改落实情况进行监督。联系电话：0000-7654321；邮政信箱：榆河县粮食局办公室。"
SIGNATURE = ["中共榆河县粮食局党组", "2021年12月6日"]
BODY = [OPENING, *PARTS, CONTACTS, *SIGNATURE]


def in_paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def extracted(body: str) -> Document:
    html = f"""<html><head><title>{TITLE}_榆河县人民政府</title></head><body><div class="nav"><a href="/">首页</a></div>
<div class="side"><p>温馨提示：请妥善保管个人信息，谨防诈骗。</p></div><h1>{TITLE}</h1><p>发布时间：2021-12-08 来源：县粮食局</p>
{body}<p>【打印本页】【关闭窗口】</p><div class="bottom"><p>本站由榆河县大数据中心维护。</p></div></body></html>"""
    document = Document(url="http://127.0.0.1/a.html", content=b"", html=html, state="live")
    extract_body(document)
    return document


P = in_paragraphs
ON_TOP, BELOW, END = P(BODY[:1]), P(BODY[1:]), P(BODY[-3:])
WORD = f'<div class="Section1">{BELOW}</div>'
LAYOUTS = {
    "an opening above what Word pasted": f'<div class="nr">{ON_TOP}{WORD}</div>',
    "an opening in a heading": f'<div class="nr"><h2><strong>{OPENING}</strong></h2><div class="WordSection1">{BELOW}</div></div>',
    "an opening that is bare text": f'<div class="nr">　　{OPENING}<br><br>{WORD}</div>',
    "an opening with a salutation": f'<div class="nr"><p>全县党员干部群众：</p>{ON_TOP}{WORD}</div>',
    "a table between paragraphs": f'<div class="nr">{ON_TOP}<table><tbody>'
    + "".join(f"<tr><td><p>{part}</p></td></tr>" for part in PARTS)
    + f"</tbody></table>{END}</div>",
    "nested tables": f'<table class="nr"><tr><td>{OPENING}</td></tr><tr><td><table><tr><td>{BELOW}</td></tr></table></td></tr></table>',
    "two divs": f'<div class="nr"><div>{P(BODY[:-3])}</div><div>{END}</div></div>',
    "a signature of its own": f'<div class="nr"><div>{P(BODY[:-2])}</div><div align="right">{"<br>".join(SIGNATURE)}</div></div>',
    "a signature behind a known container": f'<div id="zoom">{P(BODY[:-2])}</div><p align="right">{"<br>".join(SIGNATURE)}</p>',
    "the site's editor twice": f'<div class="TRS_Editor">{ON_TOP}</div><div class="TRS_Editor">{BELOW}</div>',
    "the editor's second part": f'<div class="TRS_Editor">{P(BODY[:-3])}</div><div class="TRS_Editor">{END}</div>',
    "an opening above a known container": f'<div class="c">{ON_TOP}<div id="zoom">{BELOW}</div></div>',
    "a share bar between title and opening": f'<div class="nr"><div>分享到：微信 微博</div>{ON_TOP}{WORD}</div>',
    "an editor and attachments behind": f'<div class="nr">{ON_TOP}{WORD}<p>（责任编辑：钱某）</p><p><a href="1.doc">附件.doc</a></p></div>',
    "what unfolds": f'<div class="nr">{P(BODY[:4])}<div style="display: none">{P(BODY[4:])}</div><a>展开全文</a></div>',
    "a copy for print": f'<div class="nr">{P(BODY)}</div><div id="print" style="display: none">{P(BODY)}</div>',
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_whole_body_is_kept_and_nothing_is_added(layout: str) -> None:
    text = extracted(LAYOUTS[layout]).text or ""
    salutation = "全县党员干部群众：" if "salutation" in layout else ""
    assert squeeze(text) == salutation + "".join(BODY)


@pytest.mark.parametrize(
    "beside",
    [
        "<div><h4>网友评论</h4><p>写得很详细，希望落到实处。</p></div>",
        '<div class="comments"><p>支持公开，接受监督，希望坚持下去。</p></div>',
        "<div><p>您对本文有何意见建议，请留言。</p></div>",
        "<ul><li><a href='2.html'>县粮食局召开会议，部署秋粮收购。</a></li></ul>",
    ],
)
def test_prose_that_is_not_the_notice_s_stays_out(beside: str) -> None:
    assert (extracted(f'<div class="nr">{P(BODY)}</div>{beside}').text or "").split("\n") == BODY


def test_an_element_that_lacks_a_part_of_the_body_is_not_declared_as_its_container() -> None:
    document = extracted(LAYOUTS["an opening above what Word pasted"])
    document.is_notice = True
    assert shared_body([document]) == "div.nr"
    document = extracted(f"{ON_TOP}{WORD}")
    document.is_notice = True
    assert shared_body([document]) is None

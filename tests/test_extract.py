"""Step 2: title, publication date and body, on the layouts that sites use."""

import html as markup

import pytest
from lxml.html import fromstring

from pipelines.paragraphs import paragraphs_of
from pipelines.record import Document, Fetched, Site
from pipelines.step2_extract import extract_body, extract_page, parse_page, squeeze

TITLE = "中共临河县水务局党组关于巡察整改情况的通报"
PARAGRAPHS = [
    "根据县委统一部署，2022年3月1日至4月30日，县委第二巡察组对县水务局党组进行了巡察。2022年6月1日反馈了巡察意见。",
    "一、整改落实情况",
    "（一）关于“供水管网漏损率高”的问题。",
    "整改情况：已完成整改，更换管道十二公里，漏损率下降到百分之十以内。" + "健全巡查、维修、考核各项制度，做到管护有人、经费有源。" * 3,
    "（二）关于“水费收缴不规范”的问题。",
    "整改情况：已完成整改，更换管道十二公里，漏损率下降到百分之十以内。" + "健全巡查、维修、考核各项制度，做到管护有人、经费有源。" * 3,
    "中共临河县水务局党组",
    "2022年12月2日",
]


def article(body: str, *, head: str = "", info: str = "", title: str = TITLE) -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}_临河县人民政府</title>{head}
<style>.a{{}}</style></head><body><div class="nav"><a href="/">首页</a></div><p>今天是2019年10月31日</p><h1>{title}</h1>{info}{body}
<div class="share">分享到</div><div class="footer">主办：临河县人民政府 电话：0000-1234567 2020-01-01</div></body></html>"""


def extracted(html: str, **fields: object) -> Document:
    document = Document(url="http://127.0.0.1/a.html", content=b"", html=html, state="live")
    for name, value in fields.items():
        setattr(document, name, value)
    extract_body(document)
    return document


BODIES = {
    "TRS": '<div class="TRS_Editor"><style>.x{{}}</style>' + "".join(f"<p>　　{p}</p>" for p in PARAGRAPHS) + "</div>",
    "br in a cell": '<table><tr><td id="zoom">' + "<br/>\n".join(f"&nbsp;&nbsp;{p}" for p in PARAGRAPHS) + "</td></tr></table>",
    "nested spans": '<div class="v_news_content">'
    + "".join(f"<p><span>{p[:3]}</span><span><b>{p[3:9]}</b>{p[9:]}</span></p><p>&nbsp;</p>" for p in PARAGRAPHS)
    + "</div>",
    "no container": '<div class="neirong-1">' + "".join(f"<p>{p}</p>" for p in PARAGRAPHS) + "</div>",
    "a teaser in the container": '<div class="content">'
    + PARAGRAPHS[0]
    + '</div><div class="w">'
    + "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    + "</div>",
}


@pytest.mark.parametrize("layout", BODIES)
def test_the_body_is_complete_and_nothing_is_added(layout: str) -> None:
    document = extracted(article(BODIES[layout]))
    body = squeeze("".join(PARAGRAPHS))
    assert squeeze(document.text or "") == body
    assert document.title == TITLE


@pytest.mark.parametrize("layout", ["TRS", "br in a cell", "nested spans"])
def test_a_paragraph_is_a_line_and_repeated_paragraphs_stay(layout: str) -> None:
    assert (extracted(article(BODIES[layout])).text or "").split("\n") == PARAGRAPHS


def test_a_container_that_holds_only_a_teaser_is_not_believed() -> None:
    assert extracted(article(BODIES["a teaser in the container"])).extractor == "prose in div.w"


def test_a_text_that_is_stored_for_a_script_is_the_body() -> None:
    stored = markup.escape("".join(f"<p>{p}</p>" for p in PARAGRAPHS))
    document = extracted(article(f'<textarea id="t" style="display:none">{stored}</textarea><div id="show"></div>'))
    assert (document.text or "").split("\n") == PARAGRAPHS


def test_the_button_that_unfolds_a_text_is_none_of_it() -> None:
    first, second = ("".join(f"<p>{p}</p>" for p in part) for part in (PARAGRAPHS[:4], PARAGRAPHS[4:]))
    body = f'<div id="mine">{first}<div style="display:none">{second}</div><a href="javascript:;">展开全文</a></div>'
    site = Site(id="360000_linhe", name="临河县", url="http://127.0.0.1/", software="query", division="360000", body="#mine")
    assert (extracted(article(body), site=site).text or "").split("\n") == PARAGRAPHS


def test_words_that_are_hidden_in_a_line_are_none_of_it() -> None:
    hidden = '<span style="display: none">本文来源：临河水务</span>'
    body = "".join(f"<p><span>{p[:8]}</span>{hidden}{p[8:]}</p>" for p in PARAGRAPHS[3:])
    folded = f'<p>{PARAGRAPHS[0][:20]}<span style="display:none">{PARAGRAPHS[0][20:]}</span></p>'
    document = extracted(article(f'<div class="nr">{folded}{"".join(f"<p>{p}</p>" for p in PARAGRAPHS[1:3])}{body}</div>'))
    assert (document.text or "").split("\n") == PARAGRAPHS


def test_an_article_inside_a_share_bar_that_is_never_closed_is_kept() -> None:
    page = article("".join(f"<p>{p}</p>" for p in PARAGRAPHS)).replace("<h1>", '<div class="share">分享到<h1>')
    assert PARAGRAPHS[3] in (extracted(page).text or "")


def test_in_doubt_trafilatura_decides() -> None:
    comment = "我在这个县里住了三十年，从来没有见过这样认真的整改，希望坚持下去，不要一阵风。"
    body = f'<div id="zoom">{"".join(f"<p>{p}</p>" for p in PARAGRAPHS)}</div><div class="comments">{f"<p>{comment}</p>" * 3}</div>'
    document = extracted(article(body))
    assert document.extractor == "#zoom"
    assert (document.text or "").split("\n") == PARAGRAPHS


def test_where_no_element_holds_a_body_trafilatura_cleans_the_page() -> None:
    document = extracted(f"<html><head><title>{TITLE}</title></head><body><p>{TITLE}</p><p>{PARAGRAPHS[5][-20:]}</p></body></html>")
    assert document.extractor == "trafilatura"
    assert PARAGRAPHS[5][-20:] in (document.text or "")


def test_without_a_known_container_the_body_is_where_the_prose_is() -> None:
    body = (
        f'<div class="main"><h2>{TITLE}</h2><p>发布时间：2022-12-05 来源：县水务局 【字体：大 中 小】</p>'
        + "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
        + "<p>【打印本页】【关闭窗口】</p><p>上一篇：没有了</p><ul><li>相关阅读</li></ul></div>"
    )
    document = extracted(article(body))
    assert (document.text or "").split("\n") == PARAGRAPHS
    assert document.extractor == "prose in div.main"
    assert document.published == "2022-12-05"


def test_the_declared_container_comes_first() -> None:
    body = '<div id="zoom">' + "旧正文" * 30 + "</div>" + '<div id="mine">' + "".join(f"<p>{p}</p>" for p in PARAGRAPHS) + "</div>"
    site = Site(id="360000_linhe", name="临河县", url="http://127.0.0.1/", software="query", division="360000", body="#mine")
    document = extracted(article(body), site=site)
    assert (document.text or "").split("\n") == PARAGRAPHS
    assert document.extractor == "#mine"


@pytest.mark.parametrize(
    ("head", "info", "fields", "published", "rule"),
    [
        ('<meta name="PubDate" content="2022-12-05 09:30">', "<p>发布时间：2022-12-09</p>", {}, "2022-12-05", "meta pubdate"),
        ('<meta name="firstpublishedtime" content="2022-12-05-21:50:00">', "", {}, "2022-12-05", "meta firstpublishedtime"),
        ('<meta name="PubDate" content="null">', "<p>发布日期：2022年12月5日 字体：大</p>", {}, "2022-12-05", "label"),
        ("", "<p>2022/12/05 17:02 来源： 作者：区纪委</p>", {}, "2022-12-05", "line under the title"),
        ("", "<p><span>2022-12-05</span><span>县水务局</span></p>", {"title": TITLE}, "2022-12-05", "line under the title"),
        ("", "<p>2022-12-05县水务局举行仪式，领导出席并讲话；会议要求抓好落实。</p>", {"title": TITLE}, None, None),
        ("", "", {"list_date": "2022-12-05"}, "2022-12-05", "list"),
        ("", "", {"url": "http://a.example/zwgk/202212/t20221205_1.html"}, "2022-12-05", "address"),
        ("", "", {"url": "http://a.example/info/1/2.htm"}, None, None),
        ("", "<p>发布时间：2022-13-41</p>", {}, None, None),
        ("", "<p>发布时间：二〇二二年十二月五日 来源：县水务局</p>", {}, "2022-12-05", "label"),
        ("", "<p>日期：二○二二年 十二月 五日</p>", {}, "2022-12-05", "label"),
        ("", "<p>成文日期：二〇二二年十一月一日 发布日期：二零二二年十二月五日</p>", {}, "2022-12-05", "label"),
        ("", "<p>更新时间：二〇二三年元月廿一日</p>", {}, "2023-01-21", "label"),
        ("", "<p>发布时间：二〇二二年十三月五日</p>", {}, None, None),
        ("", "<p>发布时间：二〇二二年二月三十日</p>", {}, None, None),
        ("", "<p>发布时间：二〇二二年十二月</p>", {}, None, None),
        ("", "<p>更新时间：2023-06-01 发布时间：2022-12-05</p>", {}, "2022-12-05", "label"),
        ("", "<p>更新时间：2022-12-05</p>", {}, "2022-12-05", "line under the title"),
        ("", "<p>失效日期：2030-01-01 发布日期：2022-12-05</p>", {}, "2022-12-05", "label"),
        ("", "<p>成文日期：2022-12-02 公开日期：2022-12-05</p>", {}, "2022-12-05", "label"),
        ("", "<p>失效日期：2030-01-01</p>", {}, None, None),
        ("", "<p>施行时间：2023-01-01</p>", {}, None, None),
        ('<meta name="PubDate" content="1970-01-01 08:00">', "<p>发布时间：2022-12-05</p>", {}, "2022-12-05", "label"),
        ("", "<p>成文日期：2022年12月2日</p>", {}, None, None),
        ('<meta name="PubDate" content="2022">', "", {}, None, None),
        ("", """<p>发布时间：<script>document.write("2022-12-05 10:00:00".substr(0,10));</script></p>""", {}, "2022-12-05", "label"),
    ],
)
def test_the_date_of_publication_is_read_or_unknown(
    head: str, info: str, fields: dict[str, str], published: str | None, rule: str | None
) -> None:
    document = extracted(article(BODIES["TRS"], head=head, info=info), **fields)
    assert document.published == published
    if rule:
        assert document.page_evidence["published"].rule == rule


JSON_LD = '<script type="application/ld+json">{}</script>'
ARTICLE_LD = '{"@graph": [{"@type": "NewsArticle", "datePublished": "2022-12-05T09:00:00"}, {"datePublished": "2022-12-05"}]}'


@pytest.mark.parametrize(
    ("head", "info", "published", "rule"),
    [
        ('<meta property="article:published_time" content="2022-12-05T09:00:00+08:00">', "", "2022-12-05", "meta article:published_time"),
        ('<meta name="publishdate" content="2022-12-04T16:30:00Z">', "", "2022-12-05", "meta publishdate"),
        ('<meta itemprop="datePublished" content="2022年12月5日">', "", "2022-12-05", "meta datepublished"),
        ('<meta name="publishdate" content="1970-01-01">', "", None, None),
        (JSON_LD.format(ARTICLE_LD), "", "2022-12-05", "JSON-LD"),
        (JSON_LD.format('[{"datePublished": "2022-12-05"}, {"datePublished": "2022-12-07"}]'), "", None, None),
        (JSON_LD.format('{"datePublished": "2022-12-05",}'), "", None, None),
        (JSON_LD.format('{"datePublished": 2022, "dateModified": "2022-12-05"}'), "", None, None),
        ("", '<p><time datetime="2022-12-05T09:00:00+08:00">12月5日</time></p>', "2022-12-05", "time element"),
        ("", '<ul><li>防汛通知<time datetime="2023-07-01">7月1日</time></li></ul>', None, None),
        ("", '<p>会议于<time datetime="2023-07-01">7月1日</time>召开。</p>', None, None),
        ("", '<p><time datetime="2022-12-05">12月5日</time> <time datetime="2023-01-09">1月9日</time></p>', None, None),
    ],
)
def test_a_day_that_only_machines_are_told_is_read(head: str, info: str, published: str | None, rule: str | None) -> None:
    document = extracted(article(BODIES["TRS"], head=head, info=info))
    evidence = document.page_evidence.get("published")
    assert (document.published, evidence and evidence.rule) == (published, rule)


@pytest.mark.parametrize("info", ["<p>发布时间：2022-12-05</p>", "<p>2022-12-05</p>", "<p>更新时间：2022-12-05</p>"])
def test_what_only_machines_are_told_gives_way_to_what_readers_see(info: str) -> None:
    head = '<meta property="article:published_time" content="2021-01-01">' + JSON_LD.format('{"datePublished": "2021-01-01"}')
    assert extracted(article(BODIES["TRS"], head=head, info=info + '<time datetime="2021-01-01"></time>')).published == "2022-12-05"


@pytest.mark.parametrize(("info", "published"), [("<p>2022-12-05</p>", "2022-12-05"), ("", None)])
def test_a_label_beside_another_article_is_not_its_date(info: str, published: str | None) -> None:
    page = article(BODIES["TRS"], info=info).replace("<h1>", "<ul><li>防汛通知 发布时间：2023-07-01</li></ul><h1>")
    assert extracted(page).published == published


def test_a_label_in_the_table_above_the_title_is_its_date() -> None:
    page = article(BODIES["TRS"]).replace("<h1>", "<div>索引号：7-1 发布日期：2022-12-05</div><h1>")
    assert extracted(page).published == "2022-12-05"


def test_the_page_of_a_notice_that_is_a_file_tells_its_date() -> None:
    body = f"<h1>{TITLE}<br><span>2022-12-05 16:40:21 来源：县水务局</span></h1><ul><li>防汛通知 2023-07-01</li></ul>"
    file = Fetched("http://127.0.0.1/1.txt", "整改情况.txt", 200, "\n".join(PARAGRAPHS).encode())
    document = extracted(article("").replace(f"<h1>{TITLE}</h1>", body), files=[file])
    assert (document.text or "").split("\n") == PARAGRAPHS
    assert document.published == "2022-12-05"


@pytest.mark.parametrize(
    ("head", "title", "list_title", "expected"),
    [
        ('<meta name="ArticleTitle" content="完整标题">', TITLE, None, "完整标题"),
        ("", TITLE, "另一标题", TITLE),
        ('<meta name="ArticleTitle" content="被截断的标题...">', TITLE, None, TITLE),
    ],
)
def test_the_title_is_the_fullest_that_the_page_declares(head: str, title: str, list_title: str | None, expected: str) -> None:
    assert extracted(article(BODIES["TRS"], head=head, title=title), list_title=list_title).title == expected


@pytest.mark.parametrize(
    "whole",
    [
        "{}_通知公告_某某市民政局",
        "某某市民政局--{}",
        "政务公开-通知公告-{}",
        "{}|巡察整改公开|某某市人民政府门户网站",
    ],
)
def test_the_title_element_is_taken_without_site_and_column(whole: str) -> None:
    page = f"<html><head><title>{whole.format(TITLE)}</title></head><body>{BODIES['TRS']}</body></html>"
    assert extracted(page, list_title=f"{TITLE[:12]}…").title == TITLE


@pytest.mark.parametrize(
    ("whole", "expected"),
    [
        (f"临河县人民政府 通知公告 {TITLE}", TITLE),
        (f"临河县人民政府 纪检动态 {TITLE}", TITLE),
        (f"临河县政府 公示 {TITLE}", f"临河县政府 公示 {TITLE}"),
        ("临河县人民政府 关于巡察整改情况的通报", "临河县人民政府 关于巡察整改情况的通报"),
        ("临河县人民政府党组关于巡察整改情况的通报", "临河县人民政府党组关于巡察整改情况的通报"),
    ],
)
def test_names_that_the_page_declares_are_taken_off_the_front(whole: str, expected: str) -> None:
    names = '<meta name="SiteName" content="临河县人民政府"><meta name="ColumnName" content="通知公告">'
    assert extracted(f"<html><head><title>{whole}</title>{names}</head><body>{BODIES['TRS']}</body></html>").title == expected


@pytest.mark.parametrize("whole", [f"临河县政府 公示 {TITLE}", f"{TITLE}_巡察整改_临河县人民政府", f"{TITLE} - 巡察 - 临河县人民政府"])
def test_a_title_among_names_that_no_one_declares_is_the_line_that_the_page_shows(whole: str) -> None:
    page = f"<html><head><title>{whole}</title></head><body><div>{TITLE}</div>{BODIES['TRS']}</body></html>"
    assert extracted(page).title == TITLE


def test_the_later_page_of_a_body_without_a_name_is_read_where_its_prose_stands() -> None:
    def page(*lines: str) -> str:
        rows = f"<tr><td>{TITLE[4:]}</td></tr><tr><td>本栏目由县纪委办公室负责</td></tr><tr><td>{'<br>'.join(lines)}</td></tr>"
        return f"<html><head><title>{TITLE}</title></head><body><table>{rows}</table></body></html>"

    half = len(PARAGRAPHS) // 2
    second = Fetched("http://x.gov.cn/1.html?page=2", "", 200, page(*PARAGRAPHS[half:]).encode(), html=page(*PARAGRAPHS[half:]))
    document = extracted(page(*PARAGRAPHS[:half]), parts=[second])
    assert (document.text or "").split("\n")[-len(PARAGRAPHS) + half :] == PARAGRAPHS[half:]


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("临河县政府 通知公告 关于县委巡察反馈意见整改情况的通报", "关于县委巡察反馈意见整改情况的通报"),
        ("中共临河县水务局党组 关于县委巡察反馈意见整改情况的通报", "中共临河县水务局党组 关于县委巡察反馈意见整改情况的通报"),
    ],
)
def test_a_title_that_begins_with_its_object_begins_behind_a_column_only(title: str, line: str) -> None:
    shown = "关于县委巡察反馈意见整改情况的通报"
    page = f"<html><head><title>{title}</title></head><body><div>{shown}</div>{BODIES['TRS']}</body></html>"
    assert extracted(page).title == line


def test_a_section_of_the_body_is_no_title() -> None:
    body = f"<p>一、落实整改责任情况</p>{BODIES['TRS']}"
    page = f'<html><head><title>党务公开</title></head><body><div class="content">{body}</div></body></html>'
    assert extracted(page).title != "一、落实整改责任情况"


def test_a_title_set_on_two_lines_is_one() -> None:
    first, second = TITLE.split("关于")
    body = f"<p><b>{first}</b></p><p><b>关于{second}</b></p><p>（2022-12-05）</p>" + "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    document = extracted(f'<html><head><title>党务公开</title></head><body><div class="content">{body}</div></body></html>')
    assert document.title == TITLE
    assert (document.text or "").split("\n") == PARAGRAPHS


@pytest.mark.parametrize(
    ("html", "state"),
    [
        ("<title>页面没有找到-某局</title><body><ul><li><a href='/'>首页</a></li></ul><img src='/404.png'></body>", "missing"),
        ("<title>系统提示</title><body><a href='/tzgg/'>通知公告</a><p>暂无相关信息</p></body>", "missing"),
        ("<script language=javascript>alert('该信息不存在或已被删除！');history.back();</script>", "missing"),
        ("<title>关于巡察整改情况的通报</title><body><a href='/x.html'>页面不存在怎么办</a><img src='/scan.png'></body>", "error"),
        ("<body><script>var empty = '信息不存在';</script><img src='/scan.png'></body>", "error"),
    ],
)
def test_a_page_without_a_body_is_missing_if_it_says_so(html: str, state: str) -> None:
    document = Document(url="http://127.0.0.1/a.html", content=b"", html=html, state="live", status=200)
    extract_page(document)
    assert document.state == state
    assert document.error


def test_a_text_without_markup_is_its_own_body() -> None:
    document = extracted("\n\n".join([TITLE, *PARAGRAPHS]))
    assert document.title == TITLE
    assert (document.text or "").split("\n") == PARAGRAPHS
    assert extracted("\n".join(PARAGRAPHS)).title is None


def test_deep_nesting_and_comments_do_no_harm() -> None:
    deep = "<div>" * 1_000 + "巡察整改" + "</div>" * 1_000
    page = parse_page(f"<html><body>{deep}<!-- 注释 -->尾<![CDATA[x]]></body></html>")
    assert page is not None
    text = "".join(paragraphs_of(page))
    assert "巡察整改" in text
    assert "注释" not in text
    assert "尾" in text


def test_scraped_markup_characters_stay_text() -> None:
    hostile = "<script>alert(1)</script>"
    document = extracted(article(f'<div id="zoom"><p>{markup.escape(hostile)}</p>{"".join(f"<p>{p}</p>" for p in PARAGRAPHS)}</div>'))
    assert hostile in (document.text or "")


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ("<p>复核12户。</p><p>建账。</p>", "1\t漏保\t复核12户。 建账。\t已完成"),
        ("复核12户。<br>建账。", "1\t漏保\t复核12户。 建账。\t已完成"),
        ("", "1\t漏保\t\t已完成"),
    ],
)
def test_a_row_of_a_table_is_one_line(cell: str, line: str) -> None:
    head = "<tr><th>序号</th><th><p>反馈问题</p></th><th>整改措施</th><th>完成情况</th></tr>"
    table = fromstring(f"<div><table>{head}<tr><td>1</td><td>漏保</td><td>{cell}</td><td>已完成</td></tr></table></div>")
    assert paragraphs_of(table) == ["序号\t反馈问题\t整改措施\t完成情况", line]


def test_a_table_that_lays_the_page_out_holds_paragraphs() -> None:
    cells = "<td>导航</td><td><p>第一段，写得很长的一段话。</p><p>第二段。</p></td>"
    table = fromstring(f"<div><table><tr><td colspan=2>一幅横幅，上面写着这个网站的名称</td></tr><tr>{cells}</tr></table></div>")
    assert paragraphs_of(table) == ["一幅横幅，上面写着这个网站的名称", "导航", "第一段，写得很长的一段话。", "第二段。"]


@pytest.mark.parametrize("edge", ["<p>发布时间：2022-12-05 来源：本网</p>", "<div>发布日期：2022年12月5日</div>"])
def test_the_date_line_inside_the_container_is_the_page_s(edge: str) -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    body = f"<div id=zoom><h1>{TITLE}</h1>{edge}{text}<p>责任编辑：王某</p><p>【打印】【关闭】</p></div>"
    document = extracted(f"<html><head><title>{TITLE}</title></head><body>{body}</body></html>")
    assert (document.published, document.page_evidence["published"].rule) == ("2022-12-05", "label")


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        (
            "<tr><td rowspan=2>1</td><td rowspan=2>漏保</td><td>复核</td><td rowspan=2>已完成</td></tr><tr><td>建账</td></tr>",
            ["1\t漏保\t复核\t已完成", "\t\t建账\t"],
        ),
        (
            "<tr><td colspan=2>漏保</td><td>复核</td><td>已完成</td></tr><tr><td colspan=4>二、作风方面</td></tr>",
            ["漏保\t\t复核\t已完成", "二、作风方面"],
        ),
        ("<tr><td colspan='x'>1</td><td rowspan='-1'>漏保</td><td>复核</td><td rowspan>已完成</td></tr>", ["1\t漏保\t复核\t已完成"]),
        ("<tr><td rowspan=99999 colspan=9999>1</td></tr>" * 2, ["1", "1"]),
    ],
)
def test_every_column_that_a_cell_spans_is_a_cell(rows: str, lines: list[str]) -> None:
    head = "<tr><th>序号</th><th>反馈问题</th><th>整改措施</th><th>完成情况</th></tr>"
    table = fromstring(f"<div><table>{head}{rows}</table></div>")
    assert paragraphs_of(table) == ["序号\t反馈问题\t整改措施\t完成情况", *lines]


def test_a_table_below_its_caption_and_one_with_a_name_a_line_are_data() -> None:
    remedy = "<td><p>复核。</p><p>建账。</p></td>"
    caption = f"<table><tr><td colspan=2>整改情况一览表</td></tr><tr><td>问题</td><td>整改</td></tr><tr><td>漏保</td>{remedy}</tr></table>"
    pairs = f"<table><tr><td>问题</td><td>低保对象家庭状况变化以后没有及时复核</td></tr><tr><td>措施</td>{remedy}</tr></table>"
    assert paragraphs_of(fromstring(f"<div>{caption}{pairs}</div>")) == [
        *("整改情况一览表", "问题\t整改", "漏保\t复核。 建账。"),
        *("问题\t低保对象家庭状况变化以后没有及时复核", "措施\t复核。 建账。"),
    ]

"""Notices that are files, lead to files, are split over pages or have moved: over HTTP, through the steps, into the archive.

Most cases are articles of one site, crawled once.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
import yaml
from crawling import Answer, Crawl, Route, SiteServer, crawl, declare, listing
from documents import PARAGRAPHS, TITLE, cid_keyed_pdf, old_word_file, rich_text, scanned_pdf, word_file
from sqlite_utils import Database

from crawler.settings import ITEM_PIPELINES, VISITS_CLASS
from pipelines.paragraphs import squeeze

METADATA = yaml.safe_load((Path(__file__).parent.parent / "metadata.yml").read_text("utf-8"))
UNREADABLE = METADATA["databases"]["archive"]["queries"]["unreadable"]["sql"]
STEPS = {path: order for path, order in ITEM_PIPELINES.items() if "step5" not in path}
TEXT = squeeze("".join(PARAGRAPHS))
COVER = "<p>现将县水务局党组巡察整改情况予以公布，详见附件。</p>"
PDF_TYPE = (("Content-Type", "application/pdf"),)
GBK_NAME = (("Content-Type", "application/octet-stream"), ("Content-Disposition", 'attachment; filename="整改.pdf"'.encode("gbk")))


def page(body: str, *, title: str = TITLE) -> str:
    return f"""<html><head><meta charset="utf-8"><title>{title}_临河县人民政府</title></head><body>
        <div class="nav"><a href="/">首页</a> <a href="/app/download.html">下载中心</a></div><h1>{title}</h1>
        <p>发布时间：2022-12-05 来源：县水务局</p><div id="zoom">{body}</div>
        <div class="footer">主办：临河县人民政府 <a href="/map.html">网站地图</a></div></body></html>"""


def paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>　　{line}</p>" for line in lines)


def crawl_list(tmp_path: Path, server: SiteServer, rows: Mapping[str, str], **settings: Any) -> Crawl:
    """Crawl a list of these articles (address: title)."""
    server.routes["/list/"] = listing([(href, title, "2022-12-05") for href, title in rows.items()])
    return crawl(declare(server, "query", "/list/", paging="?page={page}"), tmp_path, **settings)


def store(tmp_path: Path, server: SiteServer, *rows: str, **more: Any) -> Crawl:
    """Crawl these articles into the archive, through all steps."""
    return crawl_list(tmp_path, server, dict.fromkeys(rows, TITLE), ITEM_PIPELINES=ITEM_PIPELINES, VISITS_CLASS=VISITS_CLASS, **more)


def archive(tmp_path: Path) -> Database:
    return Database(tmp_path / "archive.db")


# Every case has a folder of its own, @; its article is @/1.html.
FORMS: dict[str, tuple[str, Mapping[str, Route]]] = {
    "VSB's PDF viewer": (
        '<script>showVsbpdfIframe("/__local/A/1.pdf","100%","900","0","","");</script>',
        {"/__local/A/1.pdf": Answer(cid_keyed_pdf(), headers=PDF_TYPE)},
    ),
    "an iframe": ('<iframe src="files/1.PDF#toolbar=0" width="100%"></iframe>', {"@/files/1.PDF": Answer(cid_keyed_pdf())}),
    "an embed": ('<embed src="1.pdf">', {"@/1.pdf": Answer(cid_keyed_pdf(), headers=PDF_TYPE)}),
    "an object": ('<object data="@/1.pdf"></object>', {"@/1.pdf": Answer(cid_keyed_pdf(), headers=PDF_TYPE)}),
    "pdf.js": (
        f'<iframe src="/pdfjs/web/viewer.html?file={quote("/upload/整改.pdf")}"></iframe>',
        {quote("/upload/整改.pdf"): Answer(cid_keyed_pdf(), headers=PDF_TYPE)},
    ),
    "an attached DOCX with raw Chinese in its address": (
        COVER + '<p class="files">附件：<a href="files/附件1：整改.docx">整改情况</a></p>',
        {"@" + quote("/files/附件1：整改.docx"): Answer(word_file(PARAGRAPHS))},
    ),
    "an RTF called .doc": (COVER + '<p><a href="P0201.doc">通报</a></p>', {"@/P0201.doc": Answer(rich_text([TITLE, *PARAGRAPHS]))}),
    "a DOC": (COVER + '<p><a href="P0200.doc">通报</a></p>', {"@/P0200.doc": Answer(old_word_file())}),
    "a page of HTML called .doc": (
        COVER + '<p><a href="P0202.doc">通报</a></p>',
        {"@/P0202.doc": f"<html><body><p>{TITLE}</p>{paragraphs(PARAGRAPHS)}</body></html>"},
    ),
    "a download gateway": (
        COVER + '<a href="/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=77">附件</a>',
        {"/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=77": Answer(cid_keyed_pdf(), headers=GBK_NAME)},
    ),
    "Hanweb's download, beside a table": (
        COVER
        + '<a href="/module/download/downfile.jsp?filename=221.xlsx">附件2：台账.xlsx</a>'
        + '<a href="/module/download/downfile.jsp?classid=0&filename=222.pdf">附件1：通报</a>',
        {
            "/module/download/downfile.jsp?classid=0&filename=222.pdf": Answer(cid_keyed_pdf(), headers=GBK_NAME),
            "/module/download/downfile.jsp?filename=221.xlsx": Answer(b"PK\x03\x04xl/"),
        },
    ),
    "two attachments of which one is the notice": (
        COVER + '<a href="a.docx">附件1</a><a href="b.docx">附件2</a>',
        {"@/a.docx": Answer(word_file(["说明" * 9] * 900, "填表说明")), "@/b.docx": Answer(word_file(PARAGRAPHS))},
    ),
}
HALVES = (PARAGRAPHS[:4], PARAGRAPHS[4:6], PARAGRAPHS[6:])
PAGERS = {
    "the first further page is _1": (["@/1.html", "@/1_1.html", "@/1_2.html"], None),
    "the first further page is _2": (["@/1.html", "@/1_2.html", "@/1_3.html"], None),
    "a query": (["@/1.html", "@/1.html?page=2", "@/1.html?page=3"], None),
    "a pager by script": (["@/1.html", "@/1_1.html", "@/1_2.html"], '<script>createPageHTML(3, 0, "1", "html");</script>'),
    "only the next page is linked": (["@/1.html", "@/1_2.html", "@/1_3.html"], ""),
}
MOVED = page(paragraphs(PARAGRAPHS))
REDIRECTS = {
    "location.href": "<html><script>window.location.href='/new/1.html';</script></html>",
    "location.replace": "<script type='text/javascript'>\nlocation.replace(\"../../new/1.html\")\n</script><body>页面跳转中，请稍候</body>",
    "a meta refresh that waits": "<html><meta http-equiv='refresh' content='5; url=/new/1.html'><body>网页已迁移，5秒后跳转</body></html>",
    "a meta refresh": "<html><meta http-equiv='refresh' content='0;url=/new/1.html'></html>",
    "two redirects": "<script>top.location = '/half/way.html'</script>",
    "a redirect to a file": "<script>location='/new/1.pdf';</script>",
}
NOT_FOLLOWED = {
    "a challenge": "<script>document.cookie='a=1';location.href='/wrong.html';</script>",
    "a button to the home page": "<script>function home() { location.href = '/index.html'; }</script><a onclick='home()'>返回首页</a>",
    "a mobile version": "<script>if(navigator.userAgent.match(/iPhone/)){location.href='/wrong.html';}</script>",
    "a search box": "<script>function s(){location.href='/wrong.html?q='+q;}</script>",
    "itself": "<script>location.href='1.html#top';</script>",
}
TITLES = {
    "a title that names a report only": "中共临河县水务局党组情况通报",
    "a title cut off without a mark": "中共临河县水务局党组关于扶贫领域",
}
CASES = [*FORMS, *PAGERS, *REDIRECTS, *NOT_FOLLOWED, *TITLES, "phpcms's counted pages", "a PDF in the list", "a DOCX in the list"]
ITSELF = ["/c/itself/1.html", "/c/itself/1_2.html", "/c/itself/1_3.html"]
PHPCMS = [f"/c/show-12-345-{number}.html" for number in (1, 2, 3)]
IN_LIST = {"a PDF in the list": ("/c/t1.pdf", cid_keyed_pdf()), "a DOCX in the list": ("/c/t1.docx", word_file(PARAGRAPHS))}


def folder(case: str) -> str:
    return f"/c/{CASES.index(case)}"


def pager(addresses: list[str]) -> str:
    links = "".join(f"<a href={address}>{number}</a> " for number, address in enumerate(addresses, 1))
    return f'<div class="fy">{links}<a href={addresses[1]}>下一页</a></div>'


def split_pages(addresses: list[str], script: str | None) -> dict[str, str]:
    """The pages of one body; with an empty script each has only a link to the next."""
    following = [f"<p><a href={address}>下一页</a></p>" for address in addresses[1:]] + ["<p>上一页</p>"]
    pagers = following if script == "" else [script or pager(addresses)] * len(addresses)
    # The next article, and one whose address looks like a later page's.
    others = '</div><a href="12.html">下一篇</a><a href="1_a.html">2</a><a href="1.html?id=2">3</a><div>'
    return {address: page(paragraphs(half) + links + others) for address, half, links in zip(addresses, HALVES, pagers, strict=True)}


def build_routes() -> dict[str, Route]:
    routes: dict[str, Route] = {"/half/way.html": REDIRECTS["location.href"], "/new/1.html": MOVED, "/new/1.pdf": cid_keyed_pdf()}
    for case, (body, files) in FORMS.items():
        routes[folder(case) + "/1.html"] = page(body.replace("@", folder(case)))
        routes |= {path.replace("@", folder(case)): answer for path, answer in files.items()}
    for case, (addresses, script) in PAGERS.items():
        routes |= split_pages([address.replace("@", folder(case)) for address in addresses], script)
    first, *later = split_pages(ITSELF, None).items()
    routes |= {ITSELF[0]: "<script>location.href='1.html?jump=1';</script>", f"{ITSELF[0]}?jump=1": first[1], **dict(later)}
    for case, html in (REDIRECTS | NOT_FOLLOWED).items():
        routes[folder(case) + "/1.html"] = html
    for case, title in TITLES.items():
        routes[folder(case) + "/1.html"] = page(paragraphs(PARAGRAPHS), title=title)
    return routes | split_pages(PHPCMS, None) | {path: Answer(content) for path, content in IN_LIST.values()}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Crawl, str, list[str]]:
    """What came of crawling all cases, the server's address, and what it was asked."""
    rows = {folder(case) + "/1.html": TITLES.get(case, TITLE) for case in [*FORMS, *PAGERS, *REDIRECTS, *NOT_FOLLOWED, *TITLES]}
    rows |= {PHPCMS[0]: TITLE, ITSELF[0]: TITLE} | {path: TITLE[:16] + "…" for path, _ in IN_LIST.values()}
    with SiteServer(build_routes()) as server:
        done = crawl_list(tmp_path_factory.mktemp("crawl"), server, rows, ITEM_PIPELINES=STEPS | {"crawling.Collector": 900})
        return done, server.url, server.asked()


def check_notice(crawled: tuple[Crawl, str, list[str]], path: str, *, title: str = TITLE) -> Any:
    done, url, _ = crawled
    document: Any = done.articles[url + path]
    assert (document.state, document.unreadable, document.is_notice) == ("live", None, True)
    assert (document.title, document.published) == (title, "2022-12-05")
    assert squeeze(document.text) == TEXT
    return document


@pytest.mark.parametrize("case", FORMS)
def test_the_text_of_the_file_is_the_body_of_the_page(crawled: Any, case: str) -> None:
    document = check_notice(crawled, folder(case) + "/1.html")
    kind, _, file = document.extractor.partition(" ")
    assert kind in ("PDF", "DOCX", "DOC", "RTF", "text")
    assert file in [capture["url"] for capture in crawled[0].captures]


@pytest.mark.parametrize("case", IN_LIST)
def test_an_entry_of_the_list_that_is_a_file_is_a_notice(crawled: Any, case: str) -> None:
    assert check_notice(crawled, IN_LIST[case][0]).extractor == case.split()[1]


def test_a_page_that_sends_to_itself_keeps_its_later_pages(crawled: Any) -> None:
    assert check_notice(crawled, ITSELF[0]).text.split("\n") == PARAGRAPHS


@pytest.mark.parametrize("case", PAGERS)
def test_the_pages_of_a_body_are_joined_in_their_order(crawled: Any, case: str) -> None:
    addresses = [address.replace("@", folder(case)) for address in PAGERS[case][0]]
    assert check_notice(crawled, addresses[0]).text.split("\n") == PARAGRAPHS
    assert sorted(request for request in crawled[2] if request.startswith(f"GET {folder(case)}/")) == sorted(
        f"GET {address}" for address in addresses
    )


def test_pages_whose_first_has_a_number_too_are_joined(crawled: Any) -> None:
    assert check_notice(crawled, PHPCMS[0]).text.split("\n") == PARAGRAPHS


@pytest.mark.parametrize("case", REDIRECTS)
def test_a_page_that_moved_by_script_or_refresh_is_followed(crawled: Any, case: str) -> None:
    document = check_notice(crawled, folder(case) + "/1.html")
    target = "/new/1.pdf" if case == "a redirect to a file" else "/new/1.html"
    assert document.final_url == crawled[1] + target
    captured = {capture["url"] for capture in crawled[0].captures}
    assert {document.url, document.final_url} <= captured


@pytest.mark.parametrize("case", NOT_FOLLOWED)
def test_not_every_script_that_names_an_address_is_a_redirect(crawled: Any, case: str) -> None:
    done, url, asked = crawled
    address = url + folder(case) + "/1.html"
    assert done.articles[address].final_url == address
    assert not [request for request in asked if "/wrong.html" in request or "/index.html" in request]


@pytest.mark.parametrize("case", TITLES)
def test_a_title_that_names_no_inspection_is_judged_by_its_text(crawled: Any, case: str) -> None:
    check_notice(crawled, folder(case) + "/1.html", title=TITLES[case])


CAPTCHA = Answer("<html><body>请输入验证码下载附件<input></body></html>")
NOT_READ: dict[str, tuple[str, Route | None, str]] = {
    "a scan": ("@.pdf", Answer(scanned_pdf()), "扫描件"),
    "a damaged DOC": ("@.doc", Answer(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")), "DOC 文件已损坏"),
    "a captcha before the download": ("/system/_content/download.jsp?wbfileid=7", CAPTCHA, "验证码"),
    "a file that is not there": ("@.pdf", None, "HTTP 404"),
    "a file on another site": ("http://localhost:9/1.pdf", None, "别的网站"),
}


def test_files_that_cannot_be_read_are_counted_named_and_listed_for_a_person(tmp_path: Path) -> None:
    rows = {f"/a/{number}.html": case for number, case in enumerate(NOT_READ)}
    with SiteServer() as server:
        for path, case in rows.items():
            href, route, _ = NOT_READ[case]
            server.routes[path] = page(COVER + f'<a href="{href.replace("@", path)}">附件：整改情况</a>')
            if route is not None:
                server.routes[href.replace("@", path)] = route
        done = store(tmp_path, server, *rows)
        url = server.url
    assert (done.report.new, done.report.errors) == (0, 0)
    named = dict(done.report.failures)
    listed = {row[-3]: row for row in archive(tmp_path).execute(UNREADABLE).fetchall()}
    assert named.keys() == listed.keys() == {url + path for path in rows}
    for path, case in rows.items():
        assert NOT_READ[case][2] in named[url + path]
        title, reason, published, *_, warc_file, _ = listed[url + path]
        assert (title, reason, published) == (TITLE, named[url + path], "2022-12-05")
        assert (tmp_path / warc_file).exists()
        assert archive(tmp_path)["pages"].get(url + path)["state"] == "live"


def test_a_scan_that_is_replaced_by_text_leaves_the_list_of_the_unreadable(tmp_path: Path) -> None:
    with SiteServer({"/a/1.pdf": Answer(scanned_pdf())}) as server:
        assert store(tmp_path, server, "/a/1.pdf").report.failures[0][1].startswith("文件不能读：扫描件")
        assert len(archive(tmp_path).execute(UNREADABLE).fetchall()) == 1
        server.routes["/a/1.pdf"] = Answer(cid_keyed_pdf())
        assert store(tmp_path, server, "/a/1.pdf", full=True).report.new == 1
    assert archive(tmp_path).execute(UNREADABLE).fetchall() == []


def test_only_a_page_without_a_body_is_read_by_its_files(tmp_path: Path) -> None:
    whole, short = PARAGRAPHS, [line[:90] for line in PARAGRAPHS]
    scan = '<a href="1.pdf">附件</a>'
    with SiteServer({"/a/1.pdf": Answer(scanned_pdf())}) as server:
        server.routes |= {"/a/whole.html": page(paragraphs(whole) + scan)}
        store(tmp_path / "..", server, "/a/whole.html")
        assert "GET /a/1.pdf" not in server.asked()
        server.routes |= {"/a/short.html": page(paragraphs(short) + scan)}
        assert store(tmp_path, server, "/a/short.html").report.new == 1
    ((text,),) = archive(tmp_path).execute("SELECT text FROM texts").fetchall()
    assert text.split("\n") == [*short, "附件"]


def test_what_does_not_answer_today_is_an_error_and_is_asked_for_again(tmp_path: Path) -> None:
    half = page(paragraphs(PARAGRAPHS[:6]) + pager(["/a/2.html", "2_1.html"]))
    rest = page(paragraphs(PARAGRAPHS[6:]))
    captcha_half = half.replace("2_1.html", "3_1.html").replace("/a/2.html", "/a/3.html")
    routes = {"/a/1.html": page(COVER + '<a href="1.pdf">附件</a>'), "/a/2.html": half, "/a/3.html": captcha_half}
    faults = {"/a/1.pdf": Answer("busy", 503), "/a/2_1.html": Answer("busy", 503), "/a/3_1.html": CAPTCHA}
    with SiteServer(routes | faults) as server:
        done = store(tmp_path, server, "/a/1.html", "/a/2.html", "/a/3.html")
        assert (done.report.errors, done.report.new) == (3, 0)
        reasons = {url.removeprefix(server.url): reason for url, reason in done.report.failures}
        assert "status 503" in reasons["/a/1.html"]
        assert "page 2 of the body" in reasons["/a/2.html"]
        assert "challenged" in reasons["/a/3.html"]
        server.routes |= {"/a/1.pdf": Answer(cid_keyed_pdf()), "/a/2_1.html": rest, "/a/3_1.html": rest}
        assert store(tmp_path, server, "/a/1.html", "/a/2.html", "/a/3.html", full=True).report.errors == 0
    texts = {squeeze(text) for (text,) in archive(tmp_path).execute("SELECT text FROM texts")}
    assert texts == {TEXT}


def endless(path: str, _: bytes) -> str:
    number = int(path.partition("page=")[2] or 1)
    return page(f"<p>第{number}段。{'巡察整改' * 30}</p>" + f"<a href='?page={number + 1}'>下一页</a>")


def test_bodies_and_redirects_without_end_come_to_one(tmp_path: Path) -> None:
    routes: dict[str, Route] = {
        "/a/1.html": endless,
        "/a/2.html": "<script>location.href='/b.html';</script>",
        "/b.html": "<script>location.href='/a/2.html';</script>",
        "/a/3.html": "<script>location.href='http://localhost:9/a.html';</script>",
    }
    with SiteServer(routes) as server:
        done = store(tmp_path, server, "/a/1.html", "/a/2.html", "/a/3.html")
        assert len(server.asked()) < 80
    reasons = {url.removeprefix(server.url): reason for url, reason in done.report.failures}
    assert reasons["/a/1.html"] == "its body has more than 60 pages"
    assert reasons["/a/3.html"] == "leads to another host: http://localhost:9/a.html"


def test_an_announced_page_that_is_missing_ends_the_body_and_a_cut_paragraph_is_mended(tmp_path: Path) -> None:
    cut = PARAGRAPHS[3][:40], PARAGRAPHS[3][40:]
    links = pager(["1.html", "1_1.html", "1_2.html"])
    first, second = [*PARAGRAPHS[:3], cut[0]], [cut[1], *PARAGRAPHS[4:]]
    with SiteServer({"/a/1.html": page(paragraphs(first) + links), "/a/1_1.html": page(paragraphs(second) + links)}) as server:
        assert store(tmp_path, server, "/a/1.html").report.failures == []
    ((text,),) = archive(tmp_path).execute("SELECT text FROM texts").fetchall()
    assert text.split("\n") == PARAGRAPHS


UNIT_ADDRESS = "/api-gateway/jpaas-publish-server/front/page/build/unit"
UNIT_SCRIPT = (
    f"""<script type="text/javascript" src="/AuthorizedRead/unitbuild.js" url="{UNIT_ADDRESS}" """
    """queryData="{'parseType':'bulid','webId':'w1','pageType':'article','tagId':'TAG','pageId':'0123456789abcdef'}"></script>"""
)
HEADED = """<div id="con_title">{title}</div><div class="info"><span id="con_time">发布日期：2022-12-05 10:00</span></div>
    <div id="con_con" class="ccontent">{body}</div><div class="related">{related}</div>"""


def unit_page() -> str:
    return page(HEADED.format(title=TITLE, body=UNIT_SCRIPT.replace("TAG", "文章正文2"), related=UNIT_SCRIPT.replace("TAG", "相关文章")))


def unit_answer(html: str) -> str:
    return json.dumps({"success": True, "code": "200", "data": {"html": html}}, ensure_ascii=False)


def test_a_text_that_a_script_asks_for_stands_in_its_place(tmp_path: Path) -> None:
    """The unit answers 403 to whoever is no script of the page; once it says that it failed."""
    asked: list[tuple[str | None, str | None]] = []

    def unit(path: str, _: bytes) -> Answer | str:
        asked.append((server.headers.get("Referer"), server.headers.get("X-Requested-With")))
        if asked[-1] != (f"{server.url}/a/1.html", "XMLHttpRequest") or "tagId=文章正文2" not in unquote(path):
            return Answer("<h1>403</h1>", 403)
        return '{"success": false, "code": "500", "data": null}' if len(asked) == 1 else unit_answer(paragraphs(PARAGRAPHS))

    with SiteServer({UNIT_ADDRESS: unit, "/a/1.html": unit_page()}) as server:
        crawled = store(tmp_path, server, "/a/1.html", RETRY_TIMES=1, RETRY_BACKOFF=0.01)
    assert crawled.report.failures == []
    (row,) = archive(tmp_path).query("SELECT title, published, extractor, text FROM notices JOIN texts ON id = notice_id")
    assert (row["title"], row["published"], squeeze(row["text"])) == (TITLE, "2022-12-05", TEXT)
    assert len(asked) == 2, "what is related to the article is not asked for"


def test_a_text_that_a_script_asks_for_can_be_read_again_and_is_asked_for_again(tmp_path: Path) -> None:
    """The page itself is as it was, and says so by its ETag; its text is not."""
    shell = Answer(unit_page(), headers=(("Content-Type", "text/html"), ("ETag", '"1"')))
    with SiteServer({UNIT_ADDRESS: unit_answer(paragraphs(PARAGRAPHS)), "/a/1.html": shell}) as server:
        store(tmp_path, server, "/a/1.html")
        stored = archive(tmp_path)
        assert [row["role"] for row in stored.query("SELECT role FROM answers ORDER BY position")] == ["article", "unit"]
        command = [sys.executable, "-m", "zhenggai", "verify", "--db", str(tmp_path / "archive.db")]
        verified = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert verified.returncode == 0, verified.stdout
        assert [row["etag"] for row in stored.query("SELECT etag FROM pages WHERE notice_id IS NOT NULL")] == [None]


def test_a_text_that_a_script_asks_for_may_lead_to_a_file(tmp_path: Path) -> None:
    cover = unit_answer(COVER + '<p>附件：<a href="/files/1.pdf">整改情况.pdf</a></p>')
    with SiteServer({UNIT_ADDRESS: cover, "/a/1.html": unit_page(), "/files/1.pdf": Answer(cid_keyed_pdf())}) as server:
        crawled = store(tmp_path, server, "/a/1.html")
    assert crawled.report.failures == []
    assert [squeeze(row["text"]) for row in archive(tmp_path).table("texts").rows] == [TEXT]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ('{"success": false, "message": "系统繁忙"}', "the answer says that it failed: 系统繁忙"),
        ('{"success": true, "data": {"html": ""}}', "the answer holds no HTML"),
        (Answer("", 500), "error (status 500)"),
    ],
)
def test_a_text_that_a_script_does_not_get_is_an_error(tmp_path: Path, answer: Answer | str, reason: str) -> None:
    with SiteServer({UNIT_ADDRESS: answer, "/a/1.html": unit_page()}) as server:
        crawled = store(tmp_path, server, "/a/1.html")
    ((url, said),) = crawled.report.failures
    assert url == f"{server.url}/a/1.html"
    assert reason in said
    assert archive(tmp_path).table("notices").count == 0

"""Notices whose text an article's page shows in a frame: over HTTP, through the steps, into the archive."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from crawling import Answer, Crawl, Route, SiteServer, crawl, declare, listing
from documents import PARAGRAPHS, TITLE, cid_keyed_pdf
from sqlite_utils import Database

from crawler.settings import ITEM_PIPELINES, VISITS_CLASS
from pipelines.paragraphs import squeeze
from zhenggai.verify import verify

INFO = "<p>发布时间：2022-12-05 来源：县水务局</p>"


def paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>　　{line}</p>" for line in lines)


def page(body: str) -> str:
    return f"""<html><head><meta charset="utf-8"><title>{TITLE}_临河县人民政府</title></head><body><div><a href="/">首页</a></div>
        <h1>{TITLE}</h1>{INFO}<div class="nr">{body}</div><div>版权所有：临河县人民政府</div></body></html>"""


def framed(body: str) -> bytes:
    """A frame's page has a head of its own, and an encoding of its own."""
    head = '<meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>正文</title><style>p{margin:0}</style>'
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode("gb18030")


TEXT = framed(paragraphs(PARAGRAPHS))
FRAMESET = "<frameset rows='90,*'><frame src='/top.html'><frame name=main src='/nr/7.jsp'></frameset>"
PAGER = '<div><a href="text.html">1</a> <a href="text_2.html">2</a> <a href="text_2.html">下一页</a></div>'
FRAMED: dict[str, tuple[str, Mapping[str, Route]]] = {
    "an iframe": (page('<iframe src="nr/text.html?id=7&amp;v=2" width="100%" style="border:none"></iframe>'), {"/a/nr/text.html": TEXT}),
    "a frameset": (
        f"<html><head><title>{TITLE}</title></head>{FRAMESET}</html>",
        {"/nr/7.jsp": framed(f"<h2>{TITLE}</h2>{INFO}{paragraphs(PARAGRAPHS)}")},
    ),
    "a frame within a frame": (
        page('<iframe src="/show.asp?id=7"></iframe>'),
        {"/show.asp?id=7": framed('<iframe src="/nr/7.html"></iframe>'), "/nr/7.html": TEXT},
    ),
    "a frame whose text goes on": (
        page('<iframe src="/nr/text.html"></iframe>'),
        {
            "/nr/text.html": framed(f'<div class="z">{paragraphs(PARAGRAPHS[:6])}</div>{PAGER}'),
            "/nr/text_2.html": framed(f'<div class="z">{paragraphs(PARAGRAPHS[6:])}</div>{PAGER}'),
        },
    ),
    "a frame that answers with a file": (page('<iframe src="/view/7"></iframe>'), {"/view/7": Answer(cid_keyed_pdf())}),
    "a frame that leads to a file": (
        page('<iframe src="/show.asp?id=7"></iframe>'),
        {"/show.asp?id=7": framed('<a href="f/1.pdf">整改情况.pdf</a>'), "/f/1.pdf": Answer(cid_keyed_pdf())},
    ),
}


def store(tmp_path: Path, server: SiteServer) -> Crawl:
    server.routes["/list/"] = listing([("/a/1.html", TITLE, "2022-12-05")])
    site = declare(server, "query", "/list/", paging="?page={page}")
    return crawl(site, tmp_path, ITEM_PIPELINES=ITEM_PIPELINES, VISITS_CLASS=VISITS_CLASS)


@pytest.mark.parametrize("case", FRAMED)
def test_the_text_in_a_frame_is_the_notice_s(tmp_path: Path, case: str) -> None:
    shell, routes = FRAMED[case]
    with SiteServer({"/a/1.html": shell, **routes}) as server:
        assert store(tmp_path, server).report.failures == []
    archive = Database(tmp_path / "archive.db")
    (row,) = archive.query("SELECT title, published, text FROM notices JOIN texts ON id = notice_id")
    assert (row["title"], row["published"], squeeze(row["text"])) == (TITLE, "2022-12-05", squeeze("".join(PARAGRAPHS)))


def test_a_frame_s_page_is_kept_and_read_again(tmp_path: Path) -> None:
    shell, routes = FRAMED["an iframe"]
    with SiteServer({"/a/1.html": shell, **routes}) as server:
        store(tmp_path, server)
    archive = Database(tmp_path / "archive.db")
    assert [row["role"] for row in archive.query("SELECT role FROM answers ORDER BY position")] == ["article", "frame"]
    assert archive.table("answers").count_where("capture_id IN (SELECT id FROM captures)") == 2
    verified = CliRunner().invoke(verify, ["--db", str(tmp_path / "archive.db")])
    assert verified.exit_code == 0, verified.output


def test_frames_around_a_text_are_not_asked_for(tmp_path: Path) -> None:
    around = (
        '<iframe src="/top.html"></iframe><iframe src="/inc/share_left.asp"></iframe><iframe src="/"></iframe>'
        '<iframe src="/stat" width="0"></iframe><iframe src="/more" style="display: none"></iframe><iframe src="about:blank"></iframe>'
        '<iframe src="http://elsewhere.example/7.html"></iframe><iframe src="/lost"></iframe>'
    )
    with SiteServer({"/a/1.html": page(paragraphs(PARAGRAPHS[:3]) + around)}) as server:
        crawled = store(tmp_path, server)
        assert [request for request in server.asked() if "list" not in request] == ["GET /a/1.html", "GET /lost"]
    assert crawled.report.failures == []
    ((text,),) = Database(tmp_path / "archive.db").execute("SELECT text FROM texts").fetchall()
    assert text.split("\n") == PARAGRAPHS[:3]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(Answer("", 503), "status 503"), (Answer("not found", 404), "status 404"), (None, "robots.txt forbids it")],
)
def test_a_page_whose_text_in_a_frame_is_not_to_be_had_says_so(tmp_path: Path, answer: Answer | None, reason: str) -> None:
    robots = "User-agent: *\nDisallow: /nr/\n" if answer is None else ""
    with SiteServer({"/a/1.html": page('<iframe src="/nr/7.html"></iframe>'), "/robots.txt": robots}) as server:
        server.routes["/nr/7.html"] = answer or TEXT
        crawled = store(tmp_path, server)
        assert ("GET /nr/7.html" in server.asked()) is (answer is not None)
    ((url, said),) = crawled.report.failures
    assert (url, reason in said and "/nr/7.html" in said) == (f"{server.url}/a/1.html", True), said

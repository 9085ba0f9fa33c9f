"""Step 2: title, publication date and body text of an article's page.

The body is taken from the site software's container and checked against
trafilatura; where there is no container, or it holds only a part, trafilatura's
text is taken. Where the answer is a file, or the page only leads to one, the text of
the file is taken. Which of them it was is recorded.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from html import unescape
from itertools import chain, islice, pairwise

import lxml.html
import trafilatura
from lxml import etree
from lxml.html import HtmlElement

from pipelines.attachments import FetchError, find_body, is_cover
from pipelines.bounds import can_be_cleaned, cut_page, cut_text
from pipelines.containers import Container, Prose, drop_blocks, find_again, find_container, find_prose, measure_prose, with_surroundings
from pipelines.dates import read_expressions
from pipelines.declared import STANDARD_METAS, UNSET_DATE, day_of, declared_dates
from pipelines.files import file_kind, read_file
from pipelines.headings import NUMBERED, split_heading
from pipelines.paragraphs import WHITE_SPACE, paragraphs_of, squeeze
from pipelines.reading.views import compact
from pipelines.record import Document, Evidence, Fetched
from pipelines.states import NOT_MODIFIED, says_gone
from pipelines.surroundings import FULL_STOP
from pipelines.unreadable import UnreadableFileError

LARGEST_MISSING_SHARE = 0.2
"""A container that lacks a larger share of trafilatura's prose is not the body's container."""
# What counts in that comparison: whole sentences, not the breadcrumbs and footers that trafilatura lets through. (Cut, not
# searched for: in a line of a million characters without a full stop a search would begin anew at each of them.)
SENTENCE_END = re.compile(r"(?<=[。；;])|[\n|]")
SHORTEST_SENTENCE = 13
# trafilatura puts one before every item of a list.
LIST_MARK = re.compile(r"^- ", re.MULTILINE)
TITLE_METAS = ("articletitle", "pagetitle", "og:title")
# «通报_通知公告_某某市水利局_某某市人民政府»: what stands behind a separator names column and site, unless it reads on as the title
# does («…2020-2022年…», «巡察整改公开|县住房保障中心党支部»).
SITE_WORDS = (
    "(?:政府|网|网站|门户|委员会|厅|局|委|办|区|市|县|州|旗|盟|镇|乡|街道|院|校|学|中心|集团|公司"
    "|公告|公示|公开|动态|信息|新闻|栏目|专栏|详情页?|正文)"
)
SITE_SUFFIX = re.compile(rf"\s*[_|—-]+\s*[^_|—-]*{SITE_WORDS}\s*$")
# «定边县林业局--中共定边县统计局党组关于…»: a site's name may as well stand in front.
SITE_PREFIX = re.compile(rf"^[^_|—-]*{SITE_WORDS}\s*[_|—-]+\s*")
COLUMN_NAME = re.compile(r"\S{0,8}(?:公告|公示|公开|动态|信息|新闻|栏目|专栏|之窗|专题)")
# A <title> that names no article: the site's own, 详情页.
TITLE_WORDS = re.compile(r"巡[察视]|整改|通报|公示|公告|关于")
# A line that can only be the title of what we look for, where no heading says so: <b> in a cell, div.title.
TITLE_LINE = re.compile(r"整[改治].{0,12}(?:通报|公示|公告|公开|报告|情况|进展)")
# «中共临河县水务局党组» / «关于巡察整改情况的通报»: the first line of a title set on two.
PARTY_BODY = re.compile(r"(?:中共|中国共产党).{2,40}|.{2,40}(?:党组|党委|工委|委员会|支部|总支)")
# Not «—», behind which a title goes on on its second line.
COLUMN_BEHIND = re.compile(r"(?:\s*[_|-]+\s*[^_|-]{1,20})+")
LONGEST_TITLE = 300
CUT_TITLE = re.compile(r"(?:\.{2,}|…)\s*$")
MARKUP = re.compile(r"<(?:!doctype|html|head|body|div|p|table|span|br|a|meta|script|i?frame|embed|object)\b", re.IGNORECASE)
# The pager between the pages of one body: «上一页 1 2 3 下一页», «共3页», «2».
PAGER_LINE = re.compile(r"(?:首页|尾页|末页|[上下前后]一?页|[共第]?\s*\d{1,3}\s*/?\s*\d*\s*页?|全文|[\s.…|<>«»\[\]【】:：])+")
# A paragraph that goes on on the next page ends with none of these.
PARAGRAPH_END = re.compile(r"[。！？；：.!?;:”’）)》]$")
SHORTEST_CUT = 20
"""Characters; a shorter last line is a heading or a signature, not half a paragraph."""
NUMERIC_DATE = r"(?P<year>(?:19|20)\d{2})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})(?!\d)\s*日?"
# «二〇二四年三月五日», «二○二四年 三月 廿五日»: behind a label only, since what stands by itself may be the day of signing.
WRITTEN_DATE = (
    r"(?P<written>[一二][九〇零○◯OoＯ0０][〇零○◯OoＯ0０一二三四五六七八九]{2}\s*年"
    r"\s*[元一二三四五六七八九十]{1,2}\s*月\s*[一二三四五六七八九十廿卅]{1,3}\s*日)"
)
LABELLED = rf"\s*[:：]?\s*(?:{NUMERIC_DATE}|{WRITTEN_DATE})"
# «发布时间：2022-12-08 来源：本网», and what sites call it besides; 发布 speaks of nothing else.
PUBLISHED_LABEL = re.compile(r"(?:(?:发布|发表|公开|公布)(?:时间|日期|于)|发布(?=\s*[:：])|发文日期)" + LABELLED)
# «失效日期：2028-01-01» and «施行时间» are dates of something else: no word stands in front but these.
LABELLED_DATE = re.compile(r"(?<![\u4e00-\u9fff])(?:录入|添加|加入|上传|上网|提交|编辑|创建|信息|文章|新闻|稿件)?(?:日期|时间)" + LABELLED)
# On many sites the only date there is; but it counts only where no other does.
UPDATED_LABEL = re.compile(r"更新(?:时间|日期)" + LABELLED)
# Above a title a label begins its line, or stands among others («索引号：1 发布日期：…»); «防汛通知 发布时间：…» is another article.
LABEL_BEFORE = re.compile(r"[\t:：]|^$")
# «2023/06/29 17:02 来源：»: no label, but in the line under the title.
INFO_LINE_DATE = re.compile(NUMERIC_DATE + r"(?=.{0,12}(?:\d{1,2}:\d{2}|来源|作者|浏览|点击|阅读|字体))")
# «[ 2022-09-16 ]», alone on its line.
BARE_DATE = re.compile(rf"^[\[(（【\s]*{NUMERIC_DATE}[\s\])）】]*$")
# «2023-05-06市水务局», where date and source stand in spans of their own: between title and body such a line tells nothing else.
DATE_IN_LINE = re.compile(
    r"^[^。；;]{0,30}?(?<!\d)(?P<year>(?:19|20)\d{2})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)[^。；;]{0,30}$"
)
# A frozen clock in the page's head («今天是2019年10月31日» on a page of 2024), and dates that are not the publication's.
OTHER_DATE = re.compile(
    r"(?:今天是|现在时间|当前时间|(?:成文|生成|失效|废止|生效|施行|实施|印发)(?:日期|时间)|有效期|截止|版权|Copyright)(?:(?!发布|发表|发文|公开|公布|更新).)*"
)
# «发布时间：<script>document.write("2025-03-18 10:00:00".substr(0,10))</script>»: the reader sees the day.
SCRIPTED_DATE = re.compile(
    r"""<script\b[^>]*>\s*document\.write(?:ln)?\(\s*(["'])"""
    r"""(?P<seen>(?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[ \d:.]{0,13})\1[^<]*</script>""",
    re.IGNORECASE,
)
# <textarea id="txt" style="display:none">&lt;p&gt;…: a script takes the text from there, and shows it.
STORED_HTML = re.compile(r"<textarea\b[^>]*>\s*(?P<html>(?:<|&lt;)(?:p|div|span|table)\b.*?)</textarea\s*>", re.IGNORECASE | re.DOTALL)
URL_DATES = (
    re.compile(r"/t(?P<year>20\d{2})(?P<month>\d{2})(?P<day>\d{2})_"),
    re.compile(r"/art/(?P<year>20\d{2})/(?P<month>\d{1,2})/(?P<day>\d{1,2})/"),
    re.compile(r"/(?P<year>20\d{2})-?(?P<month>\d{2})[-/](?P<day>\d{2})/"),
    re.compile(r"/(?P<year>20\d{2})(?P<month>\d{2})(?P<day>\d{2})(?:/|\d{0,6}\.)"),
    re.compile(r"/(?P<year>20\d{2})/(?P<month>\d{2})(?P<day>\d{2})/"),
)
# «该信息不存在或已被删除！», in a box of the browser, on a page that shows nothing.
ALERT = re.compile(r"""\balert\s*\(\s*(["'])(?P<said>[^"']{1,100})\1""")
INSPECTION_SIGN = "巡"
NOT_ITS_OWN = {"a", "head"}
Day = tuple[str, str, str]
"""A day of publication, the words that say so, and the rule by which they were found."""
INFO_LINES = 12
"""The date stands within so many lines before the body, or after the title."""


def extract_page(document: Document) -> None:
    """Fill in what an article that answered says; a page without a body becomes an error."""
    if document.kind == "article" and document.state == "live" and document.status != NOT_MODIFIED:
        left_out = _cut_pages(document)
        extract_body(document)
        if document.text:
            document.text, more = cut_text(document.text)
            left_out = left_out or more
        _refuse_empty(document)
        document.error = document.error or left_out


def _cut_pages(document: Document) -> str | None:
    """Cut what goes on without end; return what was left out, if anything was."""
    left_out = None
    pages: list[Document | Fetched] = [document, *document.parts]
    for page in pages:
        if page.html is not None:
            page.html, more = cut_page(page.html)
            left_out = left_out or more
    return left_out


def extract_body(document: Document) -> None:
    """Fill ``title``, ``published``, ``text``, ``extractor`` and the page's evidence, or ``unreadable``."""
    if document.file_kind is not None:
        return extract_file(document)
    if document.html is None:
        return None
    if not MARKUP.search(document.html):
        return extract_plain_text(document, document.html)
    page = parse_page(document.html)
    if page is None:
        return None
    metas = _metas(page)
    _set_title(document, page, metas)
    _set_text(document, page)
    _set_published(document, metas, page)
    _add_parts(document)
    _take_file(document)
    return None


def _refuse_empty(document: Document) -> None:
    """Empty is not fine. The body may be a picture, or a script's; or the page says that there is none."""
    if document.text or document.unreadable or document.error is not None:
        return
    said = says_gone(_own_words(document.html)) if document.html else None
    document.state = "missing" if said else "error"
    if said:
        document.error = f"the page has no body, and says: {said}"
    elif frame := next((part for part in document.parts if part.framed and not part.filled_in), None):
        document.error = f"no body text on the page; it may stand in a frame ({frame.url}): {frame.error or f'status {frame.status}'}"
    else:
        document.error = "no body text on the page; it may stand in a picture"


def _own_words(html: str) -> str:
    """Return a page's title, what it shows outside links, and what its scripts alert."""
    page = parse_page(html)
    shown = [] if page is None else [*(str(title.text_content()) for title in page.iter("title")), *_words_outside_links(page)]
    return "\n".join([*shown, *(alert["said"] for alert in ALERT.finditer(html))])


def extract_file(document: Document) -> None:
    """Fill ``title``, ``published`` and ``text`` from an answer that is a file itself, or ``unreadable``."""
    if document.list_title and not CUT_TITLE.search(document.list_title):
        _entitle(document, document.list_title, "list")
    try:
        _set_file_text(document, read_file(document.content), document.file_kind or "")
    except UnreadableFileError as error:
        document.unreadable = str(error)
    _set_published(document, {}, None)


def _set_file_text(document: Document, paragraphs: list[str], extractor: str) -> None:
    """Take a file's paragraphs as the body; the title above them is none of it, and may be the fuller one."""
    heading, lines = split_heading(paragraphs, document.title)
    if heading and (document.title is None or squeeze(document.title) in squeeze(heading)):
        _entitle(document, heading, "first lines of the file")
    document.text, document.extractor = "\n".join(lines), extractor


def _entitle(document: Document, title: str, rule: str) -> None:
    document.title = title
    document.page_evidence["title"] = Evidence(title, None, None, rule, "page")


def _take_file(document: Document) -> None:
    """Where the page only leads to a file that is the notice, take that file's text in place of the page's."""
    try:
        found = find_body(document)
    except UnreadableFileError as error:
        document.text, document.unreadable = None, str(error)
    except FetchError as error:
        document.text, document.error, document.state = None, str(error), "error"
    else:
        if found is not None:
            file, paragraphs = found
            _set_file_text(document, paragraphs, f"{file_kind(file.content) or 'text'} {file.url}")


def _add_parts(document: Document) -> None:
    """Add the later pages of a body that is split over several: each in the container in which the first one stood."""
    later = [part for part in document.parts if not (part.filled_in or part.framed)]
    if not later:
        return
    lines = _without_pager((document.text or "").split("\n"))
    taken = {squeeze("".join(lines))}
    for number, part in enumerate(later, start=2):
        more = _part_lines(document, part)
        # A server may not know of pages and answer the whole body again, or call the first page 1 as well.
        if (whole := squeeze("".join(more))) and whole in taken:
            continue
        taken.add(whole)
        if not more:
            document.text, document.unreadable = None, f"正文第 {number} 页没有读出（{part.url}）"
            return
        if lines and len(lines[-1]) > SHORTEST_CUT and not PARAGRAPH_END.search(lines[-1]):
            lines[-1] += more.pop(0)
        lines += more
    document.text = "\n".join(lines)


def _part_lines(document: Document, part: Fetched) -> list[str]:
    page = parse_page(part.html or "")
    found = find_again(page, document.extractor or "", document.title) if page is not None else None
    if found is not None:
        return _without_pager(found.paragraphs)
    alone = Document(url=part.url, content=b"", html=part.html, site=document.site, title=document.title)
    if page is not None:
        _set_text(alone, page)
    return _without_pager((alone.text or "").split("\n"))


def _without_pager(lines: list[str]) -> list[str]:
    """Take the links between the pages of a body off its ends."""
    while lines and (not lines[-1] or PAGER_LINE.fullmatch(lines[-1])):
        lines = lines[:-1]
    while lines and PAGER_LINE.fullmatch(lines[0]):
        lines = lines[1:]
    return lines


def extract_plain_text(document: Document, plain: str) -> None:
    """Fill ``title`` and ``text`` from a text without markup; its first line is a title if it is no sentence."""
    lines = [line for line in (WHITE_SPACE.sub(" ", line).strip() for line in plain.splitlines()) if line]
    heading, lines = split_heading(lines, None)
    if heading:
        _entitle(document, heading, "first line")
    document.text, document.extractor = "\n".join(lines), "plain text"


def parse_page(html: str) -> HtmlElement | None:
    """Return the page's tree without scripts and styles, or None where there is no markup at all."""
    if "document.write" in html:
        html = SCRIPTED_DATE.sub(r"\g<seen>", html)
    if "<textarea" in html.lower():
        html = STORED_HTML.sub(lambda stored: f"<div>{unescape(stored['html'])}</div>", html)
    try:
        # Bytes, so that lxml does not refuse an XML declaration that names another encoding.
        page = lxml.html.document_fromstring(html.encode(), parser=lxml.html.HTMLParser(encoding="utf-8", huge_tree=True))
    except lxml.etree.ParserError:
        return None
    drop_blocks(page)
    return page


def _metas(page: HtmlElement) -> dict[str, str]:
    """Meta tags by lower-case name; empty ones and the string ``null`` are none."""
    metas: dict[str, str] = {}
    for meta in page.iter("meta"):
        name = (meta.get("name") or meta.get("property") or meta.get("itemprop") or "").lower()
        content = (meta.get("content") or "").strip()
        if name and content and content.lower() != "null":
            metas.setdefault(name, content)
    return metas


def _set_text(document: Document, page: HtmlElement) -> None:
    """Take the software's container, or the prose's own element where there is none, if it is complete; in doubt ask trafilatura.

    What it finds that they lack decides between them, and where both lack too much its text is taken.
    """
    prose = measure_prose(page)
    bodies: list[Container] = []
    for body in _find_bodies(document, page, prose):
        if body.is_whole and not bodies:
            return _take_body(document, with_surroundings(body, page, prose, document.title))
        bodies.append(body)
    if bodies and not _mentions_inspection(document, page):
        return _take_body(document, bodies[0])
    cleaned = _clean(page) if can_be_cleaned(page) else ""
    # A small part of the body may seem to lack the rest, which stands around it: trafilatura leaves out what is folded.
    completed = (with_surroundings(body, page, prose, document.title) for body in bodies)
    for body in chain(bodies, completed):
        if _missing_share("".join(body.paragraphs), cleaned) <= LARGEST_MISSING_SHARE:
            return _take_body(document, with_surroundings(body, page, prose, document.title))
    if FULL_STOP.search(cleaned):
        document.text, document.extractor = cleaned, "trafilatura"
    return None


def _find_bodies(document: Document, page: HtmlElement, prose: Prose) -> Iterator[Container]:
    """Yield where the body may stand; the prose is looked for only if the container will not do."""
    found = find_container(page, prose, document.site.body if document.site else None, document.title)
    if found is not None:
        yield found
    found = find_prose(page, prose, document.title)
    if found is not None:
        yield found


def _clean(page: HtmlElement) -> str:
    return trafilatura.extract(page, fast=True, include_comments=False, include_tables=True, favor_recall=True) or ""


def _take_body(document: Document, body: Container) -> None:
    document.text, document.extractor = "\n".join(body.paragraphs), body.name


def _mentions_inspection(document: Document, page: HtmlElement) -> bool:
    """Tell whether the page's own words, and not just its links, speak of 巡察 or 巡视: if not, its body is not read and needs no check."""
    return INSPECTION_SIGN in (document.title or "") or any(INSPECTION_SIGN in text for text in _words_outside_links(page))


def _words_outside_links(page: HtmlElement) -> Iterator[str]:
    """Yield what the page says itself: breadcrumbs and navigation of a column 巡察整改 are links, or stand in the head."""
    within = 0
    for event, node in etree.iterwalk(page, events=("start", "end", "comment", "pi")):
        step = node.tag in NOT_ITS_OWN
        if event == "start":
            within += step
            if not within:
                yield node.text or ""
            continue
        within -= step
        if not within:
            yield node.tail or ""


def _missing_share(text: str, other: str) -> float:
    """Return the share of the other text's prose that does not stand in the text."""
    text = squeeze(text)
    pieces = (piece.strip() for piece in SENTENCE_END.split(LIST_MARK.sub("", other)))
    sentences = [squeeze(piece) for piece in pieces if len(piece) >= SHORTEST_SENTENCE and piece.endswith(("。", "；", ";"))]
    missing = sum(len(sentence) for sentence in sentences if sentence not in text)
    return missing / max(sum(map(len, sentences)), 1)


def _set_title(document: Document, page: HtmlElement, metas: dict[str, str]) -> None:
    """ArticleTitle → a heading that <title> repeats → the list's title → <title> less the site's name."""
    for quote, rule in _title_candidates(document, page, metas):
        title = WHITE_SPACE.sub(" ", quote).strip()
        if 0 < len(title) <= LONGEST_TITLE and not CUT_TITLE.search(title):
            return _entitle(document, title, rule)
    return None


def _title_candidates(document: Document, page: HtmlElement, metas: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what may be the title with the rule that found it, best first; the page is searched only as far as it is asked."""
    yield from ((metas[name], f"meta {name}") for name in TITLE_METAS if name in metas)
    whole = next((" ".join(element.text_content().split())[:LONGEST_TITLE] for element in page.iter("title")), "")
    headings = [" ".join(element.text_content().split()) for element in page.iter("h1", "h2", "h3")]
    repeated = [heading for heading in headings if heading and squeeze(heading) in squeeze(whole)]
    if named := [heading for heading in repeated if TITLE_WORDS.search(heading)]:
        yield max(named, key=len), "heading"
    if document.list_title:
        yield document.list_title, "list"
    names = [name for name in (metas.get("sitename"), metas.get("columnname"), document.site.name if document.site else None) if name]
    titled = _without_site(_without_names(whole, names))
    lines = [line for line in paragraphs_of(page) if not FULL_STOP.search(line)]
    yield from ((line, "heading") for line in lines if _ends_with_title(titled, line) or _begins_with_title(titled, line))
    if TITLE_WORDS.search(titled):
        yield titled, "title element"
    yield from ((line, "heading") for line in islice(chain(filter(TITLE_LINE.search, headings), _title_lines(lines)), 1))
    if repeated:
        yield max(repeated, key=len), "heading"
    yield from ((heading, "heading") for heading in headings[:1])
    yield titled, "title element"


def _ends_with_title(titled: str, line: str) -> bool:
    """Tell whether a line of the page is the title that <title> has behind other names: «云河区政府 公示公告 中共云河区水利局党组关于…»."""
    before = titled.removesuffix(f" {line}")
    # «湖岸市财政局 关于巡察整改情况的通报» is one title; behind a column, «公示公告 关于…», it begins anew.
    begins = not line.startswith("关于") or COLUMN_NAME.fullmatch(before.rpartition(" ")[2])
    return before != titled and bool(TITLE_LINE.search(line) and begins)


def _begins_with_title(titled: str, line: str) -> bool:
    """Tell whether a line of the page is the title that <title> has before a column's name: «…整改情况的通报_巡察整改»."""
    return titled.startswith(line) and bool(TITLE_LINE.search(line) and COLUMN_BEHIND.fullmatch(titled, len(line)))


def _title_lines(lines: list[str]) -> Iterator[str]:
    """Yield the lines that can only be the title, with the line above where it is set on two."""
    for above, line in pairwise(["", *lines]):
        if TITLE_LINE.search(line) and not NUMBERED.match(line):
            is_second = PARTY_BODY.fullmatch(above) and not TITLE_LINE.search(above) and not line.startswith(("中共", above))
            yield above + line if is_second else line


def _without_names(whole: str, names: list[str]) -> str:
    """Take names that the page declares, and those of columns, off the beginning, where white space alone parts them from a title.

    «湖岸市财政局 通知公告 湖岸市体育局党委关于…», but «湖岸市财政局 关于巡察整改情况的通报».
    """
    first, space, later = whole.partition(" ")
    while space and (first in names or COLUMN_NAME.fullmatch(first)) and TITLE_LINE.search(later) and not later.startswith("关于"):
        whole = later
        first, space, later = whole.partition(" ")
    return whole


def _without_site(whole: str) -> str:
    """Take column and site off the end of a title element, and off its beginning, one after the other."""
    while (later := SITE_PREFIX.sub("", whole, count=1)) != whole and TITLE_LINE.search(later):
        whole = later
    while (shorter := SITE_SUFFIX.sub("", whole)) != whole and shorter and (TITLE_LINE.search(shorter) or not TITLE_LINE.search(whole)):
        whole = shorter
    return whole


def _lines_around(page: HtmlElement, document: Document) -> tuple[list[str], list[str]]:
    """The page's lines before its body, the nearest first, and those behind it: where the date of publication is printed.

    Where the body is a file, the lines that come after the title are the nearest. None at all where the body cannot be
    told from the rest: a date of the body (its 落款) is no publication date.
    """
    body, lines = (document.text or "").split("\n"), paragraphs_of(page)
    if body[0] and body[0] in lines:
        start = lines.index(body[0])
        end = start + len(body)
        return lines[:start][::-1], lines[end:] if lines[start:end] == body else []
    if document.files and is_cover(document.text or ""):
        title = next((index for index, line in enumerate(lines) if _is_title(document, line)), -1)
        return lines[title + 1 :][:INFO_LINES] + lines[: title + 1][::-1], []
    return [], []


def _is_title(document: Document, line: str) -> bool:
    return bool(document.title) and squeeze(line) == squeeze(document.title or "")


def _set_published(document: Document, metas: dict[str, str], page: HtmlElement | None) -> None:
    """PubDate → list → label → the line under the title → what only machines are told → address. Never a 成文日期 or a 落款."""
    told = [(metas[name], f"meta {name}") for name in STANDARD_METAS if name in metas]
    listed = [(document.list_date, "list")] if document.list_date else []
    printed = _printed_days(document, page) if page is not None else ()
    declared = declared_dates(document.html or "", page, metas) if page is not None else ()
    for day, quote, rule in chain(_days_of([*told, *listed]), printed, _days_of(declared), _days_in_address(document.url or "")):
        document.published = day
        document.page_evidence["published"] = Evidence(quote, None, None, rule, "page")
        return


def _days_of(written: Iterable[tuple[str, str]]) -> Iterator[Day]:
    for quote, rule in written:
        if (day := _iso_date(quote)) and day != UNSET_DATE:
            yield day, quote, rule


def _days_in_address(url: str) -> Iterator[Day]:
    for pattern in URL_DATES:
        if (match := pattern.search(url)) and (day := _matched_date(match)):
            yield day, match.group(), "address"


def _printed_days(document: Document, page: HtmlElement) -> Iterator[Day]:
    """Yield the days that the page shows as that of publication, best first.

    Between title and body stands the article's own line; only where it tells nothing, a label elsewhere does.
    """
    around = _lines_around(page, document)
    before, behind = ([OTHER_DATE.sub("", line) for line in lines] for lines in around)
    head = [OTHER_DATE.sub("", line) for line in _lines_above_prose((document.text or "").split("\n"))]
    under = _lines_under(document, around[0], before)
    above = [line for line in before[len(under) :] if _is_labelled(line)]
    near = [] if any(_is_title(document, line) for line in around[0]) else before[:INFO_LINES]
    under_title = "line under the title"
    for rule, pattern, lines in (
        ("label", PUBLISHED_LABEL, under),
        ("label", PUBLISHED_LABEL, head),
        ("label", LABELLED_DATE, under),
        (under_title, INFO_LINE_DATE, under),
        (under_title, BARE_DATE, under),
        (under_title, DATE_IN_LINE, under),
        ("label", PUBLISHED_LABEL, above),
        ("label", LABELLED_DATE, above),
        ("label", PUBLISHED_LABEL, near),
        (under_title, INFO_LINE_DATE, near),
        (under_title, BARE_DATE, near),
        ("label", PUBLISHED_LABEL, behind),
        ("label", LABELLED_DATE, behind),
        ("label", UPDATED_LABEL, under + head + above + behind),
    ):
        for line in lines:
            if (match := pattern.search(line)) and (day := _matched_date(match)):
                yield day, match.group(), rule


def _is_labelled(line: str) -> bool:
    """Tell whether the line's date has a label that no words of another article stand before."""
    found = (pattern.search(line) for pattern in (PUBLISHED_LABEL, LABELLED_DATE, UPDATED_LABEL))
    return any(match is not None and LABEL_BEFORE.search(line[: match.start()].strip(" ")) for match in found)


def _lines_above_prose(body: list[str]) -> list[str]:
    """Return the first lines of the body, before the one in which its prose begins."""
    prose = (index for index, line in enumerate(body) if FULL_STOP.search(line))
    return body[: min(next(prose, 0), INFO_LINES)]


def _lines_under(document: Document, before: list[str], cleaned: list[str]) -> list[str]:
    """Return which of the lines before the body, the nearest first, stand behind the title; none where it is not among them."""
    titles = (index for index, line in enumerate(before) if _is_title(document, line))
    return cleaned[: min(next(titles, 0), INFO_LINES)]


def _iso_date(written: str) -> str | None:
    """Return the day of ``2023-03-31 09:30``, ``2026-09-28-21:50:00``, ``2023/3/31`` or ``2023年3月31日``."""
    if day := day_of(written):
        return day
    match = re.search(NUMERIC_DATE, written)
    return _matched_date(match) if match else None


def _matched_date(match: re.Match[str]) -> str | None:
    """Return the matched day, or None where the calendar has no such day."""
    if written := match.groupdict().get("written"):
        text = compact(written).text
        return next((read.first for read in read_expressions(text) if read.expression.end - read.expression.start == len(text)), None)
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"])).isoformat()
    except ValueError:
        return None


class ExtractPipeline:
    """Scrapy's face of this step."""

    def process_item(self, item: Document) -> Document:
        """Put this step down."""
        item.steps.append(extract_page)
        return item

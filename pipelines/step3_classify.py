"""Step 3, classify: is this page a 整改通报, or something that only looks like one?

A notice is what an inspected body itself publishes about how it put right what an inspection
(巡视, 巡察) fed back. News about it, announcements, plans, rules and the rectification of what
others found (审计, 环保督察 …) are none. Every judgement gives its reason.
"""

import re
from pathlib import Path
from typing import Self

from scrapy.crawler import Crawler

from pipelines.identity import address_key
from pipelines.overrides import Overrides, load_overrides, overrides_path
from pipelines.reading.outline import read_outline
from pipelines.reading.source import Source, source_of
from pipelines.reading.words import any_of, load
from pipelines.record import Document

_WORDS = load("genres")
# 党组关于巡查整改情况 is a slip for 巡察; 安全生产巡查整改 is none.
INSPECTION = re.compile(r"巡[察视]|(?:党组|党委|党工委|党支部|委员会)(?:关于)?(?:落实)?(?:[省市县区]委)?巡查(?=整改|反馈)")
RECTIFICATION_TITLE = re.compile(
    r"整[改治].{0,12}(?:通报|公示|公告|通告|公开|报告|说明|情况|进展|结果|汇报)|巡[察视](?:反馈)?(?:问题|意见)?整改$"
)
TITLE_GENRES = tuple((re.compile(genre["pattern"]), genre["reason"]) for genre in _WORDS["titles"])
_BODY = r"[一-鿿]{0,6}?(?:局|厅|署|办|支队|大队|总队|机关|中心|学院|研究院|委员会|党组|党委|党支部|党总支)"
OTHER_SUPERVISION = re.compile(any_of(_WORDS["other_supervision"]) + f"(?!{_BODY})")
ANNOUNCEMENT = re.compile("|".join(_WORDS["announces"]))
OPENING_ANNOUNCEMENT = re.compile("|".join(_WORDS["announces_in_opening"]))
PROMISE = re.compile(_WORDS["promises"])
EXPERIENCE = re.compile(_WORDS["experience"])
# “现将整改情况通报如下。”: sentences that are quoted are not the page's own.
QUOTED = re.compile(r"“[^“”。\n]{4,200}。[^“”\n]{0,200}”")
MATTERS = re.compile(_WORDS["matters"])
UPCOMING = re.compile(_WORDS["upcoming"])
OBJECT = re.compile(_WORDS["object"])
NEWS = re.compile(any_of(_WORDS["news"]))
INDEX = re.compile(any_of(_WORDS["index"]))
# XX届, X月, X个, “×××”: what a template leaves to be filled in; and in title and opening also ××县, ××局. A notice that
# keeps persons and places to itself (王××, ××镇) is none.
PLACEHOLDER = re.compile(r"[X×x]{1,4}(?:届|年|月|日|轮|个|家|件|条|项|组|巡察组|巡视组)|“[X×x]{2,8}”")
PLACEHOLDER_IN_OPENING = re.compile(r"[X×x]{1,4}(?:省|市|县|区|镇|局|委|单位)")
# 2022-01-28 at the end of a line: an entry of a list.
LIST_ENTRY = re.compile(
    r"(?:通报|公示|公告|情况|公开|会|措施|报告)[(\[]?(?:19|20)\d{2}[-./年]\d{1,2}[-./月]\d{1,2}日?[)\]]?$", re.MULTILINE
)
# What tells of something done; a page that lists only what the inspection found has none of it.
REMEDY = re.compile(
    r"整改(?:落实)?(?:情况|措施|成效|结果|完成|到位)|完成|已|清退|追缴|退还|修订|制定|健全|完善|建立|出台|开展|组织|新增|增加|配备|收回|追回|收缴|诫勉|约谈|办结"
)
ATTACHMENT = re.compile(r"附件")
# 各位领导、同志们:; a notice may be addressed to 同志们、广大干部职工.
SPEECH = re.compile(r"(?:各位[^:。\n]{0,12})?同志们[:!,。]")
# 中共县民政局党组关于巡察整改进展情况的通报: a line that is the title of a notice, and nothing else.
BARE_TITLE = re.compile(r"[^。;\n]{2,40}(?:关于|整改)[^。;\n]{2,40}(?:通报|公示|公告|通告|公开|报告|情况)(?:[(][^()\n]{0,12}[)])?")

MINIMUM_PLACEHOLDERS = 3
MINIMUM_ENTRIES = 4
MINIMUM_TITLES = 3


class ClassifyPipeline:
    """Scrapy's face of this step."""

    def __init__(self, overrides: Overrides) -> None:
        self.overrides = overrides

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read what people decided. Raises OverridesError."""
        return cls(load_overrides(overrides_path(Path(crawler.settings["ARCHIVE_DB"]), crawler.settings["OVERRIDES"])))

    def process_item(self, item: Document) -> Document:
        """Put this step down."""
        override_page(item, self.overrides)
        item.steps.append(classify_page)
        return item


def override_page(document: Document, overrides: Overrides) -> None:
    """Put down what a person decided of this page, if anything."""
    document.override = judgement_of(document.url, overrides)


def judgement_of(url: str | None, overrides: Overrides) -> tuple[bool, str] | None:
    """Return what a person decided of the page at this address, as `Document.override` has it."""
    override = overrides.get(address_key(url)) if overrides and url else None
    return override.judgement if override else None


def classify_page(document: Document) -> None:
    """Fill in ``document.is_notice`` and ``document.reason`` from title and text, where there is a text."""
    if document.unreadable is not None:
        document.is_notice, document.reason = False, f"文件不能读：{document.unreadable}"
    if not document.text:
        return
    title = document.title or document.list_title
    document.is_notice, document.reason = document.override or _judge(source_of(document.text, title, document.published, document.site))


def judge(title: str, text: str) -> tuple[bool, str]:
    """Return whether a page with this title and body is a notice, and the reason in Chinese."""
    return _judge(Source(text, title))


def _judge(source: Source) -> tuple[bool, str]:
    reason = _refusal(source)
    if reason:
        return False, reason
    announced = _announcement(source)
    if announced:
        return True, f"正文自称公开整改情况（“{announced}”），整改的是巡视巡察反馈的问题"
    if RECTIFICATION_TITLE.search(source.title.text) and not NEWS.search(source.text.text) and _has_ledger(source):
        return True, f"标题写明整改情况（“{source.raw_title.strip()}”），正文逐项写有整改措施"
    return False, "正文没有以被巡视巡察单位的名义公布整改情况"


def _refusal(source: Source) -> str | None:
    """Return why the page cannot be a notice, or None."""
    title, text = source.title.text, source.text.text
    if not text.strip():
        return "正文为空"
    opening = text[source.opening.start : source.opening.end]
    if not INSPECTION.search(title) and not INSPECTION.search(opening) and len(INSPECTION.findall(text)) < 2:
        return "全文没有提到巡视或巡察反馈"
    if not INSPECTION.search(title) and (other := OTHER_SUPERVISION.search(title)):
        return f"整改的是“{other.group()}”指出的问题，不是巡视巡察反馈的问题"
    placeholders = len(PLACEHOLDER.findall(text + title)) + len(PLACEHOLDER_IN_OPENING.findall(title + opening))
    if placeholders >= MINIMUM_PLACEHOLDERS:
        return "文中留有待填写的空位（××、XX届），是范文或模板"
    # Such entries behind a notice are the page's 相关文章.
    own = text[source.own[0].start : source.own[-1].end] if source.own else ""
    entries = len(LIST_ENTRY.findall(own))
    if entries >= MINIMUM_ENTRIES and 2 * entries >= len(source.own):
        return "正文是一列标题和日期，是目录页"
    titles = [line for line in source.own if BARE_TITLE.fullmatch(text, line.start, line.end)]
    if len(titles) >= MINIMUM_TITLES and 2 * len(titles) >= len(source.own):
        return "正文是一列标题，是目录页"
    if found := EXPERIENCE.search(opening):
        return f"正文介绍做法和经验（“{found.group()}”），不是整改情况的公开"
    if UPCOMING.search(opening):
        return "正文说的是将要开展的巡视巡察，不是整改"
    if SPEECH.match(text, source.opening.start):
        return "正文以“同志们”开头，是讲话稿"
    return _title_refusal(source) or _index_refusal(source) or _content_refusal(source)


def _title_refusal(source: Source) -> str | None:
    """Return what else the title says the page is, or None."""
    title = source.title.text
    for pattern, reason in TITLE_GENRES:
        if found := pattern.search(title):
            return f"标题中的“{found.group()}”表明是{reason}"
    return None


def _index_refusal(source: Source) -> str | None:
    """Return that the page only leads to others, or None."""
    found = INDEX.search(source.text.text)
    if found and not ATTACHMENT.search(source.text.text) and not _has_ledger(source):
        return f"正文只列出各单位的链接（“{found.group()}”），是汇总页"
    return None


def _content_refusal(source: Source) -> str | None:
    """Return that the text tells of no rectification, or None."""
    text = source.text.text
    if "整改" not in text and not RECTIFICATION_TITLE.search(source.title.text):
        return "正文没有整改内容"
    if not REMEDY.search(text, _end_of_first_paragraph(source)) and not ATTACHMENT.search(text) and _has_ledger(source):
        return "正文只列出发现的问题，没有写明整改措施和结果"
    return None


def _end_of_first_paragraph(source: Source) -> int:
    """Return where the paragraph ends that every such page opens with; the opening may go on where nothing is numbered."""
    return source.own[0].end if len(source.own) > 1 else source.opening.end


def _announcement(source: Source) -> str | None:
    """Return the words with which the page publishes its own rectification, or None."""
    titled = bool(RECTIFICATION_TITLE.search(source.title.text))
    text = QUOTED.sub(lambda quoted: " " * len(quoted.group()), source.text.text)
    for region in (source.opening, source.rest):
        for sentence in source.sentences(region):
            words = text[sentence.start : sentence.end]
            found = ANNOUNCEMENT.search(words)
            if found is None and region is source.opening and _has_ledger(source):
                found = OPENING_ANNOUNCEMENT.search(words)
            if found and (OBJECT.search(words) or titled) and not _speaks_of_something_else(words):
                return found.group()
    return None


def _speaks_of_something_else(words: str) -> bool:
    """Whether a sentence announces matters or an index, or only promises a notice."""
    promised = PROMISE.search(words) and not re.search("现[就将把在予对]", words)
    return bool(promised or INDEX.search(words) or MATTERS.search(words))


def _has_ledger(source: Source) -> bool:
    """Whether the text is cut into numbered parts, as a notice is."""
    return len(read_outline(source)) >= 3

"""The page of one notice: its facts, each leading to the words it was read from, and the whole text."""

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import pairwise, zip_longest
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import tilde_decode
from datasette.utils.asgi import Request
from markupsafe import Markup, escape

from pipelines.search import highlight
from zhenggai.citation import Source, bibtex, gb_t_7714
from zhenggai.differences import differences
from zhenggai.display import BEIJING, grouped

Record = dict[str, Any]

# What the page states, in this order: label, and the columns that make up the value.
FACTS = (
    ("被巡察单位", ("inspected_body",)),
    ("公布单位", ("issuing_body",)),
    ("巡察机关", ("inspecting_body",)),
    ("巡察组", ("inspection_team",)),
    ("巡察层级", ("inspection_level",)),
    ("巡察方式", ("inspection_types",)),
    ("轮次", ("round",)),
    ("巡察时间", ("inspection_start", "inspection_end")),
    ("反馈日期", ("feedback_date",)),
    ("落款日期", ("signed_date",)),
    ("公布日期", ("published",)),
    ("地区", ("province", "city", "county")),
)
TOTALS = (
    ("问题总数", "problems_total", "个"),
    ("已完成整改", "problems_done", "个"),
    ("追缴、清退、挽回资金", "money_recovered_yuan", "元"),
    ("追责问责", "persons_disciplined", "人"),
    ("制定、修订制度", "rules_made", "项"),
)
# A resolved name was read from the same words as the name as written.
READ_FROM = {"inspected_body": "inspected_body_raw", "inspecting_body": "inspecting_body_raw"}
FIELD_LABELS = {
    "title": "标题",
    "inspected_body_raw": "被巡察单位（原文）",
    "inspecting_body_raw": "巡察机关（原文）",
    "inspected_body_place": "被巡察单位（地名）",
    "inspecting_body_place": "巡察机关（地名）",
    "inspection_start": "巡察开始",
    "inspection_end": "巡察结束",
    "province": "省",
    "city": "市",
    "county": "县区",
    "division_code": "区划代码",
    **{columns[0]: label for label, columns in FACTS if len(columns) == 1},
    **{column: label for label, column, _ in TOTALS},
}
FIGURE_LABELS = {
    "money_recovered": "追缴、收回资金",
    "money_returned": "清退、退还资金",
    "money_paid_over": "上缴、补缴资金",
    "money_made_good": "挽回损失",
    "persons_disciplined": "党纪政务处分",
    "persons_reassigned": "组织处理",
    "persons_admonished": "诫勉",
    "persons_criticised": "批评教育",
    "persons_talked_to": "提醒谈话",
    "persons_summoned": "约谈",
    "persons_handed_over": "移送司法",
    "persons_held_to_account": "追责问责",
    "rules_made": "制定制度",
    "rules_revised": "修订制度",
    "rules_abolished": "废止制度",
    "problems_total": "问题总数",
    "problems_done": "完成整改",
    "problems_nearly_done": "基本完成整改",
    "problems_ongoing": "正在整改",
    "problems_unfinished": "未完成整改",
    "completion_rate": "整改完成率",
}
CONTACT_LABELS = {"phone": "电话", "email": "电子邮箱", "address": "地址", "postcode": "邮政编码"}
PLACES = {"text": "正文", "title": "标题", "page": "网页声明"}
CAPTURE_NUMBER = re.compile(r"[0-9A-Za-z-]+")
"""What tells one WARC-Record-ID from another: <urn:uuid:…>."""
# Names become ids and classes in the page; nothing else may come through.
PLAIN_NAME = re.compile(r"[A-Za-z0-9_]+")
LINE = re.compile(r"[^\n]+")

NOTICE = """
SELECT notices.*, text, sites.name AS site_name, sites.url AS site_url, sites.replica AS replica,
    bodies.id AS body_id, sector,
    (SELECT body_id FROM notice_bodies WHERE notice_id = :id AND role = '巡察' ORDER BY position LIMIT 1) AS inspecting_body_id
FROM notices LEFT JOIN texts ON texts.notice_id = notices.id LEFT JOIN sites ON sites.id = notices.site
LEFT JOIN notice_bodies ON notice_bodies.notice_id = notices.id AND role = '被巡察' LEFT JOIN bodies ON bodies.id = body_id
WHERE notices.id = :id ORDER BY notice_bodies.position LIMIT 1
"""
# What each version was read from: the page, its later pages, its files.
CAPTURES = """
WITH pages AS (
    SELECT capture_id, NULL AS version FROM notices WHERE id = :id
    UNION SELECT capture_id, version FROM versions WHERE notice_id = :id
)
SELECT captures.*, min(pages.version) AS version, answers.role
FROM pages LEFT JOIN answers ON article_id = pages.capture_id
JOIN captures ON captures.id = coalesce(answers.capture_id, pages.capture_id)
GROUP BY captures.id ORDER BY captures.time, captures.rowid
"""
ADDRESSES = """
SELECT addresses.url, addresses.first_seen, addresses.printed, pages.state, pages.last_visit, pages.status
FROM addresses LEFT JOIN pages ON pages.url = addresses.url WHERE addresses.notice_id = :id ORDER BY addresses.first_seen
"""
# The address was edited until it showed what another notice says.
SUCCESSOR = """
SELECT other.id, other.title
FROM notices JOIN addresses ON addresses.url = notices.url JOIN notices AS other ON other.id = addresses.notice_id
WHERE notices.id = :id AND other.id <> :id
"""
VERSIONS = """
SELECT version, title, text, first_seen, text_sha256 FROM versions WHERE notice_id = :id ORDER BY version DESC LIMIT 20
"""
"""The newest twenty are compared on the page; the table has them all."""
CHILDREN = "SELECT * FROM {} WHERE notice_id = :id ORDER BY {}"


@dataclass(frozen=True, slots=True)
class Mark:
    """One stretch of a text that something was read from."""

    name: str
    kind: str
    """fact, problem, figure, contact or hit: how it looks."""
    label: str
    start: int
    end: int
    continued: bool = False
    """An earlier piece of the same mark carries the id."""

    def after(self, position: int) -> "Mark":
        """Return the part from ``position`` on."""
        return self if self.start >= position else replace(self, start=position, continued=True)

    def until(self, position: int) -> "Mark":
        """Return the part before ``position``."""
        return self if self.end <= position else replace(self, end=position)


@hookimpl
def extra_template_vars(
    view_name: str, database: str, table: str, request: Request, datasette: Datasette
) -> Callable[[], Awaitable[Record]] | None:
    """Give the row page of a notice everything it shows, as ``page``."""
    if (view_name, database, table) != ("row", "archive", "notices"):
        return None

    async def load() -> Record:
        page = await load_page(datasette, tilde_decode(request.url_vars["pks"]), request.args.get("q") or "")
        permalink = datasette.absolute_url(request, datasette.urls.row("archive", "notices", str(page["notice"]["id"])))
        return {"page": page | _citations(page["notice"], permalink)}

    return load


async def load_page(datasette: Datasette, notice_id: str, query: str) -> Record:
    """Return what the page of one notice shows; ``query`` is a search whose hits are marked as well."""

    async def select(sql: str) -> list[Record]:
        return [dict(row) for row in await datasette.get_database("archive").execute(sql, {"id": notice_id})]

    (notice,) = await select(NOTICE)
    text, title = notice["text"] or "", notice["title"] or ""
    evidence = {row["field"]: row for row in await select(CHILDREN.format("evidence", "field")) if PLAIN_NAME.fullmatch(row["field"])}
    problems = await select(CHILDREN.format("problems", "position"))
    figures = await select(CHILDREN.format("figures", "position"))
    contacts = await select(CHILDREN.format("contacts", "position"))
    marked = [*_evidence_marks(evidence, "text", text), *_problem_marks(problems, text), *_figure_marks(figures), *_contact_marks(contacts)]
    hits = [Mark(f"hit-{number}", "hit", "检索词", *span) for number, span in enumerate(highlight(text, query), 1)]
    return {
        "notice": notice,
        "title": render_marks(title, 0, len(title), _evidence_marks(evidence, "title", title)) or "（无标题）",
        "facts": list(_facts(notice, evidence, title, text)),
        "totals": list(_totals(notice, evidence, title, text)),
        "problems": problems,
        "figures": [{**figure, "label": _label(FIGURE_LABELS, figure["kind"])} for figure in figures],
        "contacts": [{**contact, "label": _label(CONTACT_LABELS, contact["kind"])} for contact in contacts],
        "paragraphs": list(render_paragraphs(text, [*marked, *hits])),
        "hits": len(hits),
        "query": query,
        "doubts": [{**row, "label": _label(FIELD_LABELS, row["field"])} for row in await select(CHILDREN.format("doubts", "position"))],
        "evidence": [{**row, "label": _label(FIELD_LABELS, field), "place": _label(PLACES, row["in"])} for field, row in evidence.items()],
        "captures": [{**capture, "number": _number(capture["id"])} for capture in await select(CAPTURES)],
        "addresses": await select(ADDRESSES),
        "successor": next(iter(await select(SUCCESSOR)), None),
        "versions": await asyncio.to_thread(_compare, await select(VERSIONS)),
    }


def _compare(versions: list[Record]) -> list[Record]:
    """Add to each version, newest first, how it differs from the one before; None for the first that is known."""
    whole = [f"{row['title'] or ''}\n{row['text'] or ''}" for row in versions]
    changes = [differences(before, after) for after, before in pairwise(whole)]
    return [{**row, "changes": change} for row, change in zip_longest(versions, changes)]


def _citations(notice: Record, permalink: str) -> Record:
    source = Source(
        number=notice["id"],
        title=notice["title"] or "（无标题）",
        author=notice["issuing_body"] or notice["site_name"],
        published=notice["published"],
        url=notice["url"],
        permalink=permalink,
        visited=f"{datetime.now(BEIJING):%Y-%m-%d}",
    )
    return {"permalink": permalink, "citation": gb_t_7714(source), "bibtex": bibtex(source)}


def _number(capture_id: str) -> str:
    return CAPTURE_NUMBER.findall(capture_id)[-1]


def _label(labels: dict[str, str], name: str) -> str:
    """Return the Chinese name; a name that has none is shown as it is."""
    return labels.get(name, name)


def _facts(notice: Record, evidence: Record, title: str, text: str) -> Iterator[Record]:
    for label, columns in FACTS:
        known = [column for column in columns if notice[column] not in (None, "[]")]
        raw = notice.get(f"{columns[0]}_raw")
        yield {
            "label": label,
            "values": [{"value": _shown(column, notice[column]), **_source(column, evidence, title, text)} for column in known],
            "raw": raw if raw != notice[columns[0]] else None,
            "separator": " – " if columns[0] == "inspection_start" else " ",
        }


def _totals(notice: Record, evidence: Record, title: str, text: str) -> Iterator[Record]:
    for label, column, unit in TOTALS:
        if notice[column] is not None:
            yield {"label": label, "value": grouped(notice[column]), "unit": unit, **_source(column, evidence, title, text)}


def _shown(column: str, value: object) -> str:
    if column == "inspection_types":
        return "、".join(re.findall(r'"([^"]+)"', str(value)))
    if column == "round":
        return f"第{value}轮"
    return str(value)


def _source(column: str, evidence: Record, title: str, text: str) -> Record:
    """Return the words behind a value and, if they stand in the text or the title, the anchor there."""
    field = column if column in evidence else READ_FROM.get(column, column)
    row = evidence.get(field)
    if row is None:
        return {"anchor": None, "quote": None, "place": None}
    stands = _stands(row, {"text": text, "title": title}.get(row["in"], ""))
    return {"anchor": f"f-{field}" if stands else None, "quote": row["quote"], "place": _label(PLACES, row["in"])}


def _stands(row: Record, text: str) -> bool:
    """Tell whether the quoted words stand where the offsets say."""
    return row["start"] is not None and row["start"] < row["end"] and text[row["start"] : row["end"]] == row["quote"]


def _evidence_marks(evidence: Record, place: str, text: str) -> list[Mark]:
    return [
        Mark(f"f-{field}", "fact", _label(FIELD_LABELS, field), row["start"], row["end"])
        for field, row in evidence.items()
        if row["in"] == place and _stands(row, text)
    ]


def _problem_marks(problems: list[Record], text: str) -> list[Mark]:
    return [
        Mark(f"p-{row['position']}", "problem", "问题", row["problem_start"], row["problem_end"])
        for row in problems
        if text[row["problem_start"] : row["problem_end"]] == row["problem"]
    ]


def _figure_marks(figures: list[Record]) -> list[Mark]:
    return [Mark(f"g-{row['position']}", "figure", _label(FIGURE_LABELS, row["kind"]), row["start"], row["end"]) for row in figures]


def _contact_marks(contacts: list[Record]) -> list[Mark]:
    return [Mark(f"c-{row['position']}", "contact", _label(CONTACT_LABELS, row["kind"]), row["start"], row["end"]) for row in contacts]


def render_paragraphs(text: str, marks: list[Mark]) -> Iterator[Markup]:
    """Yield the text line by line as HTML; a mark that runs over several lines is continued in each."""
    waiting = deque(sorted(marks, key=_order))
    inside: list[Mark] = []
    for line in LINE.finditer(text):
        start, end = line.span()
        while waiting and waiting[0].start < end:
            inside.append(waiting.popleft())
        inside = [mark for mark in inside if mark.end > start]
        if line[0].strip():
            yield render_marks(text, start, end, [mark.after(start).until(end) for mark in inside])


def _order(mark: Mark) -> tuple[int, int]:
    """Tell which of two marks comes first: the one that begins before, or of those that begin together the longer."""
    return mark.start, -mark.end


def render_marks(text: str, start: int, end: int, marks: list[Mark]) -> Markup:
    """Return ``text[start:end]`` as HTML with its marks, which all lie inside.

    A mark inside another is nested; of two that cross, the later is cut in two at the end of
    the earlier, and only its first piece carries the id. Each mark is looked at once, and once more for each cut: a
    notice may hold a search word in every line, and in one line a thousand times.
    """
    pieces: list[Markup] = []
    position = start
    opened: list[Mark] = []
    waiting = [(*_order(mark), number, mark) for number, mark in enumerate(marks)]
    heapify(waiting)
    while waiting or opened:
        following = waiting[0][0] if waiting else end
        if opened and opened[-1].end <= following:
            closing = opened.pop()
            pieces += [escape(text[position : closing.end]), Markup("</mark>")]
            position = closing.end
            continue
        _, _, number, mark = heappop(waiting)
        if opened and mark.end > opened[-1].end:
            rest = mark.after(opened[-1].end)
            heappush(waiting, (*_order(rest), number, rest))
            mark = mark.until(opened[-1].end)
        identity = Markup("") if mark.continued else Markup(' id="{}"').format(mark.name)
        opening = Markup('<mark{} class="{} {}" data-label="{}">').format(identity, mark.kind, mark.name, mark.label)
        pieces += [escape(text[position : mark.start]), opening]
        position = mark.start
        opened.append(mark)
    return Markup("").join([*pieces, escape(text[position:end])])

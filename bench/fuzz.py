"""How long the worst pages take: one unit again and again, in a notice, around it, and instead of it.

For every unit the processor time of reading twice as much is compared with that of reading once as much, below the
bounds of `pipelines.bounds`; and five million characters of it are read. The masking of e-mail addresses, which lists of
notices go through, is tried in the same way. `python -m bench.fuzz` takes some minutes.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from rich.console import Console
from rich.progress import track
from rich.table import Table

from pipelines.record import Document
from pipelines.steps import run_steps
from zhenggai.masking import mask_emails

CHARACTERS = 70_000
"""Of the smaller one of the two pages that are compared; the other one is just below what is read of a page."""
MOST_CHARACTERS = 5_000_000
LONGEST_SECONDS = 2.0
GROWTH = 2.6
"""Twice as much takes twice the time; what lies between is noise."""
SHORTEST_SECONDS = 0.2
"""Growth of less says nothing."""
ROWS = 15

TITLE = "中共临河县水务局党组关于巡察整改情况的通报"
OPENING = "根据县委统一部署，2022年3月1日至4月30日，县委第二巡察组对县水务局党组进行了巡察。6月1日反馈了意见。现将整改情况通报如下。"
LINES = ("一、关于“管网漏损率高”的问题。", "整改情况：更换管道十二公里，追缴资金3万元，已完成整改。", "二、关于“收费不规范”的问题。")
CLOSING = ("联系电话：0931-1234567；地址：县城关镇1号；邮编：730000。", "中共临河县水务局党组", "2022年12月2日")

WORDS = (
    *(
        "1",
        "一",
        "“",
        "”",
        "“”",
        "关于“",
        "（一）",
        "1.",
        "第",
        "①",
        "●",
        "-",
        "—",
        "|",
        "x",
        "×",
        "《",
        "》",
        "（",
        "@",
        "a@",
        "a.",
        "　",
        " ",
    ),
    *(
        "2021年3月",
        "9月",
        "自2021年",
        "2022年1月2日至",
        "县委第一巡察组",
        "第三轮",
        "中共",
        "党组",
        "委员会",
        "市",
        "县",
        "路",
        "号",
        "同志们",
    ),
    *(
        "整改情况：",
        "问题",
        "的问题",
        "关于",
        "序号 问题 整改 ",
        "电话：",
        "0931-",
        "12345678",
        "传真",
        "地址：",
        "邮编",
        "100万元",
        "追缴3万元",
    ),
    *(
        "党纪处分3人，",
        "谈话提醒3人次、",
        "制定制度3项，",
        "现将",
        "发布时间：",
        "上一篇",
        "今天是",
        "首页 > ",
        "附件：",
        "\u200b",
        "&nbsp;",
        "&",
        "<",
    ),
)
LINE_BREAKERS = (
    "<p>",
    "<p>1.",
    "<p>一、",
    "<p>“",
    "<p>关于“甲”的问题",
    "<p>1 甲 乙",
    "<p>2022年1月2日",
    f"<p>{TITLE}",
    "<p>整改完成。",
    "<br>",
    "<h2>通报</h2>",
)
TAGS = (
    *(
        "<div>",
        "</div>",
        "<b>",
        "<table><tr><td>",
        "<td>",
        "<li>",
        "<ul><li>",
        "<a href=x>一</a>",
        "<span>一</span>",
        "<section>巡察。",
        "<div id=zoom>",
    ),
    *(
        "<div class=share>",
        "<p class=a id=b>",
        "<script></script>",
        "<script>",
        "<style>",
        "<!--",
        "<!-- -->",
        "<textarea>",
        "<title>",
        "<h1>",
        "<o:p>",
    ),
    *("<meta name=a content=b>", "<?xml ?>", "<![CDATA[", "<a b c d ", "<a href='", "alert('", "<unit querydata='"),
)

MAILBOXES = ("a", "a@", "x@a-", "@a.", "a@b.cn ", "(at)", "a(at)b.", "_at_", "%40", "#a.b", "邮箱a at ", "艾特a点", "&lt;", "a*")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of processor time for one unit in one place."""

    name: str
    once: float
    twice: float
    most: float

    @property
    def growth(self) -> float:
        """How many times as long twice as much takes."""
        return self.twice / self.once


def in_a_paragraph(junk: str) -> str:
    """Return a notice with the junk in a paragraph of its body."""
    return _page(f"<h1>{TITLE}</h1><div id='zoom'>{_paragraphs(OPENING, *LINES, junk, *CLOSING)}</div>")


def around_the_body(junk: str) -> str:
    """Return a notice whose container is not known, with comments, between junk and junk."""
    body = _paragraphs(OPENING, *LINES, *CLOSING)
    half = junk[: len(junk) // 2]
    return _page(f"{half}<h1>{TITLE}</h1><div>{body}</div><div>{_paragraphs(*['这个单位的整改情况大家都很满意。'] * 9)}</div>{half}")


def alone(junk: str) -> str:
    """Return a page of nothing but junk."""
    return f"<html><body>{junk}</body></html>"


PLACES: tuple[Callable[[str], str], ...] = (in_a_paragraph, around_the_body, alone)


def _page(body: str) -> str:
    return f'<html><head><meta charset="utf-8"><title>{TITLE}</title></head><body>{body}</body></html>'


def _paragraphs(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def seconds_of(page: str) -> float:
    """Return the processor time that reading a page takes, as of one that a person has called a notice."""
    document = Document(url="http://127.0.0.1/", content=page.encode(), status=200, override=(True, ""))
    begun = time.process_time()
    run_steps(document)
    return time.process_time() - begun


def _seconds_in(place: Callable[[str], str], junk: str) -> float:
    return seconds_of(place(junk))


def seconds_of_masking(text: str) -> float:
    """Return the processor time that hiding the e-mail addresses of a text takes."""
    begun = time.process_time()
    mask_emails(f"{text}@example.invalid")
    return time.process_time() - begun


def measure() -> Iterator[Cost]:
    """Yield the costs of every unit in every place."""
    seconds_of(in_a_paragraph(""))  # the word lists are loaded
    for unit in track((*WORDS, *LINE_BREAKERS, *TAGS), "reading"):
        for place in PLACES:
            yield _cost(f"{unit!r} {place.__name__.replace('_', ' ')}", unit, partial(_seconds_in, place))
    for unit in MAILBOXES:
        yield _cost(f"{unit!r} masked", unit, seconds_of_masking)


def _cost(name: str, unit: str, seconds: Callable[[str], float]) -> Cost:
    once, twice, most = (seconds(unit * (size // len(unit))) for size in (CHARACTERS, 2 * CHARACTERS, MOST_CHARACTERS))
    return Cost(name, once, twice, most)


def main() -> None:
    """Print the slowest and those that grow faster than their pages."""
    costs = sorted(measure(), key=lambda cost: max(cost.twice, cost.most), reverse=True)
    growing = [cost for cost in costs if cost.growth > GROWTH and cost.twice > SHORTEST_SECONDS]
    slow = [cost for cost in costs if max(cost.twice, cost.most) > LONGEST_SECONDS]
    headings = (f"{CHARACTERS:,} characters, s", f"{2 * CHARACTERS:,}, s", "growth", f"{MOST_CHARACTERS:,}, s")
    table = Table("the slowest", *headings, title=f"{len(costs)} pages made of one thing")
    for cost in [*costs[:ROWS], *(cost for cost in growing if cost not in costs[:ROWS])]:
        table.add_row(cost.name, f"{cost.once:.2f}", f"{cost.twice:.2f}", f"{cost.growth:.1f}", f"{cost.most:.2f}")
    console = Console()
    console.print(table)
    console.print(f"{len(slow)} take more than {LONGEST_SECONDS:.0f} s; {len(growing)} grow more than {GROWTH} times when doubled")


if __name__ == "__main__":
    main()

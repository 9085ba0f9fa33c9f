"""How much of a labelled notice is read right: every field that has a label, and the problems by precision and recall.

A labelled notice is a line of ``tests/labelled/*.jsonl``: ``title``, ``published``, ``text``, and ``labels`` with what an
expert reads from them. ``ambiguous`` names fields on which experts would differ; they are not asked.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pipelines.record import Document, as_record
from pipelines.steps import STEPS, run_steps

LEVELS = {"central": "中央", "province": "省级", "city": "市级", "county": "县级", "organization": "单位"}
# 中共某某市水利局党组 and 市水利局党组 are one body, as 某某学院党委 and 某某学院委员会 are.
PARTY = re.compile(r"^(?:中共|中国共产党)")
SHORT_FORMS = {"工作委员会": "工委", "党工委": "工委", "支部委员会": "支部", "党支部": "支部", "委员会": "委", "党委": "委"}
PREPOSITION = re.compile(r"^(?:关于|针对|对|在)")
EVIDENCED = ("inspection_start", "inspection_end", "feedback_date", "inspection_team", "inspected_body")
MOST_ADDED = 0.02
"""The share by which a text may be longer than the body."""
SHORTEST_LIKENESS = 4
MOST_DIFFERENCE = 12
"""Characters by which two wordings of one problem may differ in length."""

Record = dict[str, Any]


@dataclass
class Score:
    """What was asked and what was right."""

    asked: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    problems_read: int = 0
    problems_labelled: int = 0
    problems_right: int = 0

    def share(self, name: str) -> float:
        """Return the share of right answers for a field."""
        return self.right[name] / self.asked[name]

    @property
    def problems_f1(self) -> float:
        """The harmonic mean of precision and recall of the problems without problems below them."""
        return 2 * self.problems_right / (self.problems_read + self.problems_labelled)

    def add(self, labelled: Record, read: Record) -> None:
        """Count one notice."""
        for name, right in _answers(labelled, read):
            if name not in labelled.get("ambiguous", ()):
                self.asked[name] += 1
                self.right[name] += right
                if not right:
                    self.wrong.append(f"{labelled['id']} {name}: {read.get(name)}")
        if labelled["labels"]["is_notice"]:
            self._add_problems(labelled["labels"]["problems"], read["problems"])

    def _add_problems(self, labelled: list[Record], read: list[Record]) -> None:
        wanted, found = ([problem for problem in problems if problem["leaf"]] for problems in (labelled, read))
        self.problems_labelled += len(wanted)
        self.problems_read += len(found)
        for problem in wanted:
            words = _stated(problem["problem"])
            if (match := next((other for other in found if _are_alike(words, _stated(other["problem"]))), None)) is not None:
                found.remove(match)
                self.problems_right += 1
                if "status" in problem:
                    self.asked["status"] += 1
                    self.right["status"] += match["status"] == problem["status"]


def read_page(labelled: Record, position: int) -> Record:
    """Return what is read from a labelled notice, put on a page; the layouts take turns."""
    page = LAYOUTS[position % len(LAYOUTS)](labelled["title"], labelled["published"], labelled["text"].split("\n"))
    document = Document(url=labelled["url_hint"], content=b"", html=page, state="live")
    run_steps(document, STEPS[1:])
    return as_record(document, identifier=labelled["id"], versions={})


def _answers(labelled: Record, read: Record) -> Iterator[tuple[str, bool]]:
    """Yield every field that is asked of this notice, and whether it was read right."""
    labels = labelled["labels"]
    yield "is_notice", read["is_notice"] == labels["is_notice"]
    if not labels["is_notice"]:
        return
    text, body = _bare(read["text"]), _bare(labelled["text"])
    yield "title", _bare(read["title"]) == _bare(labelled["title"])
    yield "published", read["published"] == labelled["published"]
    yield "text", body in text and len(text) <= len(body) * (1 + MOST_ADDED) + len(_bare(labelled["title"]))
    yield "evidence", _holds(read)
    yield from _inspection_answers(labels, read)
    yield from _contact_answers(labels["contact"], read["contacts"])
    if (money := labels["figures"]["money_recovered_yuan"]) is not None:
        total = read["totals"].get("money_recovered_yuan")
        yield "money_recovered_yuan", total is not None and abs(total - money) < 1


def _inspection_answers(labels: Record, read: Record) -> Iterator[tuple[str, bool]]:
    yield "inspected_body", any(_name_one_body(read[name], labels["inspected_org"]) for name in ("inspected_body", "inspected_body_raw"))
    committees = (read["inspecting_body_raw"], read["inspecting_body"])
    yield "inspecting_body", any(_is_committee(name, labels["inspecting_org"], labels["inspection_team"]) for name in committees)
    yield "inspection_team", _bare(read["inspection_team"]) == _bare(labels["inspection_team"])
    yield "inspection_level", read["inspection_level"] == LEVELS.get(labels["inspection_level"])
    yield "inspection_types", sorted(read["inspection_types"]) == sorted(labels["inspection_type"])
    yield "round", read["round"] == labels["round"]
    for name, precision in (("inspection_start", "inspection"), ("inspection_end", "inspection"), ("feedback_date", "feedback")):
        length = len("2022-05") if labels[f"{precision}_precision"] == "month" else None
        yield name, read[name] == (labels[name] and labels[name][:length])
    yield "signed_date", read["signed_date"] == labels["signed_date"]


def _contact_answers(labels: Record, read: Record) -> Iterator[tuple[str, bool]]:
    yield "contact_phones", _digits(read["phones"]) == _digits(labels["phone"])
    yield "contact_emails", sorted(map(str.lower, read["emails"])) == sorted(map(str.lower, labels["email"]))
    yield "contact_address", _bare(read["address"]) == _bare(labels["address"])
    yield "contact_postcode", read["postcode"] == labels["postcode"]


def _bare(words: str | None) -> str:
    """Return the words without white space and punctuation."""
    return re.sub(r"[\W_]+", "", words or "")


def _digits(numbers: list[str]) -> list[str]:
    return sorted(re.sub(r"\D", "", number) for number in numbers)


def _core(name: str | None) -> str:
    """Return a body's name in its shortest form."""
    core = PARTY.sub("", _bare(name))
    for long, short in SHORT_FORMS.items():
        core = core.replace(long, short)
    return core


def _name_one_body(one: str | None, other: str | None) -> bool:
    """Whether two names are of one body, however much of its place they tell."""
    first, second = _core(one), _core(other)
    return first == second or (min(len(first), len(second)) > 2 and (first in second or second in first))


def _is_committee(read: str | None, label: str | None, team: str | None) -> bool:
    """Whether this is the committee that inspected; one that only the team's name tells may be left out."""
    found, wanted = _core(read), _core(label)
    if not wanted:
        return found in _bare(team)
    return len(found) > 1 and (found.endswith(wanted) or wanted.endswith(found))


def _stated(problem: str) -> str:
    return _bare(PREPOSITION.sub("", problem))


def _are_alike(one: str, other: str) -> bool:
    """Whether two wordings state one problem: the same words, or all of one in the other."""
    within = len(one) >= SHORTEST_LIKENESS and bool(other) and (one in other or other in one)
    return one == other or (within and abs(len(one) - len(other)) <= MOST_DIFFERENCE)


def _holds(read: Record) -> bool:
    """Whether every value has its evidence, and every quote stands where it is said to."""
    filled = [name for name in EVIDENCED if read[name]]
    quoted = [evidence for evidence in read["evidence"].values() if evidence["in"] == "text"]
    return all(name in read["evidence"] for name in filled) and all(
        read["text"][evidence["start"] : evidence["end"]] == evidence["quote"] != "" for evidence in quoted
    )


def _declared(title: str, day: str, lines: list[str]) -> str:
    """A page that declares its title and date, with a known container."""
    body = "".join(f'<p style="text-indent:2em">　　{html.escape(line)}</p>' for line in lines)
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{html.escape(title)}_清源市人民政府</title>
<meta name="ArticleTitle" content="{html.escape(title)}"><meta name="PubDate" content="{day} 09:30"></head><body>
<div class="nav"><a href="/">首页</a><a href="/xszg/">巡察整改</a></div><h1>{html.escape(title)}</h1><div class="info">来源：市纪委</div>
<div class="TRS_Editor">{body}</div><div class="footer">主办：清源市人民政府 电话：0000-1234567</div></body></html>"""


def _tabled(title: str, day: str, lines: list[str]) -> str:
    """An old page of tables, its paragraphs parted by line breaks."""
    year, month, number = map(int, day.split("-"))
    body = "<br>\n".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{html.escape(line)}" for line in lines)
    return f"""<html><head><title>{html.escape(title)}</title></head><body><table><tr><td>当前位置：首页 - 公示公告</td></tr></table>
<table><tr><td align="center"><b>{html.escape(title)}</b></td></tr><tr><td>发布日期：{year}年{month}月{number}日　点击数：12</td></tr>
<tr><td id="zoom">{body}</td></tr><tr><td>【打印本页】【关闭窗口】</td></tr></table><div>版权所有：清源县人民政府</div></body></html>"""


def _pasted(title: str, day: str, lines: list[str]) -> str:
    """A text pasted from a word processor into a container that no list has."""
    body = "".join(f"<p><span>{html.escape(line[:5])}</span><span>{html.escape(line[5:])}</span></p><p>&nbsp;</p>" for line in lines)
    return f"""<html><head><title>{html.escape(title)}-清源区</title></head><body><ul><li><a href="/">首页</a></li></ul>
<div class="neirong"><h2>{html.escape(title)}</h2><div>{day.replace("-", "/")} 17:02 来源：区纪委</div>{body}
<p>上一条：<a href="1.htm">进驻公告</a></p></div><div>清源区委 版权所有</div></body></html>"""


LAYOUTS = (_declared, _tabled, _pasted)

"""Which headings state problems: by their wording, else together with their like, else by their place."""

import re

from pipelines.reading.faults import ACTION, FAULT, FAULTY_END, is_faulty
from pipelines.reading.items import SENTENCES, Item, all_below, problems_below
from pipelines.reading.outline import SECTION
from pipelines.reading.statement import LONGEST_LEAD
from pipelines.reading.words import any_of, load

_WORDS = load("problems")
LEADERSHIP = re.compile(any_of(_WORDS["leadership"]))
OUTLOOK = re.compile(any_of(_WORDS["outlook"]))
NEUTRAL = re.compile(any_of(_WORDS["neutral_endings"]) + "$")
FIELD_LEAD = re.compile(any_of(_WORDS["field_leads"]))
# 问题表现:… under a heading that states the problem itself only describes it.
DESCRIPTION = re.compile(r"表现|描述")
# (一)存在问题, over the problems of a field; behind it (二)整改情况 is over the remedies.
STATES = re.compile("(?:存在|反馈|发现|主要|具体)的?(?:主要|具体|突出)?问题")
REMEDIES = re.compile("整改(?:落实|完成|进展|工作)?(?:情况|措施|成效|结果|举措)")
# 二、以巡促改、标本兼治 behind the ledger tells of none of it; nor do 三、存在的不足, which are the body's own words.
OF_LEDGER = re.compile("反馈|问题|整改|巡[察视]|方面|落实")
OWN_WORDS = re.compile("存在的?(?:不足|差距|短板)")
# 二、反馈问题整改情况, 二、狠抓整改落实: what a section of the ledger is called.
LEDGER = re.compile(r"整改|反馈|落实")
FED_BACK = re.compile(r"反馈|问题|意见")
# A title counts nothing: 1.开展巡河12次 tells a remedy.
COUNTED = re.compile(r"\d")
LONGEST_TITLE = 40
"""The longest title, in characters, that states a field of work instead of a problem."""
# 【整改】…: the other half of an item whose first half is 【问题】….
REMEDY_LABEL = re.compile(any_of([*_WORDS["remedy_labels"], *_WORDS["item_labels"]]) + "】")


def skip_sections(items: list[Item]) -> None:
    """Mark what lies in sections about leadership or outlook, and labels inside an item."""
    # Where no heading names a fault, those of the last part that can be the ledger may speak of 政治站位 as well.
    faulty = any(item.statement.wrapped or vote(item) > 0 for item in items)
    opening = [] if faulty else [item for item in items if item.parent is None and opens_ledger(item)]
    for item in items:
        # What quotes something states it: “读书走马观花”整改情况 is no mere label.
        label = not item.statement.wrapped and "“" not in item.words and bool(SECTION.search(item.words) or REMEDY_LABEL.match(item.words))
        above = item.parent
        inherited = above is not None and above.skipped and not item.statement.wrapped and not opens_ledger(above)
        item.skipped = label or _aside(item, opening[-1:]) or inherited or _describes(item)


def _aside(item: Item, ledger: list[Item]) -> bool:
    """Whether a heading opens a part about leadership or outlook; ``ledger`` is the section whose headings are not judged by that."""
    if item.statement.wrapped or is_faulty(item.words) or not (LEADERSHIP.search(item.words) or OUTLOOK.search(item.words)):
        return False
    above = item.parent
    if above is None:
        return not _is_field(item)
    # 二、反馈问题整改情况 holds fields of the ledger only: (二)履行主体责任方面 is one of them.
    return above.parent is None and not (opens_ledger(above) and (FED_BACK.search(above.words) or above in ledger or _is_field(item)))


def _is_field(item: Item) -> bool:
    """Whether a heading with a word of leadership in it names a field of the ledger: 政治责任方面, over headings that name faults."""
    leads = [child for child in item.children if child.heading.style not in SENTENCES]
    faulty = sum(child.statement.wrapped or vote(child) > 0 for child in leads)
    return item.words.endswith("方面") and 2 * faulty >= len(leads) > 0


def _describes(item: Item) -> bool:
    """Whether the item only describes the problem that the heading above it states: 1.征收不足, 问题表现:部分企业欠缴."""
    above = item.parent
    if above is None or not item.statement.label or not DESCRIPTION.search(item.statement.label):
        return False
    labelled = [child for child in above.children if child.statement.label and DESCRIPTION.search(child.statement.label)]
    return len(labelled) == 1 and is_faulty(above.words)


def opens_ledger(item: Item) -> bool:
    """Whether a heading that states no problem itself opens a part in which problems stand (二、反馈问题整改情况)."""
    return bool(SECTION.search(item.words)) and not (LEADERSHIP.search(item.words) or OUTLOOK.search(item.words))


def judge_items(items: list[Item]) -> None:
    """Decide which headings state problems: by their wording, else together with their like, else by their place."""
    for item in items:
        item.problem = item.statement.wrapped and not (item.step or _describes(item))
    for item in items:
        if item.problem:
            _drop_steps(item)
        _drop_remedies(item)
    peers: dict[tuple[int, str], list[Item]] = {}
    for item in items:
        if not (item.problem or item.skipped or item.step) and len(item.words) <= LONGEST_LEAD:
            peers.setdefault((item.heading.depth, item.heading.style), []).append(item)
    for group in peers.values():
        _judge_peers(group)
    _drop_sections_behind(items)
    if not any(item.problem and not _names_field(item) for item in items):
        for item in items:
            if item.parent is None and _is_ledger(item):
                _judge_by_place(item)


def _drop_steps(problem: Item) -> None:
    """Take no step of a stated problem's remedy for a problem: of a series ①核查12户 ②针对比对滞后问题,… the first is none."""
    first: dict[str, Item] = {}
    for child in problem.children:
        opening = first.setdefault(child.heading.style, child)
        if child.problem and not opening.statement.wrapped and vote(opening) <= 0:
            child.problem, child.step = False, True


def _drop_remedies(field: Item) -> None:
    """Take nothing below (二)整改情况 for a problem where (一)存在问题 stands before it in the same field."""
    stated = next((child for child in field.children if STATES.fullmatch(child.words)), None)
    for child in field.children:
        if stated and child.heading.start > stated.heading.start and REMEDIES.fullmatch(child.words):
            for remedy in all_below(child):
                remedy.step = not remedy.statement.wrapped


def _drop_sections_behind(items: list[Item]) -> None:
    """Take the sections behind the ledger for none of its problems, unless their words end on a fault: 三、不图虚名扎实推动发展."""
    sections = [item for item in items if item.parent is None]
    ledger = next((section for section in sections if opens_ledger(section) and problems_below(section)), None)
    for section in sections:
        behind = ledger is not None and section.heading.start > ledger.heading.start and section.heading.style == ledger.heading.style
        own = OWN_WORDS.search(section.words) or not (OF_LEDGER.search(section.words) or FAULTY_END.search(section.words))
        if behind and own:
            for item in (section, *all_below(section)):
                item.problem = item.problem and item.statement.wrapped
        if behind and not (section.statement.wrapped or problems_below(section) or FAULTY_END.search(section.words)):
            section.problem = False


def _names_field(item: Item) -> bool:
    """Whether a heading names only the field in which problems stand: (一)关于推动高质量发展方面."""
    return bool(item.children) and not is_faulty(item.words)


def _is_ledger(section: Item) -> bool:
    """Whether an outermost heading opens the ledger, by its words alone."""
    words = section.words
    return bool(LEDGER.search(words)) and not (LEADERSHIP.search(words) or OUTLOOK.search(words))


def _judge_by_place(section: Item) -> None:
    """Take the innermost titles of a ledger in which no heading states a fault: 1.加强理论武装. 组织学习6次."""
    levels: dict[tuple[int, str], list[Item]] = {}
    waiting = list(section.children)
    while waiting:
        item = waiting.pop()
        waiting.extend(item.children)
        if item.heading.style not in SENTENCES:
            levels.setdefault((item.heading.depth, item.heading.style), []).append(item)
    for _, level in sorted(levels.items(), key=lambda entry: entry[0][0], reverse=True):
        titles = [item for item in level if _is_title(item)]
        if len(titles) >= 2 and 3 * len(titles) >= 2 * len(level):
            for item in titles:
                item.problem = True
            return


def _is_title(item: Item) -> bool:
    """Whether a heading can be the title of an item of the ledger: short, without a count, over words of its own."""
    content = item.has_content or any(child.heading.style in SENTENCES for child in item.children)
    return not item.skipped and content and len(item.words) <= LONGEST_TITLE and not COUNTED.search(item.words)


def _judge_peers(group: list[Item]) -> None:
    """Take leads of one level and style as problems where most of them name a fault and stand over words of their own."""
    # (1)签订承诺书413份。整改状态:已完成: under what states no fault, a status alone ends a remedy.
    stating = [item for item in group if (item.has_content or item.children) and vote(item) >= item.only_status]
    faulty = [item for item in stating if vote(item) > 0]
    # Where no lead tells an action and all are titles over words of their own, fewer need to name the fault.
    enough = 3 if len(stating) == len(group) and all(_is_title(item) for item in group) else 2
    if 2 * len(stating) < len(group) or enough * len(faulty) < len(stating) or not stating:
        return
    for item in stating:
        item.problem = not _is_container(item)


def _is_container(item: Item) -> bool:
    """Whether a heading over others only names their field: (一)基层党建工作, (二)聚焦群众身边腐败和不正之风方面."""
    if not item.children:
        return False
    if item.statement.aspect:
        return bool(FIELD_LEAD.match(item.words)) or vote(item) == 0
    return vote(item) == 0 and bool(NEUTRAL.search(item.words))


def vote(item: Item) -> int:
    """Return 1 for a lead that names a fault, -1 for one that tells an action, 0 where it may be either."""
    if is_faulty(item.words):
        return 1
    return -1 if ACTION.match(item.words) and not FAULT.search(item.words) else 0

"""How far the rectification of one problem has come."""

import re

from pipelines.reading.words import any_of, load

STATUSES = {name: re.compile(pattern) for name, pattern in load("problems")["status"].items()}
PARTIAL = re.compile(load("problems")["partial"])
# 整改状态:已完成: a label says it outright.
# 整改完成情况:补签合同4份。已完成: a label without a status behind it only opens the remedy.
LABEL = re.compile(rf"{any_of(load('problems')['status_labels'])}:(?P<value>[^。;\n]{{1,14}})")
# 整改完成情况:招聘巡护员 does not say 整改完成.
REMEDY_LABEL = re.compile(f"{any_of(load('problems')['remedy_labels'])}:")
# 力争年底前全部完成, 完成时限:长期坚持, 对未整改到位的单位: aims, bounds and topics tell no status.
NO_STATUS = re.compile(load("problems")["no_status"])
# 已完成办理12件 counts; it does not say how the problem stands.
CLAUSE = re.compile(r"[^,。;()\n \t|]+")
# A first sentence that says how the problem stands, and nothing else.
FIRST = re.compile(rf"(?:{any_of(load('problems')['remedy_labels'])}:)?(?P<words>[^,。;:\n]{{2,12}})(?:[。\n]|$)")
LONGEST = 16


def read_status(measures: str) -> str | None:
    """Return 已完成, 基本完成, 正在推进, 长期坚持, 未完成, or None where the remedy says none of them."""
    for label in LABEL.finditer(measures):
        for clause in sorted(label["value"].split(","), key=lambda clause: bool(PARTIAL.search(clause))):
            if status := _status(clause):
                return status
    clauses = [clause.group() for clause in CLAUSE.finditer(REMEDY_LABEL.sub("。", measures[-200:]))]
    # 基本完成。对9处岸线进行复核: some say it first.
    opening = FIRST.match(measures)
    told = [*clauses[-3:], *([opening["words"]] if opening else [])]
    for clause in sorted(told, key=lambda clause: bool(PARTIAL.search(clause))):
        if status := mere_status(clause):
            return status
    return None


def mere_status(words: str) -> str | None:
    """Return the status of words that say little else, or None: 已完成并长期坚持, not 已完成办理12件."""
    return _status(words) if len(words) <= LONGEST and not any(character.isdecimal() for character in words) else None


def _status(words: str) -> str | None:
    """Return the first status whose words occur."""
    if NO_STATUS.search(words):
        return None
    return next((name for name, pattern in STATUSES.items() if pattern.search(words)), None)

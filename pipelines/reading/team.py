"""The team that inspected (市委第五巡察组) and the committee that sent it."""

import re
from dataclasses import dataclass

from pipelines.reading.inspection import Inspection
from pipelines.reading.names import PARTY_END
from pipelines.reading.source import Source, Span
from pipelines.reading.words import any_of, load
from pipelines.record import Evidence, Place

_WORDS = load("inspections")
_NUMBER = r"第?[一二三四五六七八九十百\d]{1,3}"
COMMITTEE = re.compile(any_of(_WORDS["levels"]))
# 巡察组, 第五巡察组, 巡视五组, 巡察第四组, 巡察第一综合组; not 巡察工作领导小组.
TEAM_END = re.compile(rf"巡[察视](?:{_NUMBER})?(?:综合|机动|专项|联合|工作)?组(?!长|织|员)")
# What may stand between committee and 巡察组: 第二轮第二, 交叉, 医疗卫生专项, 营商环境专项, 村(社区).
THEME = re.compile(r"[\w“”‘’、·+]{0,30}(?:\([\w、]{1,8}\)[\w“”‘’、·+]{0,20})?")
# 市县联动巡察第三组: a team of several committees, none of which it names.
WITHOUT_COMMITTEE = re.compile(rf"{any_of(_WORDS['levels_together'])}(?:联动|交叉|联合)[\w]{{0,12}}")
# 区委3个巡察组, 市委第一至第三巡察组, 市委各巡察组: no single team; 市委派出第四巡察组 is one.
SEVERAL = re.compile(r"\d个|[一二两三四五六七八九十]个|至|各|等|和|(?:派出|成立|组建)(?!第)")
NUMBERED = re.compile(rf"(?:{_NUMBER}巡[察视]组|巡[察视]{_NUMBER}组)$|{_NUMBER}")
# 九届市委第六巡察组: the term is none of the committee's name.
TERM = re.compile(r"第?[一二三四五六七八九十\d]{1,3}届")
CLAUSE_START = re.compile(r"[,。;:!?、(\n“”《》【】<>\[\]|]")
DATE_CHARACTER = re.compile(r"[年月日号旬底初](?=[^年月日]*$)")
BEFORE = re.compile(rf"(?:{any_of(_WORDS['before_committee'])})+")
# 我局接受市委…: who speaks, with a verb behind.
SPEAKER = re.compile(rf"[我本该][一-鿿]{{1,3}}?(?={any_of(_WORDS['before_committee'])})")
# 由李某任组长的市委…, 派驻我局的市委…: no name goes on over 的.
ATTRIBUTE = re.compile("的")
GUIDANCE = re.compile(any_of(_WORDS["guidance"]))
LONGEST = 40
"""The longest team name looked at, in characters."""


@dataclass(frozen=True, slots=True)
class Team:
    """A team's name and the committee's part of it, as spans of the compact text (or title)."""

    name: str
    committee_name: str
    span: Span
    committee: Span | None
    """None where the name tells no committee (市县联动巡察第三组)."""
    place: Place

    def evidence(self, source: Source, rule: str) -> Evidence:
        """Return the evidence for the whole name."""
        return _evidence(source, self, self.span, rule)

    def committee_evidence(self, source: Source, rule: str) -> Evidence | None:
        """Return the evidence for the committee's part of the name, if it has one."""
        return _evidence(source, self, self.committee, rule) if self.committee else None


def _evidence(source: Source, team: Team, span: Span, rule: str) -> Evidence:
    """Return the evidence for a part of the team's name."""
    if team.place == "title":
        return source.title_evidence(span.start, span.end, rule)
    return source.evidence(span.start, span.end, rule)


def find_teams(text: str, span: Span, place: Place = "text") -> list[Team]:
    """Return the teams named in a stretch of text."""
    return [team for found in TEAM_END.finditer(text, span.start, span.end) if (team := _team(text, span, found, place))]


def read_team(source: Source, inspection: Inspection) -> Team | None:
    """Return the team of this inspection: numbered before unnumbered, the inspection's sentence before others."""
    title = Span(0, len(source.title.text))
    teams = [(team, _weight(source, team, inspection)) for team in find_teams(source.text.text, source.opening)]
    if not teams and inspection.main:
        teams = [(team, _weight(source, team, inspection)) for team in find_teams(source.text.text, inspection.main)]
    if not teams:
        teams = [(team, 0) for team in find_teams(source.title.text, title, "title")]
    if not teams:
        return None
    best = max(weight for _, weight in teams)
    return next(team for team, weight in teams if weight == best) if best > -5 else None


def _team(text: str, region: Span, found: re.Match[str], place: Place) -> Team | None:
    """Return the team whose name ends at ``found``, looking back to the beginning of its clause."""
    clause = max(region.start, found.start() - LONGEST)
    for mark in CLAUSE_START.finditer(text, clause, found.start()):
        if not _inside_theme(text, mark, found.start()):
            clause = mark.end()
    if date := DATE_CHARACTER.search(text[clause : found.start()]):
        clause += date.end()
    committees = [c for c in COMMITTEE.finditer(text, clause, found.start()) if THEME.fullmatch(text, c.end(), found.start())]
    if not committees:
        return _without_committee(text, clause, found, place)
    committee = committees[-1]
    if SEVERAL.search(text, committee.end(), found.end()):
        return None
    start = _name_start(text, clause, committee.start())
    term = TERM.match(text, start)
    first = term.end() if term else start
    return Team(text[start : found.end()], text[first : committee.end()], Span(start, found.end()), Span(first, committee.end()), place)


def _without_committee(text: str, clause: int, found: re.Match[str], place: Place) -> Team | None:
    """Return the team of several committees (市县联动巡察第三组) that ends at ``found``."""
    start = _name_start(text, clause, found.start())
    if not WITHOUT_COMMITTEE.fullmatch(text, start, found.start()):
        return None
    return Team(text[start : found.end()], "", Span(start, found.end()), None, place)


def _name_start(text: str, clause: int, committee: int) -> int:
    """Return where a team's name begins: behind what its clause puts before the committee.

    县水利局党组收到市委…, 针对市委…, 由李某任组长的市委…: a body's name with a verb, prepositions, an attribute.
    """
    start = clause
    for attribute in ATTRIBUTE.finditer(text, start, committee):
        start = attribute.end()
    if speaker := SPEAKER.match(text, start, committee):
        start = speaker.end()
    for body in PARTY_END.finditer(text, start, committee):
        if (verb := BEFORE.match(text, body.end())) and verb.end() <= committee:
            start = verb.end()
    while (word := BEFORE.match(text, start)) and word.end() <= committee:
        start = word.end()
    return start


def _inside_theme(text: str, mark: re.Match[str], end: int) -> bool:
    """Whether a mark (市委教育、医疗领域专项巡察组, 县委村(社区)巡察组) stands inside the name, behind its committee."""
    return (
        (mark.group() in "、“”" or (mark.group() == "(" and ")" in text[mark.end() : end]))
        and bool(COMMITTEE.search(text, max(0, mark.start() - 12), mark.start()))
        and not COMMITTEE.search(text, mark.end(), end)
    )


def _weight(source: Source, team: Team, inspection: Inspection) -> int:
    """Return how surely this is the team of the inspection."""
    text = source.text.text
    weight = 2 * bool(NUMBERED.search(text, team.committee.end if team.committee else team.span.start, team.span.end))
    if inspection.main and inspection.main.start <= team.span.start < inspection.main.end:
        weight += 3
    if GUIDANCE.match(text, team.span.end):
        weight -= 10
    return weight

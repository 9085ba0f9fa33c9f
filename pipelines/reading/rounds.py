"""Which round of inspections it was: 县委第七轮巡察 → 7."""

import re

from pipelines.numerals import to_int
from pipelines.reading.source import Source
from pipelines.record import Evidence

# 十一届市委第六轮巡视, 集团党委第八轮巡察, (九届县委第六轮), 十四届第五轮巡察, 区委巡察第四轮; not 第二轮土地承包, 第三轮督导.
ROUND = re.compile(
    r"(?P<who>[\w]{0,8}(?:委|中央|党组|工委)|届)?(?P<before>巡[察视])?(?P<round>第(?P<number>[一二三四五六七八九十\d]{1,3})轮)(?P<what>[^,。;\n]{0,10}?巡[察视])?"
)
COMMITTEE_END = re.compile(r"(?:党中央|中央|[省市县区州旗盟]委|党委|党组|工委)$")


def read_round(source: Source, committee: str | None) -> tuple[int, Evidence] | None:
    """Return the round with its evidence: from the opening, the title, or the body.

    A round of another committee (a 省委 in a notice about the 市委) is not this inspection's.
    """
    text = source.text.text
    regions = (
        (text, source.opening.start, source.opening.end, False),
        (source.title.text, 0, len(source.title.text), True),
        (text, source.rest.start, source.rest.end, False),
    )
    for words, start, end, in_title in regions:
        for found in ROUND.finditer(words, start, end):
            number = to_int(found["number"])
            if number is None or not (found["who"] or found["before"] or found["what"]) or not _fits(found["who"], committee):
                continue
            place = source.title_evidence if in_title else source.evidence
            return number, place(found.start("round"), found.end("round"), "round: 第…轮")
    return None


def _fits(who: str | None, committee: str | None) -> bool:
    """Whether the committee that the round names can be the one that inspected."""
    if not who or not committee or who == "届":
        return True
    named, own = COMMITTEE_END.search(who), COMMITTEE_END.search(committee)
    return not named or not own or named.group()[-2:] == own.group()[-2:]

"""What kind of inspection it was: 常规, 专项, 回头看 …, as far as the notice says."""

import re

from pipelines.reading.inspection import Inspection
from pipelines.reading.source import Source
from pipelines.reading.team import Team
from pipelines.reading.words import load
from pipelines.record import Evidence

TYPES = {name: re.compile(pattern) for name, pattern in load("inspections")["types"].items()}
# 关于巡察“回头看”整改情况, 林业专项巡察整改: in a title the word must stand at 巡察 itself.
TITLE_WORDS = re.compile(r"(?:[\w“”]{0,12})?巡[察视](?:工作)?[“”]?(?:回头看)?")


def read_types(source: Source, inspection: Inspection, team: Team | None) -> tuple[list[str], Evidence | None]:
    """Return the kinds in the order in which they are named, and where the first of them stands."""
    found: dict[str, Evidence] = {}
    text = source.text.text
    spans = list(inspection.spans)
    if team and team.place == "text":
        spans.append(team.span)
    for span in spans:
        for name, pattern in TYPES.items():
            if name not in found and (match := pattern.search(text, span.start, span.end)):
                found[name] = source.evidence(match.start(), match.end(), "types: words of the inspection's sentence")
    for words in TITLE_WORDS.finditer(source.title.text):
        for name, pattern in TYPES.items():
            if name not in found and (match := pattern.search(source.title.text, words.start(), words.end())):
                found[name] = source.title_evidence(match.start(), match.end(), "types: words of the title")
    names = sorted(found, key=lambda name: (found[name].place != "text", found[name].start or 0))
    return names, found[names[0]] if names else None

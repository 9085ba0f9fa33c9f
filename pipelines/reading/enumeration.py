"""Several bodies in one breath: 市民政局、水务局和教育局党组."""

import re

from pipelines.reading.names import cut
from pipelines.reading.words import any_of, load

_WORDS = load("organisations")
AND = re.compile("、|和|与|及|以及")
# What may end a body before 和; before 、 there may be more, but 农业农村、水利局 is one name.
ENDED = re.compile(any_of([*_WORDS["party"], *_WORDS["departments"], *_WORDS["listed"]]) + "$")
LISTED = re.compile(rf"{ENDED.pattern}|(?<!农){any_of(_WORDS['bodies'])}$")
# 所属3家单位, 各村, 四个社区: bodies without a name.
UNNAMED = re.compile("[所其下该各全两三四五六七八九十0-9]")
# 对巡察组反馈的…: who inspects.
TEAM = re.compile("巡[察视]组")


def enumerated(words: str) -> list[tuple[int, str]]:
    """Return the bodies that are listed, or the one that is named, with their places; nothing where no body is named."""
    cuts = [0]
    for mark in AND.finditer(words):
        ended = LISTED if mark.group() == "、" else ENDED
        if ended.search(words[cuts[-1] : mark.start()]) and cut(words[mark.end() :]):
            cuts.append(mark.end())
    ends = [*cuts[1:], len(words)]
    pieces = ((start, cut(words[start:end].rstrip("、和与及以"))) for start, end in zip(cuts, ends, strict=True))
    return [(start, name) for start, name in pieces if name and not UNNAMED.match(name) and not TEAM.search(name)]

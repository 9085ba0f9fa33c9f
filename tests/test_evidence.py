"""Evidence holds for every field of every notice: real ones, invented ones, and what is left of them after all kinds of damage."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from evidence import check_evidence
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.reading.views import uniform
from pipelines.record import Site
from pipelines.step4_read import read_notice

DATA = Path(__file__).parent / "data"
CONTENT = Path(__file__).parent.parent / "demo" / "content"
SEEDS = [path.read_text(encoding="utf-8") for path in sorted(CONTENT.glob("*/*.txt"))]
NOTICES: list[dict[str, Any]] = yaml.safe_load((DATA / "notices.yml").read_text(encoding="utf-8"))
TEXTS = [*SEEDS, *(page["text"] for page in NOTICES)]
LINES = sorted({line for text in TEXTS for line in text.splitlines()})
SITES = (
    None,
    Site("610100_mzj", "西安市民政局", "http://example.org/", "trs", "610100"),
    Site("s", "金普", "http://s/", "trs", "210213", area="金普新区"),
)
WIDE = {code: code + 0xFEE0 for code in map(ord, "0123456789,:;()@.")}
# What stands between and inside the words of real pages.
LITTER = ("\u3000", "\xa0", " ", "\u200b", "\n", "\r\n", "“", "”", "（", ")", "0", "年", "日", "、", "元", "人", "至")


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:16].strip())
def test_whole_notices(text: str) -> None:
    for site in SITES:
        for written in (text, text.translate(WIDE), uniform(text), text.replace("年", " 年 ")):
            check_evidence(read_notice(written, text[:30], "2024-06-08", site), written, text[:30])


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A notice with lines of others between its own, lines lost, doubled and moved, characters put in and taken out."""
    lines = list(draw(st.sampled_from(TEXTS)).splitlines())
    for _ in range(draw(st.integers(0, 6))):
        place = draw(st.integers(0, len(lines)))
        match draw(st.sampled_from(("other", "lost", "doubled", "joined"))):
            case "other":
                lines.insert(place, draw(st.sampled_from(LINES)))
            case "lost":
                del lines[place : place + draw(st.integers(1, 5))]
            case "doubled":
                lines[place:place] = lines[place : place + 2]
            case "joined":
                lines[place : place + 2] = ["".join(lines[place : place + 2])]
    text = "\n".join(lines)
    for _ in range(draw(st.integers(0, 10))):
        place = draw(st.integers(0, len(text)))
        taken = draw(st.integers(0, 3))
        text = text[:place] + draw(st.sampled_from(LITTER)) + text[place + taken :]
    return text.translate(WIDE) if draw(st.booleans()) else text


@settings(max_examples=250)
@given(damaged(), st.sampled_from(LINES), st.sampled_from(SITES), st.sampled_from((None, "2019-08-02", "2024-06-08")))
def test_damaged_notices(text: str, title: str, site: Site | None, published: str | None) -> None:
    check_evidence(read_notice(text, title, published, site), text, title)

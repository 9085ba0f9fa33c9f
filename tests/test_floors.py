"""What the readers must read right of the labelled notices, whatever else changes."""

import json
from pathlib import Path

import pytest
from scoring import Score, read_page

LABELLED = Path(__file__).parent / "labelled"
FLOOR = 0.97
PROBLEMS_FLOOR = 0.95


@pytest.fixture(scope="module")
def score() -> Score:
    total = Score()
    for path in sorted(LABELLED.glob("*.jsonl")):
        for position, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            labelled = json.loads(line)
            total.add(labelled, read_page(labelled, position))
    return total


def test_every_field_is_read_right(score: Score) -> None:
    below = {name: round(score.share(name), 3) for name in score.asked if score.share(name) < FLOOR}
    assert not below, "\n".join(score.wrong)


def test_the_problems_are_found_and_nothing_else(score: Score) -> None:
    assert score.problems_f1 >= PROBLEMS_FLOOR


def test_every_value_has_its_evidence(score: Score) -> None:
    assert score.share("evidence") == 1

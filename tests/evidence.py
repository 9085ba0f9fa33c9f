"""What holds of every notice that is read: whatever it says leads to words that stand where it says."""

import pytest

from pipelines.reading.figures import TOTALS
from pipelines.record import LISTS, Notice

WITHOUT_EVIDENCE = {"evidence", "totals", *LISTS}
CONTACTS = {"phone": "phones", "email": "emails", "address": "address", "postcode": "postcode"}


def check_evidence(notice: Notice, text: str, title: str) -> None:
    for field in set(Notice.__slots__) - WITHOUT_EVIDENCE:
        assert bool(getattr(notice, field) not in (None, [])) == (field in notice.evidence), field
    assert {name for name in TOTALS if notice.totals.get(name) is not None} == {name for name in TOTALS if name in notice.evidence}
    assert {CONTACTS[contact.kind] for contact in notice.contacts} == set(CONTACTS.values()) & notice.evidence.keys()
    for field, evidence in notice.evidence.items():
        assert evidence.rule, field
        if evidence.place == "page":
            assert (evidence.start, evidence.end) == (None, None)
        else:
            assert (text if evidence.place == "text" else title)[evidence.start : evidence.end] == evidence.quote != "", field
    for problem in notice.problems:
        assert text[problem.problem_start : problem.problem_end] == problem.problem != ""
        assert 0 <= problem.start < problem.end <= len(text)
    for body in notice.bodies:
        words = {"text": text, "title": title}.get(body.place, body.quote)
        assert words[body.start : body.end] == body.quote != ""
    for row in (*notice.figures, *notice.periods, *notice.doubts):
        assert text[row.start : row.end] == row.quote != ""
    check_totals(notice)
    for stretch in notice.unparsed:
        assert 0 <= stretch.start < stretch.end <= len(text)
    for contact in notice.contacts:
        assert 0 <= contact.start < contact.end <= len(text)


def check_totals(notice: Notice) -> None:
    for name, kinds in TOTALS.items():
        counted = [figure.value for figure in notice.figures if figure.counted and figure.kind in kinds]
        assert notice.totals.get(name) == (pytest.approx(round(sum(counted), 2)) if counted else None), name

"""What no rule understood is counted, and nothing else is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.step4_read import read_notice

OPENING = "2021年3月1日至4月30日,市委第一巡察组对市水务局党组进行了巡察。现将整改情况公布如下。"
PROBLEM = "一、关于“学习不深”的问题\n整改情况：组织学习12次。"
REMARK = "本局职能在机构改革中有调整，相关事项由主管部门统筹处理。"
CLOSING = "欢迎干部群众监督。联系电话：0571-88001234。\n中共青岭市水务局党组\n2021年9月1日"


def left(text: str) -> list[str]:
    stretches = read_notice(text, None, "2021-09-02").unparsed
    assert all(0 < stretch.characters <= stretch.end - stretch.start for stretch in stretches)
    return [text[stretch.start : stretch.end] for stretch in stretches]


def test_a_notice_that_is_understood_leaves_nothing() -> None:
    leadership = (
        "一、加强组织领导\n成立专班，局长任组长。\n二、整改情况\n（一）关于“学习不深”的问题\n组织学习12次。\n三、下一步打算\n常抓不懈。"
    )
    assert left(f"{OPENING}\n{PROBLEM}\n{CLOSING}") == []
    assert left(f"{OPENING}\n{leadership}\n{CLOSING}") == []


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (f"{OPENING}\n{PROBLEM}\n以上情况。\n{REMARK}\n{CLOSING}", [REMARK]),
        (f"{OPENING}\n二、整改情况\n{REMARK}\n{REMARK}\n（一）关于“学习不深”的问题\n组织学习。", [f"{REMARK}\n{REMARK}"]),
        # Without any problem all is left but what speaks of the inspection and of the notice's own end.
        (f"{OPENING}\n{REMARK}\n{CLOSING}", [REMARK]),
        # Headings of which the rules make nothing go with their words.
        (f"{OPENING}\n甲部分\n{REMARK}", [f"甲部分\n{REMARK}"]),
    ],
)
def test_what_is_left(text: str, rest: list[str]) -> None:
    assert left(text) == rest


def test_characters_and_paragraphs_are_counted_without_punctuation() -> None:
    (stretch,) = read_notice(f"{OPENING}\n{PROBLEM}\n以上情况。\n甲，乙。\n 丙 \n{CLOSING}").unparsed
    assert (stretch.characters, stretch.paragraphs) == (3, 2)


LINES = (
    OPENING,
    *PROBLEM.split("\n"),
    REMARK,
    *CLOSING.split("\n"),
    "二、下一步打算",
    "（一）工程管理不规范。",
    "1.修订制度2项。",
    "",
    "　　第二，监管不严。",
)


@settings(max_examples=200)
@given(st.lists(st.sampled_from(LINES), max_size=14))
def test_every_word_is_in_one_place(lines: list[str]) -> None:
    text = "\n".join(lines)
    notice = read_notice(text, None, "2021-09-02")
    ends = 0
    for stretch in notice.unparsed:
        assert ends <= stretch.start < stretch.end <= len(text)
        assert all(problem.end <= stretch.start or stretch.end <= problem.start for problem in notice.problems)
        ends = stretch.end


def test_what_stands_behind_a_table_without_headings_is_kept() -> None:
    table = "序号\t反馈问题\t整改措施\n1\t库区巡护缺人手\t招聘3名\n群众反映的闸门事项已经办理。\n2\t水费收缴混乱\t补收3万元"
    assert left(f"{OPENING}\n{table}") == ["群众反映的闸门事项已经办理。"]


def test_a_word_of_contacts_without_a_contact_is_kept() -> None:
    assert left(f"{OPENING}\n一、关于“库区巡护缺人手”的问题\n招聘3名。\n二、办理结果\n群众反馈的养老床位事项已经办理。")[-1].endswith(
        "已经办理。"
    )

"""Figures by kind: people by what became of them, money by how it came back, rules by what was done to them."""

import pytest
from evidence import check_totals
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.record import Notice
from pipelines.step4_read import read_notice

OPENING = "2021年3月1日至4月30日,市委第一巡察组对市水务局党组进行了巡察。"


def read(remedy: str, opening: str = "") -> Notice:
    return read_notice(f"{OPENING}{opening}\n一、关于“管理不严”的问题\n{remedy}")


def kinds(notice: Notice) -> list[tuple[str, float, bool]]:
    return [(figure.kind, figure.value, figure.counted) for figure in notice.figures]


def persons(remedy: str) -> list[tuple[str, float, bool]]:
    return [(kind.removeprefix("persons_"), value, counted) for kind, value, counted in kinds(read(remedy))]


@pytest.mark.parametrize(
    ("remedy", "expected", "total"),
    [
        ("给予党纪处分2人、政务处分1人，诫勉谈话3人。", [("disciplined", 2, True), ("disciplined", 1, True), ("admonished", 3, True)], 6),
        ("批评教育5人,通报批评1人,提醒谈话8人。", [("criticised", 5, True), ("criticised", 1, True), ("talked_to", 8, True)], 14),
        ("对2名责任人进行提醒谈话并责令作出书面检查。", [("talked_to", 2, True)], 2),
        ("给予3人党内警告处分和1人诫勉。", [("disciplined", 3, True), ("admonished", 1, True)], 4),
        ("对1名处级干部、2名科级干部给予处分。", [("disciplined", 1, True), ("disciplined", 2, True)], 3),
        ("清退兼职取酬,涉及4人,均已作出组织处理。", [("reassigned", 4, True)], 4),
        ("诫勉谈话（提醒谈话）4人。", [("admonished", 4, True)], 4),
        ("对3名责任人分别给予党内警告、诫勉、批评教育。", [("held_to_account", 3, True)], 3),
        ("一是对两名同志批评教育;二是诫勉一人。", [("criticised", 2, True), ("admonished", 1, True)], 3),
        ("运用“第一种形态”处理5人,其中1人诫勉。", [("held_to_account", 5, True), ("admonished", 1, False)], 5),
        ("处分3人（其中科级干部1人）。", [("disciplined", 3, True)], 3),
        ("不再给予处分。处理信访12件,走访群众20人。", [], None),
        ("3名出纳补齐票据,均给予政务记大过处分。", [("disciplined", 3, True)], 3),
        ("对5名站长分别给予撤销党内职务1人、诫勉谈话4人。", [("disciplined", 1, True), ("admonished", 4, True)], 5),
        ("（2）对5名站长分别给予撤销党内职务1人、诫勉谈话4人。", [("disciplined", 1, True), ("admonished", 4, True)], 5),
        ("2名职工反映情况,已对站长给予警告处分。", [], None),
        ("3名职工自费进修,均取得证书。", [], None),
        ("累计诫勉1,204人，批评教育3人。", [("admonished", 1204, True), ("criticised", 3, True)], 1207),
        ("问责3,120人,其中政务处分1,005人。", [("held_to_account", 3120, True), ("disciplined", 1005, False)], 3120),
        ("诫勉1,处分2人。", [("disciplined", 2, True)], 2),
        ("将4人由提醒谈话变更为政务记过。", [("disciplined", 4, True)], 4),
        ("批评教育6人和诫勉改为政务警告1人。", [("criticised", 6, True), ("disciplined", 1, True)], 7),
        ("以整改为契机批评教育3人。", [("criticised", 3, True)], 3),
        ("诫勉2人以整改为契机给予处分1人。", [("admonished", 2, True), ("disciplined", 1, True)], 3),
        # The sum of a list, and the list of a sum.
        ("追责问责6人,其中处分2人,诫勉4人。", [("held_to_account", 6, True), ("disciplined", 2, False), ("admonished", 4, False)], 6),
        ("问责6人;其中处分2人。", [("held_to_account", 6, True), ("disciplined", 2, False)], 6),
        ("问责5人,处分2人,批评教育3人。", [("held_to_account", 5, True), ("disciplined", 2, False), ("criticised", 3, False)], 5),
        ("诫勉1人、通报批评2人,合计处理3人。", [("admonished", 1, False), ("criticised", 2, False), ("held_to_account", 3, True)], 3),
        (
            "问责6人,其中处分2人,诫勉4人,另批评教育1人。",
            [("held_to_account", 6, True), ("disciplined", 2, False), ("admonished", 4, False), ("criticised", 1, True)],
            7,
        ),
        ("共处分2人,诫勉3人。", [("disciplined", 2, True), ("admonished", 3, True)], 5),
        # Zeros are said, and 人次 are no people.
        ("政务处分0人;组织处理0人;诫勉0人。", [("disciplined", 0, True), ("reassigned", 0, True), ("admonished", 0, True)], 0),
        ("提醒谈话12人次。", [("talked_to", 12, False)], None),
        ("约谈项目负责人3人,移送司法机关1人。", [("summoned", 3, False), ("handed_over", 1, False)], None),
        ("辞退2人,培训35人,开展批评帮助5人。", [], None),
    ],
)
def test_people_by_what_became_of_them(remedy: str, expected: list[tuple[str, float, bool]], total: float | None) -> None:
    assert persons(remedy) == expected
    assert read(remedy).totals["persons_disciplined"] == total


@pytest.mark.parametrize(
    ("remedy", "kind", "value", "upper", "about"),
    [
        ("追缴资金3.5万元。", "money_recovered", 35_000, None, False),
        ("清退资金30余万元。", "money_returned", 300_000, None, True),
        ("上缴财政约8万元。", "money_paid_over", 80_000, None, True),
        ("挽回损失1.2亿元。", "money_made_good", 120_000_000, None, False),
        ("追回补贴3至5万元。", "money_recovered", 30_000, 50_000, False),
        ("退还多收的押金3000元-5000元。", "money_returned", 3000, 5000, False),
        ("补缴税款9千元至1.1万元。", "money_paid_over", 9000, 11_000, False),
        ("收回近百万元。", "money_recovered", 1_000_000, None, True),
        ("收回欠款200万元左右。", "money_recovered", 2_000_000, None, True),
        ("多领补贴3.4万元,由本人如数退回。", "money_returned", 34_000, None, False),
        ("上缴租金27万4千元。", "money_paid_over", 274_000, None, False),
        ("追缴土地出让金3亿2千万元。", "money_recovered", 320_000_000, None, False),
        ("收回二亿三千万元。", "money_recovered", 230_000_000, None, False),
        ("追缴押金1.17亿元,余款4.2亿元经法院执行追索。", "money_recovered", 117_000_000, None, False),
        ("追回借款31万元,其余6万元列入诉讼追缴。", "money_recovered", 310_000, None, False),
        ("追缴结余3万元。", "money_recovered", 30_000, None, False),
        ("补登账目12万元,多列的费用0.9万元由站长退还。", "money_returned", 9000, None, False),
    ],
)
def test_money_by_how_it_came_back(remedy: str, kind: str, value: float, upper: float | None, *, about: bool) -> None:
    (figure,) = read(remedy).figures
    assert (figure.kind, figure.value, figure.upper, figure.about) == (kind, value, upper, about)
    assert figure.problem == 0


@pytest.mark.parametrize(
    ("remedy", "total"),
    [
        ("起诉追偿工程款9万元。", None),
        ("起诉后追回工程款9万元。", 90_000),
        ("水费9万元由法务追讨。", None),
        ("水费9万元已追讨到账。", 90_000),
        ("追缴水费9万元,剩余资金2万元已全部收回。", 110_000),
    ],
)
def test_an_attempt_brings_nothing_back(remedy: str, total: float | None) -> None:
    assert read(remedy).totals["money_recovered_yuan"] == total


@pytest.mark.parametrize(
    ("remedy", "total"),
    [
        ("向6家施工企业退还到期质保金48万元。", None),
        ("退还7万元履约保证金。", None),
        ("租房押金2万元已全部退还。", None),
        ("清退到期保证金,涉及9户,共计3.6万元。", None),
        ("退还质量保证金3万元及利息0.1万元。", None),
        ("返还被害人现金11万元,上缴罚没收入4万元。", 40_000),
        ("向胜诉方退还诉讼费6,300元。", None),
        ("返还执行案款15万元。", None),
        ("退还违规收取的质保金48万元。", 480_000),
        ("退还押金中超标准部分2万元。", 20_000),
        ("多收的诉讼费0.6万元已全部退还。", 6_000),
        ("清理违规收取的投标保证金。退还投标保证金5万元。", 50_000),
        ("站长退缴赃款5万元。", 50_000),
        ("追缴保证金5万元。", 50_000),
        ("退还补贴5万元和保证金2万元。", 50_000),
        ("退还保证金2万元,退还补贴5万元。", 50_000),
    ],
)
def test_what_was_its_owners_all_the_time_was_not_recovered(remedy: str, total: float | None) -> None:
    assert read(remedy).totals["money_recovered_yuan"] == total


def test_parts_of_a_sum_are_kept_and_not_added() -> None:
    notice = read("清退资金30万元,其中退还群众10万元、上缴财政20万元。建立制度12项,其中新建5项、修订7项。")
    assert [(figure.value, figure.counted) for figure in notice.figures] == [
        (300_000, True), (100_000, False), (200_000, False), (12, True), (5, False), (7, False)
    ]  # fmt: skip
    assert (notice.totals["money_recovered_yuan"], notice.totals["rules_made"]) == (300_000, 12)


@pytest.mark.parametrize(
    ("opening", "remedy", "people", "yuan"),
    [
        ("累计追责问责9人。", "处分4人。诫勉7人。", 9, None),
        ("截至目前,处分4人,诫勉6人。", "处分4人。诫勉7人。", 10, None),
        ("累计追责问责9人,其中处分2人。", "处分4人。诫勉7人。", 9, None),
        # The sum of some kinds leaves the others to be added.
        ("累计处分4人。", "处分4人。诫勉7人。", 11, None),
        ("累计上缴4万元。", "追缴5万元。退还1万元。", None, 40_000),
        # What does not sum up the whole is added.
        ("问责9人,其中处分2人。", "处分4人。诫勉7人。", 20, None),
        ("上缴4万元。", "追缴5万元。退还1万元。", None, 100_000),
    ],
)
def test_a_sum_below_its_parts_is_not_added_to_them(opening: str, remedy: str, people: float | None, yuan: float | None) -> None:
    notice = read(remedy, opening)
    assert (notice.totals["persons_disciplined"], notice.totals["money_recovered_yuan"]) == (people, yuan)
    check_totals(notice)


def test_the_sum_of_a_section_is_not_the_whole() -> None:
    notice = read("追缴5万元。\n二、财务方面\n共追缴1万元。\n（一）关于“账目混乱”的问题\n追缴7万元。")
    assert [figure.problem is None for figure in notice.figures] == [False, True, False]
    assert notice.totals["money_recovered_yuan"] == 130_000


def test_rules_by_what_was_done_to_them() -> None:
    notice = read("研究制定了6项制度,修订完善了2项,废止3项。")
    assert kinds(notice) == [("rules_made", 6, True), ("rules_revised", 2, True), ("rules_abolished", 3, False)]
    assert notice.totals["rules_made"] == 8


def test_what_the_notice_says_of_its_problems() -> None:
    opening = "反馈的4个方面25个问题,已完成整改19个,基本完成1个,正在推进4个,未完成1个,整改完成率76%。"
    notice = read("已完成整改1个问题。", opening)
    names = ("problems_total", "problems_done", "problems_ongoing", "completion_rate")
    assert [notice.totals[name] for name in names] == [25, 19, 4, 76]
    assert [figure.value for figure in notice.figures if figure.kind in ("problems_nearly_done", "problems_unfinished")] == [1, 1]
    assert [figure.problem for figure in notice.figures if not figure.counted][-1] == 0
    # Nothing is computed: a share that is not said is not known.
    assert read("", "反馈25个问题,已完成整改19个。").totals["completion_rate"] is None


@pytest.mark.parametrize(
    ("words", "total", "done"),
    [
        ("反馈的52个问题已完成整改48个,剩余4个问题有序推进。", 52, 48),
        ("反馈问题共5个方面14条,现已改完13条。", 14, 13),
        ("局长领办重点问题7项。反馈的4个方面39个问题,集中整改期内完成问题34个。", 39, 34),
        ("对照反馈的9个问题建立台账。截至7月底,完成整改8个。", 9, 8),
        ("反馈问题6个,现已全部整改到位。", 6, 6),
        ("反馈16个问题。其中立行立改问题6个,已全部整改。", 16, None),
        ("反馈问题6个,将全部整改到位。", 6, None),
        ("反馈19项问题,细化为204条任务,完成198条。", 19, None),
        ("反馈的7个问题全部完成整改。", 7, 7),
        ("反馈的3个方面18个问题,现已全部整改到位,整改率100%。", 18, 18),
        ("反馈7个问题,制定措施31条,截至6月底,已完成4个,3个问题正在整改。", 7, 4),
        ("反馈7个问题,制定31条措施,已完成4个。", 7, 4),
        ("反馈7个问题,制定31项措施,已完成24项。", 7, None),
        ("反馈7个问题,制定31个措施,已完成4个。", 7, None),
        ("确保12月底前反馈的7个问题全部完成整改。", 7, None),
        ("计划12月底前,反馈的7个问题全部完成整改。", 7, None),
        ("按照市委要求,反馈的7个问题全部完成整改。", 7, 7),
        ("反馈18个问题。其中立行立改的7个问题全部完成整改。", 18, None),
        ("反馈18个问题。党建方面7个问题全部完成整改。", 18, None),
        ("反馈18个问题,11个已全部完成整改,7个正在推进。", 18, 11),
        ("反馈18个问题。党建方面7个问题,现已全部整改到位。", 18, None),
        ("反馈的7个问题全部完成整改方案编制。", 7, None),
        ("指出整改不到位问题6个、新问题5个。", None, None),
    ],
)
def test_all_problems_are_told_from_some(words: str, total: float | None, done: float | None) -> None:
    notice = read("", words)
    assert (notice.totals["problems_total"], notice.totals["problems_done"]) == (total, done)


CLAUSES = (
    "处分2人", "诫勉3人", "问责5人", "合计处理9人", "其中批评教育1人", "提醒谈话4人次", "约谈2人", "对3名干部给予警告",
    "追缴7万元", "其中上缴3万元", "共清退2至4万元", "挽回5.5万元", "制定制度6项", "其中修订2项", "废止1项", "反馈25个问题", "完成整改20个",
    "完成率80%", "截至目前", "均已诫勉", "涉及4人", "共3万元", "其余2万元正在追缴", "上缴3万6千元", "对4名站长给予处分2人", "3名出纳补账",
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(st.tuples(st.sampled_from(CLAUSES), st.sampled_from(",、;。\n")), max_size=14), st.booleans())
def test_what_is_counted_adds_up_to_the_total(parts: list[tuple[str, str]], before: bool) -> None:  # noqa: FBT001 - hypothesis gives it by position
    words = "".join(clause + mark for clause, mark in parts)
    notice = read("", words) if before else read(words)
    check_totals(notice)


def test_the_cells_of_a_table_are_read_each_for_itself() -> None:
    notice = read_notice(
        f"{OPENING}\n序号 反馈问题 整改措施 完成情况 责任单位 完成时限\n"
        "1 闸门检修不及时 检修闸门12座,收回资金94万元 已完成 工管科 2021年12月\n"
        "2 财务底数不清 收回资金9万元 持续推进 财务科 2021年12月"
    )
    assert [(figure.word, figure.quote) for figure in notice.figures] == [("收回", "收回资金94万元"), ("收回", "收回资金9万元")]
    assert [(problem.measures, problem.status) for problem in notice.problems] == [
        ("检修闸门12座,收回资金94万元", "已完成"),
        ("收回资金9万元", "正在推进"),
    ]


def test_people_in_a_range() -> None:
    (figure,) = read("批评教育3至5人。").figures
    assert (figure.value, figure.upper, figure.quote) == (3, 5, "批评教育3至5人")


@pytest.mark.parametrize(("words", "counted"), [("甲" * 100, [True, False]), ("甲" * 2_000, [True, True])])
def test_what_sums_up_reaches_as_far_as_a_sentence(words: str, counted: list[bool]) -> None:
    notice = read("追缴4万元。", f"累计{words};追缴9万元。")
    assert [figure.counted for figure in notice.figures] == counted


@pytest.mark.parametrize(
    ("remedy", "total"),
    [
        ("追缴11.2万元，追缴的资金11.2万元已全部上缴财政。", 112_000),
        ("追缴11.2万元，清退补贴11.2万元。", 224_000),
        ("计划于2023年6月底前收回借款20万元。", None),
        ("预计2023年6月30日前追缴20万元。", None),
        ("对5户追回资金，其中甲村2户0.86万元，乙村3户1.14万元，合计2万元。", 20_000),
    ],
)
def test_money_told_twice_planned_or_in_parts(remedy: str, total: float | None) -> None:
    assert read(remedy).totals["money_recovered_yuan"] == total


@pytest.mark.parametrize("lead", ["整改情况：", "【整改】", "（1）", "一是", "整改措施：①"])
def test_a_quote_begins_behind_label_and_number(lead: str) -> None:
    assert [figure.quote for figure in read(f"{lead}修订制度2项。").figures] == ["修订制度2项"]


@pytest.mark.parametrize(
    ("remedy", "counted"),
    [
        ("拟给予2人党内警告处分。", []),
        ("建议给予处分2人。", []),
        ("未给予处分3人。", []),
        ("下一步将给予5人组织处理。", []),
        ("对未按规定报批的2人批评教育。", [("persons_criticised", 2)]),
        ("将3人移送司法机关。", [("persons_handed_over", 3)]),
        ("警告社区矫正对象6人。", []),
        ("拟于年内再制定3项制度。", []),
        ("学习上级印发制度12项。", []),
        ("按要求制定制度3项。", [("rules_made", 3)]),
        ("下达追缴通知书，涉及资金26万元。", []),
    ],
)
def test_what_has_not_happened_is_no_figure(remedy: str, counted: list[tuple[str, float]]) -> None:
    assert [(figure.kind, figure.value) for figure in read(remedy).figures] == counted

"""The problem ledger: numbering of every style, statements freed from their wrapping."""

import pytest

from pipelines.record import Problem
from pipelines.step4_read import read_notice

OPENING = "2021年3月1日至4月30日,市委第一巡察组对市水务局党组进行了巡察。现将整改情况通报如下。\n"


def ledger(body: str) -> list[Problem]:
    text = OPENING + body
    problems = read_notice(text).problems
    for problem in problems:
        assert text[problem.problem_start : problem.problem_end] == problem.problem
        assert problem.start <= problem.problem_start < problem.problem_end <= problem.end
    return problems


@pytest.mark.parametrize(
    ("heading", "statement"),
    [
        ("(一)关于“执行制度不严”的问题。", "执行制度不严"),
        ("（一）扎实整改了关于“执行制度不严”的问题。", "执行制度不严"),
        ("1.在“统筹谋划发力不足”方面。", "统筹谋划发力不足"),
        ("1．针对“执行制度不严”问题", "执行制度不严"),
        ("(一)对“执行制度不严”的整改", "执行制度不严"),
        ("(一)着力解决“执行制度不严”问题", "执行制度不严"),
        ("(一)财务管理方面存在的“票据代签”问题", "票据代签"),
        ("(一)关于“‘三公开’制度有‘缩水’现象”的问题。", "‘三公开’制度有‘缩水’现象"),
        ("(一)关于“落实“三公开”制度不到位”的问题。", "落实“三公开”制度不到位"),
        ("(六)关于“与残联沟通不顺畅,导致补贴无法正常享受的问题。", "与残联沟通不顺畅,导致补贴无法正常享受"),
        ("(一)关于“三公开”制度落实不到位的问题", "“三公开”制度落实不到位"),
        ("(一)关于理论学习不深入的问题的整改情况:", "理论学习不深入"),
        ("1.反馈问题：库区巡护缺人手。", "库区巡护缺人手"),
        ("问题01 租金收缴率低", "租金收缴率低"),
        ("问题一:安全检查“一查了之”。", "安全检查“一查了之”"),
        ("存在问题一：大局意识不强。", "大局意识不强"),
        ("① 问题：供水抢修拖沓。", "供水抢修拖沓"),
        ("【问题】执行制度不严。", "执行制度不严"),
        ("第一,关于执行制度不严的问题", "执行制度不严"),
        ("关于“水质抽检次数少”的问题。", "水质抽检次数少"),
        ("“库区巡护缺人手”问题", "库区巡护缺人手"),
        ("(问题1)库区巡护缺人手。", "库区巡护缺人手"),
        ("整改事项一：库区巡护缺人手。", "库区巡护缺人手"),
        ("（一）反馈意见一：库区巡护缺人手", "库区巡护缺人手"),
        ("关于第1个问题：库区巡护缺人手。", "库区巡护缺人手"),
        ("存在不足：库区巡护缺人手；闸门检修不及时。", "库区巡护缺人手；闸门检修不及时"),
        ("——针对“库区巡护缺人手”问题。", "库区巡护缺人手"),
        ("1.关于“库区巡护有短板。夜间巡护无人值守的问题", "库区巡护有短板。夜间巡护无人值守"),
        ('（一）"库区巡护缺人手"问题整改情况', "库区巡护缺人手"),
        ("1、对反馈的“库区巡护缺人手”问题的整改情况。", "库区巡护缺人手"),
        ("1.针对巡察组指出的“库区巡护缺人手”问题", "库区巡护缺人手"),
        ("1.库区巡护缺人手问题整改情况", "库区巡护缺人手"),
        ("存在不足2：库区巡护缺人手。", "库区巡护缺人手"),
    ],
)
def test_statement(heading: str, statement: str) -> None:
    (problem,) = ledger(f"二、整改落实情况\n{heading}\n整改情况:组织学习4次,已完成整改。\n三、下一步打算\n(一)持续用力。继续抓好整改。")
    assert (problem.problem, problem.leaf, problem.status) == (statement, True, "已完成")
    assert problem.measures is not None
    assert problem.measures.endswith("已完成整改。")


@pytest.mark.parametrize("label", ["尚未完成问题整改情况", "已完成问题的整改情况", "“三资”整治整改措施", "深化巡察提出的“三资”整治工作"])
def test_what_only_looks_like_a_statement(label: str) -> None:
    body = f"（一）库区巡护缺人手\n1.{label}。增加护林员3名。\n（二）闸门检修不及时\n1.{label}。检修12座。"
    assert [p.problem for p in ledger(f"二、整改情况\n{body}")] == ["库区巡护缺人手", "闸门检修不及时"]


def test_a_field_with_a_word_of_leadership_holds_problems_where_its_headings_name_faults() -> None:
    problems = ledger(
        "一、政治站位方面\n1.学习贯彻到位。召开会议3次。\n2.统筹部署到位。印发方案。\n"
        "二、整改情况\n（一）主体责任方面\n1.库区巡护缺人手\n增加护林员3名。\n2.闸门检修不及时\n检修12座。\n"
        "（二）组织领导方面\n1.学习教育抓实。举办班次3期。\n2.督查问效跟上。现场督办。"
    )
    assert [p.problem for p in problems] == ["库区巡护缺人手", "闸门检修不及时"]


def test_a_notice_in_one_paragraph() -> None:
    text = (
        "2021年3月1日至4月30日,市委第一巡察组对市水务局党组进行了巡察。现将整改情况通报如下：一、加强领导：召开会议5次。"
        "二、反馈问题整改情况：（一）关于“库区巡护缺人手”的问题。增加护林员3名。（二）关于“闸门检修不及时”的问题。检修12座。"
        "三、下一步打算：持续用力。电话：0556-6100230。中共林川市水务局党组 2021年9月3日"
    )
    notice = read_notice(text)
    assert [(p.problem, p.measures) for p in notice.problems] == [
        ("库区巡护缺人手", "增加护林员3名。"),
        ("闸门检修不及时", "检修12座。"),
    ]
    assert (notice.signed_date, notice.issuing_body) == ("2021-09-03", "中共林川市水务局党组")


@pytest.mark.parametrize("section", ["二、整改情况\n", "第二部分 整改情况\n", ""])
def test_counts_inside_a_remedy_open_no_sections(section: str) -> None:
    remedy = "制定方案：一、补充力量，增加护林员3名；二、建成岗亭2座。"
    for first in (f"1.针对“库区巡护缺人手”问题,{remedy}", f"1.关于“库区巡护缺人手”的问题\n{remedy}"):
        problems = ledger(f"{section}{first}\n2.关于“闸门检修不及时”的问题\n检修12座。")
        assert [(p.problem, p.depth) for p in problems] == [("库区巡护缺人手", 1), ("闸门检修不及时", 1)]
        assert (problems[0].measures or "").endswith("建成岗亭2座。")


@pytest.mark.parametrize("break_", ["", "\n"])
def test_titles_without_numbers_above_their_remedies(break_: str) -> None:
    problems = ledger(
        f"一、加强领导\n成立专班。\n二、反馈问题整改情况\n库区巡护缺人手。{break_}整改情况：增加护林员3名。\n"
        f"闸门检修不及时。{break_}整改措施：检修12座。\n三、下一步打算\n继续抓好整改不放松。{break_}整改措施：另行公布。"
    )
    assert [p.problem for p in problems] == ["库区巡护缺人手", "闸门检修不及时"]


def test_a_description_between_a_problem_and_its_remedy_is_no_title() -> None:
    problems = ledger(
        "二、反馈问题整改情况\n（一）关于“库区巡护缺人手”的问题\n护林员年龄偏大\n整改情况：增加护林员3名。\n"
        "（二）关于“闸门检修不及时”的问题\n检修计划缺失\n整改情况：检修12座。"
    )
    assert [p.problem for p in problems] == ["库区巡护缺人手", "闸门检修不及时"]


def test_groups_and_their_problems() -> None:
    problems = ledger(
        "二、整改情况\n（一）履行责任不够到位\n1.理论学习不深入。组织学习4次。\n2.制度执行不严。修订制度3项。\n"
        "（二）队伍建设方面\n3.干部老化。选派年轻干部5名。\n三、下步打算\n1.持续用力。继续抓好。"
    )
    assert [(p.number, p.depth, p.leaf, p.problem) for p in problems] == [
        ("（一）", 1, False, "履行责任不够到位"),
        ("1.", 2, True, "理论学习不深入"),
        ("2.", 2, True, "制度执行不严"),
        ("3.", 1, True, "干部老化"),
    ]


def test_remedies_are_no_problems() -> None:
    problems = ledger(
        "二、整改情况\n（一）水表更换收费不合理\n1.清退多收表费31万元,惠及用户480人。\n2.重写收费办法,公示三轮。\n"
        "（二）泵房采购不规范\n1.统一招标,更换厂家4家。"
    )
    assert [(p.problem, p.leaf) for p in problems] == [("水表更换收费不合理", True), ("泵房采购不规范", True)]


def test_labels_below_a_problem_are_no_problems() -> None:
    problems = ledger("一、整改情况\n（一）“读书走马观花不深”的问题\n1.整改措施。列入年度计划。\n2.整改成效。集中学习6次,长期坚持。")
    assert [(p.problem, p.status) for p in problems] == [("读书走马观花不深", "长期坚持")]


def test_sections_about_leadership_and_outlook_hold_no_problems() -> None:
    assert (
        ledger(
            "一、加强组织领导\n（一）态度不够坚决的要问责。召开会议。\n（二）责任不落实的要追究。召开会议。\n三、下一步工作打算\n（一）不足之处再整改。继续努力。"
        )
        == []
    )


def test_a_table() -> None:
    problems = ledger("序号 反馈问题 整改措施及成效 完成情况\n1 闸门检修不及时 检修闸门12座 已完成\n2 财务底数不清 收回资金94万元 持续推进")
    assert [(p.number, p.problem, p.status) for p in problems] == [("1", "闸门检修不及时", "已完成"), ("2", "财务底数不清", "正在推进")]


def test_items_that_run_on_in_one_paragraph() -> None:
    problems = ledger("二、整改情况\n1.关于“学习不深”的问题。组织学习4次。2.关于“管理不严”的问题。修订制度3项。")
    assert [p.problem for p in problems] == ["学习不深", "管理不严"]


@pytest.mark.parametrize(
    "numbers",
    [
        "●●",
        "◆◆",
        "✦✦",
        "■■",
        "⑴⑵",
        "❶❷",
        "㈠㈡",
        ("1 ", "2 "),
        ("2.1 ", "2.2 "),
        ("3-1 ", "3-2 "),
        ("3—1：", "3—2："),
        ("第1项 ", "第2项 "),
        ("第一项：", "第二项："),
        ("2.1", "2.2"),
        ("01 ", "02 "),
    ],
)
def test_numbers_and_bullets(numbers: str) -> None:
    first, second = numbers
    problems = ledger(f"二、整改情况\n{first}库区巡护缺人手\n增加护林员3名。\n{second}闸门检修不及时\n检修12座。")
    assert [p.problem for p in problems] == ["库区巡护缺人手", "闸门检修不及时"]


@pytest.mark.parametrize(
    "line",
    [
        "3 名同志调整岗位",
        "2.1 万元已退回不及时的户",
        "12 月完成整改不及时的事项",
        "1-2月巡护不及时",
        "1-1.5公里管护不及时",
        "第2项不及时",
        "第3项 不及时",
    ],
)
def test_counts_at_the_beginning_of_a_line_are_no_numbers(line: str) -> None:
    problems = ledger(f"二、整改情况\n（一）库区巡护缺人手\n{line}。\n（二）闸门检修不及时\n检修12座。")
    assert [p.problem for p in problems] == ["库区巡护缺人手", "闸门检修不及时"]


@pytest.mark.parametrize(
    "body",
    [
        "（一）工程管理方面。1.库区巡护缺人手。增加护林员3名。2.闸门检修不及时。检修12座。",
        "（一）工程管理方面\n1.库区巡护缺人手。增加护林员3名；建成岗亭2座。2.闸门检修不及时。检修12座。",
        "（一）工程管理方面\n一是关于“库区巡护缺人手”的问题。增加护林员3名。二是关于“闸门检修不及时”的问题。检修12座。",
        "（一）关于“库区巡护缺人手”的问题。1.充实力量。增加护林员3名。2.压实责任。约谈2人。\n（二）关于“闸门检修不及时”的问题。1.排查隐患。检修12座。2.补齐台账。登记40项。",
        "（一）库区巡护缺人手。整改情况：1.充实力量不放松。增加护林员3名。2.压实责任。约谈2人。\n（二）闸门检修不及时。整改情况：1.检修12座。2.登记台账。",
        "（一）库区巡护缺人手\n●增加护林员3名。\n●建成岗亭2座。\n（二）闸门检修不及时\n●检修12座。",
        "1.库区巡护缺人手\n问题描述：林区面积大，护林员仅4名。\n整改措施：增加护林员3名。\n2.闸门检修不及时\n问题描述：两年未检修。\n整改措施：检修12座。",
    ],
)
def test_the_same_ledger_in_several_layouts(body: str) -> None:
    problems = ledger(
        f"一、压实整改责任\n（一）加强领导。召开会议5次。\n二、反馈问题整改情况\n{body}\n三、下一步打算\n（一）持续用力。继续抓好。"
    )
    assert [p.problem for p in problems if p.leaf] == ["库区巡护缺人手", "闸门检修不及时"]


def test_titles_of_a_ledger_that_states_no_faults() -> None:
    problems = ledger(
        "一、提高认识,加强领导\n（一）扛起责任。召开会议5次。\n（二）健全机制。成立专班。\n"
        "二、对照意见,狠抓整改\n（一）护好一库清水\n1.充实巡护力量。增加护林员3名。\n2.抓牢闸门检修。检修12座,建立台账。\n"
        "（二）从严管理资产\n1.规范门面出租。收回租金8万元。\n三、下一步打算\n（一）持续用力。继续抓好。\n（二）健全机制。不断完善。"
    )
    assert [p.problem for p in problems] == ["充实巡护力量", "抓牢闸门检修", "规范门面出租"]


def test_what_still_has_to_be_done_is_a_fault() -> None:
    problems = ledger(
        "二、整改情况\n1.巡护能力有待提升\n增加护林员3名。\n2.部门联动亟需加强\n会商4次。\n3.服务意识需要进一步强化\n走访30户。"
    )
    assert [p.problem for p in problems] == ["巡护能力有待提升", "部门联动亟需加强", "服务意识需要进一步强化"]


def test_a_field_that_spans_several_rows() -> None:
    unnumbered = ledger(
        "二、整改情况\n领域 具体问题 整改情况\n工程建设 库区巡护缺人手 已完成\n闸门检修不及时 持续推进\n联系电话：6100230 邮编：471000"
    )
    numbered = ledger("二、整改情况\n序号 领域 具体问题 整改情况\n1 工程建设 库区巡护缺人手 已完成\n2 闸门检修不及时 持续推进")
    for problems in (unnumbered, numbered):
        assert [(p.problem, p.status) for p in problems] == [("库区巡护缺人手", "已完成"), ("闸门检修不及时", "正在推进")]


def test_the_last_row_is_as_long_as_the_others() -> None:
    rows = "1\n库区巡护缺人手\n增加护林员3名。\n已完成\n2\n闸门检修不及时\n检修12座。\n正在推进"
    for behind in ("三、下一步打算", "联系电话：6100230", "中共林川市水务局党组 2021年9月3日"):
        problems = ledger(f"二、整改情况\n序号\n反馈问题\n整改完成情况\n{rows}\n{behind}\n尾")
        assert [(p.problem, p.status) for p in problems] == [("库区巡护缺人手", "已完成"), ("闸门检修不及时", "正在推进")]


@pytest.mark.parametrize(
    ("remedy", "status"),
    [
        ("基本完成。对21处岸线逐一复核，清退占地6亩，补植树木300株，设立界桩40根。", "基本完成"),
        ("整改情况：正在推进。巡护员招录公告已发，体检3人，公示3人，签约2人。", "正在推进"),
        ("已完成12处岸线复核。补植树木300株，设立界桩40根，刷新标牌6块。", None),
    ],
)
def test_a_status_said_first(remedy: str, status: str | None) -> None:
    assert [p.status for p in ledger(f"一、关于“库区巡护缺人手”的问题\n{remedy}")] == [status]


@pytest.mark.parametrize(
    "table",
    [
        "反馈问题 整改措施 完成情况\n库区巡护缺人手 增加护林员3名 已完成\n闸门检修不及时 检修12座 已完成",
        "序号\n反馈问题\n整改措施\n完成情况\n1\n库区巡护缺人手\n增加护林员3名\n已完成\n2\n闸门检修不及时\n检修12座\n已完成\n以上情况,欢迎监督。",
    ],
)
def test_tables_without_numbers_and_with_cells_of_their_own(table: str) -> None:
    problems = ledger(f"二、整改情况\n{table}")
    assert [(p.problem, p.status) for p in problems] == [("库区巡护缺人手", "已完成"), ("闸门检修不及时", "已完成")]


def test_a_column_that_names_the_field_holds_no_problems() -> None:
    problems = ledger("二、整改情况\n问题类别\t具体问题\t整改情况\n党的建设\t库区巡护缺人手\t已完成\n工程建设\t闸门检修不及时\t已完成")
    assert [p.problem for p in problems] == ["库区巡护缺人手", "闸门检修不及时"]


def test_numbers_stand_as_printed() -> None:
    assert [p.number for p in ledger("（一）关于“库区巡护缺人手”的问题\n补招。\n（二）关于“闸门检修不及时”的问题\n检修。")] == [
        "（一）",
        "（二）",
    ]


def test_figures_and_totals() -> None:
    text = OPENING + (
        "一、关于“管理不严”的问题\n核减工程款96.4万元,其中多付的追回27.5万元,退还多收费用1,200元。对2名出纳批评教育、1名站长诫勉,合计处理3人。修订办法等2项制度。\n"
        "二、关于“收费不规范”的问题\n对企业罚款26万元,已足额缴库。拟追缴20万元。通报批评4人次。"
    )
    notice = read_notice(text)
    assert notice.totals["money_recovered_yuan"] == pytest.approx(276_200)
    assert (notice.totals["persons_disciplined"], notice.totals["rules_made"]) == (3, 2)
    assert all(text[figure.start : figure.end] == figure.quote for figure in notice.figures)


@pytest.mark.parametrize(
    ("remedy", "status"),
    [
        ("整改完成情况：招聘巡护员6名。已完成。", "已完成"),
        ("整改结果：招聘巡护员6名。正在推进。", "正在推进"),
        ("整改完成情况：招聘巡护员6名。", None),
        ("整改完成情况：招聘巡护员。", None),
        ("整改状态：正在推进。招聘巡护员，已完成整改。", "正在推进"),
        ("招聘巡护员。已取得阶段性成效，长期坚持。", "长期坚持"),
        ("招聘巡护员。整改状态：已取得阶段性成效，长期坚持。", "长期坚持"),
        ("招聘巡护员。取得阶段性成效，已完成整改。", "已完成"),
        ("招聘巡护员。已取得阶段性成效。", "正在推进"),
        ("招聘巡护员。已完成整改，长期坚持。", "已完成"),
    ],
)
def test_a_status_is_read_past_labels_that_state_none_and_outweighs_partial_success(remedy: str, status: str | None) -> None:
    (problem,) = ledger(f"二、整改落实情况\n1.关于“库区巡护缺人手”的问题\n{remedy}\n联系电话：6100230")
    assert problem.status == status


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("目前，该问题已完成整改。", "已完成"),
        ("目前正在推进。", "正在推进"),
        ("截至目前，收回水费3万元。\n整改已完成。", "已完成"),
        ("其余2户已起诉。", None),
        ("其余2条水渠正在疏浚。", None),
        ("下一步，该项工作正在推进。", "正在推进"),
    ],
)
def test_a_paragraph_that_tells_how_an_item_stands_belongs_to_it(told: str, status: str | None) -> None:
    body = f"二、整改落实情况\n1.关于“库区巡护缺人手”的问题\n招聘巡护员。\n{told}\n2.关于“闸门检修拖延”的问题\n检修闸门。\n{told}\n"
    for behind in ("三、下一步打算\n继续抓好。", "联系电话：6100230"):
        for problem, remedy in zip(ledger(body + behind), ("招聘巡护员。", "检修闸门。"), strict=True):
            assert (problem.measures, problem.status) == (f"{remedy}\n{told}", status)


@pytest.mark.parametrize(
    "closing",
    [
        "目前，反馈的20个问题已完成18个。",
        "截至2021年9月，市委巡察组指出的问题已经整改。",
        "其余问题正在整改。",
        "其余2个问题正在推进。",
        "其余4项均已纠正。",
        "截至目前，共收回水费3万元。",
        "下一步，我局党组将继续抓好整改。",
        "上述问题已完成整改。",
    ],
)
def test_a_paragraph_that_sums_up_behind_the_last_item_ends_the_ledger(closing: str) -> None:
    body = f"二、整改落实情况\n1.关于“库区巡护缺人手”的问题\n招聘巡护员。\n2.关于“闸门检修拖延”的问题\n检修闸门。\n{closing}"
    assert [(problem.measures, problem.status) for problem in ledger(body)] == [("招聘巡护员。", None), ("检修闸门。", None)]
    assert read_notice(OPENING + body).unparsed == []


def test_a_title_over_what_comes_next_has_words_of_its_own() -> None:
    body = "二、整改落实情况\n1.库区巡护缺人手。\n下一步，招聘巡护员。\n2.闸门检修拖延。\n检修闸门。"
    assert [problem.measures for problem in ledger(body)] == ["下一步，招聘巡护员。", "检修闸门。"]


@pytest.mark.parametrize("section", ["锲而不舍抓好水源保护", "驰而不息推动供水事业发展", "不图虚名扎实推动供水事业发展"])
def test_a_section_behind_the_ledger_is_no_problem_of_it(section: str) -> None:
    body = f"二、整改落实情况\n1.关于“库区巡护缺人手”的问题\n招聘巡护员。\n三、{section}\n以整改为契机改进服务。"
    assert [problem.problem for problem in ledger(body)] == ["库区巡护缺人手"]


@pytest.mark.parametrize("section", ["关于“闸门检修拖延”的问题", "闸门检修不到位"])
def test_a_section_behind_the_ledger_that_states_a_fault_is_a_problem(section: str) -> None:
    body = f"二、整改落实情况\n1.关于“库区巡护缺人手”的问题\n招聘巡护员。\n三、{section}\n检修闸门。"
    assert len(ledger(body)) == 2


@pytest.mark.parametrize(("lead", "count"), [("始终不渝守护水源", 1), ("一刻不停排查管网", 1), ("对待群众不负责", 3)])
def test_set_phrases_that_praise_name_no_fault(lead: str, count: int) -> None:
    body = f"二、整改\n(一){lead}。\n入户走访120次。\n(二){lead}。\n检修闸门12座。\n(三)关于“库区巡护缺人手”的问题\n招聘巡护员。"
    assert len(ledger(body)) == count


def test_the_notices_own_total_is_not_added_to_its_parts() -> None:
    text = OPENING + "共清退资金50万元。反馈的12个问题,已完成整改10个。\n一、关于“管理不严”的问题\n清退资金30万元。"
    totals = read_notice(text).totals
    assert (totals["money_recovered_yuan"], totals["problems_total"], totals["problems_done"]) == (500_000, 12, 10)


@pytest.mark.parametrize(
    ("remedy", "yuan"),
    [
        ("收缴租金15.5万元", 155_000),
        ("追缴欠款2300余万元", 23_000_000),
        ("追回补贴40多万元", 400_000),
        ("追缴欠款人民币陆万元", 60_000),
        ("涉及违规资金7万元,已全部清退", 70_000),
        ("多领补贴3.4万元,由本人如数退回", 34_000),
        ("涉及资金7万元,已清退5万元", 50_000),
        ("清退9人违规补贴,金额2.6万元", 26_000),
        ("清退违规收费,涉及12户,共计4.1万元", 41_000),
        ("退还服务费每人300元,涉及20人,共0.6万元", 6_000),
        ("清退补贴5.5万元、8.5万元", 140_000),
        ("追回借款20万元及利息1.5万元", 215_000),
        ("退回交通费1.5万元和补助0.5万元", 20_000),
        ("追缴3万元,退还2万元,合计5万元", 50_000),
        ("退还应退未退的押金6万元", 60_000),
        ("退还多收罚款2万元", 20_000),
        ("收缴罚款2万元", None),
        ("对未退还的1.6万元继续追缴", None),
        ("计划于年底前追缴90万元", None),
        ("收回并重新发放补贴60万元", None),
        ("涉及金额3万元,正在追缴", None),
        ("投入资金30万元,已收回场地3处", None),
        ("清退临时人员5名,节约经费3万元", None),
    ],
)
def test_money_that_came_back(remedy: str, yuan: float | None) -> None:
    assert read_notice(f"{OPENING}一、关于“管理不严”的问题\n{remedy}。").totals["money_recovered_yuan"] == yuan


@pytest.mark.parametrize(
    ("outside", "yuan", "rule"),
    [
        ("截至目前,清退资金50万元。", 500_000, "total: stated"),
        ("共清退资金50万元。", 500_000, "total: stated"),
        ("截至目前,清退资金1万元。", 10_000, "total: stated"),
        ("清退资金10万元。", 400_000, "total: sum of 2"),
        ("清退资金30万元。", 300_000, "total: sum of 1"),
    ],
)
def test_a_figure_outside_of_the_problems_is_the_total_only_where_it_sums_up(outside: str, yuan: float, rule: str) -> None:
    text = f"{OPENING}{outside}\n一、关于“管理不严”的问题\n清退资金30万元。"
    notice = read_notice(text)
    evidence = notice.evidence["money_recovered_yuan"]
    assert (notice.totals["money_recovered_yuan"], evidence.rule) == (yuan, rule)
    assert text[evidence.start : evidence.end] == evidence.quote


@pytest.mark.parametrize(
    "signature", ["市水务局党组\n2021年12月8日", "市水务局党组\n市水务局机关党委\n2021年12月8日", "市水务局党组 2021年12月8日"]
)
def test_the_signature_ends_the_last_problem(signature: str) -> None:
    problems = ledger(f"一、关于“库区巡护缺人手”的问题\n招聘巡护员3名。\n{signature}")
    assert [problem.measures for problem in problems] == ["招聘巡护员3名。"]


def test_a_field_over_problems_is_none() -> None:
    text = (
        "二、整改情况\n（一）聚焦群众身边腐败和不正之风方面\n1.库区巡护缺人手。\n整改情况：招聘巡护员3名。\n"
        "（二）上一轮巡察整改方面\n2.闸门检修不及时。\n整改情况：检修12座。\n（三）全面从严治党弱化方面\n3.水费收缴混乱。\n整改情况：补收3万元。"
    )
    assert [(problem.problem, problem.leaf) for problem in ledger(text)] == [
        ("库区巡护缺人手", True),
        ("闸门检修不及时", True),
        ("全面从严治党弱化", False),
        ("水费收缴混乱", True),
    ]


def test_the_halves_of_an_item_between_brackets() -> None:
    first = "【问题】库区巡护缺人手\n【整改】招聘巡护员3名。\n【成效】正在推进。"
    text = f"二、整改情况\n{first}\n【问题】闸门检修不及时\n【责任领导】王某\n【整改】检修12座。"
    assert [(problem.problem, problem.measures, problem.status) for problem in ledger(text)] == [
        ("库区巡护缺人手", "【整改】招聘巡护员3名。\n【成效】正在推进。", "正在推进"),
        ("闸门检修不及时", "【责任领导】王某\n【整改】检修12座。", None),
    ]


@pytest.mark.parametrize("status", ["整改状态：已完成。", "已完成整改。", "目前，该问题已整改完成。"])
def test_the_last_step_of_a_remedy_is_no_problem(status: str) -> None:
    item = "{}.关于“{}”的问题\n（1）招聘巡护员3名。\n（2）适时回头检查，防止问题反弹。\n" + status
    problems = ledger("二、整改情况\n" + item.format(1, "库区巡护缺人手") + "\n" + item.format(2, "闸门检修不及时"))
    assert [(problem.problem, problem.leaf, problem.status) for problem in problems] == [
        ("库区巡护缺人手", True, "已完成"),
        ("闸门检修不及时", True, "已完成"),
    ]


def test_a_remedy_before_its_status_is_no_heading() -> None:
    text = "二、整改情况\n（一）工程建设方面\n1.关于“库区巡护缺人手”问题的整改情况\n招聘巡护员3名，完成任务的92.9%。整改状态：正在推进。"
    assert [(problem.problem, problem.status) for problem in ledger(text)] == [("库区巡护缺人手", "正在推进")]


@pytest.mark.parametrize(
    ("heading", "status"),
    [
        ("关于“库区巡护缺人手”的问题（基本完成）", "基本完成"),
        ("关于库区巡护缺人手的问题（已完成）。", "已完成"),
        ("库区巡护缺人手（长期坚持）。", "长期坚持"),
        ("库区巡护缺人手。", None),
    ],
)
def test_a_status_behind_the_problem(heading: str, status: str | None) -> None:
    (problem,) = ledger(f"一、整改情况\n1.{heading}\n整改情况：招聘巡护员3名。")
    assert (problem.problem, problem.status) == ("库区巡护缺人手", status)


def test_what_was_done_for_now_and_goes_on() -> None:
    (problem,) = ledger("一、关于“库区巡护缺人手”的问题\n招聘巡护员3名。已完成阶段性任务，需长期坚持。")
    assert problem.status == "长期坚持"


def test_a_step_that_names_a_problem_is_none() -> None:
    first = "1.关于“库区巡护缺人手”的问题\n①招聘3名。\n②针对信息比对滞后问题，开通接口。"
    text = f"二、整改情况\n{first}\n2.关于“闸门检修不及时”的问题\n一是针对漏检的问题，检修12座；二是建账。"
    assert [(problem.problem, problem.leaf) for problem in ledger(text)] == [("库区巡护缺人手", True), ("闸门检修不及时", True)]


@pytest.mark.parametrize(
    "closing",
    ["对已完成的，巩固成效；对需长期坚持的，久久为功。", "局党组将以此次巡察整改为契机，持续用力、长期坚持。"],
)
def test_words_that_sum_up_are_none_of_the_last_problem(closing: str) -> None:
    (problem,) = ledger(f"一、关于“库区巡护缺人手”的问题\n招聘3名。已完成整改。\n{closing}")
    assert (problem.measures, problem.status) == ("招聘3名。已完成整改。", "已完成")


def test_a_problem_that_the_text_quotes_from_the_feedback() -> None:
    text = "二、整改情况\n针对巡察组指出的“库区巡护缺人手”，招聘3名。\n针对反馈的“闸门检修不及时”，检修12座。"
    assert [(problem.problem, problem.measures) for problem in ledger(text)] == [
        ("库区巡护缺人手", "招聘3名。"),
        ("闸门检修不及时", "检修12座。"),
    ]


def test_a_table_with_merged_and_empty_cells() -> None:
    text = (
        "类别\t序号\t反馈问题\t整改措施\t完成情况\n履职\t1\t库区巡护缺人手\t招聘3名。 建账。\t已完成\n"
        "\t2\t闸门检修不及时\t检修12座。\t\n3\t水费收缴混乱\t补收3万元。\t正在推进\n\t\t\t建立账目。\t"
    )
    assert [(problem.number, problem.problem, problem.measures, problem.status) for problem in ledger(text)] == [
        ("1", "库区巡护缺人手", "招聘3名。 建账。", "已完成"),
        ("2", "闸门检修不及时", "检修12座。", None),
        ("3", "水费收缴混乱", "补收3万元。\t正在推进\n\t\t\t建立账目。", "正在推进"),
    ]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        # Short cells that hold words of columns are no head.
        (
            "反馈问题\t整改措施\t整改结果\n巡护不够的问题\t招聘3名\t已完成\n检修不足的问题\t检修12座\t正在推进",
            [("巡护不够的问题", "招聘3名", "已完成"), ("检修不足的问题", "检修12座", "正在推进")],
        ),
        # The status stands first.
        (
            "编号\t整改状态\t问题表现\t具体举措\n1\t已完成\t库区巡护缺人手\t招聘3名\n2\t长期坚持\t闸门检修不及时\t检修12座",
            [("库区巡护缺人手", "招聘3名", "已完成"), ("闸门检修不及时", "检修12座", "长期坚持")],
        ),
        (
            "反馈意见\t落实情况\t是否完成\n库区巡护缺人手\t招聘3名\t是\n闸门检修不及时\t检修12座\t否\n收费混乱\t退费3万元\t否，长期坚持",
            [("库区巡护缺人手", "招聘3名", "已完成"), ("闸门检修不及时", "检修12座", "未完成"), ("收费混乱", "退费3万元", "长期坚持")],
        ),
        # A head of two lines, and a problem with two measures.
        (
            "序号\t问题\t整改情况\t\t备注\n\t\t措施\t进展\t\n1\t库区巡护缺人手\t招聘3名\t已完成\t\n\t\t建账\t\t\n2\t收费混乱\t退费3万元\t正在推进\t",
            [("库区巡护缺人手", "招聘3名\t已完成\t\n\t\t建账", "已完成"), ("收费混乱", "退费3万元", "正在推进")],
        ),
        (
            "序号\t问题\t整改情况\t备注\n\t\t措施\t进展\t\n1\t库区巡护缺人手\t招聘3名\t已完成\t",
            [("库区巡护缺人手", "招聘3名", "已完成")],
        ),
        # Measures of one problem that do not stand alike.
        (
            "问题\t措施\t状态\n库区巡护缺人手\t招聘3名\t已完成\n\t建账\t正在推进",
            [("库区巡护缺人手", "招聘3名\t已完成\n\t建账", None)],
        ),
        # One name a line, one item after the other.
        (
            "序号\t1\n问题\t库区巡护缺人手\n措施\t招聘3名\n责任单位\t水务局\n结果\t已完成\n序号\t2\n问题\t收费混乱\n措施\t退费3万元\n结果\t正在推进",
            [("库区巡护缺人手", "招聘3名", "已完成"), ("收费混乱", "退费3万元", "正在推进")],
        ),
        (
            "问题\t库区巡护缺人手\t责任单位\t水务局\n措施\t招聘3名\t是否完成\t是\n二、作风方面\n问题\t收费混乱\t责任单位\t水务局\n措施\t退费3万元\t是否完成\t否",
            [("库区巡护缺人手", "招聘3名", "已完成"), ("收费混乱", "退费3万元", "未完成")],
        ),
        # Names of fields between the rows, and another table behind.
        (
            "问题\t措施\t状态\n一、履职方面\n库区巡护缺人手\t招聘3名\t已完成\n二、作风方面\n收费混乱\t退费3万元\t正在推进\n联系人\t电话\t地址\n王某\t0379-6112093\t水库路1号",
            [("库区巡护缺人手", "招聘3名", "已完成"), ("收费混乱", "退费3万元", "正在推进")],
        ),
    ],
)
def test_tables_of_every_shape(table: str, expected: list[tuple[str, str, str | None]]) -> None:
    problems = ledger(f"二、整改情况\n{table}\n中共市水务局党组\n2022年1月4日")
    assert [(problem.problem, problem.measures, problem.status) for problem in problems] == expected


PROSE = "二、整改情况\n（一）关于“库区巡护缺人手”的问题\n招聘3名。已完成整改。\n（二）关于“闸门检修不及时”的问题\n检修12座。\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"{PROSE}三、资金情况\n序号\t项目\t金额\n1\t退费\t3万元\n2\t罚款\t2万元", [("库区巡护缺人手", 1), ("闸门检修不及时", 1)]),
        (f"{PROSE}三、联系方式\n单位\t联系人\t电话\n水务局\t王某\t0379-6112093", [("库区巡护缺人手", 1), ("闸门检修不及时", 1)]),
        # What the prose tells with its remedy is not counted again.
        (
            f"{PROSE}其余问题整改情况如下：\n序号\t问题\t措施\n1\t闸门检修不及时\t继续检修\n2\t收费混乱\t退费3万元",
            [("库区巡护缺人手", 1), ("闸门检修不及时", 1), ("收费混乱", 1)],
        ),
        (
            f"问题\t措施\n收费混乱\t退费3万元\n账目不清\t建账\n{PROSE}",
            [("收费混乱", 1), ("账目不清", 1), ("库区巡护缺人手", 1), ("闸门检修不及时", 1)],
        ),
        (
            "二、整改情况\n1.关于“管理松散”的问题\n问题\t措施\n收费混乱\t退费3万元\n账目不清\t建账\n2.关于“库区巡护缺人手”的问题\n招聘3名。",
            [("管理松散", 1), ("收费混乱", 2), ("账目不清", 2), ("库区巡护缺人手", 1)],
        ),
    ],
)
def test_a_table_beside_prose(body: str, expected: list[tuple[str, int]]) -> None:
    problems = ledger(body)
    assert [(problem.problem, problem.depth) for problem in problems] == expected
    assert [problem.problem for problem in problems if not problem.leaf] == ["管理松散"] * any(depth == 2 for _, depth in expected)
    measures = {problem.problem: problem.measures for problem in problems}
    assert measures.get("闸门检修不及时", "检修12座。") == "检修12座。"


@pytest.mark.parametrize(
    "step", ["补齐设施短板。购置设备5台。", "堵塞管理漏洞。建账。", "健全制度，堵塞漏洞。建账。", "解决人手不足。招聘3名。"]
)
def test_a_step_that_mends_a_fault_is_no_problem(step: str) -> None:
    first = f"1.关于“林长制不严”的问题\n（1）加强监管。暗访2次。\n（2）{step}"
    text = f"二、整改情况\n{first}\n2.关于“采伐审批慢”的问题\n（1）优化流程。缩短5天。\n（2）{step}"
    assert [(problem.problem, problem.leaf) for problem in ledger(text)] == [("林长制不严", True), ("采伐审批慢", True)]


def test_what_is_mended_badly_is_a_problem() -> None:
    text = "二、整改情况\n（一）解决群众诉求不及时。\n整改情况：限时办结。\n（二）整治虚报数据不力。\n整改情况：逐项核对。"
    assert [problem.problem for problem in ledger(text)] == ["解决群众诉求不及时", "整治虚报数据不力"]


def test_remedies_listed_behind_the_problems_of_a_field_are_none() -> None:
    text = (
        "一、党的领导方面\n（一）存在问题\n1.议事决策程序不规范。\n2.政策学习浮于表面。\n"
        "（二）整改情况\n1.修订议事规则。\n2.举办讲堂8期。\n二、队伍建设方面\n（一）存在问题\n1.库区巡护缺人手。\n（二）整改情况\n1.招聘3名。"
    )
    assert "修订议事规则" not in [problem.problem for problem in ledger(text)]


def test_a_field_a_problem_and_its_remedy_in_one_paragraph() -> None:
    first = "1.学习方面。存在问题：学习不系统。整改情况：制定计划。已完成整改。"
    text = f"二、整改情况\n{first}\n2.管护方面。存在问题：库区缺人手。整改情况：招聘3名。"
    assert [(problem.problem, problem.status) for problem in ledger(text)] == [("学习不系统", "已完成"), ("库区缺人手", None)]


@pytest.mark.parametrize("section", ["以巡促改、标本兼治", "存在的不足", "整改工作中存在的差距"])
def test_sections_behind_the_ledger_tell_of_none_of_its_problems(section: str) -> None:
    ledger_of_two = "一、反馈问题整改情况\n（一）关于“库区缺人手”的问题\n招聘3名。\n（二）关于“闸门检修不及时”的问题\n检修12座。"
    behind = f"二、{section}\n（一）长效机制有待完善。还需努力。\n（二）严明纪律，强化监督。处理2人。"
    assert [problem.problem for problem in ledger(f"{ledger_of_two}\n{behind}")] == ["库区缺人手", "闸门检修不及时"]


@pytest.mark.parametrize(
    ("remedy", "status"),
    [
        ("整改结果：正在推进，库房改造已完成招标。", "正在推进"),
        ("库房改造已完成招标。", None),
        ("完成水库除险加固。", None),
        ("力争年底前全部完成。", None),
        ("对未整改到位的单位，予以通报。", None),
        ("购置无人机。完成时限：长期坚持。", None),
        ("招聘3名。已完成阶段性整改任务，需长期坚持。", "长期坚持"),
        ("招聘3名。该问题已得到解决。", "已完成"),
        ("招聘3名。已基本整改完成。", "基本完成"),
        ("招聘3名。整改尚在进行中。", "正在推进"),
    ],
)
def test_a_status_is_of_the_problem_and_not_of_a_piece_of_work(remedy: str, status: str | None) -> None:
    (problem,) = ledger(f"一、关于“库区巡护缺人手”的问题\n{remedy}")
    assert problem.status == status


def test_the_status_of_a_section_is_that_of_its_problems() -> None:
    text = (
        "一、已完成整改的问题（2项）\n1.关于“库区缺人手”的问题\n招聘3名。\n2.关于“闸门检修不及时”的问题\n检修12座。\n"
        "二、需要长期坚持的问题\n3.关于“水费收缴慢”的问题\n补收3万元。"
    )
    assert [problem.status for problem in ledger(text)] == ["已完成", "已完成", "长期坚持"]


@pytest.mark.parametrize(
    "closing",
    [
        "电子邮箱：zg@example.cn",
        "以上通报，请社会各界予以监督。",
        "特此通报。",
        "回顾整改历程，我们深刻体会到。",
        "局党组清醒认识到，仍需努力。",
    ],
)
def test_closing_words_are_none_of_the_last_problem(closing: str) -> None:
    (problem,) = ledger(f"一、关于“库区巡护缺人手”的问题\n招聘3名。已完成整改。\n{closing}")
    assert (problem.measures, problem.status) == ("招聘3名。已完成整改。", "已完成")

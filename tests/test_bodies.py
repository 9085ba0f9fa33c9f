"""Who inspected whom: teams, committees, levels, kinds, rounds and full names."""

import pytest

from pipelines.divisions import match_prefix, territory_of
from pipelines.record import Notice, Site
from pipelines.step4_read import read_notice

XIAN = Site("610100_mzj", "西安市民政局", "http://example.org/", "trs", "610100")
JINPU = Site("210213_jp", "大连金普新区", "http://example.org/", "query", "210213", area="金普新区")


def read(text: str, title: str = "关于巡察整改情况的通报", site: Site | None = None) -> Notice:
    return read_notice(text, title, "2022-06-01", site)


@pytest.mark.parametrize(
    ("team", "level"),
    [
        ("市委第五巡察组", "市级"),
        ("市委巡察三组", "市级"),
        ("市委提级巡察第四组", "市级"),
        ("市委第二联动巡察组", "市级"),
        ("市委第二轮第二巡察组", "市级"),
        ("六届市委第九轮巡察一组", "市级"),
        ("市委乡村振兴领域专项巡察组", "市级"),
        ("州委第一巡察组", "市级"),
        ("师市党委第二巡察组", "市级"),
        ("旗委第三巡察组", "县级"),
        ("区委营商环境专项巡察组", "县级"),
        ("县委交叉巡察第五组", "县级"),
        ("高新区党工委第一巡察组", "县级"),
        ("省委第三巡视组", "省级"),
        ("省委巡视七组", "省级"),
        ("自治区党委第二巡视组", "省级"),
        ("上海市委第一巡视组", "省级"),
        ("市委第四巡视组", "省级"),
        ("中央第九巡视组", "中央"),
        ("集团党委第四巡察组", "单位"),
        ("学校党委第五巡察组", "单位"),
        ("省地震局党组第六巡察组", "单位"),
        ("部党组第四巡视组", "单位"),
        ("县委村（社区）巡察第四组", "县级"),
        ("区委第三轮巡察第一综合组", "县级"),
        ("市委派出第四巡察组", "市级"),
        ("团市委第一巡察组", "单位"),
        ("自治州党委第二巡察组", "市级"),
        ("县党委第一巡察组", "县级"),
    ],
)
def test_team_and_level(team: str, level: str) -> None:
    verb = "巡视" if "巡视" in team else "巡察"
    notice = read(f"根据统一部署,2021年3月1日至4月30日,{team}对水务局党组进行了{verb}。")
    assert (notice.inspection_team, notice.inspection_level) == (team, level)


@pytest.mark.parametrize(
    ("body", "verb"),
    [
        ("市供销合作社党组", "开展了"),
        ("市社会工作协会党支部", "开展"),
        ("市委社会工作部", "作了"),
        ("市就业服务局党组", "进行了"),
        ("市畜牧局党组", "作专项"),
    ],
)
def test_a_verb_inside_a_name_is_none(body: str, verb: str) -> None:
    notice = read(f"根据市委统一部署,2021年3月1日至4月30日,市委第一巡察组对{body}{verb}巡察。")
    assert notice.inspected_body_raw == body


def test_a_team_that_guides_another_is_not_the_team() -> None:
    notice = read("2021年3月1日至4月30日,在省委第二巡视组指导下,市委联动巡察三组对市财政局党组开展了联动巡察。")
    assert (notice.inspection_team, notice.inspecting_body_raw) == ("市委联动巡察三组", "市委")


@pytest.mark.parametrize(
    "before",
    ["我局党组收到", "青岭镇党委接受", "县供销社党支部针对", "由李某任组长的", "对照《", "针对", "按照", "落实", "我局接受"],
)
def test_a_teams_name_begins_behind_what_precedes_it(before: str) -> None:
    assert read(f"2021年3月1日至4月30日,{before}市委第六巡察组的巡察。").inspection_team == "市委第六巡察组"


def test_a_team_of_several_committees() -> None:
    notice = read("2021年3月1日至4月30日,市县联动巡察第三组对县水务局党组开展了巡察。")
    assert (notice.inspection_team, notice.inspection_level) == ("市县联动巡察第三组", None)
    ordered = read("根据市委统一部署,2021年3月1日至4月30日,市县联动巡察第三组对县水务局党组开展了巡察。")
    assert (ordered.inspecting_body_raw, ordered.inspection_level) == ("市委", "市级")


def test_the_numbered_team_comes_before_the_shortened_one() -> None:
    notice = read("市委巡察组反馈后,我局立即整改。2021年3月1日至4月30日,市委第六巡察组对市水务局党组进行了巡察。")
    assert notice.inspection_team == "市委第六巡察组"


def test_several_teams_are_no_single_team() -> None:
    assert read("2021年3月至4月,区委5个巡察组对全区医院进行了专项巡察。").inspection_team is None


def test_the_party_committee_of_a_county_level_city_is_of_county_level() -> None:
    site = Site("x", "晋江市", "http://example.org/", "trs", "350582")
    assert read("2021年3月1日至4月30日,市委第六巡察组对市水务局党组进行了巡察。", site=site).inspection_level == "县级"


@pytest.mark.parametrize(
    ("sentence", "types"),
    [
        ("进行了巡察", []),
        ("进行了常规巡察", ["常规"]),
        ("开展了专项+常规巡察", ["专项", "常规"]),
        ("开展巡察“回头看”", ["回头看"]),
        ("开展了提级专项巡察", ["提级", "专项"]),
        ("采取联动方式进行常规巡察", ["联动", "常规"]),
        ("进行了机动巡察", ["机动"]),
        ("进行了巡察,同步开展选人用人专项检查", []),
        ("进行了巡察,同步开展上轮巡察整改“回头看”", []),
        ("进行了巡察,同步对上轮巡察整改情况开展“回头看”", ["回头看"]),
    ],
)
def test_types(sentence: str, types: list[str]) -> None:
    notice = read(f"2021年3月1日至4月30日,市委第六巡察组对市水务局党组{sentence}。\n二、下一步\n对已完成的事项开展“回头看”,纠治专项问题。")
    assert notice.inspection_types == types


@pytest.mark.parametrize(
    ("text", "title", "number"),
    [
        ("按照四届区委第二轮巡察安排,区委第一巡察组对区教育局党组进行了巡察。", "", 2),
        ("市委第一巡察组对市教育局党组进行了巡察(系十二届市委第十一轮)。", "", 11),
        ("按照七届区委巡察第四轮安排,区委第一巡察组对区教育局党组进行了巡察。", "", 4),
        ("市委第四巡视组对该区进行了巡视。", "关于十一届市委第六轮巡视集中整改进展情况的通报", 6),
        ("区委第一巡察组对区教育局党组进行了巡察。\n一、措施\n制定《区委第七轮巡察反馈问题任务分解表》。", "", 7),
        ("市委第一巡察组对市教育局党组进行了巡察。完成第二轮土地承包,开展第三轮督导。", "", None),
        ("县委第一巡察组对县教育局党组进行了巡察。\n一、配合省委第五轮巡视整改。", "", None),
    ],
)
def test_round(text: str, title: str, number: int | None) -> None:
    assert read(text, title).round == number


@pytest.mark.parametrize(
    ("clause", "raw"),
    [
        ("对市水务局党组进行了常规巡察", "市水务局党组"),
        ("对市民政局兜底保障工作进行了专项巡察", "市民政局"),
        ("对青岭镇党委就工程建设情况开展了巡察", "青岭镇党委"),
        ("对青岭街道党工委及所辖9个村党组织开展了常规巡察", "青岭街道党工委"),
        ("巡察了县审计局党组", "县审计局党组"),
        ("进驻市第三人民医院开展巡察", "市第三人民医院"),
        ("对共青团青岭市委员会开展了巡察", "共青团青岭市委员会"),
        ("对市委办公室（市档案局）开展了巡察", "市委办公室（市档案局）"),
        ("对县委宣传部开展了巡察", "县委宣传部"),
        ("对市对外贸易公司党委开展了巡察", "市对外贸易公司党委"),
    ],
)
def test_inspected_body_as_written(clause: str, raw: str) -> None:
    assert read(f"2021年3月1日至4月30日,市委第六巡察组{clause}。").inspected_body_raw == raw


def test_the_day_up_to_which_they_inspected_begins_no_body() -> None:
    notice = read("市委第六巡察组于2021年3月1日到5月18日对市城投集团党委开展了巡察,并于6月9日向集团党委反馈。")
    assert notice.inspected_body_raw == "市城投集团党委"


def test_the_body_to_which_they_fed_back() -> None:
    notice = read("市委第六巡察组开展了巡察。2021年6月9日,巡察组向共青团青岭市委员会领导班子当面反馈了意见。")
    assert notice.inspected_body_raw == "共青团青岭市委员会"


@pytest.mark.parametrize(
    ("sentence", "dates"),
    [
        ("2021年3月1日至4月30日对市水务局党组开展了巡察,6月9日、6月10日分别反馈", ("2021-03-01", "2021-04-30", "2021-06-09")),
        ("2021年3月1日进驻市水务局,4月30日完成现场巡察,6月9日反馈意见", ("2021-03-01", "2021-04-30", "2021-06-09")),
    ],
)
def test_dates_of_the_inspection(sentence: str, dates: tuple[str, ...]) -> None:
    notice = read(f"市委第六巡察组{sentence}。")
    assert (notice.inspection_start, notice.inspection_end, notice.feedback_date) == dates


@pytest.mark.parametrize(
    "line", ["二O二一年六月四日", "二0二一年六月四日", "日期：2021年6月4日", "2021年6月4日印发", "2021年6月4日 星期五"]
)
def test_date_lines(line: str) -> None:
    assert read(f"市委第六巡察组对市水务局党组进行了巡察。\n现将情况公布。\n中共青岭市水务局党组\n{line}").signed_date == "2021-06-04"


def test_a_short_name_is_completed_from_title_and_site() -> None:
    text = "2018年5月9日至7月31日,市委第五巡察组对市民政局兜底保障工作进行了专项巡察。"
    titled = read(text, "中共西安市民政局党组关于巡察反馈意见整改情况的通报", XIAN)
    assert (titled.inspected_body, titled.evidence["inspected_body"].place) == ("西安市民政局党组", "title")
    untitled = read(text, site=XIAN)
    assert (untitled.inspected_body, untitled.inspecting_body) == ("西安市民政局", "西安市委")


def test_our_bureau_is_found_in_the_signature() -> None:
    notice = read("市委第五巡察组对我局党组进行了巡察。\n现将情况公布。\n中共青岭市水务局党组\n2021年6月4日")
    assert (notice.inspected_body_raw, notice.inspected_body) == ("我局党组", "青岭市水务局党组")


def test_our_bureau_without_any_name_is_the_sites() -> None:
    notice = read("市委第五巡察组对我局党组进行了巡察。", site=XIAN)
    assert (notice.inspected_body, notice.evidence["inspected_body"].place) == ("西安市民政局党组", "page")


def test_a_functional_area_stands_in_for_the_division() -> None:
    notice = read("区委第三巡察组对区民政局党组进行了常规巡察。", site=JINPU)
    assert (notice.province, notice.city, notice.county, notice.division_code) == ("辽宁省", "大连市", "金普新区", "210213")
    assert notice.inspected_body == "金普新区民政局党组"


@pytest.mark.parametrize(
    ("name", "place", "length"),
    [
        ("西安市民政局", ("陕西省", "西安市", None, "610100"), 3),
        ("陕西省西安市碑林区教育局", ("陕西省", "西安市", "碑林区", "610103"), 9),
        ("上海市普陀区民政局", ("上海市", None, "普陀区", "310107"), 6),
        ("大连金普新区民政局", ("辽宁省", "大连市", "金普新区", "210213"), 6),
        ("仙桃市水务局", ("湖北省", None, "仙桃市", "429004"), 3),
    ],
)
def test_places_in_names(name: str, place: tuple[str | None, ...], length: int) -> None:
    found = match_prefix(name)
    assert found is not None
    territory, end = found
    assert ((territory.province, territory.city, territory.county, territory.code), end) == (place, length)


def test_a_name_of_several_places_counts_only_near_the_site() -> None:
    assert match_prefix("鼓楼区教育局") is None
    near = match_prefix("鼓楼区教育局", territory_of("320100"))
    assert near is not None
    assert near[0].city == "南京市"


@pytest.mark.parametrize(
    ("body", "contacts", "place"),
    [
        ("国家税务总局德清县税务局党委", "", ("浙江省", "湖州市", "德清县")),
        ("国网浙江省电力公司德清县供电公司党委", "", ("浙江省", "湖州市", "德清县")),
        ("中共绵阳高新技术产业开发区工作委员会", "", ("四川省", "绵阳市", None)),
        ("某某学院党委", "地址：浙江省湖州市学士路1号", ("浙江省", "湖州市", None)),
        ("国家税务总局德清县税务局党委", "地址：浙江省湖州市学士路1号", ("浙江省", "湖州市", "德清县")),
        ("某某学院党委", "地址：学士路1号", (None, None, None)),
        ("某某集团驻上海市办事处党委", "", (None, None, None)),
        ("某某集团上海市场部党委", "", (None, None, None)),
        ("某某老城区供电公司党委", "", (None, None, None)),
        ("某某电信股份有限公司四川绵阳分公司党委", "", ("四川省", "绵阳市", None)),
        ("某某能源内蒙古包头供电公司党委", "", ("内蒙古自治区", "包头市", None)),
        ("某某能源四川分公司党委", "", (None, None, None)),
        ("绵阳师范学院党委", "", (None, None, None)),
        ("东方红园区党工委", "", (None, None, None)),
    ],
)
def test_places_that_no_name_begins_with(body: str, contacts: str, place: tuple[str | None, ...]) -> None:
    text = f"2021年3月1日至4月30日,上级党委第一巡察组对{body}进行了巡察。现将整改情况通报如下。\n一、整改情况\n{contacts}"
    notice = read_notice(text)
    assert (notice.province, notice.city, notice.county) == place
    for field in ("province", "city", "county"):
        if evidence := notice.evidence.get(field):
            assert text[evidence.start : evidence.end] == evidence.quote


def test_the_address_does_not_tell_whose_committee_inspected() -> None:
    text = "2021年3月1日至4月30日,市委第一巡察组对某某学院党委进行了巡察。\n一、整改情况\n地址：浙江省义乌市学院路1号"
    notice = read_notice(text)
    assert (notice.county, notice.inspection_level, notice.inspecting_body) == ("义乌市", "市级", None)


@pytest.mark.parametrize("order", ["《中共青岭市委2021年巡察工作计划》", "《巡视工作条例》和中共青岭市委部署"])
def test_a_committee_beside_the_title_of_a_document(order: str) -> None:
    notice = read(f"根据{order},2021年3月1日至4月30日,市委第一巡察组对水务局党组进行了巡察。")
    assert (notice.inspecting_body_raw, notice.inspecting_body) == ("中共青岭市委", "青岭市委")


@pytest.mark.parametrize("committee", ["师市党委", "八师党委", "第十三师新星市党委"])
def test_a_division_of_the_corps_is_a_city(committee: str) -> None:
    notice = read(f"2021年3月1日至4月30日,{committee}第二巡察组对红山农场党委进行了巡察。")
    assert notice.inspection_level == "市级"


@pytest.mark.parametrize(
    ("handed_over", "expected"),
    [
        ("2021年6月9日,市委巡察办下发了《巡察反馈意见》。", "2021-06-09"),
        ("2021年6月9日收到市委第一巡察组巡察反馈意见后,立即部署。", "2021-06-09"),
        ("2021年6月9日印发巡察反馈意见整改方案。", None),
        ("2021年6月9日下发了落实巡察反馈意见的通知。", None),
        ("巡察反馈会于2021年6月9日召开。", "2021-06-09"),
        ("反馈会议在同年6月9日举行。", "2021-06-09"),
        ("2021年6月9日召开党组会学习巡察反馈意见。", None),
    ],
)
def test_findings_that_are_handed_over_are_fed_back(handed_over: str, expected: str | None) -> None:
    text = f"2021年3月1日至4月30日,市委第一巡察组对市水务局党组进行了巡察。{handed_over}现将整改情况通报如下。\n一、整改情况"
    assert read_notice(text).feedback_date == expected


@pytest.mark.parametrize(
    ("order", "team", "committee"),
    [
        ("根据青岭市委交叉巡察安排", "白川市委第三巡察组", "白川市委"),
        ("根据市委交叉巡察安排", "白川市委第三巡察组", "白川市委"),
        ("根据白川市委统一部署", "市委第三巡察组", "白川市委"),
        ("根据中共白川市委统一部署", "白川市委第三巡察组", "中共白川市委"),
    ],
)
def test_in_a_cross_inspection_the_team_s_committee_inspects(order: str, team: str, committee: str) -> None:
    notice = read(f"{order},2021年3月1日至4月30日,{team}对水务局党组进行了巡察。")
    assert notice.inspecting_body_raw == committee
    assert notice.inspecting_body == "白川市委"


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("市水务局党组", ("浙江省", "湖州市", None, "330500")),
        ("省水利厅党组", ("浙江省", None, None, "330000")),
        ("县水务局党组", ("浙江省", "湖州市", None, "330500")),
        ("区水务局党组", ("浙江省", "湖州市", "吴兴区", "330502")),
        ("某某学院党委", ("浙江省", "湖州市", "吴兴区", "330502")),
    ],
)
def test_an_address_tells_no_more_than_the_level_of_the_body(body: str, place: tuple[str | None, ...]) -> None:
    notice = read(f"2021年3月1日至4月30日,上级党委第一巡察组对{body}进行了巡察。\n一、整改情况\n地址：浙江省湖州市吴兴区学士路1号")
    assert (notice.province, notice.city, notice.county, notice.division_code) == place


def test_our_own_place_is_the_site_s() -> None:
    notice = read("2021年3月1日至4月30日,市委第一巡察组对我市水务局党组进行了巡察。", site=XIAN)
    assert (notice.inspected_body_raw, notice.inspected_body) == ("我市水务局党组", "西安市水务局党组")


@pytest.mark.parametrize("words", ["区委派出2个巡察组", "由区委两个巡察组", "区委成立了三个巡察组"])
def test_several_teams_have_one_committee(words: str) -> None:
    notice = read(f"2021年3月至5月,{words}对我局党委开展了巡察。", "中共西安市碑林区水务局委员会巡察整改情况通报")
    assert (notice.inspecting_body_raw, notice.inspecting_body, notice.inspection_level) == ("区委", "碑林区委", "县级")
    assert notice.inspection_team is None


@pytest.mark.parametrize(
    ("sentence", "title", "committee", "raw"),
    [
        ("区委第三巡察组对望江社区党总支进行了巡察", "中共北桥街道望江社区总支部委员会关于巡察整改情况的通报", None, "区委"),
        ("区委第三巡察组对景区管理局党委进行了巡察", "中共翠湖风景区管理局委员会关于巡察整改情况的通报", None, "区委"),
        ("州委巡察二组对团州委机关党组进行了巡察", "共青团云屏州委机关党组关于巡察整改情况的通报", "云屏州委", "州委"),
        ("九届市委第四轮第六巡察组对市城管局党组进行了巡察", "中共泷水市城管局党组关于巡察整改情况的通报", "泷水市委", "市委"),
        ("州委第二巡察组对州林草局党组进行了巡察", "中共木尔蒙古族藏族自治州林草局党组巡察整改通报", "木尔蒙古族藏族自治州委", "州委"),
        ("地委第二巡察组对水利局党组进行了巡察", "水利局党组巡察整改通报", None, "地委"),
    ],
)
def test_whose_committee_it_was(sentence: str, title: str, committee: str | None, raw: str) -> None:
    notice = read(f"2021年3月1日至4月30日,{sentence}。", title)
    assert (notice.inspecting_body, notice.inspecting_body_raw) == (committee, raw)


@pytest.mark.parametrize(("title", "level"), [("麓山高新技术产业开发区社会事业局党支部", "县级"), ("省直机关某某中心党支部", "单位")])
def test_the_working_committee_of_a_zone_is_of_county_level(title: str, level: str) -> None:
    notice = read("2021年3月1日至4月30日,党工委第二巡察组对本单位党支部进行了巡察。", f"{title}关于巡察整改情况的通报")
    assert notice.inspection_level == level


@pytest.mark.parametrize(
    ("sentence", "raw"),
    [
        ("根据区委关于对村（社区）党组织开展提级巡察的部署,2021年3月1日至4月30日,区委第一巡察组对高埠村党总支开展了巡察。", "高埠村党总支"),
        ("2021年3月1日至4月30日,县委第一巡察组对县林业局党组（含所属国有林场党总支）开展了巡察。", "县林业局党组"),
        ("2021年3月1日至4月30日,县委第一巡察组对我局党组进行了巡察“回头看”,并延伸巡察了局属3个国有林场。", "我局党组"),
    ],
)
def test_whom_the_inspection_was_directed_at(sentence: str, raw: str) -> None:
    assert read(sentence, "关于巡察整改情况的通报").inspected_body_raw == raw


def test_a_body_that_received_the_inspection() -> None:
    notice = read("县林业局党组接受了县委第二巡察组的常规巡察,2021年3月1日至4月30日。")
    assert (notice.inspection_team, notice.inspecting_body_raw) == ("县委第二巡察组", "县委")

"""Days that cannot be and numbers that do not agree: refused or kept, and in either case noted with their words."""

import pytest

from pipelines.record import Notice
from pipelines.step4_read import read_notice

INSPECTED = "市委第一巡察组对市水务局党组进行了巡察。"


def read(opening: str, closing: str = "", published: str | None = None) -> Notice:
    text = f"{opening}\n一、关于“学习不深”的问题\n追缴资金30万元。\n{closing}"
    notice = read_notice(text, None, published)
    assert all(text[row.start : row.end] == row.quote for row in (*notice.doubts, *notice.periods))
    return notice


def doubts(notice: Notice) -> list[tuple[str, str, str]]:
    return [(doubt.field, doubt.reason, doubt.quote) for doubt in notice.doubts]


@pytest.mark.parametrize(
    ("when", "periods"),
    [
        ("2021年3月1日至4月30日,", [("2021-03-01", "2021-04-30")]),
        ("2019年12月2日至2020年1月17日、3月23日至4月24日,", [("2019-12-02", "2020-01-17"), ("2020-03-23", "2020-04-24")]),
        ("2020年1月6日至1月20日、因疫情防控需要暂停后4月13日至5月29日,", [("2020-01-06", "2020-01-20"), ("2020-04-13", "2020-05-29")]),
        ("第二阶段2021年5月6日至5月20日,第一阶段2021年3月1日至3月20日,", [("2021-05-06", "2021-05-20"), ("2021-03-01", "2021-03-20")]),
        (
            "2021年3月1日至5月20日分两个阶段（3月1日至3月20日、5月6日至5月20日）",
            [("2021-03-01", "2021-03-20"), ("2021-05-06", "2021-05-20")],
        ),
        ("2021年3月1日至5月20日（其中4月1日至4月9日学习）", [("2021-03-01", "2021-05-20")]),
        ("2021年3月1日进驻,5月1日撤离,", [("2021-03-01", "2021-05-01")]),
        ("2021年3月1日起,", [("2021-03-01", None)]),
    ],
)
def test_every_period_is_kept(when: str, periods: list[tuple[str, str | None]]) -> None:
    notice = read(when + INSPECTED)
    assert [(period.first_day, period.last_day) for period in notice.periods] == periods
    assert notice.inspection_start == min(first for first, _ in periods)
    assert notice.inspection_end == max((last for _, last in periods if last), default=None)
    assert notice.doubts == []


@pytest.mark.parametrize("other", ["7月1日至9月30日集中整改", "7月1日至9月30日为集中整改期", "7月1日至7月9日公示"])
def test_a_period_of_another_act_is_none_of_the_inspection(other: str) -> None:
    notice = read(f"2021年3月1日至4月30日,{INSPECTED.removesuffix('。')},{other}。")
    assert [(period.first_day, period.last_day) for period in notice.periods] == [("2021-03-01", "2021-04-30")]


def test_a_reversed_period_is_refused_and_noted() -> None:
    notice = read("2021年5月30日至2021年3月1日," + INSPECTED)
    assert (notice.inspection_start, notice.inspection_end, notice.periods) == (None, None, [])
    assert doubts(notice) == [("inspection_end", "止日早于起日", "2021年5月30日至2021年3月1日")]


def test_a_reversed_period_does_not_take_the_others_with_it() -> None:
    notice = read("2021年3月1日至4月30日,2021年9月3日至2021年9月1日," + INSPECTED)
    assert (notice.inspection_start, notice.inspection_end, len(notice.periods)) == ("2021-03-01", "2021-04-30", 1)
    assert [doubt.quote for doubt in notice.doubts] == ["2021年9月3日至2021年9月1日"]


@pytest.mark.parametrize(
    ("written", "reason"),
    [("2021年2月30日", "没有这一天"), ("2021年13月5日", "没有这一天"), ("2021118日", "有几种读法"), ("去年5月6日", "年份不明")],
)
def test_a_day_that_has_no_value_is_noted(written: str, reason: str) -> None:
    notice = read(f"{written}至2021年12月30日,{INSPECTED}")
    assert (notice.inspection_start, notice.inspection_end) == (None, "2021-12-30")
    assert doubts(notice) == [("inspection_start", reason, written)]


def test_a_period_goes_on_behind_a_semicolon() -> None:
    sentence = "2020年1月6日至1月20日,市委第一巡察组进驻市水务局,因疫情防控需要暂停;4月13日至5月29日继续开展巡察。"
    notice = read(sentence)
    assert [(p.first_day, p.last_day) for p in notice.periods] == [("2020-01-06", "2020-01-20"), ("2020-04-13", "2020-05-29")]


def test_the_feedback_and_the_signature_are_looked_at_as_well() -> None:
    notice = read(f"2021年3月1日至4月30日,{INSPECTED}2020年6月1日向局党组反馈。", "2021年9月31日")
    assert (notice.feedback_date, notice.signed_date) == (None, None)
    assert doubts(notice) == [("feedback_date", "早于巡察开始", "2020年6月1日"), ("signed_date", "没有这一天", "2021年9月31日")]
    assert doubts(read(INSPECTED + "2021年6月31日反馈。")) == [("feedback_date", "没有这一天", "2021年6月31日")]


def test_the_day_of_another_feedback_is_no_doubt() -> None:
    assert read(f"2021年3月1日至4月30日,{INSPECTED}", "对2019年5月6日省委巡视反馈的问题一并整改。").doubts == []


def test_a_signature_after_publication_is_kept_and_noted() -> None:
    notice = read(INSPECTED, "2021年9月3日", published="2021-08-30")
    assert notice.signed_date == "2021-09-03"
    assert doubts(notice) == [("signed_date", "晚于网站公布日期", "2021年9月3日")]
    assert read(INSPECTED, "2021年8月", published="2021-08-30").doubts == []


@pytest.mark.parametrize(
    ("numbers", "field", "reason", "quote"),
    [
        ("截至目前,共追缴资金10万元。", "money_recovered_yuan", "自述合计小于各项之和", "共追缴资金10万元"),
        ("反馈12个问题,已完成整改20个。", "problems_done", "多于问题总数", "已完成整改20个"),
        ("反馈20个问题,已完成整改12个,完成率90%。", "completion_rate", "与完成数、问题总数不符", "完成率90%"),
    ],
)
def test_numbers_that_do_not_agree_are_noted(numbers: str, field: str, reason: str, quote: str) -> None:
    assert doubts(read(INSPECTED + numbers)) == [(field, reason, quote)]
    assert read(INSPECTED + "反馈21个问题,已完成整改20个,完成率95.2%。截至目前,追缴资金30万元。").doubts == []


def test_a_period_that_would_end_after_the_notice_is_reversed() -> None:
    notice = read("2022年5月13日至3月7日," + INSPECTED, "市水务局党组\n2022年12月5日")
    assert (notice.inspection_start, notice.inspection_end) == (None, None)
    assert doubts(notice) == [("inspection_end", "止日早于起日", "2022年5月13日至3月7日")]


def test_a_period_over_new_year_is_none() -> None:
    notice = read("2021年11月13日至1月7日," + INSPECTED, "市水务局党组\n2022年12月5日")
    assert (notice.inspection_start, notice.inspection_end, notice.doubts) == ("2021-11-13", "2022-01-07", [])

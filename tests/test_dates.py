"""Chinese dates and periods: every way in which notices write them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dates import find_expressions, precedes, read_expressions
from pipelines.numerals import to_int, to_number
from pipelines.reading.views import compact


def read(raw: str, written: str | None = "2023-09-12") -> list[tuple[str | None, str | None]]:
    return [(reading.first, reading.last) for reading in read_expressions(compact(raw).text, written)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2018年5月9日至7月31日", ("2018-05-09", "2018-07-31")),
        ("2018年11月5日至2019年1月5日", ("2018-11-05", "2019-01-05")),
        ("2018年11月5日至次年1月5日", ("2018-11-05", "2019-01-05")),
        ("2018年11月5日至1月5日", ("2018-11-05", "2019-01-05")),
        ("2019年2月12日至23日", ("2019-02-12", "2019-02-23")),
        ("自2022年8月29日起至2022年10月31日止", ("2022-08-29", "2022-10-31")),
        ("自去年11月15日进驻,至今年2月10日结束", ("2022-11-15", "2023-02-10")),
        ("2023年5月25日——7月28日", ("2023-05-25", "2023-07-28")),
        ("2023年7月6日-9月6日", ("2023-07-06", "2023-09-06")),
        ("2023年7月6日～9月6日", ("2023-07-06", "2023-09-06")),
        ("2019年4月8日到6月6日", ("2019-04-08", "2019-06-06")),
        ("2021.9.13—2021.11.5", ("2021-09-13", "2021-11-05")),
        ("2020.9.14-11.20", ("2020-09-14", "2020-11-20")),
        ("2019/11/04-2019/12/20", ("2019-11-04", "2019-12-20")),
        ("2019-11-04至2019-12-20", ("2019-11-04", "2019-12-20")),
        ("2023年12月至2024年2月", ("2023-12", "2024-02")),
        ("2017年10月至12月", ("2017-10", "2017-12")),
        ("2022年8月下旬至9月底", ("2022-08", "2022-09")),
        ("２０２３年８月２１日—１０月２０日", ("2023-08-21", "2023-10-20")),
        ("2020 年 11 月 2 日至 2021 年 1 月 15 日", ("2020-11-02", "2021-01-15")),
        ("二〇二一年二月九日至四月二十七日", ("2021-02-09", "2021-04-27")),
        ("二○一九年五月", ("2019-05", None)),
        ("二零一九年十二月三十一日", ("2019-12-31", None)),
        ("2018年度", ("2018", None)),
        ("2020年元月8日至元月19日", ("2020-01-08", "2020-01-19")),
        ("2020年元月至4月", ("2020-01", "2020-04")),
        ("2019年6月3—28日", ("2019-06-03", "2019-06-28")),
        ("2019年6月3至7月5日", ("2019-06-03", "2019-07-05")),
        ("二〇一九年六月廿四日至七月卅一日", ("2019-06-24", "2019-07-31")),
        ("2019年6月3日（周一）至7月5日", ("2019-06-03", "2019-07-05")),
        ("2019年6月3日下午到2019年7月5日", ("2019-06-03", "2019-07-05")),
        ("2019年6月12个县", ("2019-06", None)),
        ("5月6日至2021年12月30日", ("2021-05-06", "2021-12-30")),
        ("11月6日至2021年1月30日", ("2020-11-06", "2021-01-30")),
        ("2021年13月5日至2022年1月30日", (None, "2022-01-30")),
        ("今年6月13日", ("2023-06-13", None)),
        ("去年底", ("2022", None)),
        ("2024717日至830日", ("2024-07-17", "2024-08-30")),
        ("2024927日至126日", ("2024-09-27", "2024-12-06")),
    ],
)
def test_reads(written: str, expected: tuple[str | None, str | None]) -> None:
    assert read(written) == [expected]


@pytest.mark.parametrize("impossible", ["2021年2月30日", "2021年13月5日", "2024118日", "2021-02-30"])
def test_gives_no_value_to_the_impossible_and_the_ambiguous(impossible: str) -> None:
    assert all(value is None or value == "2021" for value, _ in read(impossible))


@pytest.mark.parametrize(
    "other", ["为期3个月", "1.5万元", "2020.5万元", "电话0371-2020111", "30日内", "1号楼", "第3项", "2万元月底缴清", "5美元月租"]
)
def test_leaves_other_numbers_alone(other: str) -> None:
    assert find_expressions(other) == []


@pytest.mark.parametrize("unread", ["2019年6月3", "2019年6月3、4日", "2019年6月3-5户", "2019年6月3至5户", "6月3。"])
def test_a_day_that_is_not_read_leaves_no_month_and_no_year(unread: str) -> None:
    assert read(unread) == []


def test_a_date_without_a_year_takes_that_of_the_date_before() -> None:
    assert read("2023年度部署,3月20日至5月31日巡察,同年7月2日反馈", None)[1:] == [("2023-03-20", "2023-05-31"), ("2023-07-02", None)]


def test_a_year_that_nothing_tells_is_not_guessed() -> None:
    assert read("今年6月13日,9月8日", None) == [(None, None), (None, None)]


def test_a_day_without_a_year_is_the_latest_before_writing() -> None:
    assert read("9月8日", "2023-09-12") == [("2023-09-08", None)]
    assert read("12月28日", "2023-01-05") == [("2022-12-28", None)]


@given(st.dates(date(1990, 1, 1), date(2089, 12, 31)), st.integers(1, 300))
def test_every_written_period_is_read_back(start: date, days: int) -> None:
    end = min(start + timedelta(days), date(2089, 12, 31))
    written = f"{start.year}年{start.month}月{start.day}日至{end.year}年{end.month}月{end.day}日"
    assert read(written) == [(start.isoformat(), end.isoformat())]


@given(st.text("0123456789年月日至.-/一二三十〇今去同上旬底 ,起", max_size=60))
def test_values_are_days_of_the_calendar(text: str) -> None:
    for reading in read_expressions(text, "2023-09-12"):
        for value in (reading.first, reading.last):
            assert value is None or date.fromisoformat((value + "-01-01")[:10])
        if reading.first and reading.last and reading.expression.last and reading.expression.last.year is None:
            assert not precedes(reading.last, reading.first)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("十二", 12),
        ("二十", 20),
        ("一百零三", 103),
        ("二〇一九", 2019),
        ("十五万六千", 156000),
        ("2.37亿", 237_000_000),
        ("3百万", 3_000_000),
        ("柒万", 70_000),
        ("叁仟伍佰", 3500),
        ("1,286.3万", 12_863_000),
        ("27万4千", 274_000),
        ("3亿2千万", 320_000_000),
        ("1亿零5百万", 105_000_000),
        ("二亿三千万", 230_000_000),
        ("三万亿", 3_000_000_000_000),
        ("4.35亿", 435_000_000),
    ],
)
def test_numerals(text: str, number: int) -> None:
    assert to_number(text) == number


@pytest.mark.parametrize("text", ["", "甲", "1.5", "第三"])
def test_what_is_no_whole_number(text: str) -> None:
    assert to_int(text) is None

"""The two real notices, and invented ones in other wordings, read as a whole."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from evidence import check_evidence
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.record import Document, Notice, Site
from pipelines.step3_classify import judge
from pipelines.step4_read import ReadPipeline, read_notice

DATA = Path(__file__).parent / "data"
CONTENT = Path(__file__).parent.parent / "demo" / "content"
NOTICES: list[dict[str, Any]] = yaml.safe_load((DATA / "notices.yml").read_text(encoding="utf-8"))
XIAN_TITLE, XIAN_TEXT = (CONTENT / "610100_xamzj" / "000_c0585779b412e9c9.txt").read_text(encoding="utf-8").split("\n", 1)
JINPU_TITLE = "中共大连金普新区民政局党组关于巡察整改情况的通报"
JINPU_TEXT = (CONTENT / "210213_jinpu" / "003_cbc633ed1b1a49a9.txt").read_text(encoding="utf-8")
XIAN = Site("610100_mzj", "西安市民政局", "http://example.org/", "trs", "610100")
JINPU = Site("210213_jpmzj", "大连金普新区", "http://example.org/", "query", "210213", area="金普新区")


def contacts(notice: Notice, kind: str) -> list[str]:
    return [contact.value for contact in notice.contacts if contact.kind == kind]


def leaves(notice: Notice) -> list[str]:
    return [problem.problem for problem in notice.problems if problem.leaf]


def test_xian() -> None:
    notice = read_notice(XIAN_TEXT, XIAN_TITLE, "2019-08-02", XIAN)
    assert (notice.issuing_body, notice.inspected_body_raw, notice.inspected_body) == (
        "中共西安市民政局党组",
        "市民政局",
        "西安市民政局党组",
    )
    assert (notice.inspecting_body_raw, notice.inspecting_body, notice.inspection_team) == ("市委", "西安市委", "市委第五巡察组")
    assert (notice.inspection_level, notice.inspection_types, notice.round) == ("市级", ["专项"], None)
    assert (notice.inspection_start, notice.inspection_end) == ("2018-05-09", "2018-07-31")
    assert (notice.feedback_date, notice.signed_date) == ("2019-01-11", "2019-08-02")
    assert (notice.province, notice.city, notice.county, notice.division_code) == ("陕西省", "西安市", None, "610100")
    assert len(leaves(notice)) == len(notice.problems) == 6
    assert leaves(notice)[3] == "蓝田县三官庙镇部分低保户还未享受分类施保政策"
    assert leaves(notice)[5].startswith("与市级‘八办两组’的协调沟通")
    assert leaves(notice)[5].endswith("导致补贴无法正常享受")
    assert contacts(notice, "phone") == ["86786716"]
    assert contacts(notice, "address") == ["西安市凤城八路109号"]
    assert contacts(notice, "postcode") == ["710007"]
    assert contacts(notice, "email") == ["xamzjzzrsc@163.COM"]
    assert notice.totals["money_recovered_yuan"] is None
    check_evidence(notice, XIAN_TEXT, XIAN_TITLE)


def test_jinpu() -> None:
    notice = read_notice(JINPU_TEXT, JINPU_TITLE, "2025-06-18", JINPU)
    assert notice.issuing_body == notice.inspected_body == "中共大连金普新区民政局党组"
    assert (notice.inspecting_body_raw, notice.inspection_team) == ("区委", "区委第三巡察组")
    assert (notice.inspection_level, notice.inspection_types, notice.round) == ("县级", ["常规"], 7)
    assert (notice.inspection_start, notice.inspection_end) == ("2024-07-18", "2024-09-25")
    assert (notice.feedback_date, notice.signed_date) == ("2024-10-25", None)
    assert (notice.province, notice.city, notice.county) == ("辽宁省", "大连市", "金普新区")
    assert [problem.depth for problem in notice.problems].count(1) == 7
    assert len(leaves(notice)) == 20
    assert (contacts(notice, "phone"), contacts(notice, "email")) == (["88532806"], ["minzhengju2022@163.com"])
    check_evidence(notice, JINPU_TEXT, JINPU_TITLE)


@pytest.mark.parametrize("page", NOTICES, ids=lambda page: page["title"][:20])
def test_other_wordings(page: dict[str, Any]) -> None:
    notice = read_notice(page["text"], page["title"], page["published"])
    read: dict[str, object] = {field: getattr(notice, field) for field in Notice.__slots__}
    read |= {"problems": leaves(notice), "phones": contacts(notice, "phone"), "emails": contacts(notice, "email")}
    read |= {"address": next(iter(contacts(notice, "address")), None), "money": notice.totals["money_recovered_yuan"]}
    assert {field: read[field] for field in page["expected"]} == page["expected"]
    check_evidence(notice, page["text"], page["title"])


def test_a_page_that_is_no_notice_is_not_read() -> None:
    document = Document(url=None, content=b"", text=XIAN_TEXT, is_notice=False)
    assert ReadPipeline().process_item(document).notice is None


def test_nothing_is_read_from_nothing() -> None:
    notice = read_notice("", None, None, None)
    assert notice.evidence == {}
    assert (notice.inspected_body, notice.problems, notice.contacts) == (None, [], [])


PIECES = [
    *(line for page in NOTICES for line in page["text"].splitlines()[:8]),
    *(
        "2021年2月30日",
        "2024717日至830日",
        "关于“",
        "（一）",
        "\u3000\u3000",
        "市委第三巡察组对",
        "反馈",
        "元",
        "追缴",
        "电话0371 - 12345678",
        "\x85",
        "\r\n",
    ),
]


@settings(max_examples=150)
@given(
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=25),
    st.sampled_from(["", "\n", "，", " "]),
    st.text(max_size=30),
)
def test_any_text_is_read_without_error_and_every_offset_holds(pieces: list[str], joint: str, title: str) -> None:
    text = joint.join(pieces)
    judge(title, text)
    check_evidence(read_notice(text, title, "2021-06-08", XIAN), text, title)

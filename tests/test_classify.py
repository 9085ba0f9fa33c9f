"""Is it a notice? Told from everything that looks like one, with a reason."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.record import Document
from pipelines.step3_classify import classify_page, judge

DATA = Path(__file__).parent / "data"
PAGES: list[dict[str, Any]] = yaml.safe_load((DATA / "near_misses.yml").read_text(encoding="utf-8"))
NOTICES: list[dict[str, Any]] = yaml.safe_load((DATA / "notices.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page["title"][:20] or "untitled")
def test_near_misses(page: dict[str, Any]) -> None:
    is_notice, reason = judge(page["title"], page["text"])
    assert is_notice is page["notice"], reason


@pytest.mark.parametrize("page", NOTICES, ids=lambda page: page["title"][:20])
def test_notices_with_and_without_their_title(page: dict[str, Any]) -> None:
    assert judge(page["title"], page["text"])[0]
    assert judge("", page["text"])[0]


def test_the_reason_quotes_what_decided() -> None:
    assert "推进会" in judge("市卫健委召开巡察整改推进会", "会议强调,要抓好市委巡察反馈问题整改。")[1]


OPENING = "根据县委统一部署,2021年3月1日至4月30日,县委第一巡察组对县水务局党组进行了巡察,6月9日反馈意见。"
LEDGER = "\n一、关于“库区巡护缺人手”的问题。增加护林员3名。\n二、关于“闸门检修不及时”的问题。检修12座。\n三、下一步打算\n持续用力。"


@pytest.mark.parametrize(
    "words",
    [
        "现将有关情况通报如下:",
        "将整改落实情况公示如下:",
        "整改情况如下:",
        "为接受监督,特公布整改情况。",
        "兹将整改情况公告如下。",
        "以下是整改情况。",
        "对整改进展情况进行公开。",
        "现把整改情况晒出来,请大家监督。",
        "局党组将于近期开展巡察整改“回头看”。现将整改情况通报如下。",
        "现将整改情况以清单形式公开。",
    ],
)
def test_ways_to_announce(words: str) -> None:
    assert judge("县水务局巡察整改", OPENING + words + LEDGER)[0]


@pytest.mark.parametrize(
    "title",
    [
        "中共青岭市审计局党组关于整改情况的通报",
        "中共青岭市消防救援支队委员会关于整改情况的通报",
        "青岭市人大常委会机关党组整改情况通报",
        "青岭市干部培训中心党支部关于巡察整改情况的通报",
        "青岭市记者协会党组关于巡察整改情况的通报",
        "县水务局党组向社会公布巡察反馈问题整改情况",
    ],
)
def test_words_of_a_bodys_name_are_no_genre(title: str) -> None:
    assert judge(title, OPENING + "现将整改情况通报如下。" + LEDGER)[0]


def test_persons_and_places_kept_secret_make_no_template() -> None:
    named = LEDGER.replace("增加护林员3名", "诫勉王××、李××、陈×,通报××镇、××局、XX村")
    assert judge("关于巡察整改情况的通报", OPENING + "现将整改情况通报如下。" + named)[0]


def test_a_notice_addressed_to_all_with_links_behind() -> None:
    links = "\n相关文章\n" + "\n".join(f"关于任前公示的公告2023-09-0{day}" for day in range(1, 6))
    assert judge("关于巡察整改情况的通报", "同志们、广大职工:\n" + OPENING + "现将整改情况通报如下。" + LEDGER + links)[0]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "县委巡察办到县医院督导",
            "5月11日,县委巡察办到县医院督导巡察整改。院长表示,将确保整改见底,并按规定将整改情况向社会公布。" + LEDGER,
        ),
        (
            "第五轮巡视整改进展情况",
            "现将各单位巡视整改进展情况公布。" + "".join(f"\n中共省{name}厅党组关于巡视整改进展情况的通报" for name in "农林水"),
        ),
        ("关于对巡察整改情况开展满意度测评的公告", "现就巡察整改情况开展测评,公告如下:\n一、对象\n二、内容\n三、时间"),
        ("巡察整改知识", "通报怎样开头?一般表述为:“根据县委统一部署,县委巡察组进行了巡察。现将整改情况通报如下。”" + LEDGER),
        ("关于巡视反馈问题整改任务清单的公示", "现将我县整改任务清单公示如下:" + LEDGER),
        ("巡察整改工作动态（第3期）", "现将有关工作动态通报如下:" + LEDGER),
        ("县委巡察办抓整改", "近年来,县委巡察办狠抓巡察整改。现将做法介绍如下:一、建机制。二、重问效,向社会公开整改情况。"),
        ("关于巡察整改工作方案的报告", "根据县委第六巡察组反馈意见，我局制定了整改方案，现报告如下。" + LEDGER),
        ("中共县应急局党组关于安全生产巡查整改情况的通报", "按照省安委会要求，现将整改情况通报如下。" + LEDGER),
        ("关于选人用人专项检查整改情况的报告", "县委组织部结合县委巡察开展了检查。现将整改情况报告如下。" + LEDGER),
    ],
)
def test_what_only_speaks_of_a_notice(title: str, text: str) -> None:
    assert not judge(title, text)[0]


def test_a_slip_in_the_title_of_a_text_without_an_opening() -> None:
    text = "一、整改情况\n截至目前，反馈的2个问题已完成整改2个。" + LEDGER
    assert judge("中共县水务局党组关于巡查整改情况的通报", text)[0]


def test_an_attached_notice_is_a_notice() -> None:
    text = "根据县委巡察工作要求,现将《中共县供销社党组关于巡察整改情况的通报》全文公布,请点击附件下载查看。\n附件:1.通报.pdf"
    assert judge("县供销社党组巡察整改情况通报", text)[0]


def test_an_empty_text_is_refused() -> None:
    assert judge("关于巡察整改情况的通报", " \n") == (False, "正文为空")


def test_a_page_without_text_is_not_judged() -> None:
    document = Document(url=None, content=b"")
    classify_page(document)
    assert (document.is_notice, document.reason) == (None, None)

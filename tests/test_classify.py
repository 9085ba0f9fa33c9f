"""Is it a notice? Told from everything that looks like one, with a reason."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.record import Document
from pipelines.step3_classify import ClassifyPipeline, classify_page, judge

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


def test_an_attached_notice_is_a_notice() -> None:
    text = "根据县委巡察工作要求,现将《中共县供销社党组关于巡察整改情况的通报》全文公布,请点击附件下载查看。\n附件:1.通报.pdf"
    assert judge("县供销社党组巡察整改情况通报", text)[0]


def test_an_empty_text_is_refused() -> None:
    assert judge("关于巡察整改情况的通报", " \n") == (False, "正文为空")


def test_a_page_without_text_is_not_judged() -> None:
    document = Document(url=None, content=b"")
    classify_page(document)
    assert (document.is_notice, document.reason) == (None, None)


def test_lists_are_passed_on_unjudged() -> None:
    document = Document(url=None, content=b"", kind="list", text="巡察整改公开")
    assert ClassifyPipeline().process_item(document) is document
    assert document.is_notice is None

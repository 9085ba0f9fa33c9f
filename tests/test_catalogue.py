"""The catalogue of site software: every spider says what it must, and the document says what the spiders say."""

import inspect
import pkgutil

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

import crawler.spiders
from crawler.catalogue import DOCUMENT, WORDS, DocstringError, describe, render, spider_of
from crawler.software import SOFTWARE

SHARED = {"base", "static"}


def test_the_list_of_families_is_that_of_the_spiders() -> None:
    assert sorted(SpiderLoader(Settings({"SPIDER_MODULES": ["crawler.spiders"]})).list()) == sorted(SOFTWARE)
    assert {module.name for module in pkgutil.iter_modules(crawler.spiders.__path__)} - SHARED == set(SOFTWARE)


@pytest.mark.parametrize("software", SOFTWARE)
def test_a_spiders_docstring_has_the_whole_vocabulary(software: str) -> None:
    assert tuple(describe(software, spider_of(software).__doc__ or "").said) == WORDS


def test_a_docstring_that_lacks_a_word_is_refused() -> None:
    whole = inspect.getdoc(spider_of("trs")) or ""
    with pytest.raises(DocstringError, match="trs: expected Software, Recognised by"):
        describe("trs", whole.replace("Caveats: ", "Mind: "))
    with pytest.raises(DocstringError):
        describe("trs", whole.replace("List: ", "Paging: "))


def test_the_document_is_what_the_spiders_say() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == render(), "docs/site-software.md is stale; `make docs` writes it"

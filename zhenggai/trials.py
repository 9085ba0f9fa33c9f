"""Trying a site out: a family's spider fetches a few pages, politely and without keeping them; the steps read them."""

from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from crawler.items import Page
from crawler.probe import MOST_FOLLOWED, Trial, trial_spider
from crawler.settings import DOWNLOADER_MIDDLEWARES
from crawler.sites import Site
from pipelines.record import Document
from pipelines.record import Site as DeclaredSite
from pipelines.step1_decode import document_from_page
from pipelines.steps import run_steps
from zhenggai.replicas import REPLICA_SETTINGS


def trial_settings(*, replica: bool, article: str | None = None) -> Settings:
    """Return the crawl's settings without captures, steps and archive; ``article`` is one to be fetched wherever it is listed."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    without_captures: dict[str, Any] = DOWNLOADER_MIDDLEWARES | {"crawler.middlewares.capture.CaptureMiddleware": None}
    ours: dict[str, Any] = {
        "LOG_LEVEL": "ERROR",
        "DOWNLOADER_MIDDLEWARES": without_captures,
        "ITEM_PIPELINES": {},
        "VISITS_CLASS": "crawler.probe.TrialVisits",
        "PROBE_ARTICLE": article,
        "LINKS_PAGES": MOST_FOLLOWED,
    }
    for name, value in (ours | (REPLICA_SETTINGS if replica else {})).items():
        settings.set(name, value, priority="cmdline")
    return settings


def trial_crawler(reading: type[Any], software: str, trial: Trial, settings: Settings) -> Crawler:
    """Return a crawler in which a family's spider reads a site in this way (see `trial_spider`); articles become the trial's samples."""
    crawler = Crawler(trial_spider(reading, software, trial), settings)

    def keep(item: Page) -> None:
        if item.kind == "article":
            trial.samples.append(item)

    crawler.signals.connect(keep, signals.item_scraped, weak=False)
    return crawler


def read_sample(page: Page, site: Site) -> Document:
    """Run the steps, but for the store, on a fetched article; what is wrong with it is its ``error``."""
    document = document_from_page(page)
    declared = site.model_dump(include={"id", "name", "url", "software", "division", "area", "body"})
    document.site = DeclaredSite(**declared, replica=site.replica)
    run_steps(document)
    return document

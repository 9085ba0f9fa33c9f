"""What the four kinds of site software have in common: pages printed from templates, and a robots.txt."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import ClassVar, NoReturn

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from demo.content import Article, Column, Replica

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Software(ABC):
    """One replica site as its software serves it.

    A subclass names its addresses (``column_path``, ``article_path``), answers them (``routes``) and keeps
    its templates (home.html, list.html, article.html) in the folder that bears its name.
    """

    name: ClassVar[str]
    charset: ClassVar[str] = "utf-8"
    """How the bytes are written; what the page declares stands in the templates."""
    per_page: ClassVar[int] = 15
    paging: ClassVar[str | None] = None
    """How further list pages are addressed, for the crawler; None where the pages say it themselves."""

    def __init__(self, replica: Replica) -> None:
        self.replica = replica
        self.columns = {column.key: column for column in replica.columns}

    @abstractmethod
    def column_path(self, column: Column) -> str:
        """Return the address of the column's first list page."""

    @abstractmethod
    def article_path(self, article: Article) -> str:
        """Return the address of the article."""

    @abstractmethod
    def routes(self) -> Iterable[web.RouteDef]:
        """Return the routes of list pages and articles."""

    def application(self) -> web.Application:
        """Return the whole site."""
        application = web.Application()
        application.add_routes([web.get("/", self.home), web.get("/robots.txt", self.robots), *self.routes()])
        return application

    async def home(self, request: web.Request) -> web.Response:
        """Answer the home page: each column with its newest articles."""
        return self.page("home")

    async def robots(self, request: web.Request) -> web.Response:
        """Answer robots.txt, or 404 where the site has none."""
        if self.replica.robots is None:
            self.not_found()
        return web.Response(text=self.replica.robots, content_type="text/plain")

    def page(self, template: str, **values: object) -> web.Response:
        """Print a template in the site's charset. The header names no charset, as on most of these sites."""
        html = TEMPLATES.get_template(f"{self.name}/{template}.html").render(software=self, site=self.replica, **values)
        return web.Response(body=html.encode(self.charset), content_type="text/html")

    def pages_of(self, column: Column) -> list[list[Article]]:
        """Return the column's articles, cut into list pages."""
        articles = self.replica.in_column(column)
        return [articles[start : start + self.per_page] for start in range(0, len(articles), self.per_page)]

    def column_of(self, article: Article) -> Column:
        """Return the column the article stands in."""
        return self.columns[article.column]

    def find_article(self, request: web.Request, identifier: str) -> Article:
        """Return the article of that number if it stands at the requested address; raise 404 otherwise."""
        article = self.replica.by_id.get(int(identifier))
        if article is None or self.article_path(article) != request.path_qs:
            self.not_found()
        return article

    def related(self, article: Article) -> list[Article]:
        """Return the 相关阅读 of an article: its neighbours in the list."""
        articles = self.replica.in_column(self.column_of(article))
        position = articles.index(article)
        return [*articles[max(0, position - 2) : position], *articles[position + 1 : position + 3]]

    def not_found(self) -> NoReturn:
        """Raise the answer to an address that does not exist."""
        raise web.HTTPNotFound(
            text="<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>", content_type="text/html"
        )


def shorten(title: str, length: int) -> str:
    """Cut a title as list pages do: ``中共昀州市水利局党组关于…``."""
    return title if len(title) <= length else title[: length - 1] + "…"


def chinese_date(day: date) -> str:
    """Write a date the long way: ``2023年5月16日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def digits_in_spans(paragraph: str) -> Markup:
    """Wrap every run of digits in a span of its own, as text pasted from Word has it."""
    return Markup("").join(
        Markup('<span lang="EN-US">{}</span>').format(part) if part.isdigit() else part for part in _split_at_digits(paragraph)
    )


def _split_at_digits(paragraph: str) -> list[str]:
    parts: list[str] = []
    for character in paragraph:
        if parts and parts[-1][-1].isdigit() == character.isdigit():
            parts[-1] += character
        else:
            parts.append(character)
    return parts


TEMPLATES.filters.update(shorten=shorten, chinese_date=chinese_date, digits_in_spans=digits_in_spans)

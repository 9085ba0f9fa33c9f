"""Boda VSB (博达): list pages count down, so that page 2 of 4 is ``/tzgg/3.htm`` and the last is ``/tzgg/1.htm``."""

from collections.abc import Iterable

from aiohttp import web

from demo.content import Article, Column
from demo.software import Software


class Vsb(Software):
    """Lists ``/tzgg.htm``, ``/tzgg/3.htm`` …; articles ``/info/1035/28022.htm``. A column's key is ``tzgg/1035``."""

    name = "vsb"
    charset = "gb18030"  # the pages declare gb2312, which has no code for the rarer characters in names

    def column_path(self, column: Column) -> str:
        """``/tzgg.htm``."""
        return f"/{self.slug(column)}.htm"

    def article_path(self, article: Article) -> str:
        """``/info/1035/28022.htm``."""
        return f"/info/{article.column.partition('/')[2]}/{article.id}.htm"

    def slug(self, column: Column) -> str:
        """Return the column's name in addresses."""
        return column.key.partition("/")[0]

    def page_path(self, column: Column, current: int, total: int) -> str:
        """Return the address of list page ``current`` of ``total``, counted from 1."""
        return self.column_path(column) if current == 1 else f"/{self.slug(column)}/{total - current + 1}.htm"

    def routes(self) -> Iterable[web.RouteDef]:
        """Every list page has its own address; one route for all articles."""
        yield web.get("/index.htm", self.home)
        for column in self.replica.columns:
            yield web.get(f"/{self.slug(column)}.htm", self.list_page)
            yield web.get(f"/{self.slug(column)}/{{number:\\d+}}.htm", self.list_page)
        yield web.get(r"/info/{tree:\d+}/{id:\d+}.htm", self.article)

    async def list_page(self, request: web.Request) -> web.Response:
        """Answer a list page, with its links relative to it."""
        slug = request.path.strip("/").partition("/")[0].removesuffix(".htm")
        column = next(column for column in self.replica.columns if self.slug(column) == slug)
        pages = self.pages_of(column)
        paths = [self.page_path(column, current, len(pages)) for current in range(1, len(pages) + 1)]
        if request.path not in paths:
            self.not_found()
        current = paths.index(request.path) + 1
        up = "" if current == 1 else "../"
        links = [up + path.strip("/") for path in paths]
        return self.page("list", column=column, articles=pages[current - 1], current=current, links=links, up=up)

    async def article(self, request: web.Request) -> web.Response:
        """Answer an article."""
        article = self.find_article(request, request.match_info["id"])
        return self.page("article", article=article, column=self.column_of(article))

"""Hanweb JCMS (大汉): the first page embeds three display pages of rows, a data proxy answers for the rest."""

from collections.abc import Iterable

from aiohttp import web

from demo.content import Article, Column
from demo.software import TEMPLATES, Software

EMBEDDED_PAGES = 3


class Hanweb(Software):
    """Lists ``/col/col1045/index.html``; articles ``/art/2023/4/27/art_1045_20931.html``."""

    name = "hanweb"
    web_id = 73

    def column_path(self, column: Column) -> str:
        """``/col/col1045/index.html``."""
        return f"/col/col{column.key}/index.html"

    def article_path(self, article: Article) -> str:
        """``/art/2023/4/27/art_1045_20931.html``."""
        day = article.published
        return f"/art/{day.year}/{day.month}/{day.day}/art_{article.column}_{article.id}.html"

    def unit_of(self, column: Column) -> int:
        """Return the number of the list's unit on the column page."""
        return 764_000 + int(column.key)

    def routes(self) -> Iterable[web.RouteDef]:
        """The column page, the data proxy, the articles."""
        yield web.get("/index.html", self.home)
        yield web.get(r"/col/col{column:\d+}/index.html", self.list_page)
        yield web.post("/module/web/jpage/dataproxy.jsp", self.data_proxy)
        yield web.get(r"/art/{year:\d+}/{month:\d+}/{day:\d+}/art_{column:\d+}_{id:\d+}.html", self.article)

    async def list_page(self, request: web.Request) -> web.Response:
        """Answer the column page, the same whatever ``pageNum`` says."""
        column = self._column(request.match_info["column"])
        articles = self.replica.in_column(column)
        return self.page("list", column=column, articles=articles[: EMBEDDED_PAGES * self.per_page], total=len(articles))

    async def data_proxy(self, request: web.Request) -> web.Response:
        """Answer records ``startrecord`` to ``endrecord``, counted from 1, of the column that the form names."""
        form = await request.post()
        column = self._column(str(form.get("columnid", "")))
        if form.get("unitid") != str(self.unit_of(column)):
            self.not_found()
        try:
            start, end = int(request.query["startrecord"]), int(request.query["endrecord"])
        except (KeyError, ValueError) as error:
            raise web.HTTPBadRequest from error
        articles = self.replica.in_column(column)[start - 1 : end]
        xml = TEMPLATES.get_template("hanweb/records.xml").render(software=self, column=column, articles=articles)
        return web.Response(text=xml, content_type="text/xml", charset="utf-8")

    async def article(self, request: web.Request) -> web.Response:
        """Answer an article."""
        article = self.find_article(request, request.match_info["id"])
        return self.page("article", article=article, column=self.column_of(article))

    def _column(self, key: str) -> Column:
        if key not in self.columns:
            self.not_found()
        return self.columns[key]

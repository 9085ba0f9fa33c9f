"""A plain site with query addresses, as many counties run: no metadata, the body broken by <br> in a table cell."""

from collections.abc import Iterable
from typing import NoReturn

from aiohttp import web

from demo.content import Article, Column
from demo.software import TEMPLATES, Software


class Query(Software):
    """Lists ``/list.php?cid=12&page=2``; articles ``/show.php?id=731``."""

    name = "query"
    paging = "?page={page}"

    def column_path(self, column: Column) -> str:
        """``/list.php?cid=12``."""
        return f"/list.php?cid={column.key}"

    def article_path(self, article: Article) -> str:
        """``/show.php?id=731``."""
        return f"/show.php?id={article.id}"

    def routes(self) -> Iterable[web.RouteDef]:
        """Two scripts."""
        yield web.get("/index.php", self.home)
        yield web.get("/list.php", self.list_page)
        yield web.get("/show.php", self.article)

    async def list_page(self, request: web.Request) -> web.Response:
        """Answer a list page; past the end, the last one again."""
        column = self.columns.get(request.query.get("cid", ""))
        if column is None:
            self.not_found()
        pages = self.pages_of(column)
        wanted = request.query.get("page", "1")
        current = min(max(int(wanted) if wanted.isdecimal() else 1, 1), len(pages))
        return self.page("list", column=column, articles=pages[current - 1], current=current, total=len(pages))

    async def article(self, request: web.Request) -> web.Response:
        """Answer an article."""
        identifier = request.query.get("id", "")
        article = self.find_article(request, identifier if identifier.isdecimal() else "0")
        return self.page("article", article=article, column=self.column_of(article))

    def not_found(self) -> NoReturn:
        """Raise a soft 404: status 200, and a sentence that says otherwise."""
        html = TEMPLATES.get_template("query/missing.html").render(software=self, site=self.replica)
        raise web.HTTPOk(text=html, content_type="text/html")

"""TRS WCM (拓尔思): static pages; the second list page is index_1.html."""

from collections.abc import Iterable

from aiohttp import web

from demo.content import Article, Column
from demo.software import Software


class Trs(Software):
    """Lists ``/zwgk/tzgg/``, ``index_1.html`` …; articles ``/zwgk/tzgg/202001/t20200115_1234.html``."""

    name = "trs"
    per_page = 20

    def column_path(self, column: Column) -> str:
        """``/zwgk/tzgg/``."""
        return f"/{column.key}/"

    def article_path(self, article: Article) -> str:
        """``/zwgk/tzgg/202001/t20200115_1234.html``."""
        return f"/{article.column}/{article.published:%Y%m}/t{article.published:%Y%m%d}_{article.id}.html"

    def routes(self) -> Iterable[web.RouteDef]:
        """One route a list page, as the files lie on the disk; one for all articles."""
        yield web.get("/index.html", self.home)
        for column in self.replica.columns:
            yield web.get(f"/{column.key}/{{file:(index(_\\d+)?\\.html)?}}", self.list_page)
        yield web.get(r"/{folder:.+}/t{day:\d+}_{id:\d+}.html", self.article)

    async def list_page(self, request: web.Request) -> web.Response:
        """Answer a list page; ``currentPage`` in its script counts from 0."""
        column = self.columns[request.path.rpartition("/")[0].strip("/")]
        pages = self.pages_of(column)
        files = ["index.html", *(f"index_{number}.html" for number in range(1, len(pages)))]
        file = request.match_info["file"] or "index.html"
        if file not in files:
            self.not_found()
        current = files.index(file)
        return self.page("list", column=column, articles=pages[current], current=current, total=len(pages))

    async def article(self, request: web.Request) -> web.Response:
        """Answer an article."""
        article = self.find_article(request, request.match_info["id"])
        return self.page("article", article=article, column=self.column_of(article))

"""Meta refresh, looked for where there is one: Scrapy makes characters of every page for that, and nobody here needs them."""

import re

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware
from scrapy.http import Response

LOOKED_AT = 4 * 4096
"""Bytes: Scrapy looks at 4096 characters."""
# A zero byte is in every page in UTF-16, whose letters do not stand side by side.
MARK = re.compile(rb"refresh|\0", re.IGNORECASE)


class SparingRefreshMiddleware(MetaRefreshMiddleware):
    """Scrapy's meta refresh, for pages that have the word."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Return the request that a meta refresh asks for, else the response."""
        return super().process_response(request, response) if MARK.search(response.body, 0, LOOKED_AT) else response

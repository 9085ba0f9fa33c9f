"""NFCMS (南方网), Guangdong's portals."""

import re

from crawler.spiders.static import StaticSpider


class NfcmsSpider(StaticSpider):
    """NFCMS.

    Software: NFCMS (南方网), portals and discipline sites of Guangdong.
    Recognised by: articles named ``/content/post_<id>.html``.
    List: rows with ``a[title]`` and a date, in ``<column>/`` or ``<column>/index.html``.
    Paging: static; page 2 is ``index_2.html``. Links to the next page are followed where there are any.
    Detail: ``/<column>/content/post_<id>.html``; ``mpost_<id>`` is its copy for telephones.
    Caveats: many sites answer over http only; the directory 政府信息公开 beside the portal is another software (gkmlpt).
    """

    name = "nfcms"
    first = 1
    detail = re.compile(r"/m?post_\d+\.html?$")

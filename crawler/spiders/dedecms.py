"""DedeCMS (织梦)."""

import re

from crawler.spiders.static import StaticSpider


class DedecmsSpider(StaticSpider):
    """DedeCMS.

    Software: DedeCMS (织梦), discipline sites and small offices.
    Recognised by: ``list_<column>_<page>.html`` or ``/plus/list.php?tid=`` in the links of a list.
    List: rows with a link and a date; the first page is the column's directory.
    Paging: the link 下一页 is followed; without it ``list_<column>_<n>.html`` is counted up as the link 末页 has it.
    Detail: ``/<directory>/YYYY/MMDD/<id>.html``, ``/a/<directory>/YYYYMMDD/<id>.html``, ``/plus/view.php?aid=<id>``.
    Caveats: GBK or UTF-8; long articles go on in ``<id>_2.html``; one article may stand under two directories.
    """

    name = "dedecms"
    first = 1
    # /html/gongzuodongtai/2017/0323/4312.html · /fankui/20230427/2831.html · /xunshixuncha/2021-10-22/1392.html · /a/yaowen/2661.html
    detail = re.compile(r"/(?:\d{4}/\d{4}|\d{8}|\d{4}-\d\d-\d\d)/\d+\.html?$|/a/(?:[\w-]+/)+\d+\.html?$|/plus/view\.php\?aid=\d+")

"""TRS WCM (拓尔思): static list pages, counted from 0 or from 1."""

import re

from crawler.spiders.static import StaticSpider


class TrsSpider(StaticSpider):
    """TRS WCM.

    Software: TRS WCM (拓尔思), most ministries and many provinces and cities.
    Recognised by: ``createPageHTML(…)`` or ``.pagination("setPage", …)`` in a list, articles named ``t20230129_123.html``.
    List: ``li > a[title] + span``, or a table of 名称, 索引号, 发布机构 and 发布日期.
    Paging: static; page 2 is ``index_1.html`` where the first page calls itself 0, ``index_2.html`` where it calls itself 1;
        where that page is missing or repeats the first, the other is tried. Links to the next page are followed where there are any.
    Detail: ``/<column>/YYYYMM/tYYYYMMDD_<id>.html``.
    Caveats: the number of pages is announced too high by up to three; the date in an address can differ from the list's.
    """

    name = "trs"
    # Guangxi leaves the date out: /zfwzjyh/t10221601.shtml; Chongqing has mobile copies: t20230525_11997092_wap.html
    detail = re.compile(r"/t\d{6,8}(?:_\d+)?(?:_wap)?\.s?html?$")

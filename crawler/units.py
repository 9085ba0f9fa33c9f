"""Units of Hanweb JPaaS: parts of a page that its script asks for, one by one, and gets as HTML within JSON."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin

from parsel import Selector

from crawler.answers import read_json, step_into
from crawler.errors import UnreadableListError

# queryData="{'parseType':'bulidstatic','webId':'…'}": quotes that JSON does not know
PARAMETER = re.compile(r"['\"](\w+)['\"]\s*:\s*['\"]([^'\"]*)['\"]")
UNITS = "//*[@querydata and (@url or @uniturl)]"
BODY = "ancestor::*[@id='con_con' or @id='zoom' or contains(@class, 'ccontent')]"
BESIDE_BODY = re.compile(r"相关|推荐|热|上一|下一|导航|分享")
# 文章正文2
BODY_NAME = re.compile(r"正文|内容|content", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit, as the page names it."""

    url: str
    parameters: dict[str, str]
    in_body: bool
    """It stands where the text of an article does."""

    @property
    def name(self) -> str:
        """What the site calls the unit: 当前栏目_list, 右侧内容."""
        return self.parameters.get("tagId", "")

    @property
    def is_body(self) -> bool:
        """The text of an article stands in the unit, and not what is related to it."""
        is_article, stands_beside = self.parameters.get("pageType") == "article", BESIDE_BODY.search(self.name)
        return is_article and not stands_beside and (self.in_body or BODY_NAME.search(self.name) is not None)

    def address(self, base: str, **more: str) -> str:
        """Return the address that the script asks for on a page at ``base``."""
        return f"{urljoin(base, self.url)}?{urlencode({**self.parameters, **more})}"


def units_of(html: str) -> list[Unit]:
    """Return the units that a page names, in their order."""
    if "querydata" not in html.lower():  # nearly every page: it is not to be parsed for that
        return []
    found = Selector(text=html, type="html").xpath(UNITS)
    return [
        Unit(unit.xpath("@url | @uniturl").get() or "", dict(PARAMETER.findall(unit.attrib["querydata"])), bool(unit.xpath(BODY)))
        for unit in found
    ]


def headers_of(page: str) -> dict[str, str]:
    """Return the headers without which a unit answers 403, for the page at this address."""
    return {"Referer": page, "X-Requested-With": "XMLHttpRequest"}


def fragment_of(text: str) -> str:
    """Return the HTML in a unit's answer. Raises UnreadableListError."""
    answer = read_json(text)
    html = next((html for steps in ("data.html", "data", "html") if isinstance(html := step_into(answer, steps), str)), None)
    if html is None:
        raise UnreadableListError("the unit answers without data.html")
    return html

"""Which division a site belongs to: by the code that government sites carry, else by the place in the site's name."""

import re

import lxml.html

from pipelines.divisions import by_code, functional_areas, match_prefix

# <meta name="SiteIDCode" content="6101000000">; 网站标识码：6101000000 in the footer. The first six digits are the division's.
FOOTER_CODE = re.compile(r"网站标识码\D{0,4}(\d{6})\d{4}")
# 主办：中共金华市婺城区纪律检查委员会, 地址：浙江省金华市婺城区双龙南街 in the footer: whose site it is tells more than where it is.
OWNER = re.compile(r"(?:主办(?:单位|方)?|版权所有)\s*[:：©]\s*([^\s，,。|]{4,40})")
ADDRESS = re.compile(r"地\s*址\s*[:：]\s*([^\s，,。|]{4,40})")
PROVINCE = "0000"
# 网站首页_西安市民政局, 西安市民政局-首页, 欢迎访问…
NOT_A_NAME = re.compile(r"^(?:网站)?首页[\s_|—-]*|[\s_|—-]*(?:网站)?(?:首页|官网|官方网站)$|^欢迎(?:访问|光临|来到|您)+")
SEPARATOR = re.compile(r"\s*[_|—]\s*|\s+-\s+|-")


def site_name(html: str) -> str | None:
    """Return what a page calls its site: the meta tag SiteName, else the last part of its title; None where it says nothing."""
    page = _parse(html)
    if page is None:
        return None
    named = _meta(page, "sitename")
    title = " ".join((page.findtext(".//title") or "").split())
    parts = [part for part in SEPARATOR.split(NOT_A_NAME.sub("", title)) if part]
    return named or (NOT_A_NAME.sub("", parts[-1]) if parts else None) or None


def _parse(html: str) -> lxml.html.HtmlElement | None:
    try:
        # Bytes, so that lxml does not refuse an XML declaration that names another encoding.
        return lxml.html.document_fromstring(html.encode(), parser=lxml.html.HTMLParser(encoding="utf-8", huge_tree=True))
    except lxml.etree.ParserError:
        return None


def _meta(page: lxml.html.HtmlElement, name: str) -> str:
    found = (meta.get("content") or "" for meta in page.iter("meta") if (meta.get("name") or "").lower() == name)
    return next((value.strip() for value in found if value.strip()), "")


def division_of(html: str, name: str) -> str | None:
    """Return the GB/T 2260 code of the division that a site belongs to, or None where its pages do not tell."""
    page = _parse(html)
    footer = FOOTER_CODE.search(page.text_content()) if page is not None else None
    codes = [_meta(page, "siteidcode")[:6] if page is not None else "", footer[1] if footer else ""]
    return next((code for code in codes if code in by_code()), None) or _division_in(name)


def division_of_owner(html: str) -> str | None:
    """Return the code of the place in what a page says of who keeps the site, or of their address; None where it says nothing."""
    page = _parse(html)
    text = page.text_content() if page is not None else ""
    owner, address = (_division_in(found[-1]) if (found := form.findall(text)) else None for form in (OWNER, ADDRESS))
    # An address begins with its province: with that alone, the place in it is none that the table knows.
    return owner or (address if address and not address.endswith(PROVINCE) else None)


def _division_in(name: str) -> str | None:
    """Return the code of the place with the longest name in the site's name; a place without a code lends its parent's."""
    found = [(length, place) for start in range(len(name)) if (match := match_prefix(name[start:])) for place, length in [match]]
    if not found:
        return None
    _, place = max(found, key=lambda match: match[0])
    area = functional_areas().get(place.county or "")
    return place.code or (area.parent if area else None)


def area_of(name: str) -> str | None:
    """Return the functional area in a site's name (大连金普新区政府网), which the table of divisions lacks, or None."""
    return max((area for area in functional_areas() if area in name), key=len, default=None)

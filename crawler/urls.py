"""Addresses: one spelling for one page, and which hosts belong to a site."""

from urllib.parse import urlsplit

from scrapy import Request
from tldextract import TLDExtract
from w3lib.url import canonicalize_url, url_query_cleaner

PUBLIC_SUFFIXES = TLDExtract(suffix_list_urls=())
"""The list that comes with the library; it is never fetched."""
# Java servers put the session into the path: /art/2023/4/27/art_1_2.html;jsessionid=0A1B
SESSION_IN_PATH = ";jsessionid="
# uid and pageNum are Hanweb's notes of the page one came from, eqid is Baidu's; `id`, `catid`, `wbfileid` name the article and stay.
SESSION_PARAMETERS = ("PHPSESSID", "jsessionid", "JSESSIONID", "uid", "pageNum", "eqid")


def canonical_address(url: str) -> str:
    """Return the one address under which an article is known, and fetched.

    Lower-case host, sorted query, no fragment, no session. Raises ValueError for what is no address.
    """
    without_query, mark, query = url.partition("?")
    head, _, tail = without_query.partition(SESSION_IN_PATH)
    fragment = tail.partition("#")[1:]
    return canonicalize_url(url_query_cleaner(head + "".join(fragment) + mark + query, SESSION_PARAMETERS, remove=True, unique=False))


def request_address(request: Request) -> str:
    """Return the address of a list page, with the fields of a posted form in its query.

    Every parameter stays: in a list's address ``pageNum`` is what tells two pages apart.
    """
    form = request.body.decode("ascii", "replace")
    mark = ("&" if "?" in request.url else "?") if form else ""
    return canonicalize_url(request.url + mark + form)


def host_of(url: str) -> str:
    """Return the host in lower case, without ``www.`` or ``m.`` and port: names of one site."""
    host = urlsplit(url).hostname or ""
    return host.removeprefix("www.").removeprefix("m.")


def is_on_hosts(url: str, hosts: frozenset[str]) -> bool:
    """Tell whether the address is on one of these hosts (as `host_of` gives them) or below it.

    A county's portal lists what its bureaus publish below it (mzj.xa.gov.cn below xa.gov.cn); below gov.cn,
    which is what is left of www.gov.cn, stands every government site of the country.
    """
    host = host_of(url)
    return any(host == known or (host.endswith(f".{known}") and PUBLIC_SUFFIXES(known).domain) for known in hosts)

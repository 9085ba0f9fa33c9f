"""Addresses: one spelling for one page, and which hosts belong to a site."""

import re
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit

from scrapy import Request
from tldextract import TLDExtract
from w3lib.url import canonicalize_url, url_query_cleaner

INDEX_FILE = re.compile(r"/(?:index|default)\.\w+$", re.IGNORECASE)
PUBLIC_SUFFIXES = TLDExtract(suffix_list_urls=())
"""The list that comes with the library; it is never fetched."""
# Java servers put the session into the path: /art/2023/4/27/art_1_2.html;jsessionid=0A1B, /Home/list;jsessionid=0A1B?menuid=11
SESSION_IN_PATH = re.compile(r";jsessionid=[^?#/;]*", re.IGNORECASE)
SESSION_PARAMETERS = ("PHPSESSID", "phpsessid", "jsessionid", "JSESSIONID", "sessionid", "ASP.NET_SessionId")
ESCAPED = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
# ASP.NET posts a page's whole state back; it changes with every answer, and tells no two pages apart.
VIEW_STATE = re.compile(r"(?<![^&])__(?:VIEWSTATE\w*|EVENTVALIDATION|PREVIOUSPAGE)=[^&]*&?")
# uid and pageNum are Hanweb's notes of the page one came from, eqid is Baidu's; `id`, `catid`, `wbfileid` name the article and stay.
NOTES = ("uid", "pageNum", "eqid")
HOSTS_REMEMBERED = 1024
"""Every link of every page is looked at, and most are on few hosts."""
ADDRESSES_REMEMBERED = 1024
"""An article's address is asked for as it is listed."""


def without_session(url: str) -> str:
    """Return the address without the visitor's session, which is another one with every answer."""
    address, hash_mark, fragment = SESSION_IN_PATH.sub("", url).partition("#")
    if not any(f"{name}=" in address for name in SESSION_PARAMETERS):
        return address + hash_mark + fragment
    return url_query_cleaner(address, SESSION_PARAMETERS, remove=True, unique=False) + hash_mark + fragment


@lru_cache(maxsize=ADDRESSES_REMEMBERED)
def canonical_address(url: str) -> str:
    """Return the one address under which an article is known, and fetched.

    Lower-case host, sorted query, no fragment, no session. Raises ValueError for what is no address.
    """
    return canonicalize_url(url_query_cleaner(without_session(url), NOTES, remove=True, unique=False))


def request_address(request: Request) -> str:
    """Return the address of a list page, with the fields of a posted form in its query, and without session.

    Every other parameter stays: in a list's address ``pageNum`` is what tells two pages apart, and ``#2272`` one column of
    a directory from another.
    """
    form = VIEW_STATE.sub("", request.body.decode("ascii", "replace")).rstrip("&")
    address, hash_mark, fragment = without_session(request.url).partition("#")
    mark = ("&" if "?" in address else "?") if form else ""
    return canonicalize_url(address + mark + form + hash_mark + fragment, keep_fragments=True)


def gbk_address(url: str) -> str | None:
    """Return the address with its Chinese characters as bytes of GBK, or None if it has none.

    A raw Chinese address is escaped as UTF-8; some old servers know their files by the other bytes alone.
    """
    try:
        other = ESCAPED.sub(lambda run: quote(unquote_to_bytes(run[0]).decode("utf-8").encode("gb18030")), url)
    except UnicodeError:
        return None
    return other if other != url else None


def host_of(url: str) -> str:
    """Return the host in lower case, without ``www.`` or ``m.`` and port: names of one site."""
    host = urlsplit(url).hostname or ""
    return host.removeprefix("www.").removeprefix("m.")


def parts_of(address: str) -> SplitResult:
    """Split an address that stands on a page; what is none, such as «http://[链接]/», has no parts."""
    try:
        return urlsplit(address.strip())
    except ValueError:
        return urlsplit("")


def is_loopback(url: str) -> bool:
    """Tell whether the address is this machine's own."""
    return _is_this_machine(host_of(url))


@lru_cache(maxsize=HOSTS_REMEMBERED)
def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def server_of(url: str) -> str:
    """Return what tells one site from another: the host (as `host_of` gives it), on loopback with the port."""
    return urlsplit(url).netloc.rpartition("@")[2].lower() if is_loopback(url) else host_of(url)


def is_home(url: str) -> bool:
    """Tell whether the address is that of a host's home page."""
    parts = urlsplit(url)
    return not parts.query and without_index(parts.path) in ("", "/")


def without_index(address: str) -> str:
    """Return a path, or an address without a query, without the name of the file that stands for its directory."""
    return INDEX_FILE.sub("/", address)


def is_on_hosts(url: str, hosts: frozenset[str]) -> bool:
    """Tell whether the address is on one of these hosts (as `server_of` gives them) or below it.

    A county's portal lists what its bureaus publish below it (mzj.xa.gov.cn below xa.gov.cn); below gov.cn,
    which is what is left of www.gov.cn, stands every government site of the country.
    """
    host = server_of(url)
    return any(host == known or (host.endswith(f".{known}") and PUBLIC_SUFFIXES(known).domain) for known in hosts)

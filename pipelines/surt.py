"""The key under which a web archive's index knows an address: ``http://www.a.gov.cn/X.html?b&a`` is ``cn,gov,a)/x.html?a&b``.

The rules are those of the Internet Archive's canonicalizer, which every reader of CDXJ applies to what it is asked for.
"""

import re
from urllib.parse import unquote_to_bytes, urlsplit

WWW = re.compile(r"^www\d*\.")
IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
DEFAULT_PORTS = {"http": 80, "https": 443}
ESCAPED = frozenset({*range(0x21), *range(0x7F, 0x100), *b"#%"})
"""Bytes that stand in a key as %xx; all others stand for themselves."""
# ASP.NET: /x/(S(4hqa0555fwsecu455xqckv45))/default.aspx, /x/(4hqa0555fwsecu455xqckv45)/default.aspx
ASPX_SESSION = re.compile(r"^(.*/)\((?:(?:[a-z]\([0-9a-z]{24}\))+|[0-9a-z]{24})\)/([^?]+\.aspx.*)$")
SESSIONS = tuple(
    re.compile(rf"^(.*)(?:{session})(?:&(.*))?$")
    for session in (
        r"jsessionid=[0-9a-z]{32}",
        r"phpsessid=[0-9a-z]{32}",
        r"sid=[0-9a-z]{32}",
        r"aspsessionid[a-z]{8}=[a-z]{24}",
        r"cfid=[^&]+&cftoken=[^&]+",
    )
)


def surt_key(url: str) -> str:
    """Return the key of an http(s) address as Scrapy writes it: percent-encoded, its host in Punycode."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port not in (None, DEFAULT_PORTS.get(parts.scheme)) else ""
    query = _query(parts.query)
    return f"{_host(parts.hostname or '')}{port}){_path(parts.path)}{'?' if query else ''}{query}"


def _host(host: str) -> str:
    host = WWW.sub("", ".".join(label for label in host.split(".") if label))
    labels = host.split(".")
    if IPV4.fullmatch(host):
        labels = [str(int(label)) for label in labels]
    return ",".join(reversed(labels))


def _path(path: str) -> str:
    segments: list[str] = []
    for segment in _normal(path).split("/")[1:]:
        # What leads above the root stays, and the next one takes it back: so the canonicalizer does it.
        if segment == ".." and segments:
            segments.pop()
        elif segment != ".":
            segments.append(segment)
    return ASPX_SESSION.sub(r"\1\2", "/" + "/".join(filter(None, segments)))


def _query(query: str) -> str:
    normal = _normal(query)
    for session in SESSIONS:
        normal = session.sub(lambda found: found[1] + (found[2] or ""), normal)
    return "&".join(sorted(normal.split("&"), key=lambda pair: pair.split("=", 1)))


def _normal(text: str) -> str:
    """Undo percent-encoding as often as it was done, encode again what must be, in small letters."""
    content = text.encode()
    while (decoded := unquote_to_bytes(content)) != content:
        content = decoded
    return "".join(f"%{byte:02x}" if byte in ESCAPED else chr(byte) for byte in content).lower()

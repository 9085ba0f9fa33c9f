"""HTTP headers as Scrapy keeps them, for records and items."""

from scrapy.http import Headers


def header_pairs(headers: Headers) -> list[tuple[str, str]]:
    """Return (name, value), a value a pair, each byte as one Latin-1 character: nothing is lost, whatever the encoding."""
    return [(name.decode("latin-1"), value.decode("latin-1")) for name in headers for value in headers.getlist(name)]


def joined_headers(headers: Headers) -> dict[str, str]:
    """Return each name once, with the values of repeated headers joined by a comma."""
    joined: dict[str, str] = {}
    for name, value in header_pairs(headers):
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined

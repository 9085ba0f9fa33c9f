"""The families of site software: the one list from which sites are checked, and which spiders must match."""

from typing import Literal, get_args

Software = Literal[
    "trs",
    "hanweb",
    "jpaas",
    "vsb",
    "ucap",
    "longxun",
    "gkmlpt",
    "nfcms",
    "phpcms",
    "dedecms",
    "aspnet",
    "json",
    "query",
    "links",
]
SOFTWARE: tuple[str, ...] = get_args(Software)
"""Each has one spider of that name, in a file of that name under ``crawler/spiders/``."""

"""The versions of what reads a page; stored with every notice, so that a change of rules can be told from a change of page."""

from importlib.metadata import version

VERSIONS = {"extractor": version("zhenggai"), "trafilatura": version("trafilatura"), "rules": version("zhenggai")}

"""The command line: one command a file."""

import click

from zhenggai.crawl import crawl
from zhenggai.export import export
from zhenggai.probe import probe
from zhenggai.read import read
from zhenggai.search import search
from zhenggai.serve import serve
from zhenggai.verify import verify


@click.group()
@click.version_option(package_name="zhenggai")
def main() -> None:
    """Archive 巡视巡察整改通报: the notices in which inspected party organisations report what they put right.

    \b
    Example: zhenggai crawl --all && zhenggai serve
    """


for command in (crawl, export, probe, read, search, serve, verify):
    main.add_command(command)


if __name__ == "__main__":
    main()

"""``zhenggai check``: is each site still readable as it is declared?"""

import sys
from datetime import date
from pathlib import Path

import click

from crawler.sites import Site, SiteError, load_good_sites, set_last_verified, site_ids, site_path
from zhenggai.checking import SiteCheck, check_sites
from zhenggai.crawl import choose_sites
from zhenggai.options import sites_option


@click.command()
@click.argument("names", metavar="[SITE]...", nargs=-1)
@sites_option("Directory of site files.")
@click.option("--write", is_flag=True, help="Put today's date into the YAML file of each site that is ok, as last_verified.")
def check(names: tuple[str, ...], *, directory: Path, write: bool) -> None:
    """Tell of each SITE whether it is still readable as declared; without a SITE, of all.

    Looks, at the crawl's own pace, at two pages of each column and at up to
    three articles: does the list answer, does it list articles, does a second
    page go on, are body and date found? Where links are followed: do the
    start pages answer, and does any of eight pages list anything? One line a site: ok, blocked (the
    site refuses, and may be as declared) or broken, and why; broken is also
    one whose file has a mistake in it. Exit status 1 if any is not ok.
    Nothing is kept, and no archive is touched.

    \b
    Example: zhenggai check 120000_csgl_tj --write
    """
    sites, faults = _choose(names, directory)
    for site, fault in faults.items():
        click.echo(f"{site}: broken: {' '.join(fault.split())}")
    checks = check_sites(sites) if sites else []
    for done in checks:
        click.echo(line_of(done))
    if write:
        paths = {path.stem: path for path in (site_path(name, directory) for name in names or site_ids(directory))}
        _note([paths[done.site.id] for done in checks if done.verdict == "ok"])
    if len(checks) < len(sites):
        raise click.ClickException(f"interrupted; {len(sites) - len(checks)} of {len(sites)} sites were not looked at to the end")
    if faults or any(done.verdict != "ok" for done in checks):
        sys.exit(1)


def _choose(names: tuple[str, ...], directory: Path) -> tuple[list[Site], dict[str, str]]:
    """Return the sites that were asked for; where all are, also what is wrong with the files of others, by id."""
    if names or not directory.is_dir():
        return choose_sites(names, directory, every=not names), {}
    sites, faults = load_good_sites(directory)
    return sites if sites or faults else choose_sites(names, directory, every=True), faults


def line_of(check: SiteCheck) -> str:
    """Return the site's line."""
    said = "; ".join(f"{fault.address}: {fault.reason}" for fault in check.faults) or check.found
    return f"{check.site.id}: {check.verdict}: {' '.join(said.split())}"


def _note(paths: list[Path]) -> None:
    """Put today's date into these files."""
    today = date.today()  # noqa: DTZ011  # the day here, as a person would write it
    try:
        for path in paths:
            set_last_verified(path, today)
    except SiteError as error:
        raise click.ClickException(str(error)) from error

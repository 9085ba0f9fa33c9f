"""The replicas as the crawler is told of them: one YAML file a site, with the address it is served at today."""

from collections.abc import Mapping
from pathlib import Path

import yaml

from demo.software import Software


def write_sites(directory: Path, sites: Mapping[str, Software], addresses: Mapping[str, str]) -> list[Path]:
    """Write the declaration of every site to ``directory``, named after the site's id; return the files."""
    paths = []
    for identifier, software in sites.items():
        path = directory / f"{identifier}.yml"
        path.write_text(yaml.safe_dump(declare(software, addresses[identifier]), allow_unicode=True, sort_keys=False), encoding="utf-8")
        paths.append(path)
    return paths


def declare(software: Software, address: str) -> dict[str, object]:
    """Return a site's declaration; keys that say nothing are left out."""
    replica = software.replica
    declaration = {
        "name": replica.name,
        "url": f"{address}/",
        "software": replica.software,
        "division": replica.division,
        "area": replica.area,
        "lists": [address + software.column_path(column) for column in replica.columns if column.listed],
        "paging": software.paging,
        "body": replica.body,
    }
    return {key: value for key, value in declaration.items() if value is not None}

"""YAML that people write: a mistake in it is named with its line."""

from pathlib import Path
from typing import Any

import yaml


class YAMLFileError(Exception):
    """What a file holds is no YAML; the message says on which line, and why."""


class UniqueKeyLoader(yaml.SafeLoader):
    """Reads YAML as PyYAML does, but refuses a key that stands twice, of which PyYAML would silently take the last."""

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        """Return the node of a mapping, as it is written: what `<<` brings may say again what stands here."""
        node = super().compose_mapping_node(anchor)
        seen: set[tuple[str, str]] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            if (key.tag, key.value) in seen:
                raise yaml.composer.ComposerError(None, None, f"the key {key.value!r} stands twice", key.start_mark)
            seen.add((key.tag, key.value))
        return node


def load_yaml(path: Path) -> Any:
    """Return what the file declares; None for an empty one. Raises OSError and YAMLFileError."""
    try:
        return parse_yaml(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise YAMLFileError(f"cannot be read: {error}") from error


def parse_yaml(text: str) -> Any:
    """Return what a text declares. Raises YAMLFileError."""
    try:
        return yaml.load(text, Loader=UniqueKeyLoader)  # noqa: S506  # a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise YAMLFileError(f"{line}is not YAML: {error.problem}") from error
    except RecursionError as error:
        raise YAMLFileError("is not YAML that can be read: it is nested too deeply") from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: 2024-13-45 looks like a date to YAML, and is none
        raise YAMLFileError(f"is not YAML: {error}") from error

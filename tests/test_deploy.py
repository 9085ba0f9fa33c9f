"""The ready-made files of `deploy/`: systemd takes the units, and every command line in them, and in the guide, is one that exists."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import distributed
import pytest
import yaml
from test_crawl_archive import PROJECT

from zhenggai.__main__ import main

DEPLOY = PROJECT / "deploy"
# .venv/bin/zhenggai crawl --all --budget 6h >/dev/null; …
COMMAND = re.compile(r"zhenggai (?P<words>(?:backup|crawl|export|restore|status|verify)\b[^;|&>`\n]*)")


def typed_commands() -> Iterator[tuple[str, str]]:
    for path in [*sorted(DEPLOY.iterdir()), PROJECT / "docs" / "operate.md"]:
        for found in COMMAND.finditer(path.read_text("utf-8")):
            yield path.name, found["words"].strip()


@pytest.mark.parametrize(("file", "words"), list(typed_commands()))
def test_every_command_line_is_one_that_exists(file: str, words: str) -> None:
    name, *arguments = shlex.split(words)
    command = main.get_command(click.Context(main), name)
    assert command is not None
    command.make_context(name, arguments)


def test_there_are_command_lines_to_look_at() -> None:
    found = {(file, words.split()[0]) for file, words in typed_commands()}
    assert {("zhenggai-crawl.service", "crawl"), ("zhenggai-crawl.service", "status"), ("zhenggai.cron", "crawl")} <= found
    assert {("github-actions.yml", name) for name in ("restore", "crawl", "verify", "export", "status")} <= found
    assert {("operate.md", name) for name in ("backup", "restore", "verify", "status")} <= found


def verify_units(directory: Path) -> subprocess.CompletedProcess[str]:
    units = sorted(str(path) for path in directory.iterdir())
    return subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, timeout=60, check=False)


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for name in ("zhenggai-crawl.service", "zhenggai-crawl.timer"):
        # systemd wants to see the program, which is not installed here.
        text = (DEPLOY / name).read_text("utf-8").replace("/opt/zhenggai/.venv/bin/zhenggai", shutil.which("true") or "")
        (tmp_path / name).write_text(text, "utf-8")
    taken = verify_units(tmp_path)
    assert (taken.returncode, taken.stderr) == (0, "")
    # And it would tell: an unknown key, a wrong time.
    (tmp_path / "zhenggai-crawl.service").write_text(text.replace("[Timer]", "[Service]\nBudget=6h"), "utf-8")
    assert "zhenggai-crawl" in verify_units(tmp_path).stderr


def settings_in(tree: dict[str, Any], above: str = "") -> Iterator[str]:
    for name, below in tree.items():
        if isinstance(below, dict):
            yield from settings_in(below, f"{above}{name}.")
        else:
            yield f"{above}{name}"


def test_dask_knows_every_setting_of_its_file() -> None:
    named = list(settings_in(yaml.safe_load((DEPLOY / "dask.yaml").read_text("utf-8"))))
    known = set(settings_in(yaml.safe_load((Path(distributed.__file__).parent / "distributed.yaml").read_text("utf-8"))))
    assert named
    assert set(named) <= known


def test_the_line_for_cron_is_five_times_a_user_and_good_shell() -> None:
    lines = [line for line in (DEPLOY / "zhenggai.cron").read_text("utf-8").splitlines() if not line.startswith("#")]
    assert lines[0] == "MAILTO=root"
    *times, user, shell = lines[1].split(maxsplit=6)
    assert (times, user) == (["0", "1", "*", "*", "*"], "zhenggai")
    assert "%" not in shell, "cron makes a line feed of it"
    assert subprocess.run(["sh", "-n", "-c", shell], check=False).returncode == 0


def test_the_workflow_is_good_yaml_and_good_shell() -> None:
    workflow = yaml.safe_load((DEPLOY / "github-actions.yml").read_text("utf-8"))
    steps = workflow["jobs"]["crawl"]["steps"]
    scripts = [step["run"] for step in steps if "run" in step]
    assert len(scripts) == 6
    for script in scripts:
        assert subprocess.run(["bash", "-n", "-c", script], check=False).returncode == 0, script
    assert not any("git " in script for script in scripts), "nothing is committed"
    assert workflow["permissions"] == {"contents": "write"}


def test_what_was_packed_for_a_release_is_what_is_unpacked(tmp_path: Path) -> None:
    """The workflow's own lines, with parts small enough that there are several."""
    workflow = (DEPLOY / "github-actions.yml").read_text("utf-8")
    (pack,) = re.findall(r"mkdir -p upload .*", workflow)
    (unpack,) = re.findall(r"mkdir last .*", workflow)
    (tmp_path / "release" / "captures").mkdir(parents=True)
    (tmp_path / "release" / "captures" / "a.warc.gz").write_bytes(bytes(range(256)) * 400)
    lines = [pack.replace("1900M", "10K"), "mv upload parts", unpack, "diff -r release last", "test -e parts/release.tar.ab"]
    done = subprocess.run(["bash", "-e", "-c", "\n".join(lines)], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

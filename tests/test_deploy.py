"""The ready-made files of `deploy/`: systemd takes the units, and every command line in them, and in the guide, is one that exists."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import distributed
import pytest
import yaml
from crawling import SiteServer
from sqlite_utils import Database
from test_crawl_archive import PROJECT, declare_in, routes

from crawler.sites import SITES_DIR, site_ids
from zhenggai.__main__ import COMMANDS, main

DEPLOY = PROJECT / "deploy"
# .venv/bin/zhenggai crawl --all --budget 6h >/dev/null; …
# What GitHub's own command does with releases, each a folder in $RELEASES; while $DOWN is set, the service does not answer.
GH = """#!/bin/bash -e
test "$1" = release && verb=$2 && shift 2
if test "$DOWN" && test "$verb" != create; then echo 'HTTP 503: Service Unavailable' >&2; exit 1; fi
case $verb in
list) ls "$RELEASES" ;;
view) test "$(ls "$RELEASES")" ;;
download)
    case $1 in -*) tag=$(ls "$RELEASES" | tail -n 1) ;; *) tag=$1; shift ;; esac
    test "$1" = --pattern -a "$3" = --dir && mkdir -p "$4" && cp "$RELEASES/$tag"/$2 "$4" ;;
create)
    tag=$1; shift; mkdir "$RELEASES/$tag"
    while test "$1" != --notes; do cp "$1" "$RELEASES/$tag"; shift; done ;;
esac
"""
# The sites are those of the job's own folder, and not of the project.
ZHENGGAI = f"""#!/bin/bash
if test "$1" = crawl; then set -- "$@" --sites crawler/sites -s RETRY_TIMES=0; fi
PYTHONPATH={PROJECT} exec {sys.executable} -m zhenggai "$@"
"""
COMMAND = re.compile(r"zhenggai (?P<words>(?:backup|crawl|export|merge|restore|serve|status|verify)\b[^;|&>`\n]*)")


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
    assert ("zhenggai-serve.service", "serve") in found
    assert {("operate.md", name) for name in ("merge", "backup", "restore", "verify", "status")} <= found


def typed_blocks() -> Iterator[str]:
    """Yield each command of the guide's blocks of shell, in one line."""
    for block in re.findall(r"```sh\n(.*?)```", (PROJECT / "docs" / "operate.md").read_text("utf-8"), re.DOTALL):
        yield from block.replace("\\\n", " ").splitlines()


def test_what_writes_the_archive_or_the_share_is_typed_as_their_owner() -> None:
    """As root it leaves files that the night's crawl may not write."""
    typed = [line for line in typed_blocks() if not line.startswith("export ")]
    writing = [line for line in typed if re.search(r"/(zhenggai (backup|crawl|merge|reread)|dask|scrapy)\b", line)]
    assert len(writing) >= 5
    assert [line for line in writing if not line.startswith("runuser -u zhenggai -- ")] == []


GUIDES = [*PROJECT.glob("*.md"), *(PROJECT / "docs").glob("*.md")]
# pip install '/opt/zhenggai[cluster]'
INSTALLING = re.compile(r"pip install (?P<words>[^`\n;]*(?:'|\.|/opt/zhenggai)[^`\n;]*)")


def test_the_project_is_installed_as_a_checkout_everywhere() -> None:
    """Without -e, pip puts a copy in its place: it has no metadata.yml, and never hears of a new YAML or of `git pull`."""
    texts = [path.read_text("utf-8") for path in [*GUIDES, *(PROJECT / "zhenggai").glob("*.py"), *DEPLOY.iterdir()]]
    typed = [found["words"] for text in texts for found in INSTALLING.finditer(text)]
    assert len(typed) >= 4
    assert [words for words in typed if not words.startswith("-e ")] == []


def test_every_site_that_is_named_is_there() -> None:
    """`{GB/T 2260 code}_{slug}`, in the guides, in what --help prints, and in the files for the operator."""
    texts = [path.read_text("utf-8") for path in [*GUIDES, *DEPLOY.iterdir()]]
    texts += [command.help or "" for name in COMMANDS if (command := main.get_command(click.Context(main), name))]
    named = {name for text in texts for name in re.findall(r"\b\d{6}_[a-z0-9]+(?:[-_][a-z0-9]+)*", text)}
    assert named
    assert named - set(site_ids(SITES_DIR)) == set()


def verify_units(directory: Path) -> subprocess.CompletedProcess[str]:
    units = sorted(str(path) for path in directory.iterdir())
    return subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, timeout=60, check=False)


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for name in ("zhenggai-serve.service", "zhenggai-crawl.service", "zhenggai-crawl.timer"):
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


class Nights:
    """Nights of the workflow, each in a folder of its own, as GitHub gives each job a machine of its own."""

    def __init__(self, directory: Path, server: SiteServer) -> None:
        self.directory = directory
        self.server = server
        self.releases = directory / "releases"
        self.releases.mkdir()
        write_program(directory / "bin" / "gh", GH)

    def run(self, name: str, **environment: str) -> tuple[str | None, str]:
        """Run all the steps but `make setup`; return the name of the one that failed, or None, and what was printed."""
        night = self.directory / name
        (night / "crawler" / "sites").mkdir(parents=True)
        declare_in(night / "crawler" / "sites", self.server)
        program = night / ".venv" / "bin" / "zhenggai"
        if not program.exists():
            write_program(program, ZHENGGAI)
        path = f"{self.directory / 'bin'}:{os.environ['PATH']}"
        environment = os.environ | {"PATH": path, "RELEASES": str(self.releases), "DOWN": ""} | environment
        printed = ""
        workflow = yaml.safe_load((DEPLOY / "github-actions.yml").read_text("utf-8"))
        # What GitHub makes of `shell: bash`, and of no shell at all.
        options = ["--noprofile", "--norc", "-eo", "pipefail"] if workflow.get("defaults") == {"run": {"shell": "bash"}} else ["-e"]
        for step in workflow["jobs"]["crawl"]["steps"]:
            if "run" in step and step["run"] != "make setup":
                words = ["bash", *options, "-c", step["run"]]
                done = subprocess.run(words, cwd=night, env=environment, capture_output=True, text=True, timeout=120, check=False)
                printed += done.stdout + done.stderr
                if done.returncode:
                    return step["name"], printed
        return None, printed


def write_program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    path.chmod(0o755)


def first_seen(db: Path) -> list[tuple[str, str]]:
    return Database(db).execute("SELECT url, first_seen FROM notices ORDER BY url").fetchall()


def test_a_night_on_which_github_does_not_answer_begins_no_other_archive(tmp_path: Path) -> None:
    with SiteServer(routes(3)) as server:
        nights = Nights(tmp_path, server)
        failed, printed = nights.run("first")
        assert failed is None, printed
        (tmp_path / "releases" / "v0.1.0").mkdir()  # a release of the fork's program
        failed, printed = nights.run("second", DOWN="yes")
        assert (failed, "HTTP 503" in printed) == ("Restore the last release", True)
        assert len(list(nights.releases.glob("archive-*"))) == 1
        failed, printed = nights.run("third")
        assert failed is None, printed
    assert len(list(nights.releases.glob("archive-*"))) == 2
    assert first_seen(tmp_path / "third" / "archive.db") == first_seen(tmp_path / "first" / "archive.db") != []


def test_what_does_not_go_on_from_the_last_release_is_not_uploaded(tmp_path: Path) -> None:
    with SiteServer(routes(1)) as server:
        nights = Nights(tmp_path, server)
        assert nights.run("first")[0] is None
        # Another archive is crawled than the one that was restored.
        losing = ZHENGGAI.replace("then set", "then rm archive.db*; set")
        assert losing != ZHENGGAI
        write_program(tmp_path / "second" / ".venv" / "bin" / "zhenggai", losing)
        failed, printed = nights.run("second")
    assert failed == "Prove a part of it"
    assert "no seal of the archive has it" in printed
    assert len(list(nights.releases.iterdir())) == 1

"""`zhenggai status`: which sites need a person, why, and who is told."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from crawling import Answer, SiteServer, listing
from publishing import free_port
from sqlite_utils import Database
from test_crawl_archive import PROJECT, crawl, declare_in, routes
from test_crawl_command import write_site

from pipelines.archive import open_archive
from pipelines.health import SiteFigures, figures_of_sites, reasons
from pipelines.monitors import Monitors, MonitorsError, Thresholds, load_monitors
from pipelines.visits import MOMENT, utc_now

GOOD = {"finish_reason": "finished", "requests": 50, "listed": 40, "new": 0, "changed": 0, "gone": 0, "blocked": 0, "errors": 0}
SITE = "610100_test"


def days_ago(days: float) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).strftime(MOMENT)


def fill(archive: Database, *crawls: dict[str, Any], site: str = SITE, **columns: Any) -> None:
    """A site with these crawls, one a night, the last one tonight."""
    row = {"id": site, "name": "西安市民政局", "url": "http://x/", "software": "trs", "division_code": "610100", "replica": 1}
    row |= {"state": "live", "last_crawl": days_ago(0.1), "last_success": days_ago(0.1), "last_new_notice": days_ago(20)}
    archive.table("sites").insert(row | columns)
    for age, row in zip(reversed(range(len(crawls))), crawls, strict=True):
        archive.table("crawls").insert({"site": site, "started": days_ago(age + 0.2), "finished": days_ago(age + 0.1)} | GOOD | row)


@pytest.fixture
def archive(tmp_path: Path) -> Database:
    return open_archive(tmp_path / "archive.db")


def found(archive: Database, **thresholds: Any) -> dict[str, str]:
    (figures,) = figures_of_sites(archive, Monitors(), utc_now())
    return {reason.threshold: reason.text for reason in reasons(figures, Thresholds(**thresholds))}


def test_a_site_as_it_should_be_needs_nobody(archive: Database) -> None:
    fill(archive, *[{}] * 5)
    assert found(archive) == {}
    (figures,) = figures_of_sites(archive, Monitors(), utc_now())
    assert (figures.listed, figures.listed_before, figures.days_overdue, figures.days_silent, figures.days_without_new) == (
        40,
        40,
        0,
        0,
        20,
    )


@pytest.mark.parametrize(
    ("crawls", "columns", "threshold", "words"),
    [
        ([{}] * 4 + [{"listed": 0}], {}, "listed_share", "listed nothing"),
        ([{"listed": 0}], {}, "listed_share", "listed nothing"),
        ([{"listed": 0}] * 40, {}, "silent_days", "nothing was listed for 39 days"),
        ([{}] * 4 + [{"listed": 0, "errors": 2}], {}, "listed_share", "listed nothing; 2 errors, 0 refusals"),
        ([{}] * 4 + [{"listed": 11}], {}, "listed_share", "listed 11 entries, earlier ones 40"),
        ([{}] * 2 + [{"blocked": 3, "finish_reason": "blocked"}] * 2, {}, "blocked_crawls", "refused the last 2 crawls (3 pages"),
        ([{}] + [{"errors": 2}] * 3, {}, "failed_crawls", "the last 3 crawls ended in errors (2 at the last)"),
        ([{}] * 4, {"last_success": days_ago(5.1)}, "overdue_days", "for 4 days since one was due"),
        ([{}] * 6, {"last_success": None}, "overdue_days", "for 4 days since one was due"),
        ([{}] * 4, {"last_new_notice": days_ago(401)}, "no_new_notice_days", "no new notice for 401 days"),
    ],
)
def test_what_needs_a_person_is_named(
    archive: Database, crawls: list[dict[str, Any]], columns: dict[str, Any], threshold: str, words: str
) -> None:
    fill(archive, *crawls, **columns)
    assert words in found(archive)[threshold]


@pytest.mark.parametrize(
    "crawls",
    [
        [{}] * 4 + [{"listed": 13}],
        [{}] * 2 + [{"listed": 1}],  # two earlier crawls are no history
        [{}, {"errors": 2}, {"errors": 2}],
        [{}, {"blocked": 1}, {}],
        [{}] * 4 + [{"listed": 0, "finish_reason": "closespider_timeout"}],
        [{}] * 4 + [{"listed": 0, "finish_reason": None, "finished": None}],
    ],
)
def test_what_needs_nobody_is_left_alone(archive: Database, crawls: list[dict[str, Any]]) -> None:
    fill(archive, *crawls)
    assert found(archive) == {}


def add_notices(archive: Database, count: int, age: float, **columns: Any) -> None:
    first = 1 + archive.table("notices").count
    row = {
        "site": SITE,
        "title": "通报",
        "published": "2026-01-01",
        "inspected_body": "局",
        "extractor": "TRS_Editor",
        "first_seen": days_ago(age),
    }
    archive.table("notices").insert_all(row | columns | {"id": first + number} for number in range(count))


def test_fields_containers_and_rejections_are_held_against_the_sites_own_past(archive: Database, tmp_path: Path) -> None:
    fill(archive, *[{}] * 4)
    add_notices(archive, 20, 100)
    assert found(archive) == {}
    add_notices(archive, 12, 2, published=None, extractor="trafilatura")
    for number in range(20):
        archive.table("rejections").insert({"url": f"http://x/{number}", "site": SITE, "judged_at": days_ago(1)})
    said = found(archive)
    assert said["filled_fall"] == "read less often: published 100% before, 0% recently"
    assert "0% before, 100% recently" in said["fallback_rise"]
    assert "0% before, 62% recently" in said["rejected_rise"]
    archive.conn.commit()
    shown = status(tmp_path).stdout
    assert "62%" in next(line for line in shown.splitlines() if line.startswith("│"))
    assert "rejected_rise" not in found(archive, rejected_rise=0.7)


def test_a_site_that_was_never_crawled_is_not_fine() -> None:
    assert [reason.text for reason in reasons(SiteFigures("a", "甲"), Thresholds())] == ["was never crawled"]


def test_a_clock_that_was_set_back_gives_no_negative_days(archive: Database) -> None:
    fill(archive, *[{}] * 4)
    (figures,) = figures_of_sites(archive, Monitors(), "2020-01-01T00:00:00Z")
    assert (figures.days_overdue, figures.days_silent, figures.days_without_new) == (0, 0, 0)


def test_the_example_file_has_every_threshold_with_its_default() -> None:
    example = PROJECT / "deploy" / "monitors.yml"
    assert yaml.safe_load(example.read_text("utf-8")) == {"thresholds": Thresholds().model_dump(), "remind_days": 7}
    # What is commented out there is good as well.
    lines = [
        line.removeprefix("# ") for line in example.read_text("utf-8").splitlines() if re.match(r"# (sites:|webhook:|email:|  )", line)
    ]
    shown = yaml.safe_load("\n".join(lines))
    assert set(shown) == {"sites", "webhook", "email"}
    monitors = load_monitors(example).model_validate(shown)
    assert monitors.email is not None
    assert monitors.email.security == "starttls"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("thresholds: {overdue_day: 3}", "thresholds.overdue_day: Extra inputs"),
        ("thresholds: {listed_share: 30}", "thresholds.listed_share: Input should be less than or equal to 1"),
        ("webhook: {url: ftp://x}", "webhook.url: "),
        ("webhook: {url: 'http://x/通报'}", "webhook.url: Value error, expected an address that begins with http:// or https://, in ASCII"),
        ("webhook: {url: 'http://x/a b'}", "webhook.url: "),
        ("webhook: {url: 'http://x:port/'}", "webhook.url: Value error, expected a port"),
        ("webhook: {url: 'http://x/', headers: {X-Note: 通报}}", "webhook.headers.X-Note: "),
        ("sites: {610100_x: {silent_dais: 3}}", "sites.610100_x.silent_dais: Extra inputs"),
        ("email: {host: x, sender: a@b, to: []}", "email.to: "),
        ("email: {host: x, sender: a@b, to: [c@d], user: u}", "expected both user and password_file"),
        ("a: [", "monitors.yml: line 1: is not YAML: "),
        ("thresholds:\n  silent_days: 9\n  silent_days: 2", "monitors.yml: line 3: is not YAML: the key 'silent_days' stands twice"),
        ("remind_days: 2024-13-45", "is not YAML: month must be in 1..12"),
        ("- 1", "the file: "),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "monitors.yml").write_text(text, "utf-8")
    with pytest.raises(MonitorsError) as refused:
        load_monitors(tmp_path / "monitors.yml")
    assert message in str(refused.value)
    assert str(tmp_path / "monitors.yml") in str(refused.value)


def status(tmp_path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    arguments = [sys.executable, "-m", "zhenggai", "status", "--db", str(tmp_path / "archive.db"), *options]
    return subprocess.run(arguments, cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False)


def test_the_command_shows_figures_and_reasons_and_ends_with_1_when_a_person_is_needed(archive: Database, tmp_path: Path) -> None:
    fill(archive, *[{}] * 4, site="610100_good")
    good = status(tmp_path)
    assert good.returncode == 0, good.stderr
    assert "sites that need a person: 0 of 1" in good.stdout
    fill(archive, *[{}] * 4, {"listed": 0})
    bad = status(tmp_path)
    assert bad.returncode == 1
    assert f"{SITE}: the last crawl listed nothing" in bad.stdout
    as_json = status(tmp_path, "--json")
    assert as_json.returncode == 1
    lines = {row["site"]: row for row in map(json.loads, as_json.stdout.splitlines())}
    assert lines["610100_good"]["needs_person"] is False
    assert lines[SITE]["needs_person"] is True
    assert lines[SITE]["reasons"][0]["threshold"] == "listed_share"
    assert lines[SITE]["listed_before"] == 40


def test_with_a_directory_of_sites_those_never_crawled_are_shown_and_those_given_up_are_not(archive: Database, tmp_path: Path) -> None:
    fill(archive, {"listed": 0}, site="610100_givenup")
    with SiteServer() as server:
        write_site(tmp_path, server, "610100_new")
    done = status(tmp_path, "--sites", str(tmp_path))
    assert done.returncode == 1
    assert "610100_new: was never crawled" in done.stdout
    assert "610100_givenup" not in done.stdout


@pytest.mark.parametrize("options", [["--notify"], []])
def test_what_cannot_be_done_is_said(archive: Database, tmp_path: Path, options: list[str]) -> None:
    done = status(tmp_path, *options)
    assert (done.returncode, "no site was crawled into it" in done.stderr) == (1, True)
    fill(archive, {"listed": 0})
    if options:
        assert "names neither a webhook nor a mail server" in status(tmp_path, *options).stderr
    (tmp_path / "monitors.yml").write_text("webhook: {}", "utf-8")
    broken = status(tmp_path, *options)
    assert broken.returncode == 1
    assert "monitors.yml: webhook.url: Field required" in broken.stderr
    assert "Traceback" not in broken.stderr


class Mailboxes:
    """Keeps what a mail server was given."""

    def __init__(self) -> None:
        self.letters: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.letters.append(envelope)
        return "250 OK"


def admit(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"zhenggai", b"secret"), handled=False)


@pytest.fixture
def mail() -> Iterator[Controller]:
    server = Controller(Mailboxes(), "127.0.0.1", free_port(), authenticator=admit, auth_require_tls=False, auth_required=True)
    server.start()
    yield server
    server.stop()


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_webhook_and_mail_tell_who_is_named(archive: Database, tmp_path: Path, mail: Controller) -> None:
    fill(archive, *[{}] * 4)
    received: list[dict[str, Any]] = []
    mailboxes: Mailboxes = mail.handler
    port = mail.port
    (tmp_path / "password").write_text("secret\n", "utf-8")
    with SiteServer() as chat:

        def receive(_path: str, form: bytes) -> Answer:
            received.append({"headers": chat.headers, "body": json.loads(form)})
            return Answer("ok")

        chat.routes["POST /hook"] = receive
        email = {"host": "127.0.0.1", "port": port, "sender": "a@x.example", "to": ["b@x.example", "c@x.example"], "user": "zhenggai"}
        declared: dict[str, Any] = {
            "webhook": {"url": f"{chat.url}/hook", "headers": {"Authorization": "Bearer 1"}},
            "email": email | {"password_file": str(tmp_path / "password")},
        }
        (tmp_path / "monitors.yml").write_text(yaml.safe_dump(declared), "utf-8")
        assert status(tmp_path, "--notify").returncode == 0
        assert received == mailboxes.letters == [], "nobody is told that all is well"

        archive.execute("UPDATE crawls SET listed = 0 WHERE id = (SELECT max(id) FROM crawls)")
        archive.conn.commit()
        status(tmp_path)
        assert received == mailboxes.letters == [], "nobody is told without --notify"
        assert status(tmp_path, "--notify").returncode == 1
        (posted,) = received
        (letter,) = mailboxes.letters
        assert posted["headers"]["Authorization"] == "Bearer 1"
        assert posted["headers"]["Content-Type"].startswith("application/json")
        assert posted["body"]["sites"][SITE][0]["threshold"] == "listed_share"
        assert f"{SITE}: the last crawl listed nothing" in posted["body"]["text"]
        assert letter.rcpt_tos == ["b@x.example", "c@x.example"]
        message = message_from_bytes(letter.content or b"", policy=policy.default)
        assert message["Subject"].startswith("整改通报档案：1 个网站需要人工处理")
        assert f"{SITE}: the last crawl listed nothing" in message.get_content()

        again = status(tmp_path, "--notify")
        assert (again.returncode, len(received), len(mailboxes.letters)) == (1, 1, 1), "nobody is told every night of the same"
        assert "nobody is told again" in again.stderr

        fill(archive, site="610100_other", last_success=None)
        archive.table("crawls").insert(GOOD | {"site": "610100_other", "started": days_ago(6), "finished": days_ago(6)})
        archive.conn.commit()
        assert status(tmp_path, "--notify").returncode == 1
        assert (len(received), len(mailboxes.letters)) == (2, 2)
        assert set(received[1]["body"]["sites"]) == {SITE, "610100_other"}
        (tmp_path / "archive.db.told").write_text((tmp_path / "archive.db.told").read_text().replace(utc_now()[:10], days_ago(7)[:10]))
        assert status(tmp_path, "--notify").returncode == 1
        assert (len(received), len(mailboxes.letters)) == (3, 3), "they are reminded after a week"

        (tmp_path / "archive.db.told").unlink()
        chat.routes["POST /hook"] = Answer("no", 500)
        (tmp_path / "password").write_text("wrong", "utf-8")
        failed = status(tmp_path, "--notify")
        assert failed.returncode == 1
        assert f"webhook of {chat.url.removeprefix('http://')}: HTTP Error 500" in failed.stderr
        assert "/hook" not in failed.stderr, "who knows the address may post there"
        assert f"mail by 127.0.0.1 port {port}: (535" in failed.stderr
        assert "Traceback" not in failed.stderr


@pytest.fixture
def told(tmp_path: Path) -> Iterator[list[dict[str, Any]]]:
    """What a webhook is sent that `monitors.yml` names."""
    received: list[dict[str, Any]] = []
    with SiteServer() as chat:
        chat.routes["POST /hook"] = lambda _path, form: received.append(json.loads(form)) or Answer("ok")
        (tmp_path / "monitors.yml").write_text(yaml.safe_dump({"webhook": {"url": f"{chat.url}/hook"}}), "utf-8")
        yield received


def test_why_status_itself_fails_is_told(tmp_path: Path, told: list[dict[str, Any]]) -> None:
    (tmp_path / "archive.db").write_text("no archive" * 100, "utf-8")
    for _night in range(2):
        failed = status(tmp_path, "--notify")
        assert failed.returncode == 1
        assert f"Error: {tmp_path}/archive.db: file is not a database" in failed.stderr
    (said,) = told
    assert said["sites"]["archive"][0]["threshold"] == "status"
    assert "file is not a database" in said["text"]


def test_a_file_with_a_mistake_costs_its_own_site_alone(archive: Database, tmp_path: Path, told: list[dict[str, Any]]) -> None:
    fill(archive, *[{}] * 5, site="610100_good")
    fill(archive, *[{}] * 5, site="610100_bad")
    with SiteServer() as server:
        write_site(tmp_path / "sites", server, "610100_good")
    (tmp_path / "sites" / "610100_bad.yml").write_text("name: [", "utf-8")
    done = status(tmp_path, "--sites", str(tmp_path / "sites"), "--notify")
    assert done.returncode == 1
    assert "610100_bad.yml: line 1: is not YAML" in done.stdout
    assert "sites that need a person: 1 of 2" in done.stdout
    (said,) = told
    assert [reason["threshold"] for reason in said["sites"]["610100_bad"]] == ["declaration"]


def test_a_crawl_that_could_not_begin_is_told_at_once(archive: Database, tmp_path: Path, told: list[dict[str, Any]]) -> None:
    """As in the night's unit: the crawl fails, which the unit passes over, and `status` comes behind it."""
    fill(archive)
    archive.table("crawls").insert(GOOD | {"site": SITE, "started": days_ago(1), "finished": days_ago(0.9)})
    archive.conn.commit()
    with SiteServer() as server:
        write_site(tmp_path / "sites", server, SITE)
        (tmp_path / "archive.db.lock").mkdir()
        words = ["crawl", "--all", "--sites", str(tmp_path / "sites"), "--db", str(tmp_path / "archive.db")]
        crawled = subprocess.run([sys.executable, "-m", "zhenggai", *words], cwd=PROJECT, capture_output=True, text=True, check=False)
        assert (crawled.returncode, "Is a directory" in crawled.stderr) == (1, True)
    done = status(tmp_path, "--begun-within", "12h", "--notify")
    assert done.returncode == 1
    assert "archive: no crawl has begun for 24 hours that came to an end" in done.stdout
    assert told[0]["sites"]["archive"][0]["threshold"] == "begun_within"
    assert status(tmp_path).returncode == 0, "before the night's crawl it is no fault"
    full = {"finish_reason": "unwritable", "started": days_ago(0), "finished": days_ago(0)}
    archive.table("crawls").insert(GOOD | full | {"site": SITE})
    archive.table("crawls").insert(GOOD | full | {"site": SITE, "finish_reason": None, "finished": None})
    archive.conn.commit()
    assert status(tmp_path, "--begun-within", "12h").returncode == 1, "its disk was full; it was killed"
    archive.table("crawls").insert(GOOD | {"site": SITE, "started": days_ago(0.6), "finished": days_ago(0.6)})
    archive.conn.commit()
    assert status(tmp_path, "--begun-within", "12h").returncode == 0, "nothing was due"


def test_a_site_may_have_thresholds_of_its_own(archive: Database, tmp_path: Path) -> None:
    fill(archive, *[{}] * 5, last_new_notice=days_ago(500))
    assert status(tmp_path).returncode == 1
    (tmp_path / "monitors.yml").write_text(f"thresholds: {{listed_share: 0.2}}\nsites: {{'{SITE}': {{no_new_notice_days: 1500}}}}", "utf-8")
    assert status(tmp_path).returncode == 0
    own = load_monitors(tmp_path / "monitors.yml").thresholds_of(SITE)
    assert (own.no_new_notice_days, own.listed_share, own.overdue_days) == (1500, 0.2, 3)


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_way_that_cannot_be_gone_leaves_the_other_open(archive: Database, tmp_path: Path, mail: Controller) -> None:
    fill(archive, *[{}] * 4, {"listed": 0})
    with SiteServer() as chat:
        chat.routes["POST /hook"] = Answer("ok")
        (tmp_path / "password").write_text("密码", "utf-8")
        email = {"host": "127.0.0.1", "port": mail.port, "sender": "a@x.example", "to": ["b@x.example"], "user": "zhenggai"}
        declared = {"webhook": {"url": f"{chat.url}/hook"}, "email": email | {"password_file": str(tmp_path / "password")}}
        (tmp_path / "monitors.yml").write_text(yaml.safe_dump(declared), "utf-8")
        done = status(tmp_path, "--notify")
        assert len(chat.requests) == 1
    assert done.returncode == 1
    assert f"mail by 127.0.0.1 port {mail.port}: 'ascii' codec can't encode" in done.stderr
    assert "Traceback" not in done.stderr


def test_spidermon_runs_the_same_rules_once_the_crawl_is_in_the_archive(tmp_path: Path) -> None:
    on = ["SPIDERMON_ENABLED=1", "SPIDERMON_ENGINE_STOP_MONITORS=pipelines.suite.SiteSuite"]
    on += ['EXTENSIONS={"spidermon.contrib.scrapy.extensions.Spidermon": 500}', "LOG_LEVEL=INFO"]
    options = [word for assignment in on for word in ("-s", assignment)]
    with SiteServer(routes(2)) as server:
        site = declare_in(tmp_path, server)
        good = crawl(site, tmp_path / "a.db", *options)
        server.routes["/tzgg/"] = listing([])
        bad = crawl(site, tmp_path / "a.db", *options)
    assert "test_site_needs_no_person... OK" in good.stderr
    assert "test_site_needs_no_person... FAIL" in bad.stderr
    assert "the last crawl listed nothing" in bad.stderr


class Porter:
    """Lets in letters for some people only."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == "left@x.example":
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@pytest.mark.parametrize("others", [[], ["b@x.example"]])
def test_a_letter_that_is_refused_for_somebody_is_not_called_sent(archive: Database, tmp_path: Path, others: list[str]) -> None:
    fill(archive, *[{}] * 4, {"listed": 0})
    server = Controller(Porter(), "127.0.0.1", free_port())
    server.start()
    email = {"host": "127.0.0.1", "port": server.port, "sender": "a@x.example", "to": [*others, "left@x.example"]}
    (tmp_path / "monitors.yml").write_text(yaml.safe_dump({"email": email}), "utf-8")
    done = status(tmp_path, "--notify")
    server.stop()
    assert done.returncode == 1
    assert f"mail by 127.0.0.1 port {server.port}: refused for left@x.example: 550 no such user" in done.stderr
    assert not (tmp_path / "archive.db.told").exists(), "it is tried again tomorrow"


def test_a_webhook_that_leads_elsewhere_is_not_called_sent(archive: Database, tmp_path: Path) -> None:
    """urllib would ask for the page of the login by GET, and take its 200 for success."""
    fill(archive, *[{}] * 4, {"listed": 0})
    with SiteServer({"/hook": Answer("", 302, (("Location", "/login"),)), "/login": "please log in"}) as chat:
        (tmp_path / "monitors.yml").write_text(yaml.safe_dump({"webhook": {"url": f"{chat.url}/hook"}}), "utf-8")
        done = status(tmp_path, "--notify")
        assert chat.requests == ["POST /hook"]
    assert "HTTP Error 302: Found; it leads elsewhere: name the address that takes messages" in done.stderr
    assert not (tmp_path / "archive.db.told").exists()


def test_thresholds_of_a_site_that_is_not_there_are_named(archive: Database, tmp_path: Path) -> None:
    fill(archive, *[{}] * 4)
    (tmp_path / "monitors.yml").write_text("sites: {610100_test: {silent_days: 9}, 610100_tset: {silent_days: 9}}", "utf-8")
    done = status(tmp_path)
    assert (done.returncode, done.stderr) == (
        1,
        f"{tmp_path}/monitors.yml: sites.610100_tset: there is no such site; write the id of one, or remove it\n",
    )
    (tmp_path / "monitors.yml").write_text("sites: {610100_test: {silent_days: 9}}", "utf-8")
    assert status(tmp_path).returncode == 0

"""Site files: what is accepted, and what the messages name when one is not."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crawler.sites import SITES_DIR, Site, SiteError, find_site, load_site, load_sites
from crawler.urls import server_of

DATA = Path(__file__).parent.parent / "pipelines" / "data"

GOOD = """
name: 西安市民政局
url: http://mzj.xa.gov.cn/
software: trs
division: "610100"
lists:
  - http://mzj.xa.gov.cn/xwzx/tzgg/
"""


def write(directory: Path, text: str = GOOD, name: str = "610100_xian_mzj.yml") -> Path:
    path = directory / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_site_is_read(tmp_path: Path) -> None:
    site = load_site(write(tmp_path, GOOD + "area: 金普新区\nbody: '#zoom'\nlast_verified: 2026-11-22\n"))
    assert (site.id, site.name, site.area, site.body, str(site.last_verified)) == (
        "610100_xian_mzj",
        "西安市民政局",
        "金普新区",
        "#zoom",
        "2026-11-22",
    )
    assert not site.replica


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("name: 西安市民政局", "naem: 西安市民政局", "naem: unknown key; known are name, url, software"),
        ("name: 西安市民政局\n", "", "name: expected, but not there"),
        ("software: trs", "software: wordpress", "software: expected one of trs, hanweb, jpaas, vsb"),
        ('"610100"', "610100", 'division: expected the six digits of a GB/T 2260 code in quotes, such as "610100", not 610100'),
        ('"610100"', '"610103"', "division: expected 610100, as in the file's name, not 610103"),
        ("url: http://mzj.xa.gov.cn/", "url: ftp://mzj.xa.gov.cn/", "url: expected an address that begins with http:// or https://"),
        ("  - http://mzj.xa.gov.cn/xwzx/tzgg/", "  - file:///etc/passwd", "lists.0: expected an address that begins with http"),
        ("lists:\n  - http://mzj.xa.gov.cn/xwzx/tzgg/", "lists: []", "lists: List should have at least 1 item"),
        ("software: trs", "software: query\npaging: '?page=2'", "paging: expected the address of further pages with {page} in it"),
        ("software: trs", "software: trs\npaging: '?page={page}'", "paging: expected nothing, since trs has no use for it"),
        ("software: trs", "software: trs\napi: {rows: data}", "api: expected nothing, since trs has no use for it; json may"),
        ("software: trs", "software: json\napi: {row: data}", "api.row: unknown key; known are method, rows, title"),
        ("software: trs", "software: json\napi: {method: PUT}", "api.method: Input should be 'GET', 'POST' or 'POST JSON', not 'PUT'"),
        ("software: trs", "software: json\napi: {rows: 'data..x'}", "api.rows: String should match pattern"),
        ("software: trs", "software: gkmlpt\nfirst_page: 2", "first_page: Input should be less than or equal to 1, not 2"),
        ("software: trs", "software: query\nlabel_file: /x", "label_file: expected nothing, since query has no use for it"),
        ("software: trs", "software: longxun\nlabel_file: x", "label_file: String should match pattern '^/', not 'x'"),
        ("software: trs", "software: query\narticle: '('", "article: expected a regular expression"),
        ("software: trs", "software: trs\nbody: '#zoom['", "body: expected a CSS selector"),
        ("url: http://mzj.xa.gov.cn/", "url: http://127.0.0.1:8000/", "expected all addresses on the public net or all on loopback"),
        ("name: 西安市民政局", "id: x", "id: unknown key"),
    ],
)
def test_a_mistake_names_file_key_and_what_was_expected(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(SiteError) as caught:
        load_site(path)
    assert str(path) in str(caught.value)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: 西安\nurl: [http://x/\nlists: {", "line 3: is not YAML"),
        ("name: 西安\n\tlists: x", "line 2: is not YAML"),
        (f"name: {'[' * 5000}", "is not YAML that can be read: it is nested too deeply"),
        ("- 西安", "expected keys and values"),
        ("", "expected keys and values"),
    ],
)
def test_what_is_not_yaml_is_said_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(SiteError) as caught:
        load_site(path)
    assert f"{path}: {message}" in str(caught.value)


@pytest.mark.parametrize("name", ["xian.yml", "6101_xian.yml", "610100.yml", "610100_西安.yml", "610100_Xian.yml", "610100_xian.yaml"])
def test_the_file_name_is_code_and_slug(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, name=name)
    with pytest.raises(SiteError, match=r"expected a file name like 610100_xian_mzj\.yml"):
        load_site(path)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "610100_xian.yml"
    path.write_bytes(b"name: \xff\xfe")
    with pytest.raises(SiteError, match="cannot be read"):
        load_site(path)


def test_a_directory_is_read_in_order_or_refused_with_every_mistake(tmp_path: Path) -> None:
    write(tmp_path, name="610100_b.yml")
    write(tmp_path, name="610100_a.yml")
    assert [site.id for site in load_sites(tmp_path)] == ["610100_a", "610100_b"]
    write(tmp_path, GOOD.replace("trs", "cms"), name="610100_c.yml")
    write(tmp_path, GOOD.replace("name", "nom"), name="610100_d.yml")
    with pytest.raises(SiteError) as caught:
        load_sites(tmp_path)
    assert "610100_c.yml: software" in str(caught.value)
    assert "610100_d.yml: nom" in str(caught.value)


def test_an_unknown_site_names_the_known_ones(tmp_path: Path) -> None:
    write(tmp_path)
    with pytest.raises(SiteError, match="610100_xina: there is no such site; known are 610100_xian_mzj"):
        find_site("610100_xina", tmp_path)


@pytest.mark.parametrize(
    ("address", "replica"),
    [("http://127.0.0.1:8000/", True), ("http://localhost:1/", True), ("http://[::1]:1/", True), ("http://10.0.0.1/", False)],
)
def test_a_site_on_loopback_is_a_replica(tmp_path: Path, address: str, replica: bool) -> None:  # noqa: FBT001
    text = GOOD.replace("http://mzj.xa.gov.cn/", address)
    assert load_site(write(tmp_path, text)).replica is replica


@given(
    st.dictionaries(
        st.sampled_from(["name", "url", "software", "division", "lists", "paging", "body", "area"]),
        st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()),
    )
)
def test_no_file_breaks_the_reader_itself(tmp_path_factory: pytest.TempPathFactory, declared: dict[str, object]) -> None:
    path = write(tmp_path_factory.mktemp("sites"), yaml.safe_dump(declared, allow_unicode=True))
    try:
        assert load_site(path).id == "610100_xian_mzj"
    except SiteError as error:
        assert str(path) in str(error)  # noqa: PT017


SHIPPED = load_sites(SITES_DIR)
DIVISIONS = {row["code"] for row in csv.DictReader((DATA / "divisions.csv").read_text(encoding="utf-8").splitlines())}


def test_sites_are_shipped() -> None:
    assert len(SHIPPED) >= 79


@pytest.mark.parametrize("site", SHIPPED, ids=lambda site: site.id)
def test_a_shipped_site_is_what_it_says(site: Site) -> None:
    text = (SITES_DIR / f"{site.id}.yml").read_text(encoding="utf-8")
    assert site.division in DIVISIONS
    assert not site.replica
    assert site.hosts == {server_of(site.url)}, "a list on another host belongs to another site"
    assert len(re.findall("^  # (?:derived|guessed) from the address of http", text, re.MULTILINE)) == len(site.lists)
    assert re.findall(r"^(\w+):", text, re.MULTILINE)[:5] == ["name", "url", "software", "division", "lists"]


def test_no_two_shipped_sites_have_the_same_host() -> None:
    hosts = Counter(host for site in SHIPPED for host in site.hosts)
    assert [host for host, count in hosts.items() if count > 1] == []


@pytest.mark.parametrize(
    ("declared", "reason"),
    [
        ("name: 某局\nname: 某某局\n", "the key 'name' stands twice"),
        ("last_verified: 2024-13-45\n", "month"),
        ("url: http://a.example:99999/\n", "port"),
    ],
)
def test_slips_that_yaml_lets_pass_are_named(tmp_path: Path, declared: str, reason: str) -> None:
    path = tmp_path / "610100_a.yml"
    path.write_text(declared, encoding="utf-8")
    with pytest.raises(SiteError, match=reason) as refusal:
        load_site(path)
    assert str(path) in str(refusal.value)

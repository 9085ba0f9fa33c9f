"""The pages beside search: what home, notice, organisation, site and about show, in both languages."""

import json
import re
from pathlib import Path

import pytest
import yaml
from lxml import html
from publishing import HOSTILE, PROJECT, SEEN, TITLE, answer, fill_archive

from pipelines.archive import open_archive
from pipelines.search import add_to_index

ENGLISH = yaml.safe_load((PROJECT / "plugins" / "english.yml").read_text("utf-8"))
# t("检索"), t('检索'), and the lists of sentences that a template goes through.
PHRASE = re.compile(r"""\bt\(\s*(?:"([^"]+)"|'([^']+)')""")
SENTENCES = re.compile(r"in \((\s*\"[^%]*?\")\) %\}", re.DOTALL)
QUOTED = re.compile(r'"([^"]+)"')
HAN = re.compile(r"[\u4e00-\u9fff]")
VIEWS = ["/", "/archive/notices/1", "/archive/bodies/1", "/archive/sites/s", "/about", "/archive/search?q=x", "/-/dashboards/archive"]
VIEWS += ["/archive/status", "/archive/slowest"]


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("views") / "archive.db"
    fill_archive(path)
    db = open_archive(path)
    with db.atomic():
        db.table("notices").insert(
            {"id": 4, "url": "http://a.example/4", "title": "第二次的通报", "inspected_body": "禾川市民政局党组", "published": "2024-09-09"}
            | {"feedback_date": "2024-09", "province": "陕西省", "state": "live", "site": "s", "year": 2024}
        )
        add_to_index(db, 4, "第二次的通报", None)
        db.table("notice_bodies").insert({"notice_id": 4, "position": 0, "role": "被巡察", "name": "禾川市民政局党组", "body_id": 1})
        db.table("bodies").update(1, {"names": json.dumps(["市民政局党组", HOSTILE], ensure_ascii=False)})
        db.table("sites").update("s", {"state": "blocked", "last_crawl": SEEN})
        db.table("crawls").insert({"site": "s", "started": SEEN, "finished": SEEN, "finish_reason": "finished", "listed": 31, "new": 3})
        db.table("pages").insert({"url": "http://a.example/1", "site": "s", "state": "live", "notice_id": 1, "last_visit": SEEN})
    db.close()
    return path


def view(path: Path, address: str) -> html.HtmlElement:
    response = answer(path, address)
    assert response.status_code == 200
    assert HOSTILE not in response.text
    return html.fromstring(response.text)


def test_home_shows_new_gone_edited_and_the_map(path):
    tree = view(path, "/")
    listed = {section: tree.xpath(f"//section[@aria-labelledby='{section}']//li/a/@href") for section in ("newest", "gone", "edited")}
    assert listed["newest"] == [f"/archive/notices/{number}" for number in (4, 2, 1, 3)]
    assert listed["gone"] == ["/archive/notices/2"]
    assert listed["edited"] == ["/archive/notices/1"]
    tiles = dict(zip(tree.xpath("//svg//a/@aria-label"), tree.xpath("//svg//a/@href"), strict=True))
    assert tiles.keys() == {"江西 1", "陕西 1"}
    assert tiles["江西 1"].endswith("/archive/notices?province=%E6%B1%9F%E8%A5%BF%E7%9C%81")
    assert len(tree.xpath("//svg[@class='map']/g")) == 34
    assert tree.xpath("//section[@aria-labelledby='years']//span[@class='bar-value']/text()") == ["2", "1"]


def test_map_has_a_place_for_every_province():
    tiles = json.loads((PROJECT / "static" / "provinces.json").read_text("utf-8"))
    assert len({(tile["column"], tile["row"]) for tile in tiles}) == 34
    divisions = (PROJECT / "pipelines" / "data" / "divisions.csv").read_text("utf-8").splitlines()
    assert {tile["name"] for tile in tiles} == {line.split(",")[1] for line in divisions if line[2:6] == "0000"}


def test_notice_compares_its_versions(path):
    tree = view(path, "/archive/notices/1")
    assert tree.xpath("//div[@class='changes']/del/text()") == ["5"]
    assert tree.xpath("//div[@class='changes']/ins/text()") == ["3"]


def test_notice_is_cited_with_its_permalink(path):
    tree = view(path, "/archive/notices/1?q=x")
    (permalink,) = tree.xpath("//link[@rel='canonical']/@href")
    assert permalink.endswith("/archive/notices/1")
    standard, entry = tree.xpath("//*[contains(@class, 'cited')]/text()")
    assert standard.startswith(f"中共禾川市民政局党组. {TITLE}[EB/OL]. (2023-09-10)[20")
    assert permalink in standard
    assert f"title = {{{{{TITLE}}}}}" in entry


def test_notice_leads_to_its_body_its_site_and_its_captures(path):
    links = view(path, "/archive/notices/1").xpath("//main//a/@href")
    assert {"/archive/bodies/1", "/archive/sites/s", "/-/captures/1", "/-/captures/1?unpacked=1"} <= set(links)


def test_address_that_is_none_of_the_web_is_no_link(path):
    db = open_archive(path)
    db.table("notices").insert({"id": 9, "url": "javascript:alert(1)", "title": "t"})
    tree = view(path, "/archive/notices/9")
    db.table("notices").delete(9)
    assert "javascript:alert(1)" in tree.text_content()
    assert not [href for href in tree.xpath("//@href") if href.startswith("javascript")]


def test_body_shows_names_notices_and_intervals(path):
    tree = view(path, "/archive/bodies/1")
    assert "市民政局党组" in tree.xpath("string(//dl[@class='facts-list'])")
    assert tree.xpath("//ol[@class='timeline']/li/a/@href") == ["/archive/notices/4", "/archive/notices/1"]
    latest, first = (" ".join(item.text_content().split()) for item in tree.xpath("//ol[@class='timeline']/li"))
    assert "反馈后 82 天" in first
    assert "距上一份—" in first
    # Feedback is known to the month only.
    assert "反馈后" not in latest
    assert "距上一份365 天" in latest


@pytest.fixture(scope="module")
def inspecting(tmp_path_factory) -> Path:
    """An archive in which body 1 inspected body 2 in 2022 and in 2023, the first time under a former name, and published both notices."""
    path = tmp_path_factory.mktemp("inspecting") / "archive.db"
    db = open_archive(path)
    with db.atomic():
        names = {"names": json.dumps(["禾川市委", "禾川县委", "市委"], ensure_ascii=False), "former_names": '[["禾川县委", 2022]]'}
        db.table("bodies").insert({"name": "禾川市委", "key": "a"} | names)
        db.table("bodies").insert({"name": "禾川市民政局党组", "key": "b", "names": "[]"})
        for number, name, start in ((1, "禾川县委", "2022-03-01"), (2, "禾川市委", "2023-03")):
            told = {"inspection_start": start, "inspecting_body": name, "inspection_team": "第二巡察组", "published": f"{start[:4]}-12-01"}
            db.table("notices").insert({"id": number, "url": "u", "title": f"通报{number}", "inspected_body": "禾川市民政局党组"} | told)
            roles = {"被巡察": ("禾川市民政局党组", 2), "巡察": (name, 1), "公布": (name, 1)}
            for position, (role, (named, body)) in enumerate(roles.items()):
                row = {"notice_id": number, "position": position, "role": role, "name": named, "body_id": body}
                db.table("notice_bodies").insert(row)
    db.close()
    return path


def test_inspecting_body_shows_whom_it_inspected_by_year(inspecting):
    tree = view(inspecting, "/archive/bodies/1")
    section = tree.xpath("//section[@aria-labelledby='inspecting']")[0]
    assert section.xpath("h3/text()") == ["2023", "2022"]
    assert section.xpath("ul[@class='inspections']/li/a[1]/@href") == ["/archive/bodies/2"] * 2
    assert len(tree.xpath("//section[@aria-labelledby='issued']//li")) == 2
    assert not tree.xpath("//section[@aria-labelledby='notices']")
    (year,) = [link for link in section.xpath("ul[@class='tags']//a/@href") if "2022" in link]
    narrowed = view(inspecting, year)
    assert narrowed.xpath("//ul[@class='inspections']/li/span/a/text()") == ["通报1"]
    assert narrowed.xpath("//ul[@class='tags']//a[@aria-current]/@href") == [year]


def test_names_have_the_years_in_which_they_were_used(inspecting):
    names = [" ".join(item.text_content().split()) for item in view(inspecting, "/archive/bodies/1").xpath("//ul[@class='names']/li")]
    assert names == ["禾川县委 见于 2022 年的通报 2022 年停用", "市委"]


def test_team_of_an_inspecting_body_leads_to_its_notices(inspecting):
    link = view(inspecting, "/archive/bodies/1").xpath("//ul[@class='inspections']/li[1]/a[2]/@href")[0]
    assert [row["id"] for row in answer(inspecting, link.replace("notices?", "notices.json?_shape=array&")).json()] == [2]
    assert set(view(inspecting, "/archive/notices/2").xpath("//section[@aria-labelledby='facts']/p/a/@href")) >= {"/archive/bodies/1", link}


def test_site_shows_state_coverage_and_last_crawl(path):
    tree = view(path, "/archive/sites/s")
    facts = " ".join(tree.xpath("string(//dl[@class='facts-list'])").split())
    assert "原网站拒绝访问" in facts
    assert "2026-11-22 13:40（北京时间）" in facts
    counts = {
        " ".join(row.xpath("string(th)").split()): row.xpath("string(td)") for row in tree.xpath("//table[contains(@class, 'counts')]//tr")
    }
    assert counts == {"通报 · 原网页在线": "3", "通报 · 原网页已撤": "1", "网页 · 原网页在线": "1", "未收录 · 反馈会新闻": "1"}
    assert tree.xpath("//section[@aria-labelledby='crawls']//td/text()")[4] == "31"


def test_about_has_the_whole_dictionary(path):
    tree = view(path, "/about")
    db = open_archive(path)
    described = {details.get("id").removeprefix("table-"): details for details in tree.xpath("//details[@class='dictionary-table']")}
    assert {"notices", "problems", "captures"} <= described.keys()
    for name, details in described.items():
        assert details.xpath(".//th/code/text()") == [column.name for column in db.table(name).columns]
        assert "—" not in details.xpath(".//tr/td[2]/text()")


@pytest.mark.parametrize(
    ("contact", "link"),
    [
        ("jiucuo@example.org", "mailto:jiucuo@example.org"),
        ("https://example.org/jiucuo", "https://example.org/jiucuo"),
        ("javascript:alert(1)", None),
    ],
)
def test_about_names_the_contact_that_the_operator_set(path, monkeypatch, contact, link):
    monkeypatch.setenv("ZHENGGAI_CONTACT", contact)
    section = view(path, "/about").xpath("//section[@aria-labelledby='corrections']")[0]
    assert contact in section.text_content()
    assert section.xpath("p[2]/a/@href") == ([link] if link else [])


def test_about_says_so_where_no_contact_is_set(path, monkeypatch):
    monkeypatch.delenv("ZHENGGAI_CONTACT", raising=False)
    (missing,) = view(path, "/about").xpath("//section[@aria-labelledby='corrections']/p[@class='unknown']")
    assert "ZHENGGAI_CONTACT" in missing.text_content()


def test_language_is_chosen_and_remembered(path):
    assert html.fromstring(answer(path, "/").text).get("lang") == "zh-CN"
    english = answer(path, "/?lang=en")
    assert html.fromstring(english.text).get("lang") == "en"
    assert english.headers["set-cookie"].startswith("lang=en; Path=/; Max-Age=31536000; SameSite=Lax")
    assert "Cookie" in english.headers["vary"]
    assert html.fromstring(answer(path, "/archive/notices/1", cookies={"lang": "en"}).text).get("lang") == "en"
    for odd in ({"lang": "fr"}, {"lang": '"'}):
        assert html.fromstring(answer(path, "/", cookies=odd).text).get("lang") == "zh-CN"


def test_switch_keeps_the_page(path):
    (link,) = view(path, "/archive/notices?_search=%E4%BD%8E%E4%BF%9D&year=2023").xpath("//a[@hreflang='en']/@href")
    assert link == "/archive/notices?_search=%E4%BD%8E%E4%BF%9D&year=2023&lang=en"
    assert "1 row where search matches" in " ".join(view(path, link).text_content().split())
    assert answer(path, "/archive/notices.json?lang=en&_shape=array&year=2023").json()[0]["id"] == 1


def test_switch_never_leads_to_another_host(path):
    (link,) = html.fromstring(answer(path, "http://localhost//evil.example").text).xpath("//a[@hreflang='en']/@href")
    assert not link.startswith("//")


def test_every_phrase_is_translated():
    said = []
    for template in (PROJECT / "templates").glob("*.html"):
        text = template.read_text("utf-8")
        said += [double or single for double, single in PHRASE.findall(text)]
        said += [quoted for block in SENTENCES.findall(text) for quoted in QUOTED.findall(block)]
    metadata = yaml.safe_load((PROJECT / "metadata.yml").read_text("utf-8"))
    archive = metadata["databases"]["archive"]
    said += [described[key] for described in (metadata, archive) for key in ("title", "description")]
    said += [query[key] for query in archive["queries"].values() for key in ("title", "description")]
    said += [table["title"] for table in archive["tables"].values() if not table.get("hidden")]
    for dashboard in metadata["plugins"]["datasette-dashboards"].values():
        said += [dashboard["title"], dashboard["description"], *(chart["title"] for chart in dashboard["charts"].values())]
    assert len(said) > 250
    assert [phrase for phrase in said if HAN.search(phrase) and phrase not in ENGLISH] == []


@pytest.mark.parametrize("address", VIEWS)
def test_interface_is_english_where_that_is_chosen(path, address):
    tree = view(path, f"{address}{'&' if '?' in address else '?'}lang=en")
    spoken = tree.xpath(
        "//h2/text() | //header[@class='site-header']//a/text() | //main//button/text() | //dt/text() | //th[not(ancestor::details)]/text()"
    )
    assert [phrase for phrase in spoken if HAN.search(phrase) and phrase not in {"中文", "未收录"} and "反馈会" not in phrase] == []


def test_problems_of_one_number_in_several_groups_are_told_apart(tmp_path):
    path = tmp_path / "archive.db"
    fill_archive(path)
    db = open_archive(path)
    ledger = [
        (1, "（三）", 0, "为民服务"),
        (2, "1.", 1, "低保公示不及时"),
        (2, "2.", 1, "漏报"),
        (1, "（四）", 0, "作风"),
        (2, "1.", 1, "错发低保"),
    ]
    with db.atomic():
        db.execute("DELETE FROM problems")
        rows = [dict(zip(("depth", "number", "leaf", "problem"), row, strict=True)) for row in ledger]
        db.table("problems").insert_all({"notice_id": 1, "position": position} | row for position, row in enumerate(rows))
        db.table("problems").insert({"notice_id": 2, "position": 0, "depth": 2, "number": "1.", "leaf": 1, "problem": "低保"})
    tree = html.fromstring(answer(path, "/archive/search?q=低保").text)
    assert tree.xpath("//ul[@class='problem-hits']//a/text()") == ["问题 1.", "问题 （三） 1.", "问题 （四） 1."]

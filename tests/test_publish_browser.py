"""The published pages in a real browser, as a reader uses them."""

import pytest
from publishing import HOSTILE, browsing, fill_archive, serving
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

QUIET_PAGES = ["/", "/archive/search?q=低保", "/archive/notices/1", "/archive/notices/2"]
QUIET_PAGES += ["/archive/notices", "/archive", "/archive/rejected"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    path = tmp_path_factory.mktemp("browser") / "archive.db"
    fill_archive(path)
    with serving("zhenggai", "serve", "--db", str(path), "--port", "{port}") as (address, _):
        yield address


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with browsing(tmp_path_factory.mktemp("chromium")) as driver:
        yield driver


def titles(browser) -> list[str]:
    return [link.text for link in browser.find_elements(By.CSS_SELECTOR, "ol.results h2 a")]


@pytest.mark.parametrize(("word", "count"), [("低保", 2), ("保", 3)])
def test_search_box_of_the_home_page(site, browser, word, count):
    browser.get(site)
    browser.find_element(By.NAME, "q").send_keys(word, Keys.ENTER)
    WebDriverWait(browser, 10).until(lambda driver: "/archive/search" in driver.current_url)
    assert len(titles(browser)) == count
    assert {mark.text for mark in browser.find_elements(By.CSS_SELECTOR, "mark.hit")} == {word}


def test_notice_has_no_scroller_within_the_page(site, browser):
    browser.get(site + "/archive/notices/1")
    findings = browser.find_element(By.CSS_SELECTOR, ".findings")
    assert (findings.value_of_css_property("overflow-y"), findings.value_of_css_property("max-height")) == ("visible", "none")


def test_fact_leads_to_its_words(site, browser):
    browser.get(site + "/archive/notices/1")
    mark = browser.find_element(By.ID, "f-feedback_date")
    before = mark.value_of_css_property("background-color")
    browser.find_element(By.CSS_SELECTOR, "a[href='#f-feedback_date']").click()
    assert browser.current_url.endswith("#f-feedback_date")
    assert mark.value_of_css_property("background-color") != before
    assert mark.text.endswith("2023年6月20日")


def test_keyboard_focus_lights_every_piece(site, browser):
    browser.get(site + "/archive/notices/1")
    link = browser.find_element(By.CSS_SELECTOR, "a[href='#f-inspected_body_raw']")
    browser.execute_script("arguments[0].focus()", link)
    lit = browser.find_elements(By.CSS_SELECTOR, "mark.lit")
    assert "".join(piece.text for piece in lit) == "市民政局党组"


FOCUSED = """
const found = document.activeElement;
const shown = getComputedStyle(found.closest(".CodeMirror") || found);
return [found.outerHTML.slice(0, 80), shown.outlineStyle, shown.outlineColor, found.closest("header.site-header") !== null];
"""
ACCENT, LIT = "rgb(11, 85, 99)", "rgb(255, 201, 60)"


@pytest.mark.parametrize("path", ["/", "/archive/notices", "/archive/recovered", "/archive?sql=select+1"])
def test_keyboard_focus_is_always_seen(site, browser, path):
    browser.get(site + path)
    stops = []
    for _ in range(40):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        element, style, colour, on_header = browser.execute_script(FOCUSED)
        if element.startswith("<body"):
            break
        stops.append(element)
        assert (style, colour) == ("solid", LIT if on_header else ACCENT), element
    assert len(stops) > 10


@pytest.mark.parametrize("path", ["/", "/archive/search?q=保", "/archive/notices/1", "/archive/notices", "/archive/slowest", "/archive"])
def test_phone_has_no_sideways_scrolling(site, browser, path):
    metrics = {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        browser.get(site + path)
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 360
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_nothing_is_refused_and_no_script_of_a_notice_runs(site, browser):
    browser.get_log("browser")
    for path in (
        "/",
        "/archive/search?q=低保",
        "/archive/notices/1",
        "/archive/notices/2",
        "/archive/notices",
        "/archive",
        "/archive/rejected",
    ):
        browser.get(site + path)
        assert browser.title != "taken"
        assert browser.get_log("browser") == []
    assert HOSTILE in browser.find_element(By.TAG_NAME, "table").text


def test_sql_editor_works_under_the_policy(site, browser):
    browser.get(site + "/archive?sql=select+1")
    assert browser.find_elements(By.CSS_SELECTOR, ".CodeMirror")


def test_a_chart_without_its_data_says_so(site, browser):
    browser.execute_cdp_cmd("Network.enable", {})
    browser.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/archive.json*"]})
    try:
        browser.get(site + "/-/dashboards/archive")
        charts = browser.find_elements(By.CSS_SELECTOR, ".chart-container")
        WebDriverWait(browser, 10).until(lambda _: all(chart.text == "数据此刻取不到，请稍后刷新本页。" for chart in charts))
    finally:
        browser.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})


@pytest.mark.parametrize(("width", "in_order"), [(390, ["rows", "facets", "export"]), (1280, ["facets", "rows", "export"])])
def test_a_phone_shows_the_rows_before_the_facets(site, browser, width, in_order):
    parts = {"rows": "ol.results", "facets": "#facets", "export": "#export"}
    browser.set_window_size(width, 900)
    browser.get(f"{site}/archive/notices")
    assert sorted(parts, key=lambda part: browser.find_element(By.CSS_SELECTOR, parts[part]).location["y"]) == in_order
    to_facets = browser.find_element(By.CSS_SELECTOR, "a[href='#facets']")
    assert to_facets.is_displayed() == (in_order[0] == "rows")
    browser.set_window_size(1280, 900)

"""Every kind of page as axe-core sees it, on a desk and on a phone; the charts as a browser draws them."""

import json
from importlib.resources import files

import pytest
from publishing import browsing, fill_archive, serving
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from pipelines.archive import open_archive

AXE = (files("axe_core_python") / "axe.min.js").read_text("utf-8")
RUN = "axe.run().then(arguments[0], error => arguments[0]({violations: [{id: String(error), impact: 'critical', nodes: []}]}))"
SIZES = {"desk": {"width": 1280, "height": 900, "mobile": False}, "phone": {"width": 390, "height": 844, "mobile": True}}
PAGES = ["/", "/?lang=en", "/?lang=zh", "/archive/search?q=低保", "/archive/search?q=高尔夫", "/archive/notices/1", "/archive/notices/3"]
PAGES += ["/archive/bodies/1", "/archive/sites/s", "/about", "/archive", "/archive/notices", "/archive/notices?_search=低保&year=2023"]
PAGES += ["/archive/problems", "/archive/texts/1", "/archive/slowest", "/archive/recurring", "/archive?sql=select+*+from+problems"]
PAGES += ["/archive/inspections", "/archive/teams", "/archive/bodies?_search=民政"]
PAGES += ["/-/dashboards", "/-/dashboards/archive", "/-/dashboards/archive/map", "/archive/status", "/nothing"]
CHARTS = ["months", "days", "map", "sectors", "recovered"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    path = tmp_path_factory.mktemp("axe") / "archive.db"
    fill_archive(path)
    with serving("zhenggai", "serve", "--db", str(path), "--port", "{port}") as (address, _):
        yield address


@pytest.fixture(scope="module")
def empty_site(tmp_path_factory):
    path = tmp_path_factory.mktemp("empty") / "archive.db"
    open_archive(path).close()
    with serving("zhenggai", "serve", "--db", str(path), "--port", "{port}") as (address, _):
        yield address


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with browsing(tmp_path_factory.mktemp("chromium")) as driver:
        driver.set_script_timeout(30)
        yield driver


def violations(browser, address: str) -> list[str]:
    """Return what axe-core finds serious or critical; axe comes in by the debugger, past the page's policy."""
    browser.get(address)
    browser.execute_cdp_cmd("Runtime.evaluate", {"expression": AXE})
    found = browser.execute_async_script(RUN)["violations"]
    return [
        f"{rule['id']}: {json.dumps([node['html'][:200] for node in rule['nodes'][:3]], ensure_ascii=False)}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing_serious(site, browser, page, size):
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {**SIZES[size], "deviceScaleFactor": 1})
    assert violations(browser, site + page) == []
    assert browser.execute_script("return document.documentElement.scrollWidth") <= SIZES[size]["width"]


def test_axe_finds_what_is_wrong(site, browser):
    browser.get(site)
    browser.execute_script("document.querySelector('label[for=q]').remove(); document.querySelector('#q').removeAttribute('placeholder')")
    browser.execute_cdp_cmd("Runtime.evaluate", {"expression": AXE})
    assert "label" in [rule["id"] for rule in browser.execute_async_script(RUN)["violations"]]


def test_charts_are_drawn_from_the_archive_under_the_policy(site, browser):
    browser.get_log("browser")
    browser.get(site + "/-/dashboards/archive")
    WebDriverWait(browser, 20).until(lambda driver: len(driver.find_elements(By.CSS_SELECTOR, ".chart-container svg")) == len(CHARTS))
    assert browser.get_log("browser") == []
    bars = browser.find_elements(By.CSS_SELECTOR, "#chart-months svg .mark-rect path")
    assert len(bars) == 2
    assert "江西" in browser.find_element(By.ID, "chart-map").text


def test_charts_of_an_empty_archive_say_so(empty_site, browser):
    browser.get_log("browser")
    for address in ("/", "/about", "/archive/status", "/archive/notices", "/archive/slowest"):
        assert violations(browser, empty_site + address) == []
    browser.get(empty_site + "/-/dashboards/archive")
    empty = "还没有可以画的数据。"
    WebDriverWait(browser, 20).until(lambda driver: all(driver.find_element(By.ID, f"chart-{name}").text == empty for name in CHARTS))
    assert browser.get_log("browser") == []

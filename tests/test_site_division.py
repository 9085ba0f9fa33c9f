"""Which division a site belongs to, and what it is called."""

import pytest

from pipelines.site_division import area_of, division_of, division_of_owner, site_name


@pytest.mark.parametrize(
    ("html", "name"),
    [
        ('<meta name="SiteName" content="西安市民政局"><title>首页</title>', "西安市民政局"),
        ("<title>通知公告_西安市民政局</title>", "西安市民政局"),
        ("<title>网站首页 - 西安市民政局</title>", "西安市民政局"),
        ("<title>欢迎访问西安市民政局官网</title>", "西安市民政局"),
        ('<?xml version="1.0" encoding="gb2312"?><html><title>西安市民政局</title></html>', "西安市民政局"),
        ("<p>x</p>", None),
        ("", None),
    ],
)
def test_name_of_a_site(html: str, name: str | None) -> None:
    assert site_name(html) == name


@pytest.mark.parametrize(
    ("html", "name", "code"),
    [
        ('<meta name="SiteIDCode" content="6101000012">', "民政局", "610100"),
        ("<div>网站标识码：6101000012　陕ICP备1号</div>", "民政局", "610100"),
        ('<meta name="SiteIDCode" content="bm12000001">', "民政部", None),
        ('<meta name="SiteIDCode" content="4300990012">', "棠溪县人民政府", None),
        ('<meta name="SiteIDCode" content="4300990012">', "西安市民政局", "610100"),
        ("", "中共陕西省西安市碑林区纪律检查委员会", "610103"),
        ("", "城关区人民政府", None),  # there are several
        ("", "昀州市人民政府", None),
    ],
)
def test_division_of_a_site(html: str, name: str, code: str | None) -> None:
    assert division_of(html, name) == code


def test_functional_area_in_a_sites_name() -> None:
    assert area_of("大连金普新区政府网") == "金普新区"
    assert area_of("西安市民政局") is None


@pytest.mark.parametrize(
    ("footer", "code"),
    [
        ("主办：中共金华市婺城区纪律检查委员会 地址：浙江省金华市双龙南街", "330702"),
        ("<p>联系地址：浙江省金华市婺城区双龙南街801号</p>", "330702"),
        ("地址：江西省昀州市人民东路1号", None),
        ("主办单位：中心 地址：路南1号", None),
        ("", None),
    ],
)
def test_division_of_who_keeps_a_site(footer: str, code: str | None) -> None:
    assert division_of_owner(f"<body><p>内容</p>{footer}</body>") == code

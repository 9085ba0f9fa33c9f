"""Small lists as sites print them, and the entries that are meant: every title, its address, its date."""

import pytest

from crawler.entries import read_entries
from crawler.rowdates import row_date

LIST = "http://mzj.xa.gov.cn/tzgg/"
TITLES = ("中共西安市民政局党组关于巡察整改情况的通报", "关于做好清明祭扫工作的通知", "西安市民政局召开工作会议")
DAYS = (("2025", "12", "07"), ("2024", "03", "15"), ("2023", "01", "29"))
WRITTEN_DAYS = ("二○二五年十二月七日", "二〇二四年三月十五日", "二零二三年 一月 二十九日")
SHOW = "<script>function show(u) {{ window.open(u) }}</script>"
SUMMARY = "根据市委统一部署，2022年5月7日至7月8日，市委第三巡察组对市民政局党组开展了巡察。"


def made(row: str, around: str = "{}") -> str:
    """A list of three rows, each with its title {t}, address {u}, year, month and day (in Chinese numerals: {h})."""
    shown = [
        row.format(t=title, u=f"/n/{number}.html", y=y, m=m, d=d, s=SUMMARY, h=WRITTEN_DAYS[number])
        for number, (title, (y, m, d)) in enumerate(zip(TITLES, DAYS, strict=True))
    ]
    footer = "<div class='foot'><p><a href='/map'>网站地图和联系我们</a> 更新：2019-10-31</p></div>"
    return f"<div class='nav'><a href='/dwgk/'>党务公开</a></div>{around.format(''.join(shown))}{footer}"


@pytest.mark.parametrize(
    ("row", "around"),
    [
        ("<li><a href='{u}'>{t}</a><span>{y}-{m}-{d}</span></li>", "<ul>{}</ul>"),
        (
            "<div><a href='{u}'><img></a><div><h3><a href='{u}'>{t}</a></h3><p>{s}<a href='{u}'>[详]</a></p><i>{y}-{m}-{d}</i></div></div>",
            "<div>{}</div>",
        ),
        (
            "<div class=it><div class=l></div><div class=r><h3><a href='{u}'>{t}</a></h3><span>{y}-{m}-{d}</span></div></div>",
            "<div>{}</div>",
        ),
        ("<section class=it><div><div><h3><a href='{u}'>{t}</a></h3></div><span>{y}-{m}-{d}</span></div></section>", "<div>{}</div>"),
        ("<dt>{y}-{m}-{d}</dt><dd><a href='{u}'>{t}</a></dd>", "<dl>{}</dl>"),
        ("<dt><a href='{u}'>{t}</a></dt><dd>{y}-{m}-{d}</dd>", "<dl>{}</dl>"),
        ("<dl><dt><span>{d}</span><i>{y}-{m}</i></dt><dd><h5><a href='{u}'>{t}</a></h5><p>{s}</p></dd></dl>", "<div>{}</div>"),
        ("<li><div><span>{m}-{d}</span><em>{y}</em></div><a href='{u}'>{t}</a></li>", "<ul>{}</ul>"),
        ("<li><div><em>{y}</em><span>{m}-{d}</span></div><a href='{u}'>{t}</a></li>", "<ul>{}</ul>"),
        ("<li><b>{d}日</b><i>{y}年{m}月</i><a href='{u}'>{t}</a></li>", "<ul>{}</ul>"),
        ("<li><b>{d}</b>/<i>{y}.{m}</i><a href='{u}'>{t}</a></li>", "<ul>{}</ul>"),
        ("<li><b>{y}</b><b>{m}</b><b>{d}</b><a href='{u}'>{t}</a></li>", "<ul>{}</ul>"),
        ("<li><a href='{u}'>{t}</a><span>{y}{m}{d}</span></li>", "<ul>{}</ul>"),
        ("<li><a href='{u}'>{t}</a><span>[{y}-{m}-{d} 09:26]</span></li>", "<ul>{}</ul>"),
        ("<div class=li><a href='{u}'>{t}</a><p>{s}</p><div>来源：市民政局 {y}-{m}-{d} 阅读 3</div></div>", "<div>{}</div>"),
        ("<li><a href='{u}'>{t}</a><p>于<b>2022年5月7日</b>，市委…</p><span>发布时间：{y}年{m}月{d}日</span></li>", "<ul>{}</ul>"),
        ("<li><span>成文日期：2022-01-02</span><span>发布日期：{y}-{m}-{d}</span><a href='{u}'>{t}</a></li>", "<ul>{}</ul>"),
        ("<li><a href='{u}'>{t}</a><i>更新时间：2025-12-31</i><i>发布时间：</i><b>{y}-{m}-{d}</b></li>", "<ul>{}</ul>"),
        (
            "<tr><td>1</td><td><a href='{u}'>{t}</a></td><td>2022-01-02</td><td>{y}-{m}-{d}</td></tr>",
            "<table><tr><th>序号<th>名称<th>成文日期<th>发布日期</tr>{}</table>",
        ),
        (
            "<tr><td><a href='{u}'>{t}</a></td><td>2030-01-02</td><td>{y}-{m}-{d}</td></tr>",
            "<table><tr><td>名称<td>失效日期<td>公开时间</tr>{}</table>",
        ),
        ("<li><a href='{u}'><span class=day>{d}</span><span>{y}-{m}</span><span class=t>{t}</span></a></li>", "<ul>{}</ul>"),
        ("<li><a href='{u}'><i>·</i><span>[党务公开]</span>{t}<em>NEW</em></a><span>{y}-{m}-{d}</span></li>", "<ul>{}</ul>"),
        ("<li><a href='{u}'>·[党务公开]{t}</a><span>{y}-{m}-{d}</span></li>", "<ul>{}</ul>"),
        ("<li><a href='{u}'>■ {t}</a><span>{y}-{m}-{d}</span></li>", "<ul>{}</ul>"),
        ("<li><a href='{u}'>【置顶】{t}<font>图</font></a><span>{y}-{m}-{d}</span></li>", "<ul>{}</ul>"),
        ("<li><a href='{u}'><b>01</b><span>{t}</span></a><span>{y}-{m}-{d}</span></li>", "<ul>{}</ul>"),
        ("<li><a href='{u}'><div>{t}</div><p>{s}</p></a><span>{y}-{m}-{d}</span></li>", "<ul>{}</ul>"),
        ("<li><a href='javascript:;' onclick=\"location.href='{u}'\">{t}</a><span>{y}-{m}-{d}</span></li>", "<ul>{}</ul>"),
        ("<li><a href='#' onclick=\"return show('{u}')\">{t}</a><i>{y}-{m}-{d}</i></li>", f"{SHOW}<ul>{{}}</ul>"),
        ("<div><a href=\"javascript:show('{u}')\">{t}</a><i>{y}-{m}-{d}</i></div>", f"{SHOW}<div>{{}}</div>"),
        ("<li><a href='{u}'>{t}</a><p>公示期：2022-05-07~2022-05-12</p><span>{y}-{m}-{d}</span></li>", "<ul>{}</ul>"),
        ("<li><a href='{u}'>{t}</a><span>{h}</span></li>", "<ul>{}</ul>"),
        ("<div><a href='{u}'>{t}</a><i>[{h}]</i></div>", "<div>{}</div>"),
        ("<li><a href='{u}'><span>{h}</span>{t}</a></li>", "<ul>{}</ul>"),
        ("<li><a href='{u}'><span>（{y} 年 {m} 月 {d} 日）</span>{t}</a></li>", "<ul>{}</ul>"),
        ("<tr><td><a href='{u}'>{t}</a></td><td>发布日期：{h}</td><td>成文日期：二〇二一年一月二日</td></tr>", "<table>{}</table>"),
    ],
)
def test_every_row_is_read_whole(row: str, around: str) -> None:
    meant = [
        (f"http://mzj.xa.gov.cn/n/{number}.html", title, "-".join(day))
        for number, (title, day) in enumerate(zip(TITLES, DAYS, strict=True))
    ]
    assert [(entry["url"], entry["title"], entry["date"]) for entry in read_entries(made(row, around), LIST, None)] == meant


@pytest.mark.parametrize(
    "row",
    [
        "<li><a href='{u}'>{t}</a><p>{s}</p></li>",
        "<div class=c><h3><a href='{u}'>{t}</a></h3><p>2022年5月7日，市委…</p></div>",
        "<li><a href='{u}'>{t}</a><span>{m}-{d}</span></li>",
        "<li><a href='{u}'>{t}</a><span>三月五日</span></li>",
        "<li><a href='{u}'>{t}</a><span>二〇二三年二月三十日</span></li>",
        "<li><a href='{u}'>{t}</a><span>成文日期：{h}</span></li>",
        "<li><a href='{u}'>{t}</a><p>于<b>{h}</b>，市委…</p></li>",
        "<li><a href='{u}'>{t}</a><span>成文日期：2022-01-02</span></li>",
        "<li><a href='{u}'>{t}</a><p>公示期：2022-05-07~2022-05-12</p></li>",
    ],
)
def test_what_does_not_say_when_a_row_appeared_dates_no_row(row: str) -> None:
    assert [(entry["title"], entry["date"]) for entry in read_entries(made(row, "<ul>{}</ul>"), LIST, None)] == [
        (title, None) for title in TITLES
    ]


@pytest.mark.parametrize(
    "title", ["【巡察整改】中共西安市民政局党组关于巡察整改情况的通报", "2023年工作总结", "12345热线办理情况通报", "[2023]1号文件的通知"]
)
def test_what_belongs_to_a_title_stays(title: str) -> None:
    html = f"<ul><li><a href='/1.html'>{title}</a><span>2023-01-29</span></li></ul>"
    marked = html.replace("2023年", "<font>2023</font>年").replace("【巡察整改】", "【<b>巡察</b>整改】")
    assert read_entries(marked, LIST, None)[0]["title"] == title
    assert read_entries(html, LIST, None)[0]["title"] == title


@pytest.mark.parametrize(
    ("texts", "day"),
    [
        (["23-01-29"], "2023-01-29"),
        (["二〇一九年十月三十一日"], "2019-10-31"),
        (["一九九八年一月十日"], "1998-01-10"),
        (["二〇二三年十三月五日"], None),
        (["二〇二三年十十月五日"], None),
        (["二〇二三年一月"], None),
        (["03", "15", "2024年"], None),
        (["2023-02-30"], None),
        (["12:30", "2023"], None),
        (["阅读 12", "29", "2023-01"], "2023-01-29"),
        ([], None),
    ],
)
def test_parts_of_a_date(texts: list[str], day: str | None) -> None:
    assert row_date(texts) == day

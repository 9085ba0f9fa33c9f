"""How a notice is cited."""

from dataclasses import replace

from zhenggai.citation import Source, bibtex, gb_t_7714

SOURCE = Source(
    number=20190805531711,
    title="关于巡察整改情况的通报",
    author="中共禾川市民政局党组",
    published="2019-08-05",
    url="http://mzj.example/a?b=1&c=2",
    permalink="https://archive.example/archive/notices/20190805531711",
    visited="2026-11-22",
)


def test_standard_form():
    assert gb_t_7714(SOURCE) == (
        "中共禾川市民政局党组. 关于巡察整改情况的通报[EB/OL]. (2019-08-05)[2026-11-22]. http://mzj.example/a?b=1&c=2. "
        "存档: https://archive.example/archive/notices/20190805531711."
    )


def test_unknown_is_left_out():
    assert gb_t_7714(replace(SOURCE, author=None, published=None)).startswith("关于巡察整改情况的通报[EB/OL]. [2026-11-22]. ")
    entry = bibtex(replace(SOURCE, author=None, published="2019-08"))
    assert "author" not in entry
    assert "  month = {08},\n" in entry
    assert "  day =" not in entry


def test_bibtex_of_a_hostile_title():
    entry = bibtex(replace(SOURCE, title="100% } \\input{/etc/passwd}\n#1_&~^$"))
    title = next(line for line in entry.splitlines() if "title" in line)
    assert title.startswith(r"  title = {{100\% \textbraceright{} \textbackslash{}input\textbraceleft{}/etc/passwd")
    assert title.endswith(r"\#1\_\&\textasciitilde{}\textasciicircum{}\$}},")
    assert entry.count("{") == entry.count("}")
    assert entry.startswith("@misc{zhenggai20190805531711,\n")
    assert r"howpublished = {\url{http://mzj.example/a?b=1&c=2}}," in entry

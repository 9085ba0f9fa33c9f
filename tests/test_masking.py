"""E-mail addresses that are hidden in lists: which spellings, letter for letter, and at what cost."""

import signal

import pytest

from zhenggai.masking import mask_emails, masked

MILLION = 1_000_000
MOST_SECONDS = 60
"""Of the processor, for a million characters: looking at each of them anew for each takes hours."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("邮箱：mzj@example.gov.cn。", "邮箱：•••@example.gov.cn。"),
        ("mzj ＠ 163.com", "••• ＠ 163.com"),
        ("ｆｕｌｌ＠ｈｏｓｔ．ｃｎ", "••••＠ｈｏｓｔ．ｃｎ"),
        ("wang(at)hostile.gov.cn", "••••(at)hostile.gov.cn"),
        ("wang （AT） hostile.gov.cn", "•••• （AT） hostile.gov.cn"),
        ("w[@]163[dot]com", "•[@]163[dot]com"),
        ("w【艾特】163点com", "•【艾特】163点com"),
        ("w_at_163.com", "•_at_163.com"),
        ("wang#hostile.gov.cn", "••••#hostile.gov.cn"),
        ("邮箱：abc*163.com", "邮箱：•••*163.com"),
        ("E-mail: abc at 163.com", "E-mail: ••• at 163.com"),
        ("a@b.c@d.e", "•@•••@d.e"),
        ("w_at_x.y@z.cn", "••••••••@z.cn"),
        # As the links and the markup of pages have them.
        ("?value=mzj%40163.com", "?value=•••%40163.com"),
        ("?value=mzj%EF%BC%A0163.com", "?value=•••%EF%BC%A0163.com"),
        ("?value=mzj~28at~29163.com", "?value=•••~28at~29163.com"),
        ("mzj&lt;at&gt;163.com", "•••&lt;at&gt;163.com"),
    ],
)
def test_address_is_hidden(text, expected):
    assert mask_emails(text) == expected
    assert mask_emails(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mzj@163",
        "@example.gov.cn",
        "看板3*4.5cm",
        "第3#楼",
        "详见 look at www.example.gov.cn",
        '<a href="/a/list.html#top.cn">',
        '<a href="#p-3">（一）</a>',
    ],
)
def test_what_is_no_address_stays(text):
    assert mask_emails(text) == text


def test_address_is_hidden_wherever_it_is_kept():
    assert masked({"rows": [["mzj@163.com", 3, None]]}) == {"rows": [["•••@163.com", 3, None]]}


@pytest.mark.parametrize(
    "unit", ["a", "a@", "@", "x@a-", "@a.", "(at)", "_at_", "%40", "#a.b", "邮箱a at ", "@a. ", "艾特a点", "&lt;", "a*"]
)
def test_no_text_takes_more_than_its_length(unit):
    """A run of 100,000 letters once took seven minutes."""

    def give_up(*_: object) -> None:
        raise AssertionError(f"a million characters of {unit!r} take more than {MOST_SECONDS} s")

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
    try:
        for text in (unit * (MILLION // len(unit)) + end for end in ("", " @x", "@x.cn")):
            assert len(mask_emails(text)) == len(text)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)

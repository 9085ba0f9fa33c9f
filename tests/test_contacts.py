"""Contacts: the notice's own, as written, and none of the page's footer."""

import pytest

from pipelines.step4_read import read_notice


def contacts(closing: str) -> dict[str, list[str]]:
    text = "市委第一巡察组对市水务局党组进行了巡察。\n一、关于“学习不深”的问题\n对12345热线重复件逐一回访,办结2021件。\n" + closing
    found: dict[str, list[str]] = {}
    for contact in read_notice(text).contacts:
        assert text[contact.start : contact.end]
        found.setdefault(contact.kind, []).append(contact.value)
    return found


@pytest.mark.parametrize(
    ("closing", "expected"),
    [
        (
            "联系电话:86786716;邮政信箱:西安市凤城八路109号;邮政编码:710007;电子邮箱:xamzjzzrsc@163.COM.",
            {"phone": ["86786716"], "address": ["西安市凤城八路109号"], "postcode": ["710007"], "email": ["xamzjzzrsc@163.COM"]},
        ),
        ("联系方式:电话88532806;电子邮箱minzhengju2022@163.com。", {"phone": ["88532806"], "email": ["minzhengju2022@163.com"]}),
        ("监督电话：0736-7095120、0736-7095121", {"phone": ["0736-7095120", "0736-7095121"]}),
        ("公示电话:0755-26001122、26001133", {"phone": ["0755-26001122", "26001133"]}),
        ("联系电话：０５７４-８９１８００６６；邮政编码：３１５０４１。", {"phone": ["0574-89180066"], "postcode": ["315041"]}),
        ("联系电话： 0376- 6600 132； 电子邮箱： bysswj @163.com。", {"phone": ["0376-6600132"], "email": ["bysswj@163.com"]}),
        ("联系电话（010）58681111，邮箱xszg(at)yzu.edu.cn", {"phone": ["(010)58681111"], "email": ["xszg@yzu.edu.cn"]}),
        ("联系电话:0576-88519207。传真:0576-88519210。", {"phone": ["0576-88519207"]}),
        ("有意见的找张主任,电话13900000417;也可以投意见箱。", {"phone": ["13900000417"]}),
        ("举报电话:0518-12380", {"phone": ["0518-12380"]}),
        ("来信请寄青岭市文昌路57号机关党委收(邮编558099)。", {"address": ["青岭市文昌路57号机关党委"], "postcode": ["558099"]}),
        (
            "监督方式:028-86650977(工作日9:00-12:00)/jijian@cbnk.cn/成都市锦东路31号,610063",
            {"phone": ["028-86650977"], "email": ["jijian@cbnk.cn"], "address": ["成都市锦东路31号"], "postcode": ["610063"]},
        ),
        ("受理电话:0453-7762018。具体业务咨询的,请拨打业务股电话0453-7762020,不属于受理范围。", {"phone": ["0453-7762018"]}),
        ("中共青岭市水务局党组\n2021年6月4日\n主办:青岭市人民政府 联系电话:0790-1234567 地址:人民路1号 邮编:300000", {}),
        ("以上情况,欢迎监督。", {}),
    ],
)
def test_contacts(closing: str, expected: dict[str, list[str]]) -> None:
    assert contacts(closing) == expected

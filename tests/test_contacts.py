"""Contacts: the notice's own, as written, and none of the page's footer."""

import pytest

from pipelines.step4_read import read_notice


def contacts(closing: str) -> dict[str, list[str]]:
    text = "市委第一巡察组对市水务局党组进行了巡察。\n一、关于“学习不深”的问题\n对市民来件逐件回访,办结2021件。\n" + closing
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
        ("监督电话：0556-6100230、0556-6100231", {"phone": ["0556-6100230", "0556-6100231"]}),
        ("公示电话:0755-26001122、26001133", {"phone": ["0755-26001122", "26001133"]}),
        ("联系电话：０５５６-６１００２３００；邮政编码：２４６７００。", {"phone": ["0556-61002300"], "postcode": ["246700"]}),
        ("联系电话： 0556- 6100 230； 电子邮箱： xunchazg @163.com。", {"phone": ["0556-6100230"], "email": ["xunchazg@163.com"]}),
        ("联系电话（010）58681111，邮箱xszg(at)yzu.edu.cn", {"phone": ["(010)58681111"], "email": ["xszg@yzu.edu.cn"]}),
        ("邮箱：xszg（at）yzu点edu点cn", {"email": ["xszg@yzu.edu.cn"]}),
        ("邮箱每日9点前查看", {}),
        ("联系电话:0556-6100230。传真:0556-6100239。", {"phone": ["0556-6100230"]}),
        ("有意见的找张主任,电话13800001122;也可到办公室面谈。", {"phone": ["13800001122"]}),
        ("举报电话:0556-12380", {"phone": ["0556-12380"]}),
        ("来信请寄青岭市望江街6号机关党委收(邮编246700)。", {"address": ["青岭市望江街6号机关党委"], "postcode": ["246700"]}),
        (
            "监督方式:0816-2660143(工作日9:00-12:00)/jubao@example.cn/河阳市新河路9号,471500",
            {"phone": ["0816-2660143"], "email": ["jubao@example.cn"], "address": ["河阳市新河路9号"], "postcode": ["471500"]},
        ),
        ("受理电话:0556-6100230。办事咨询请拨打业务股电话0556-6100235,不属于反映范围。", {"phone": ["0556-6100230"]}),
        ("中共青岭市水务局党组\n2021年6月4日\n主办:青岭市人民政府 联系电话:0790-1234567 地址:人民路1号 邮编:300000", {}),
        ("以上情况,欢迎监督。", {}),
        (
            "电  话：0556-6100230\n邮  箱：zg@example.cn\n地  址：青岭市望江街6号三楼\n邮 政 编 码：246700",
            {"phone": ["0556-6100230"], "email": ["zg@example.cn"], "address": ["青岭市望江街6号三楼"], "postcode": ["246700"]},
        ),
        ("电话（传真）：0556-6100230", {"phone": ["0556-6100230"]}),
        ("电话及传真：0556-6100230", {"phone": ["0556-6100230"]}),
        ("监督电话：0556-6100230，6100231（传真）。", {"phone": ["0556-6100230"]}),
        ("联系电话：+86-556-6100230；0556 6100231", {"phone": ["+86-556-6100230", "05566100231"]}),
        ("地点：青岭市望江街6号305室。", {"address": ["青岭市望江街6号305室"]}),
        ("信件：青岭市望江街6号B座2室，邮编246700", {"address": ["青岭市望江街6号B座2室"], "postcode": ["246700"]}),
        ("信函邮寄：青岭市望江街6号水务局", {"address": ["青岭市望江街6号水务局"]}),
        ("可发送至邮箱zg@example.cn或邮寄至青岭市望江街6号。", {"email": ["zg@example.cn"], "address": ["青岭市望江街6号"]}),
        ("来信青岭市高新区望江街6号（246700）。", {"address": ["青岭市高新区望江街6号"], "postcode": ["246700"]}),
        ("来信请寄：（246700）青岭市望江街6号水务局", {"address": ["青岭市望江街6号水务局"], "postcode": ["246700"]}),
        ("地址：青岭市政府大院，246700。", {"address": ["青岭市政府大院"], "postcode": ["246700"]}),
        (
            "通讯地址：青岭市望江街6号（水务局院内）202室，246700",
            {"address": ["青岭市望江街6号（水务局院内）202室"], "postcode": ["246700"]},
        ),
        (
            "邮寄地址：青岭市望江街6号，青岭市水务局机关党委（邮编：246700）",
            {"address": ["青岭市望江街6号，青岭市水务局机关党委"], "postcode": ["246700"]},
        ),
        ("联系地址：青岭市望江街6号（工作日8:30-17:00）。", {"address": ["青岭市望江街6号"]}),
        ("公示地点：局一楼大厅。电话：6100230", {"phone": ["6100230"]}),
        ("公示期内如有意见，请以书面形式向青岭市望江街6号水务局反映，电话：6100230。", {"phone": ["6100230"]}),
        ("联系电话：（0571）8800 1234转8012。", {"phone": ["(0571)88001234"]}),
        ("监督电话：0571-88001234-602、88001235（转603）。", {"phone": ["0571-88001234", "88001235"]}),
        ("电话：(+86)571-88001234；手机：138-0000-1111", {"phone": ["(+86)571-88001234", "138-0000-1111"]}),
        ("联系电话：0571—88001234", {"phone": ["0571-88001234"]}),
        ("邮箱：zg＠example.cn", {"email": ["zg@example.cn"]}),
        ("邮箱：zg[at]example[dot]cn", {"email": ["zg@example.cn"]}),
        ("邮箱：zg（＠）example.cn", {"email": ["zg@example.cn"]}),
        ("邮箱：zg#example.cn（发送时将#换成@）", {"email": ["zg@example.cn"]}),
        ("电子邮箱：zg AT example.com.cn", {"email": ["zg@example.com.cn"]}),
        ("电子信箱:zg_at_example.cn", {"email": ["zg@example.cn"]}),
        ("监督信箱：青岭市56号信箱，邮编246700", {"address": ["青岭市56号信箱"], "postcode": ["246700"]}),
        ("信箱：青岭市56号信箱，邮编246700", {"address": ["青岭市56号信箱"], "postcode": ["246700"]}),
        ("来信请寄：青岭市第56号邮政信箱（邮编246700）。", {"address": ["青岭市第56号邮政信箱"], "postcode": ["246700"]}),
        (
            "来信地址：青岭市望江街6号；来访地址：青岭市新河路9号一楼。电话：6100230",
            {"address": ["青岭市望江街6号", "青岭市新河路9号一楼"], "phone": ["6100230"]},
        ),
        ("举报平台见C#example.net教程。", {}),
        ("中共青岭市水务局党组\n2021年6月4日\n地址：人民路1号 电话：0571-88000000 邮编：300000\n版权所有：青岭市水务局", {}),
        # The notice's own line, although the page's follow: no date stands before it.
        (
            "以上情况。\n联系电话：0571-88001234 邮箱：zg@example.cn\n版权所有：青岭市水务局",
            {"phone": ["0571-88001234"], "email": ["zg@example.cn"]},
        ),
    ],
)
def test_contacts(closing: str, expected: dict[str, list[str]]) -> None:
    assert contacts(closing) == expected


@pytest.mark.parametrize(
    ("written", "number", "extension"),
    [
        ("0571-88001234转8012", "0571-88001234", "8012"),
        ("(0571)8800 1234-602", "(0571)88001234", "602"),
        ("88001234（转8001）", "88001234", "8001"),
        ("0571-12345转3", "0571-12345", "3"),
        ("0571-88001234 分机：12", "0571-88001234", "12"),
        ("0571-88001234", "0571-88001234", None),
        ("0571-88001234、88001235", "0571-88001234", None),
    ],
)
def test_extensions(written: str, number: str, extension: str | None) -> None:
    text = f"市委第一巡察组对市水务局党组进行了巡察。\n一、关于“学习不深”的问题\n整改。\n联系电话：{written}。"
    contact = read_notice(text).contacts[0]
    assert (contact.value, contact.extension) == (number, extension)
    assert text[contact.start : contact.end] == (written if extension else number)


def test_a_hotline_that_is_spoken_of_is_no_contact() -> None:
    assert contacts("2.群众投诉电话12345工单按时办结率达到96%。\n监督电话：12388。") == {"phone": ["12388"]}


@pytest.mark.parametrize("label", ["来信来访：", "信箱："])
def test_a_street_behind_a_label_of_letters_is_an_address(label: str) -> None:
    found = contacts(f"联系电话：0551-61234567。\n{label}滨河市新桥路18号区水利局")
    assert found == {"phone": ["0551-61234567"], "address": ["滨河市新桥路18号区水利局"]}


def test_a_mailbox_is_no_address() -> None:
    assert contacts("联系电话：0551-61234567。\n信箱：qslj18@163.com") == {"phone": ["0551-61234567"], "email": ["qslj18@163.com"]}


def test_a_telephone_that_a_remedy_speaks_of_is_none_of_the_notice() -> None:
    remedy = "一、关于“库区巡护缺人手”的问题\n设立举报电话0558-7109999并向社会公布。\n"
    assert contacts(remedy + "欢迎监督。联系电话：0558-7100212。") == {"phone": ["0558-7100212"]}
    assert contacts(remedy) == {"phone": ["0558-7109999"]}

"""What a site may write into gateways.yaml, and how a slip is answered."""

import pytest

from anlan.gateways.running import gateway_of
from anlan.kernel import catalogues
from anlan.kernel.catalogues import CatalogueError
from anlan.wiring import lines
from anlan.wiring.lines import CARRIES, LineEntry, Template

HEAD = "telecom:\n  label: 电信短信\n"
SMS = (
    HEAD
    + """\
  world: LIVE
  kind: sms_http
  channels: [SMS]
  url: https://sms.example.cn/v1/send
  secret_env: ANLAN_SMS_SECRET
  templates: [{id: SMS_101, text: "【安澜】{title}"}]
"""
)


def read(text: str) -> dict[str, LineEntry]:
    return catalogues.parse(text, LineEntry, file="gateways.yaml")


def test_what_comes_with_the_product_reaches_nobody():
    """Until a site names its providers, everything is simulated and says so."""
    shipped = lines.entries()
    assert {each.kind for each in shipped.values()} == {"simulated"}
    assert all("模拟" in each.label for each in shipped.values())
    assert {each.world for each in shipped.values()} == {"LIVE", "DRILL"}


def test_a_line_is_read_as_it_is_written():
    (line,) = read(SMS).values()
    assert (line.key, line.place, line.rate, line.active) == ("telecom", 1, 10.0, True)
    assert line.templates == (Template("SMS_101", "【安澜】{title}"),)


@pytest.mark.parametrize(
    ("change", "to", "said"),
    [
        ("world: LIVE", "world: DRILL", "演练线路，类型只能是 simulated"),
        ("channels: [SMS]", "channels: [VOICE]", "与类型 sms_http 不符"),
        ("channels: [SMS]", "channels: []", "与类型 sms_http 不符"),
        ("https://sms", "http://sms", "不能用 http"),
        ("https://sms", "https://anlan:geheim@sms", "不能带用户名和密码"),
        ("https://sms.example.cn/v1/send", "sms.example.cn", "网址写法不对"),
        ("ANLAN_SMS_SECRET", "4f1c9a-geheim", "不能写密钥本身"),
        ("  secret_env: ANLAN_SMS_SECRET\n", "", "没有写 secret_env"),
        ("""  templates: [{id: SMS_101, text: "【安澜】{title}"}]\n""", "", "没有报备模板"),
        ("{title}", "{title", "花括号不成对"),
        ("kind: sms_http", "kind: sms_htp", "「kind」不能是「sms_htp」"),
        ("  world", "  rate: 0\n  world", "rate 应大于 0"),
        ("  world", "  link_domains: [https://a.wl.gov.cn/]\n  world", "链接域名写法不对"),
        ("  world", "  behaviour: {silent: 20}\n  world", "应在 0 到 1 之间"),
    ],
)
def test_a_slip_is_answered_with_file_line_and_mend(change, to, said):
    assert change in SMS
    with pytest.raises(CatalogueError) as error:
        read(SMS.replace(change, to, 1))
    assert said in error.value.words
    assert "gateways.yaml 第" in error.value.words
    assert error.value.line >= 1
    assert error.value.mend


def test_voice_needs_to_know_how_many_lines_there_are():
    text = SMS.replace("sms_http", "voice_http").replace("[SMS]", "[VOICE]")
    with pytest.raises(CatalogueError, match="同时可打几路"):
        read(text)
    assert read(text + "  lines: 30\n")["telecom"].lines == 30


@pytest.mark.parametrize(
    "url", ["http://10.33.0.8:8080/sms", "http://127.0.0.1/sms", "http://smsbox/x"]
)
def test_inside_ones_own_network_plain_http_will_do(url):
    assert read(SMS.replace("https://sms.example.cn/v1/send", url))["telecom"].url == url


@pytest.mark.parametrize("kind", sorted(CARRIES))
def test_every_kind_has_its_folder(kind, tmp_path, settings):
    settings.DATA_DIR = tmp_path
    more: dict[str, object] = {"lines": 3} if "VOICE" in CARRIES[kind] else {}
    if kind != "simulated":
        more |= {"secret_env": "ANLAN_SECRET", "url": "https://a.example.cn/"}
    if kind == "mail":
        more |= {"url": "smtp://mail.example.cn", "sender": "a@example.cn"}
    if kind == "sms_http":
        more["templates"] = (Template("1", "{words}"),)
    given = {"key": "x", "label": "x", "world": "LIVE", "kind": kind, "channels": CARRIES[kind]}
    gateway = gateway_of(LineEntry(**given, **more))  # type: ignore[arg-type]
    assert gateway.batch >= 1

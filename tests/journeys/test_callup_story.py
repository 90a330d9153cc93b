"""The night it rained on grid 3, by the moved clock, seen from three sides.

The duty officer's board, the log that is filed, and each person's own telephone: all three must
tell the same story.
"""

import re
from dataclasses import replace
from io import BytesIO

import pytest
from django.test import Client

from anlan.callup import actions, sweeps
from anlan.callup.tests.conftest import Storm, grid_charge  # noqa: F401 (a fixture)
from anlan.formats import spreadsheet
from anlan.gateways.running import Running
from anlan.gateways.simulated import Network, Simulated
from anlan.gateways.simulated.fates import subscriber
from anlan.kernel.clock import moved
from anlan.web.tests.chairs import Chair, text_of
from anlan.wiring.lines import Behaviour, LineEntry

PEOPLE = Behaviour(
    silent=0.4, dead=0.4, wrong=0, off=0, loss=0, by_sms=0, by_app=0, rings_out=20, ring=8, talk=15
)


def casting(silent: str, dead: str, there: str) -> Behaviour:
    """The first town of the simulated network in which these three are who the story needs."""
    for seed in range(1000):
        town = replace(PEOPLE, seed=seed)
        who = {number: subscriber(town, number) for number in (silent, dead, there)}
        wanted = who[silent].silent and not who[silent].dead and who[dead].dead
        if wanted and not (who[there].silent or who[there].dead):
            return town
    raise AssertionError("no such town among a thousand")


# The log of the first minutes: whom, over which way, what came of it, what they said.
FILED = sorted([
    ("李秀英", "系统内", "通知", "", ""),
    ("李秀英", "短信", "送达", "", ""),
    ("李秀英", "语音电话", "未接", "", ""),
    ("李秀英", "语音电话", "未接", "", ""),
    ("罗军", "系统内", "通知", "", ""),
    ("罗军", "短信", "停机/空号", "", ""),
    ("罗军", "语音电话", "停机/空号", "", ""),
    ("王芳", "系统内", "通知", "", ""),
    ("王芳", "短信", "送达", "", ""),
    ("王芳", "语音电话", "应答", "收到", ""),
])  # fmt: skip


class Night:
    """The call-up's engine and two lines into the simulated network, on the moved clock."""

    def __init__(self, storm: Storm, network: Network) -> None:
        where = storm.district
        town = casting(where.li_grid3.phone, where.luo_fire.phone, where.wang_taiping_leader.phone)
        entries = [
            LineEntry("sms", "模拟短信", "LIVE", "simulated", ("SMS",), rate=1000.0,
                      behaviour=town, link_domains=("a.wl.gov.cn",)),
            LineEntry("voice", "模拟语音", "LIVE", "simulated", ("VOICE",), rate=1000.0,
                      behaviour=town, lines=5),
        ]  # fmt: skip
        self.storm, self.network = storm, network
        actions.load_lines(entries, at=storm.clock.now())
        self.lines = [
            Running(each, Simulated(each, network), read_clock=storm.clock.now) for each in entries
        ]

    def passes(self, seconds: int) -> None:
        for _ in range(0, seconds, 5):
            self.storm.clock.forward(seconds=5)
            sweeps.call_on(at=self.storm.clock.now())
            for line in self.lines:
                line.round()

    def phone(self, person) -> list[str]:
        return [rang.channel for rang in self.network.rang(person.phone)]

    def taps(self, person, button: str) -> str:
        """The link of the latest SMS, opened on a phone where nobody is signed in."""
        (*_, sms) = [r for r in self.network.rang(person.phone) if r.channel == "SMS"]
        (path,) = re.findall(r"https://a\.wl\.gov\.cn(/a/\S+/)", sms.text)
        with moved(self.storm.clock.now()):
            return text_of(Client().post(path, {"kind": button}, follow=True))


@pytest.fixture
def night(district, clock, tmp_path):
    network = Network(tmp_path / "network.sqlite3")
    yield Night(Storm(district, clock), network)
    network.close()


@pytest.fixture
def storm(night):
    return night.storm


def filed(chair: Chair, callup) -> list[tuple[str, ...]]:
    """The evidence: who, over which way, with which result, what they said, whether late."""
    sheet = b"".join(chair.get(f"/callups/{callup.number}/evidence/"))
    (table,) = spreadsheet.read(BytesIO(sheet), expects=["姓名", "结果"])
    wanted = ("姓名", "方式", "结果", "应答", "是否迟到")
    rows = [tuple(str(row.values.get(name) or "") for name in wanted) for row in table.rows]
    return sorted(rows)


def test_board_log_and_phones_tell_the_same_night(night, storm, grid_charge):  # noqa: F811
    where = storm.district
    li, luo, wang = where.li_grid3, where.luo_fire, where.wang_taiping_leader
    storm.deputy(luo, where.grid3_post)
    # Here the leader comes in only as the next one up.
    grid_charge.above.kind = "leader_contact"
    grid_charge.above.save()
    callup = storm.called(where.grid3, colour="YELLOW")
    night.passes(260)

    # The telephones: hers rang three times, the dead one never, the leader's until he pressed 1.
    assert night.phone(li) == ["SMS", "VOICE", "VOICE"]
    assert night.phone(luo) == []
    assert sorted(night.phone(wang)) == ["SMS", "VOICE"]

    officer = Chair(where.chen_section, where)
    board = officer.reads(f"/callups/{callup.number}/")
    chain = board[board.index('class="handover"') :].partition("</li>")[0]
    told = re.sub(r"<[^>]+>|\s+", "", chain)
    assert re.fullmatch(r".*李秀英.*已转下一人→罗军.*已转下一人→王芳.*已应答收到", told), told
    assert "停机/空号" in officer.reads(drawer(callup, luo))
    assert filed(officer, callup) == FILED

    night.passes(300)
    assert "迟到" not in officer.reads(f"/callups/{callup.number}/now/")
    assert "已收到您的应答" in night.taps(li, "ON_SITE")
    board = officer.reads(f"/callups/{callup.number}/now/")
    assert re.search(r"已应答（迟到）", board)
    late = officer.reads(drawer(callup, li))
    assert "已到岗" in late
    assert "◐ 迟到" in late
    assert "已应答收到" in re.sub(r"<[^>]+>|\s+", "", officer.reads(drawer(callup, wang)))
    assert ("李秀英", "短信", "应答", "已到岗", "是") in filed(officer, callup)


def drawer(callup, person) -> str:
    return f"/callups/{callup.number}/people/{callup.called.get(person=person).pk}/"

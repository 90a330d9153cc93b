"""The simulated phone network: the same for the same seed, and it remembers what rang."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from anlan.gateways.contract import OutOfOrder
from anlan.gateways.simulated import Network, Simulated
from anlan.wiring.lines import Behaviour, LineEntry
from anlan.wiring.receipts import Heard, Key, Receipt, Reply

from .outside import Spoken

NOON = datetime(2024, 6, 12, 4, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=6)


def line(key: str = "sms", channel: str = "SMS", **behaviour: object) -> LineEntry:
    return LineEntry(
        key=key,
        label="模拟",
        world="LIVE",
        kind="simulated",
        channels=(channel,),  # type: ignore[arg-type]
        rate=5000,
        lines=3 if channel == "VOICE" else 0,
        behaviour=Behaviour(**behaviour),  # type: ignore[arg-type]
    )


@pytest.fixture
def network(tmp_path):
    made = Network(tmp_path / "network.sqlite3")
    yield made
    made.close()


def people(count: int, channel: str = "SMS") -> list[Spoken]:
    return [Spoken(number=f"139{n:08d}", channel=channel) for n in range(count)]


def told(heard: list[Heard]) -> list[tuple[object, ...]]:
    return [(type(h).__name__, getattr(h, "outcome", ""), getattr(h, "number", "")) for h in heard]


def test_the_same_seed_tells_the_same_story(tmp_path):
    stories = []
    for name in ("first", "second"):
        network = Network(tmp_path / name)
        Simulated(line(), network).send(people(300), at=NOON)
        stories.append(told(network.news("sms", at=LATER)))
    assert stories[0] == stories[1]
    other = Network(tmp_path / "third")
    Simulated(line(seed=2), other).send(people(300), at=NOON)
    assert told(other.news("sms", at=LATER)) != stories[0]


def test_people_behave_in_the_shares_that_were_asked_for(network):
    entry = line(silent=0.2, dead=0.05, loss=0.02, off=0.0, wrong=0.0, by_sms=1.0)
    for start in range(0, 4000, 1000):
        Simulated(entry, network).send(people(4000)[start : start + 1000], at=NOON)
    news = network.news("sms", at=NOON + timedelta(days=9), limit=20_000)
    kinds = Counter(h.outcome if isinstance(h, Receipt) else "REPLY" for h in news)
    assert kinds["DEAD_NUMBER"] == pytest.approx(4000 * 0.98 * 0.05, rel=0.2)
    assert kinds["DELIVERED"] == pytest.approx(4000 * 0.98 * 0.95, rel=0.03)
    assert kinds["REPLY"] == pytest.approx(4000 * 0.98 * 0.95 * 0.8, rel=0.05)


def test_nothing_is_told_before_it_happens_and_nothing_twice(network):
    gateway = Simulated(line(silent=0, dead=0, loss=0, off=0, by_sms=1), network)
    gateway.send(people(50), at=NOON)
    assert gateway.heard(at=NOON) == []
    soon = gateway.heard(at=NOON + timedelta(seconds=7))
    assert [type(each) for each in soon].count(Receipt) == 50
    gateway.told(soon)
    rest = gateway.heard(at=NOON + timedelta(days=1))
    assert {type(each) for each in rest} == {Reply}
    due = network.next_news()
    assert due is not None
    assert gateway.heard(at=due - timedelta(microseconds=1)) == []
    assert gateway.heard(at=due) != []


def test_what_was_not_kept_is_told_again(network):
    """The district crashed between hearing and keeping it."""
    gateway = Simulated(line(dead=1.0, off=0, loss=0), network)
    gateway.send(people(1), at=NOON)
    assert gateway.heard(at=LATER) == gateway.heard(at=LATER) != []


def test_a_gateway_that_got_it_twice_rings_once_and_one_that_forgets_is_caught(network):
    message = Spoken()
    for _ in range(2):
        Simulated(line(loss=0, off=0, dead=0), network).send([message], at=NOON)
    assert len(network.rang(message.number)) == 1
    assert network.duplicates() == 0
    forgetful = Spoken(number="13900000002")
    for _ in range(2):
        Simulated(line("other", loss=0, off=0, dead=0, dedupes=False), network).send(
            [forgetful], at=NOON
        )
    assert len(network.rang(forgetful.number)) == 2
    assert network.duplicates() == 1
    assert network.most_for_one() == 2


def test_the_network_remembers_when_the_district_forgets(network):
    """Another process with the same file, as after a crash."""
    message = Spoken()
    Simulated(line(loss=0, off=0, dead=0), network).send([message], at=NOON)
    again = Network(network.path)
    Simulated(line(loss=0, off=0, dead=0), again).send([message], at=LATER)
    assert [each.began for each in again.rang()] == [NOON]


def test_three_voice_lines_make_three_calls_at_a_time(network):
    gateway = Simulated(line("voice", "VOICE", loss=0, dead=0, off=0, wrong=0), network)
    assert gateway.room(at=NOON) == 3
    gateway.send(people(3, "VOICE"), at=NOON)
    assert gateway.room(at=NOON) == 0
    free = network.next_free("voice", at=NOON)
    assert free is not None
    assert gateway.room(at=free) >= 1
    gateway.send(people(4, "VOICE")[3:], at=free)
    assert max(each.began for each in network.rang()) == free


def test_who_picks_up_presses_a_key_and_who_does_not_lets_it_ring(network):
    calm = {"loss": 0, "dead": 0, "off": 0, "wrong": 0}
    Simulated(line("voice", "VOICE", silent=0, **calm), network).send(
        [Spoken(channel="VOICE")], at=NOON
    )
    pressed, ended = network.news("voice", at=LATER)
    assert isinstance(pressed, Key)
    assert pressed.key == "1"
    assert isinstance(ended, Receipt)
    assert ended.outcome == "DELIVERED"
    Simulated(line("silent", "VOICE", silent=1, **calm), network).send(
        [Spoken(channel="VOICE", number="13900000009")], at=NOON
    )
    (rung_out,) = network.news("silent", at=LATER)
    assert isinstance(rung_out, Receipt)
    assert rung_out.outcome == "NO_ANSWER"


def test_a_line_in_an_outage_takes_nothing_and_nothing_rings(network):
    gateway = Simulated(line(), network)
    network.fail("sms", since=NOON, until=NOON + timedelta(seconds=60))
    with pytest.raises(OutOfOrder):
        gateway.send(people(5), at=NOON + timedelta(seconds=59))
    assert network.rang() == []
    assert all(each.taken for each in gateway.send(people(5), at=NOON + timedelta(seconds=60)))


def test_one_mind_behind_a_number_over_all_channels(network):
    """Who is silent is silent on the phone as well: the prediction counts on it."""
    entry = line("voice", "VOICE", silent=0.5, dead=0, loss=0, off=0, wrong=0)
    whole = people(30, "VOICE")
    now = NOON
    for message in whole:
        Simulated(entry, network).send([message], at=now)
        now += timedelta(minutes=2)
    silent = {
        h.ref for h in network.news("voice", at=now) if getattr(h, "outcome", "") == "NO_ANSWER"
    }
    again = [Spoken(number=each.number, channel="VOICE") for each in whole]
    for message in again:
        Simulated(entry, network).send([message], at=now)
        now += timedelta(minutes=2)
    later = {
        h.ref for h in network.news("voice", at=now) if getattr(h, "outcome", "") == "NO_ANSWER"
    }
    numbers = {m.ref: m.number for m in [*whole, *again]}
    assert {numbers[r] for r in silent} == {numbers[r] for r in later - silent}

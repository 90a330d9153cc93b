"""The decisions alone: plans, moves, receipts, replies; and what the catalogues refuse."""

import json
from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.callup import rules
from anlan.callup.models.profiles import CheckRule, Hazard, profile_named, profiles
from anlan.callup.rules import outcomes, sampling
from anlan.kernel import catalogues
from anlan.kernel.errors import NotAllowed

ALL = frozenset({"APP", "SMS", "VOICE"})
PLAN = rules.plan_of(profiles()["life_safety"])


def standing(**given):
    return rules.Standing(**({"shot": 0, "ways": ALL, "elapsed": 0} | given))


# --- plans and moves -----------------------------------------------------------------------------


def test_the_steps_are_laid_out_in_time():
    step = rules.Step
    profile = rules.Profile(
        key="x",
        label="甲",
        steps=(
            step(("SMS", "APP"), tries=2, retry_after=60),
            step(("VOICE", "SMS"), in_turn=True, retry_after=30),
        ),
        pass_on_after=300,
        by_hand_after=400,
    )
    shots = rules.plan_of(profile).shots
    assert [(s.after, s.step, s.tries, s.channels) for s in shots] == [
        (0, 0, 1, ("SMS", "APP")),
        (60, 0, 2, ("SMS", "APP")),
        (120, 1, 1, ("VOICE",)),
        (150, 1, 1, ("SMS",)),
    ]
    assert rules.read_plan(json.loads(json.dumps(rules.plan_of(profile).as_json()))) == (
        rules.plan_of(profile)
    )


def test_again_at_t1_the_next_one_at_t2_a_human_at_t3():
    assert rules.decide(PLAN, standing()) == rules.Shoot(0, ("APP", "SMS", "VOICE"), 90)
    assert rules.decide(PLAN, standing(shot=1, elapsed=90)) == rules.Shoot(1, ("VOICE",), 90)
    at_t2 = standing(shot=2, elapsed=180)
    assert rules.decide(PLAN, at_t2) == rules.PassOn()
    assert rules.when_nobody(PLAN, at_t2) == rules.Wait(60)
    assert rules.when_nobody(PLAN, replace(at_t2, elapsed=240)) == rules.ByHand(1800)
    assert rules.decide(PLAN, replace(at_t2, by_hand=True)) == rules.Unreached()


def test_a_dead_number_is_passed_on_at_once_unless_another_way_was_not_tried():
    dead = standing(shot=1, ways=frozenset({"APP"}), elapsed=8, dead=True)
    assert rules.decide(PLAN, dead) == rules.PassOn()
    assert rules.when_nobody(PLAN, dead) == rules.ByHand(1800)
    mail = replace(PLAN, shots=(*PLAN.shots, rules.Shot(120, 2, 1, ("MAIL",))))
    with_mail = replace(dead, ways=frozenset({"APP", "MAIL"}))
    assert rules.decide(mail, with_mail) == rules.Shoot(2, ("MAIL",), 60)


def test_somebody_whom_nothing_reaches_is_passed_on_without_waiting():
    nobody = standing(ways=frozenset())
    assert rules.decide(PLAN, nobody) == rules.PassOn()
    assert rules.when_nobody(PLAN, nobody) == rules.ByHand(1800)
    loud = standing(ways=frozenset({"LOUDSPEAKER", "MAIL"}))  # nothing that this plan tries
    assert rules.decide(PLAN, loud) == rules.PassOn()
    assert rules.when_nobody(PLAN, loud) == rules.ByHand(1800)


def test_what_is_said_to_a_whole_place_keeps_the_plans_own_time():
    loud = rules.Shot(0, 0, 1, ("SMS", "LOUDSPEAKER")), rules.Shot(90, 1, 1, ("LOUDSPEAKER",))
    plan = replace(PLAN, shots=loud)
    assert rules.aloud(PLAN, 0) == ({}, None)
    assert rules.aloud(plan, 0) == ({"LOUDSPEAKER": loud[0]}, 90)
    assert rules.aloud(plan, 4000) == ({"LOUDSPEAKER": loud[1]}, None)
    village = standing(ways=frozenset({"SMS", "LOUDSPEAKER"}))
    assert rules.decide(plan, village) == rules.Shoot(0, ("SMS",), 180)


def test_at_night_an_ordinary_call_waits_and_a_message_goes():
    plan = rules.plan_of(profiles()["ordinary"])
    assert plan.is_quiet(time(23, 0))
    assert plan.is_quiet(time(5, 59))
    assert not plan.is_quiet(time(6, 0))
    assert rules.decide(plan, standing(), quiet=True) == rules.Shoot(0, ("APP", "SMS"), 600)
    called = rules.decide(plan, standing(shot=1, elapsed=600), quiet=True)
    assert called == rules.WaitForMorning()


@given(
    ways=st.frozensets(st.sampled_from(sorted(ALL))),
    dead=st.booleans(),
    slow=st.integers(0, 400),
)
def test_everybody_comes_to_an_end_in_bounded_time(ways, dead, slow):
    """Whatever leads to a person: tries, then the next one or a human, then an end."""
    who, moves = standing(ways=ways - rules.PHONE if dead else ways, dead=dead), 0
    while True:
        move = rules.decide(PLAN, who)
        moves += 1
        assert moves < 20
        if isinstance(move, rules.PassOn):
            move = rules.when_nobody(PLAN, who)
        match move:
            case rules.Shoot(number, channels, wait):
                assert set(channels) <= who.ways
                assert wait > 0
                who = replace(who, shot=number + 1, elapsed=who.elapsed + wait + slow)
            case rules.Wait(seconds):
                assert seconds > 0
                who = replace(who, elapsed=who.elapsed + seconds + slow)
            case rules.ByHand(seconds):
                assert seconds > 0
                who = replace(who, by_hand=True)
            case rules.Unreached():
                return


# --- receipts ------------------------------------------------------------------------------------


@given(st.permutations(["NOTIFIED", "DELIVERED", "NO_ANSWER", "DEAD_NUMBER", "NOTIFIED"]))
def test_receipts_in_any_order_say_the_same_in_the_end(order):
    known = ""
    for outcome in order:
        known = rules.stronger(known, outcome)
    assert known == "DEAD_NUMBER"


def test_an_answer_is_never_overtaken_by_a_receipt():
    for outcome in rules.REPORTED:
        assert rules.stronger("ANSWERED", outcome) == "ANSWERED"
        assert rules.stronger(outcome, "ANSWERED") == "ANSWERED"
    assert set(outcomes.WEIGHT) >= set(rules.REPORTED)


# --- replies -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1", "RECEIVED"),
        ("１", "RECEIVED"),  # full width
        (" 2 。", "ON_SITE"),
        ("3!!", "NEED_HELP"),
        ("４", "CANNOT_COME"),
        ("收到了", "RECEIVED"),
        ("收 到", "RECEIVED"),
        ("1收到", "RECEIVED"),
        ("OK", "RECEIVED"),
        ("好的，马上过去", "RECEIVED"),
        ("已到岗", "ON_SITE"),
        ("收到，已到岗", "ON_SITE"),
        ("收到，但是无法到达，路断了", "CANNOT_COME"),
        ("水太大过不来，请求支援", "NEED_HELP"),
        ("没收到什么东西", "OTHER"),
        ("不知道", "OTHER"),
        ("不太明白", "OTHER"),
        ("没看到，没有收到", "OTHER"),
        ("我不在现场", "OTHER"),
        ("不在岗", "OTHER"),
        ("没有到位", "OTHER"),
        ("2，还没到岗", "OTHER"),
        ("没法到达", "CANNOT_COME"),
        ("到达不了", "CANNOT_COME"),
        ("4，我不在现场", "CANNOT_COME"),
        ("过不去", "CANNOT_COME"),
        ("收到，还没到岗", "RECEIVED"),
        ("没问题，收到", "RECEIVED"),
        ("已到岗，不需要支援", "ON_SITE"),
        ("能不能来人", "NEED_HELP"),
        ("没有人帮忙", "NEED_HELP"),
        ("1，马上去", "RECEIVED"),
        ("4 人在外地，请另派人", "CANNOT_COME"),
        ("我在3号桥", "OTHER"),
        ("4楼进水了", "OTHER"),
        ("【自动回复】短信已收到", "OTHER"),
        ("还没到岗", "OTHER"),
        ("你是谁", "OTHER"),
        ("5", "OTHER"),
        ("12", "OTHER"),  # a person's digit where nobody shares the number
        ("", "OTHER"),
        ("\u200b1\ufeff", "RECEIVED"),
    ],
)
def test_what_people_really_reply(text, kind):
    assert rules.heard(text).kind == kind


def test_on_a_shared_number_the_first_digit_says_who():
    assert rules.heard("21", shared=True) == rules.Said("RECEIVED", "21", 2)
    assert rules.heard("１４", shared=True) == rules.Said("CANNOT_COME", "１４", 1)
    assert rules.heard("2收到", shared=True).code == 2
    assert rules.heard("收到", shared=True).code == 0


@given(st.text(max_size=2000))
def test_no_text_whatever_breaks_the_hearing(text):
    said = rules.heard(text)
    assert said.kind in (*rules.ANSWERS, "OTHER")
    assert len(said.text) <= 500


@given(
    digit=st.sampled_from("1234１２３４"),
    before=st.text(" \t。，.,!！", max_size=4),
    after=st.text(" \t\r\n。，.,!！", max_size=4),
)
def test_a_digit_is_heard_through_blanks_and_dots(digit, before, after):
    kinds = dict(zip("1234１２３４", [*rules.ANSWERS, *rules.ANSWERS], strict=True))
    assert rules.heard(before + digit + after).kind == kinds[digit]


# --- words ---------------------------------------------------------------------------------------


def test_seventy_characters_are_one_sms_and_one_more_are_two():
    assert [rules.segments("水" * n) for n in (1, 70, 71, 134, 135)] == [1, 1, 2, 2, 3]
    assert rules.segments("🌊" * 35) == 1  # two units each
    assert rules.segments("🌊" * 36) == 2


def test_how_to_answer_is_said_in_the_profiles_own_answers():
    assert rules.reply_phrase(("RECEIVED",)) == "回复1收到"
    assert rules.reply_phrase(("RECEIVED", "CANNOT_COME"), code=2) == "回复21收到24不能到"
    assert rules.keys_phrase(("RECEIVED", "ON_SITE")) == "收到请按1，已到岗请按2"


# --- what the catalogues refuse ------------------------------------------------------------------

STEP = "  steps:\n    - {channels: [SMS], retry_after: 60}\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("x:\n  label: 甲\n" + STEP + "  pass_on_after: 0\n  by_hand_after: 9\n", 2, "T2"),
        ("x:\n  label: 甲\n" + STEP + "  pass_on_after: 90\n  by_hand_after: 9\n", 2, "T3"),
        ("x:\n  label: 甲\n  life_safety: yes\n  quiet: {from: 22:00, to: 06:00}\n", 2, "免打扰"),
        ("x:\n  label: 甲\n  steps:\n    - {channels: [FAX]}\n", 4, "FAX"),
        ("x:\n  label: 甲\n  steps:\n    - {channels: []}\n", 4, "通道"),
        ("x:\n  label: 甲\n  steps:\n    - {channels: [SMS], retry_after: 1}\n", 4, "T1"),
    ],
)
def test_a_wrong_profile_is_refused_with_its_line(text, line, words):
    with pytest.raises(catalogues.CatalogueError, match=words) as no:
        catalogues.parse(text, rules.Profile, file="callup.yaml")
    assert no.value.line == line


def test_an_audience_names_only_charges_that_there_are():
    text = "x:\n  label: 甲\n  kinds: [flood_gird]\n"
    with pytest.raises(catalogues.CatalogueError, match="flood_gird") as no:
        catalogues.parse(text, Hazard, file="callup_audience.yaml")
    assert no.value.line == 2
    assert "flood_grid" in no.value.mend


def test_a_wording_with_a_mark_nobody_knows_is_refused():
    text = 'default:\n  sms: "{nmae}：{title}"\n'
    with pytest.raises(catalogues.CatalogueError, match="nmae"):
        catalogues.parse(text, rules.Wording, file="callup_wording.yaml")


def test_a_check_of_devices_names_kinds_that_are_registered():
    text = "RADIO:\n  label: 点名\n  of: devices\n  items: [walkie]\n"
    with pytest.raises(catalogues.CatalogueError, match="walkie"):
        catalogues.parse(text, CheckRule, file="callup_checks.yaml")


def test_135_is_a_name_until_the_district_fills_it_in():
    with pytest.raises(NotAllowed, match="135.*还没有填写") as no:
        profile_named("135")
    assert "callup.yaml" in no.value.mend


# --- samples -------------------------------------------------------------------------------------


@given(st.lists(st.text(min_size=1), min_size=1, unique=True), st.integers(1, 20), st.text())
def test_the_same_seed_draws_the_same_sample_from_the_same_pool_in_any_order(keys, size, seed):
    drawn = sampling.draw(keys, size, seed=seed)
    assert drawn == sampling.draw(sorted(keys, reverse=True), size, seed=seed)
    assert len(drawn) == min(size, len(keys))
    assert set(drawn) <= set(keys)
    assert sampling.digest(keys) == sampling.digest(keys[::-1])

"""Who may press which button: every deed × owner, colleague, superior, sibling area, other sector,
enterprise of another, stranger."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, NotAllowed
from anlan.matters import access, actions
from anlan.matters.flow import DEEDS, FLOW
from anlan.matters.models import Matter, Rectification
from anlan.people.models import Grant

from .story import AMMONIA, Phase, photo, refreshed

OWNER, MANAGER = "xu_safety", "ye_manager"
STATION, LEADER, SECTION, CHIEF = (
    "huang_zeguo_station",
    "lin_zeguo_leader",
    "chen_section",
    "zhou_chief",
)
FINDER = "sun_grid7"
# sibling area, other sectors, another enterprise, an office without this duty, nobody
OTHERS = (
    *("zhao_taiping_station", "li_grid3", "wang_taiping_leader", "luo_fire", "he_housing"),
    *("jin_foundry", "ma_admin", "wu_bystander"),
)
EVERYBODY = (OWNER, MANAGER, STATION, LEADER, SECTION, CHIEF, FINDER, *OTHERS)

# fmt: off
ALLOWED = {
    # stage           deed                        who of them all
    ("drafted",    "report"):                 {FINDER},
    ("drafted",    "edit"):                   {FINDER},
    ("drafted",    "discard"):                {FINDER},
    ("drafted",    "attach"):                 {FINDER},
    ("drafted",    "rectify_now"):            {FINDER},
    ("reported",   "rectify_now"):            {FINDER},
    ("reported",   "dispatch"):               {STATION, LEADER, SECTION},
    ("reported",   "grade_matter"):           {STATION, SECTION},
    ("reported",   "correct_place"):          {STATION, SECTION},
    ("reported",   "merge"):                  {STATION, SECTION},
    ("reported",   "void"):                   {STATION, SECTION},
    ("dispatched", "take"):                   {OWNER},
    ("dispatched", "send_back"):              {OWNER},
    ("dispatched", "reassign"):               {STATION, LEADER, SECTION},
    ("taken",      "control"):                {OWNER},
    ("taken",      "submit"):                 {OWNER},
    ("taken",      "ask_extension"):          {OWNER},
    ("taken",      "approve_extension"):      {STATION, LEADER, SECTION, CHIEF},
    ("taken",      "refuse_extension"):       {STATION, LEADER, SECTION, CHIEF},
    ("taken",      "supervise"):              {LEADER, SECTION, CHIEF},
    ("taken",      "issue_supervision_order"): {STATION, LEADER, SECTION},
    ("taken",      "attach"):                 {OWNER, MANAGER, STATION, SECTION, FINDER},
    ("taken",      "remark"):                 {OWNER, MANAGER, FINDER, STATION, LEADER, SECTION, CHIEF},  # noqa: E501
    ("taken",      "list_for_supervision"):   {SECTION, CHIEF},
    ("taken",      "publish"):                {SECTION, CHIEF},
    ("submitted",  "accept"):                 {STATION},
    ("submitted",  "refuse"):                 {STATION},
    ("closed",     "reopen"):                 {STATION},
    ("told",       "adopt"):                  {STATION, SECTION},
    ("told",       "answer"):                 {STATION, SECTION},
    ("told",       "reveal_contact"):         {STATION, SECTION},
}
# fmt: on
CASES = [(*key, who) for key, who in ALLOWED.items()]


@pytest.fixture
def stages(story, district):
    """A matter at each stage of its life, made when it is asked for."""
    now, finder = story.now, district.sun_grid7
    report = {"kind": "public_report", "source": "PUBLIC"}
    return {
        "drafted": lambda: actions.draft(story.leak(), by=finder, at=now),
        "reported": story.reported,
        "dispatched": story.dispatched,
        "taken": story.taken,
        "submitted": story.submitted,
        "closed": story.closed,
        "told": lambda: actions.report(story.leak(**report), by=district.lin_zeguo_leader, at=now),
    }


@pytest.mark.parametrize(("stage", "deed", "who"), CASES, ids=lambda value: str(value)[:30])
def test_who_may(story, district, stages, stage, deed, who):
    matter = stages[stage]()
    may = {
        name for name in EVERYBODY if access.may(story.scope(getattr(district, name)), deed, matter)
    }
    assert may == who


def test_every_deed_of_the_tables_is_in_the_matrix():
    assert {deed for _, deed in ALLOWED} == {move.name for move in (*FLOW, *DEEDS)}


def test_a_button_is_there_exactly_when_it_works(story, district, stages):
    """Buttons are flow ∩ rights: none for strangers, none of another stage."""
    taken = stages["taken"]()
    names = [move.name for move in access.deeds_open_to(story.scope(district.xu_safety), taken)]
    assert names == ["control", "submit", "attach", "remark", "ask_extension"]
    for name in OTHERS:
        assert access.deeds_open_to(story.scope(getattr(district, name)), taken) == []


def test_buttons_that_wait_for_something_else(story, district, clock, stages):
    taken = stages["taken"]()

    def shown(person):
        return {move.name for move in access.deeds_open_to(story.scope(person), taken)}

    assert "approve_extension" not in shown(district.huang_zeguo_station)
    assert "list_for_supervision" not in shown(district.chen_section)  # not a major hazard
    until = taken.due_at + timedelta(days=5)
    actions.ask_extension(taken, until=until, reason="缺件", by=district.xu_safety, at=clock.now())
    assert {"approve_extension", "refuse_extension"} <= shown(district.huang_zeguo_station)
    assert "ask_extension" not in shown(district.xu_safety)


def test_a_refusal_says_whose_it_is(story, district, clock):
    leak = story.dispatched()
    with pytest.raises(Forbidden, match="应由“泽海冷链安全管理员”办理"):
        actions.take(leak, by=district.jin_foundry, at=clock.now())
    assert trail.verbs_of(leak) == ["report", "dispatch"]


def test_a_move_of_another_kind_is_refused(story, district, clock):
    leak = story.reported()
    with pytest.raises(NotAllowed, match="隐患没有“办结答复”"):
        actions.answer(leak, reply="好", by=district.huang_zeguo_station, at=clock.now())


def test_the_post_whose_turn_it_is_may_dispatch_wherever_it_climbed(story, district, clock):
    """A chief has no right of his own to dispatch; what climbed to his desk is his to give on."""
    leak = story.reported()
    assert not access.may(story.scope(district.zhou_chief), "dispatch", leak)
    leak.owner = district.chief_post
    leak.save(update_fields=["owner"])
    assert access.may(story.scope(district.zhou_chief), "dispatch", leak)


def test_a_right_that_was_lent_ends(story, district, clock):
    leak = story.reported()
    Grant.objects.create(
        person=district.wu_bystander,
        area_path=district.zeguo.path,
        deeds=["matters.dispatch"],
        reason="交叉检查",
        granted_by=district.chen_section,
        since=clock.now(),
        until=clock.now() + timedelta(days=1),
    )
    assert access.may(story.scope(district.wu_bystander), "dispatch", leak)
    clock.forward(days=1)
    assert not access.may(story.scope(district.wu_bystander), "dispatch", leak)


# --- checked by someone else ----------------------------------------------------------------------


def test_who_rectified_does_not_accept_under_a_second_post_either(story, district, clock):
    leak = story.submitted()
    district.appoint(district.xu_safety, district.zeguo_station_post)
    with pytest.raises(Forbidden, match="参与过.*换一个岗位也不行"):
        actions.accept(leak, opinion="好", by=district.xu_safety, at=clock.now())
    actions.accept(leak, opinion="好", by=district.huang_zeguo_station, at=clock.now())


def test_nor_after_leaving_the_rectifying_post(story, district, clock):
    leak = story.submitted()
    district.xu_safety.tenures.update(until=clock.now().date())
    district.appoint(district.xu_safety, district.huang_zeguo_station.posts.get())
    with pytest.raises(Forbidden, match="参与过"):
        actions.refuse(leak, reason="自查", by=district.xu_safety, at=clock.now())


def test_nor_anyone_who_holds_the_rectifying_post(story, district, clock):
    leak = story.submitted()
    district.appoint(district.huang_zeguo_station, district.cold_chain_safety_post)
    with pytest.raises(Forbidden, match="任职于.*整改岗位"):
        actions.accept(leak, opinion="好", by=district.huang_zeguo_station, at=clock.now())


def test_nor_who_only_set_up_the_interim_control(story, district, clock):
    leak = story.taken()
    actions.control(leak, measure="停用", by=district.xu_safety, at=clock.now())
    district.appoint(district.ye_manager, district.cold_chain_safety_post)
    story.submit(leak, by=district.ye_manager)
    district.xu_safety.tenures.update(until=clock.now().date())
    district.appoint(district.xu_safety, district.zeguo_station_post)
    with pytest.raises(Forbidden, match="参与过"):
        actions.accept(leak, opinion="好", by=district.xu_safety, at=clock.now())


def test_nor_the_one_whose_mending_was_entered_by_another(story, district, clock):
    """代录: 李秀英 mended it, 赵敏 typed it in; neither closes it, 钱伟 of the same post may not
    either, since the whole post had its hand in it and the leader checks."""
    shown = [photo(clock.now(), Phase.BEFORE), photo(clock.now(), Phase.AFTER)]
    exit_ = actions.rectify_now(
        story.blocked_exit(),
        words="已清理",
        evidence=shown,
        on_behalf_of=district.li_grid3,
        by=district.zhao_taiping_station,
        at=clock.now(),
    )
    assert exit_.checker == district.taiping_leader_post
    for person in (district.li_grid3, district.zhao_taiping_station):
        district.appoint(person, district.taiping_leader_post)
        with pytest.raises(Forbidden, match="参与过|任职于"):
            actions.accept(exit_, opinion="好", by=person, at=clock.now())
    with pytest.raises(Forbidden):
        actions.accept(exit_, opinion="好", by=district.qian_taiping_deputy, at=clock.now())
    actions.accept(exit_, opinion="好", by=district.wang_taiping_leader, at=clock.now())


def test_an_earlier_round_counts_too(story, district, clock):
    leak = story.submitted()
    actions.refuse(leak, reason="不全", by=district.huang_zeguo_station, at=clock.now())
    district.appoint(district.ye_manager, district.cold_chain_safety_post)
    story.submit(leak, by=district.ye_manager)
    assert access.rectifiers_of(leak) == {district.xu_safety.pk, district.ye_manager.pk}


@pytest.mark.parametrize("rectifier", ["xu_safety", "ye_manager"])
def test_the_database_refuses_it_whatever_program_asks(story, district, clock, rectifier):
    """Round 1 by 徐文, round 2 by 叶青: neither may stand as judge of round 2."""
    leak = story.submitted()
    actions.refuse(leak, reason="不全", by=district.huang_zeguo_station, at=clock.now())
    district.appoint(district.ye_manager, district.cold_chain_safety_post)
    story.submit(leak, by=district.ye_manager)
    forged = {"verdict": "ACCEPTED", "judged_by": getattr(district, rectifier)}
    with pytest.raises(IntegrityError), transaction.atomic():
        Rectification.objects.filter(matter=leak, round=2).update(**forged)


def test_the_database_counts_interim_control_and_the_hazard_behind_a_listing(
    story, district, clock
):
    leak = story.major()
    actions.take(leak, by=district.ye_manager, at=clock.now())
    actions.control(leak, measure="停用", by=district.ye_manager, at=clock.now())
    listed = Rectification(
        matter=_child_of(leak),
        round=1,
        words="申请销号",
        by=district.lin_zeguo_leader,
        at=story.now,
    )
    listed.verdict, listed.judged_by = "ACCEPTED", district.ye_manager
    with pytest.raises(IntegrityError, match="参与过整改"), transaction.atomic():
        listed.save()


def _child_of(leak):
    child = refreshed(leak)
    child.pk, child.number, child.parent_id, child.origin = None, "GP2024-1", leak.pk, ""
    child.save(force_insert=True)
    return child


# --- who sees what --------------------------------------------------------------------------------


def test_who_sees_the_leak(story, district):
    leak = story.submitted()
    seeing = {
        name
        for name in EVERYBODY
        if access.visible_to(story.scope(getattr(district, name))).filter(pk=leak.pk).exists()
    }
    # The administrator of the district reads everything and may do nothing to it.
    assert seeing == {OWNER, MANAGER, STATION, LEADER, SECTION, CHIEF, FINDER, "ma_admin"}


def test_a_department_sees_its_sectors_everywhere(story, district):
    exit_ = story.reported(story.blocked_exit(), by=district.li_grid3)
    leak = story.reported()
    assert list(access.visible_to(story.scope(district.luo_fire))) == [exit_]
    assert not access.visible_to(story.scope(district.he_housing)).exists()
    assert set(access.visible_to(story.scope(district.zhou_chief))) == {exit_, leak}


def test_asked_for_an_area_it_is_the_same_rows(story, district, clock):
    """孙国强 works in 泽国 and also reported something in 太平."""
    away = story.reported(story.blocked_exit(), by=district.sun_grid7)
    home = story.reported()
    scope = story.scope(district.sun_grid7)
    for area in (district.taiping, district.zeguo, district.grid7, district.wenling):
        rows = access.visible_to(scope, within=area.path)
        assert set(rows) == set(access.visible_to(scope).under(area.path))
    assert set(access.visible_to(scope, within=district.taiping.path)) == {away}
    assert set(access.visible_to(scope, within=district.grid7.path)) == {home}


@pytest.mark.parametrize("who", EVERYBODY)
def test_asked_for_an_area_everybody_sees_what_they_see_there_anyway(story, district, who):
    story.reported(story.blocked_exit(), by=district.li_grid3)
    story.reported()
    actions.draft(story.leak(title="还没有上报"), by=district.sun_grid7, at=story.now)
    scope = story.scope(getattr(district, who))
    for area in (district.taiping, district.zeguo, district.grid7, district.wenling):
        rows = access.visible_to(scope, within=area.path)
        assert set(rows) == set(access.visible_to(scope).under(area.path))


def test_a_supervisor_and_a_former_owner_keep_seeing_it(story, district, clock):
    leak = story.dispatched(owner=district.foundry_safety_post)
    foundry = story.scope(district.jin_foundry)
    assert list(access.visible_to(foundry)) == [leak]
    actions.supervise(
        leak,
        post=district.taiping_leader_post,
        by=district.chen_section,
        at=clock.now(),
    )
    leader = story.scope(district.wang_taiping_leader)
    assert list(access.visible_to(leader)) == [leak]
    assert list(access.supervised_by(leader)) == [leak]


def test_my_work(story, district, clock):
    leak = story.dispatched()
    assert list(access.owed_by(story.scope(district.xu_safety))) == [leak]
    assert list(access.waiting_for(story.scope(district.sun_grid7))) == [leak]
    actions.take(leak, by=district.xu_safety, at=clock.now())
    story.submit(leak)
    assert not access.owed_by(story.scope(district.xu_safety)).exists()
    assert list(access.to_check_by(story.scope(district.huang_zeguo_station))) == [leak]


def test_a_major_hazard_of_ammonia_is_not_the_fire_brigades(story, district, clock):
    leak = actions.report(story.leak(clause=AMMONIA), by=district.sun_grid7, at=clock.now())
    assert leak not in access.visible_to(story.scope(district.luo_fire))


def close_by_sql(matter, at):
    """As a script would, past every action; what the database minds it says at the commit."""
    with transaction.atomic(), connection.cursor() as cursor:
        Matter.objects.filter(pk=matter.pk).update(stage="CLOSED", due_at=None, closed_at=at)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_nothing_is_closed_by_a_bare_update(story, district, clock):
    """No accepted check, no closing: not at an early stage, not after the check said no."""
    fresh = story.reported()
    refused = story.submitted()
    actions.refuse(refused, reason="不全", by=district.huang_zeguo_station, at=clock.now())
    story.submit(refused)
    for matter in (fresh, refused):
        with pytest.raises(IntegrityError, match="不能销号"):
            close_by_sql(matter, clock.now())


def test_a_reopened_matter_is_not_closed_again_by_its_old_check(story, district, clock):
    leak = story.closed()
    actions.reopen(leak, reason="又漏了", by=district.huang_zeguo_station, at=clock.now())
    story.submit(leak)
    with pytest.raises(IntegrityError, match="不能销号"):
        close_by_sql(leak, clock.now())

"""挂牌督办, 督办单, 督办, 公开: what superiors set above a hazard."""

from dataclasses import replace
from datetime import timedelta

import pytest

from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.matters import access, actions, sweeps
from anlan.matters.actions import Letter, Listing
from anlan.matters.flow import Stage
from anlan.matters.models import Matter, Supervision

from .story import photo, refreshed

DAY = timedelta(days=1)


@pytest.fixture
def listing(district, clock):
    return Listing(
        document="温安委办〔2024〕12号",
        leader=district.zeguo_leader_post,
        deadline=clock.now() + 60 * DAY,
        measures="更换万向管道，验收前停止充装",
    )


@pytest.fixture
def letter(district, clock):
    return Letter(
        document="温防指〔2024〕督7号",
        to=district.zeguo_station_post,
        title="督促泽海冷链完成液氨管道整治",
        measures="每周到场一次",
        deadline=clock.now() + 20 * DAY,
    )


def listed(story, leak, listing):
    section = story.district.chen_section
    return actions.list_for_supervision(leak, listing=listing, by=section, at=story.now)


def close(story, leak):
    actions.take(leak, by=story.district.ye_manager, at=story.now)
    story.submit(leak, by=story.district.ye_manager)
    actions.accept(leak, opinion="属实", by=story.district.chen_section, at=story.now)


def test_a_major_hazard_is_listed_with_number_leader_and_deadline(story, district, clock, listing):
    leak = story.major()
    sign = listed(story, leak, listing)
    assert (sign.number[:2], sign.kind, sign.parent) == ("GP", "listed_supervision", leak)
    assert (sign.owner, sign.checker) == (district.zeguo_leader_post, district.section_post)
    assert (sign.deadline, sign.stage) == (listing.deadline, Stage.DISPATCHED)
    assert sign.details["document"] == "温安委办〔2024〕12号"
    assert Matter.objects.published().get() == sign
    assert trail.verbs_of(leak)[-1] == "list_for_supervision"
    assert leak.owner == district.cold_chain_manager_post  # the duty stays with the firm


def test_struck_off_only_when_the_hazard_is_closed_and_by_another(story, district, clock, listing):
    leak = story.major()
    sign = listed(story, leak, listing)
    leader = district.lin_zeguo_leader
    actions.take(sign, by=leader, at=clock.now())
    proof = [photo(clock.now())]
    with pytest.raises(NotAllowed, match="还不能销号"):
        actions.submit(sign, words="申请销号", evidence=proof, by=leader, at=clock.now())
    close(story, leak)
    sign = refreshed(sign)
    actions.submit(sign, words="申请销号", evidence=proof, by=leader, at=clock.now())
    with pytest.raises(Forbidden):
        actions.accept(sign, opinion="同意", by=leader, at=clock.now())
    actions.accept(sign, opinion="同意销号", by=district.chen_section, at=clock.now())
    assert refreshed(sign).stage == Stage.CLOSED


def test_who_rectified_the_hazard_does_not_strike_off_its_listing(story, district, clock, listing):
    leak = story.major()
    sign = listed(story, leak, listing)
    close(story, leak)
    sign = refreshed(sign)
    actions.take(sign, by=district.lin_zeguo_leader, at=clock.now())
    proof = [photo(clock.now())]
    actions.submit(
        sign, words="申请销号", evidence=proof, by=district.lin_zeguo_leader, at=clock.now()
    )
    district.appoint(district.ye_manager, district.section_post)
    with pytest.raises(Forbidden, match="参与过"):
        actions.accept(sign, opinion="同意", by=district.ye_manager, at=clock.now())


def test_a_listing_follows_its_hazard_into_the_one_it_was_merged_with(
    story, district, clock, listing
):
    leak, other = story.major(), story.major()
    sign = listed(story, leak, listing)
    leader, section = district.lin_zeguo_leader, district.chen_section
    actions.merge(leak, into=other, reason="同一处", by=section, at=clock.now())
    actions.take(sign, by=leader, at=clock.now())
    proof = [photo(clock.now())]
    with pytest.raises(NotAllowed, match=other.number):
        actions.submit(refreshed(sign), words="销号", evidence=proof, by=leader, at=clock.now())
    close(story, refreshed(other))
    actions.submit(refreshed(sign), words="销号", evidence=proof, by=leader, at=clock.now())


def test_the_listing_of_what_was_no_hazard_can_be_closed(story, district, clock, listing):
    leak = story.major()
    sign = listed(story, leak, listing)
    actions.send_back(leak, reason="不是我单位的", by=district.ye_manager, at=clock.now())
    actions.void(leak, reason="查无此事", by=district.chen_section, at=clock.now())
    actions.take(sign, by=district.lin_zeguo_leader, at=clock.now())
    story.submit(refreshed(sign), by=district.lin_zeguo_leader)
    assert refreshed(sign).stage == Stage.SUBMITTED


def test_nobody_watches_over_what_was_struck_out(story, district, clock):
    leak = story.major()
    actions.supervise(leak, by=district.chen_section, at=clock.now())
    actions.send_back(leak, reason="不是我单位的", by=district.ye_manager, at=clock.now())
    assert not Supervision.objects.filter(ended_at__isnull=True).exists()
    actions.void(leak, reason="查无此事", by=district.chen_section, at=clock.now())
    clock.forward(days=9)
    assert sweeps.pass_up_supervision(at=clock.now()) == 0


def test_only_major_hazards_are_listed_and_only_once(story, district, clock, listing):
    with pytest.raises(Invalid, match="重大隐患才能挂牌"):
        listed(story, story.taken(), listing)
    leak = story.major()
    listed(story, leak, listing)
    with pytest.raises(NotAllowed, match="已挂牌"):
        listed(story, leak, listing)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"document": " "}, "挂牌文号"), ({"measures": ""}, "措施"), ({"deadline": None}, "过去")],
)
def test_a_listing_says_all_that_it_must(story, clock, listing, wrong, words):
    wrong = {"deadline": clock.now()} if "deadline" in wrong else wrong
    with pytest.raises(Invalid, match=words):
        listed(story, story.major(), replace(listing, **wrong))


def test_a_listing_that_the_leader_lets_lie_climbs(story, district, clock, listing):
    sign = listed(story, story.major(), listing)
    clock.forward(hours=48)
    sweeps.escalate_overdue(at=clock.now())
    sign = refreshed(sign)
    assert sign.owner == district.section_post
    assert sign.checker == district.chief_post


def test_an_order_with_its_document_number(story, district, clock, letter):
    leak = story.taken()
    order = actions.issue_supervision_order(
        leak, letter=letter, by=district.chen_section, at=clock.now()
    )
    assert (order.number[:2], order.parent, order.owner) == (
        "DB",
        leak,
        district.zeguo_station_post,
    )
    assert order.details["document"] == "温防指〔2024〕督7号"
    assert order in access.owed_by(story.scope(district.huang_zeguo_station))
    assert trail.verbs_of(leak)[-1] == trail.verbs_of(order)[0] == "issue_supervision_order"
    actions.take(order, by=district.huang_zeguo_station, at=clock.now())
    story.submit(order, by=district.huang_zeguo_station)
    actions.accept(order, opinion="已落实", by=district.chen_section, at=clock.now())
    assert refreshed(leak).stage == Stage.RECTIFYING  # an order never does the firm's work


def test_an_order_about_nothing_in_particular(story, district, clock, letter):
    order = actions.issue_supervision_order(
        None, letter=letter, by=district.chen_section, at=clock.now()
    )
    assert (order.area, order.parent) == (district.zeguo, None)


def test_nobody_orders_upwards_sideways_or_themselves(story, district, clock, letter):
    with pytest.raises(Forbidden):
        actions.issue_supervision_order(
            None, letter=letter, by=district.zhao_taiping_station, at=clock.now()
        )
    up = replace(letter, to=district.section_post)
    with pytest.raises(Forbidden):
        actions.issue_supervision_order(
            None, letter=up, by=district.huang_zeguo_station, at=clock.now()
        )
    with pytest.raises(Forbidden, match="自己的岗位"):
        actions.issue_supervision_order(
            None, letter=letter, by=district.huang_zeguo_station, at=clock.now()
        )


def test_a_superior_watches_by_their_own_will(story, district, clock):
    leak = story.taken()
    actions.supervise(leak, words="周五前看现场", by=district.lin_zeguo_leader, at=clock.now())
    watched = Supervision.objects.get()
    assert watched.post == district.zeguo_leader_post
    actions.supervise(leak, by=district.chen_section, at=clock.now())
    assert Supervision.objects.get(ended_at__isnull=True).post == district.section_post
    assert refreshed(leak).owner == district.cold_chain_safety_post


def test_what_is_published_and_what_is_not(story, district, clock):
    leak = story.major()
    actions.publish(leak, by=district.zhou_chief, at=clock.now())
    assert Matter.objects.published().get() == leak
    with pytest.raises(NotAllowed, match="已经公开"):
        actions.publish(leak, by=district.zhou_chief, at=clock.now())
    with pytest.raises(Invalid, match="一般隐患不列入"):
        actions.publish(story.taken(), by=district.zhou_chief, at=clock.now())


def test_a_remark_is_read_by_all_concerned(story, district, clock):
    leak = story.taken()
    actions.remark(leak, words="请抓紧", by=district.zhou_chief, at=clock.now())
    entry = trail.entries_of(leak).last()
    assert (entry.verb, entry.note["words"], entry.office) == ("remark", "请抓紧", "应急局分管局长")
    with pytest.raises(Invalid, match="批注"):
        actions.remark(leak, words="", by=district.zhou_chief, at=clock.now())

"""A sample is drawn, asked by telephone and scored; the weak are listed until trained again."""

import pytest

from anlan.callup import actions
from anlan.callup.models import Check, Checked
from anlan.callup.models.profiles import questions
from anlan.web.tests.chairs import text_of


@pytest.fixture
def drawn(chair, storm, grid_charge):
    seat = chair(storm.district.chen_section)
    given = {
        "kind": "SIX_QUESTIONS",
        "area": "太平街道",
        "size": "2",
        "hazard": "rainstorm",
        "colour": "",
        "seed": "2024夏",  # whoever picks the seed picks the sample
    }
    answer = seat.post("/checks/new/", given)
    assert answer.status_code == 302, text_of(answer)
    return Check.objects.get()


def scored(points):
    return {each.key: str(min(points, each.most)) for each in questions()} | {
        "outcome": "",
        "note": "",
    }


def test_the_draw_is_documented_so_that_anybody_can_draw_it_again(chair, storm, drawn):
    page = chair(storm.district.chen_section).reads(f"/checks/{drawn.number}/")
    assert "2024夏" not in page
    assert drawn.seed in page
    assert drawn.pool_digest[:16] in page
    assert "李秀英" in page
    assert "13800000009" not in page


def test_six_questions_are_asked_and_scored_and_the_weak_are_due_for_training(chair, storm, drawn):
    seat = chair(storm.district.chen_section)
    weak, strong = drawn.checked.order_by("order")
    form = seat.reads(f"/checks/{drawn.number}/{weak.pk}/record_check/")
    assert all(each.text in form for each in questions())
    seat.post(f"/checks/{drawn.number}/{weak.pk}/record_check/", scored(0))
    seat.post(f"/checks/{drawn.number}/{strong.pk}/record_check/", scored(9))
    outcomes = dict(Checked.objects.values_list("pk", "outcome"))
    assert outcomes == {weak.pk: "WRONG", strong.pk: "PASSED"}
    listed = seat.reads("/checks/due/")
    assert weak.person.name in listed
    assert strong.person.name not in listed
    assert "待补训、待修复" in chair(weak.person).reads("/"), "on the work of who owes it"
    assert "待补训、待修复" not in chair(strong.person).reads("/")

    done = seat.post(
        f"/checks/{drawn.number}/{weak.pk}/settle_check/",
        {"on": "2024-06-12", "note": "已在镇里补课"},
    )
    assert done.status_code == 302
    assert weak.person.name not in seat.reads("/checks/due/")
    assert "已在镇里补课" in seat.reads(f"/checks/{drawn.number}/{weak.pk}/")
    assert "待补训、待修复" not in chair(weak.person).reads("/")


def test_a_question_that_was_not_asked_is_said_beside_it(chair, storm, drawn):
    row = drawn.checked.first()
    answer = chair(storm.district.chen_section).post(
        f"/checks/{drawn.number}/{row.pk}/record_check/", {"outcome": "", "note": ""}
    )
    assert answer.status_code == 422
    assert "还有题目没有打分" in text_of(answer)


def test_nobody_answered_the_telephone(chair, storm, drawn):
    row = drawn.checked.first()
    seat = chair(storm.district.chen_section)
    seat.post(f"/checks/{drawn.number}/{row.pk}/record_check/", {"outcome": "SILENT", "note": ""})
    row.refresh_from_db()
    assert (row.outcome, bool(row.due_on)) == ("SILENT", True)
    assert row.person.name in seat.reads("/checks/due/")


def test_the_people_of_a_sample_are_rung_and_their_answers_taken_over(chair, storm, grid_charge):
    seat = chair(storm.district.chen_section)
    given = {"kind": "REACHABILITY", "area": "太平街道", "size": "9", "hazard": "rainstorm"}
    seat.post("/checks/new/", given)
    check = Check.objects.get()
    assert "呼叫抽中的人" in seat.reads(f"/checks/{check.number}/")
    seat.post(f"/checks/{check.number}/call_sample/")
    check.refresh_from_db()
    assert check.callup.stage == "RUNNING"
    page = seat.reads(f"/checks/{check.number}/")
    assert f"/checks/{check.number}/call_sample/" not in page
    assert f"/callups/{check.callup.number}/" in page
    li = storm.row(check.callup, storm.district.li_grid3)
    actions.answer(li, kind="RECEIVED", by=li.person, at=storm.clock.forward(seconds=30))
    seat.post(f"/callups/{check.callup.number}/end/", {"reason": "抽查结束"})
    seat.post(f"/checks/{check.number}/conclude_sample/")
    outcomes = dict(check.checked.values_list("person__name", "outcome"))
    assert outcomes["李秀英"] == "PASSED"
    assert set(outcomes.values()) == {"PASSED", "SILENT"}


def test_a_grid_worker_draws_nobody_and_the_next_town_sees_nothing(chair, storm, drawn):
    assert chair(storm.district.li_grid3).get("/checks/new/").status_code == 403
    assert chair(storm.district.sun_grid7).get(f"/checks/{drawn.number}/").status_code == 404
    row = drawn.checked.get(person=storm.district.li_grid3)
    mine = chair(storm.district.li_grid3)
    assert mine.get(f"/checks/{drawn.number}/{row.pk}/").status_code == 200, "one's own result"
    assert mine.get(f"/checks/{drawn.number}/{row.pk}/record_check/").status_code == 403

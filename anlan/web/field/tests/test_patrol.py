"""On the round with a phone: kind, answers, photo, send; once, however often it is sent."""

import json
from uuid import uuid4

import pytest

from anlan.matters.models import Matter
from anlan.records.models import Record
from anlan.records.tests.story import Story, answers
from anlan.web.tests.chairs import jpeg

pytestmark = pytest.mark.django_db
BY_SCRIPT = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def story(district):
    return Story(district)


def sent(story, **also):
    d = story.district
    told = {f"answer-{key}": answer.verdict for key, answer in answers(exit="no").items()}
    given = {
        "kind": "inspection", "area": d.village_muyu.code, "body": str(d.cold_chain.pk),
        "checklist": "fire_general", "words-exit": "东门上锁", "origin": str(uuid4()),
        "found_at": "2024-06-12T07:30:00+00:00", "lon": "121.34", "lat": "28.49",
    }  # fmt: skip
    return given | told | also


def test_a_round_is_a_record_with_its_hazard_and_photo(chair, story, file_room):
    phone = chair(story.district.huang_zeguo_station)
    answer = phone.post("/field/patrol/", sent(story, photos=jpeg()), **BY_SCRIPT)
    assert answer.status_code == 201, answer.content.decode()
    record = Record.objects.get()
    assert json.loads(answer.content)["url"] == f"/records/{record.number}/"
    assert (record.lon, record.lat) == (121.34, 28.49)
    assert [one.person for one in record.participations.all()] == [
        story.district.huang_zeguo_station
    ]
    hazard = Matter.objects.get()
    assert "东门上锁" in hazard.description
    assert hazard.evidence.count() == record.evidence.count() == 1


def test_without_an_answer_it_is_said_where_and_sent_again_it_stays_one(chair, story, file_room):
    phone = chair(story.district.huang_zeguo_station)
    given = sent(story)
    del given["answer-wiring"]
    answer = phone.post("/field/patrol/", given, **BY_SCRIPT)
    assert answer.status_code == 422
    assert json.loads(answer.content)["refused"]["field"] == "answers"
    whole = given | {"answer-wiring": "yes"}
    assert phone.post("/field/patrol/", whole, **BY_SCRIPT).status_code == 201
    assert phone.post("/field/patrol/", whole, **BY_SCRIPT).status_code == 201
    assert Record.objects.count() == Matter.objects.count() == 1


def test_what_was_mended_there_and_then_is_counted_and_opens_nothing(chair, story, file_room):
    phone = chair(story.district.huang_zeguo_station)
    given = sent(story, spared="exit", on_the_spot="1")
    assert phone.post("/field/patrol/", given, **BY_SCRIPT).status_code == 201
    assert Record.objects.get().counts == {"problems": 1, "on_the_spot": 1}
    assert not Matter.objects.exists()


def test_a_plain_browser_without_script_gets_the_form_of_one_kind(chair, story, file_room):
    phone = chair(story.district.sun_grid7)
    page = phone.reads("/field/patrol/?kind=grid_patrol")
    assert "网格巡查" in page
    assert "执法检查" not in page
    given = {"kind": "grid_patrol", "area": story.district.grid7.code, "checklist": ""}
    answer = phone.post("/field/patrol/", given)
    assert answer.status_code == 302
    assert Record.objects.get().kind == "grid_patrol"


def test_who_keeps_no_records_is_told_so(chair, district):
    assert chair(district.wu_bystander).get("/field/patrol/").status_code == 403
    assert "巡查登记" in chair(district.sun_grid7).reads("/field/")
    assert "/field/patrol/" not in chair(district.wu_bystander).reads("/field/")

"""A clerk enters, finds, corrects and voids what was done, by the pages."""

import pytest

from anlan.matters.models import Matter
from anlan.records.models import Record, kinds
from anlan.records.tests.story import Story, answers
from anlan.web.tests.chairs import jpeg

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(district):
    return Story(district)


@pytest.fixture
def desk(chair, district):
    return chair(district.huang_zeguo_station)


def form(story, **also):
    d = story.district
    given = {
        "started_at": "2024-06-12T14:30",
        "area": "泽国镇",
        "bodies": str(d.cold_chain),
        "people": d.huang_zeguo_station.name,
        "organiser": d.zeguo_town.name,
    }
    return given | also


@pytest.mark.parametrize("kind", list(kinds()))
def test_every_kind_has_its_list_its_form_and_its_template(kind, chair, district):
    section = chair(district.chen_section)
    assert kinds()[kind].label in section.reads(f"/records/{kind}/")
    answer = section.get(f"/records/{kind}/new/")
    own = {"grid_patrol", "self_check", "household_visit"}  # not entered by the section
    assert answer.status_code == (403 if kind in own else 200)


def test_an_inspection_with_its_checklist_becomes_a_record_and_a_hazard(desk, story, file_room):
    told = {f"answer-{key}": answer.verdict for key, answer in answers(exit="no").items()}
    given = form(story, **told, **{"words-exit": "东门上锁", "evidence": jpeg()})
    answer = desk.post("/records/inspection/new/?checklist=fire_general", given)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    record = Record.objects.get()
    assert record.counts["problems"] == 1
    page = desk.reads(f"/records/{record.number}/")
    assert "东门上锁" in page
    assert Matter.objects.get().number in page
    assert record.evidence.get().file.sha256 in page
    photo = desk.get(f"/files/{record.evidence.get().file.sha256}/")
    assert photo.status_code == 200


def test_every_slip_is_said_beside_its_field_and_nothing_typed_is_lost(desk, story):
    given = form(story, bodies="查无此厂", people="没有这人", problems="三处")
    answer = desk.post("/records/inspection/new/", given)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "查不到“查无此厂”" in page
    assert "没有这人" in page
    assert "三处" in page


def test_the_second_entry_of_a_visit_shows_the_first_ones_number(desk, story):
    assert desk.post("/records/inspection/new/", form(story)).status_code == 302
    first = Record.objects.get()
    answer = desk.post("/records/inspection/new/", form(story))
    assert answer.status_code == 422
    assert first.number in answer.content.decode()
    again = form(story, again="下午复查")
    assert desk.post("/records/inspection/new/", again).status_code == 302
    second = Record.objects.latest("pk")
    assert first.number in desk.reads(f"/records/{second.number}/")


def test_the_list_finds_by_words_kind_firm_and_what_must_be_looked_at(desk, story):
    record = story.keep()
    story.keep(story.training())
    assert record.number in desk.reads("/records/?q=泽海")
    assert "防汛防台业务培训" not in desk.reads("/records/?kind=inspection")
    assert record.number in desk.reads(f"/records/?body={story.district.cold_chain.pk}")
    assert record.number not in desk.reads("/records/?care=again")
    assert desk.get("/records/inspection/?as=xlsx").status_code == 200


def test_a_correction_by_the_page(desk, story):
    record = story.keep()
    page = desk.reads(f"/records/{record.number}/correct/")
    assert "泽海冷链" in page
    given = form(story, place="一号冷库", sector="消防", reason="补地点")
    answer = desk.post(f"/records/{record.number}/correct/", given)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    assert "补地点" in desk.reads(f"/records/{record.number}/")
    assert "一号冷库" in desk.reads(f"/records/{record.number}/")


def test_voiding_and_raising_by_the_page(desk, story):
    record = story.keep()
    answer = desk.post(f"/records/{record.number}/raise_matter/", {"title": "叉车无牌"})
    assert answer.status_code == 302
    assert Matter.objects.get().title == "叉车无牌"
    assert desk.post(f"/records/{record.number}/void/", {"reason": "录错"}).status_code == 302
    assert "已作废" in desk.reads(f"/records/{record.number}/")
    assert record.number not in desk.reads("/records/inspection/")


def test_a_hidden_visit_is_no_page_for_the_town_until_it_is_released(chair, story):
    d = story.district
    entry = story.inspection(kind="unannounced_visit", people=(d.he_housing,))
    record = story.keep(entry, by=d.chen_section)
    town, section = chair(d.lin_zeguo_leader), chair(d.chen_section)
    assert town.get(f"/records/{record.number}/").status_code == 404
    assert record.number not in town.reads("/records/")
    assert "未公开" in section.reads(f"/records/{record.number}/")
    assert section.post(f"/records/{record.number}/release/").status_code == 302
    assert town.get(f"/records/{record.number}/").status_code == 200


def test_the_file_of_the_firm_shows_its_visits(desk, story):
    story.keep()
    assert "检查与活动" in desk.reads(f"/enterprises/{story.district.cold_chain.pk}/")


def test_a_number_of_the_figures_opens_the_records_it_counts(desk, story):
    record = story.keep()
    area = story.district.zeguo.code
    assert "检查企业" in desk.reads("/figures/?period=2024&group=监督检查")
    assert record.number in desk.reads(f"/figures/firms_inspected/rows/2024/{area}/")
    village = story.district.village_muyu
    part = story.district.cold_chain.area.code
    page = f"/figures/firms_inspected/rows/2024/{area}/area/{part}/"
    assert record.number in desk.reads(page) or village.code == part


def test_what_is_entered_is_offered_only_to_those_who_may(chair, district):
    assert "执法检查" in chair(district.huang_zeguo_station).reads("/records/new/")
    assert "执法检查" not in chair(district.sun_grid7).reads("/records/new/")
    assert chair(district.wu_bystander).get("/records/new/").status_code == 403

"""An accident on the screens: told on a phone at night, timed, closed, counted."""

import re
from datetime import timedelta

import pytest

from anlan.accidents.models import Accident
from anlan.accidents.rules import Toll
from anlan.accidents.tests.story import Story
from anlan.matters.models import Matter
from anlan.web.tests.chairs import jpeg

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(district):
    return Story(district)


def told(story, **also):
    """What is filled in within a minute."""
    given = {
        "title": "配电房检修触电",
        "happened_at": "2024-06-12T15:20",
        "area": "牧屿街居委会",
        "deaths": "1",
        "scope": "production_safety",
        "origin": "web:1",
    }
    return given | also


def test_the_safety_officer_tells_it_from_the_phone_and_sees_its_clocks(chair, story, file_room):
    phone = chair(story.district.xu_safety)
    form = phone.reads("/accidents/new/")
    assert "哪家单位" not in form  # a firm tells of itself
    answer = phone.post("/accidents/new/", told(story, evidence=jpeg()))
    accident = Accident.objects.get()
    assert answer.headers["Location"] == f"/accidents/{accident.number}/"
    assert (accident.body, accident.deaths, accident.missing) == (
        story.district.cold_chain, 1, None
    )  # fmt: skip
    page = phone.reads(f"/accidents/{accident.number}/")
    assert "县级上报设区的市" in page
    assert "今天18:00" in page  # two hours from now
    assert "不清楚" in page
    photo = accident.evidence.get().file.sha256
    assert chair(story.district.chen_section).get(f"/files/{photo}/").status_code == 200
    assert chair(story.district.jin_foundry).get(f"/files/{photo}/").status_code == 404
    phone.post("/accidents/new/", told(story))  # the button pressed twice
    assert Accident.objects.count() == 1


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(chair, story):
    hotline = chair(story.district.huang_zeguo_station)
    wrong = told(story, happened_at="2030-01-01T00:00", unit="未登记的小厂", place="村口")
    answer = hotline.post("/accidents/new/", wrong)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "发生时间晚于现在" in page
    assert "未登记的小厂" in page
    assert hotline.post("/accidents/new/", wrong | told(story)).status_code == 302
    assert Accident.objects.get().unit == "未登记的小厂"
    assert chair(story.district.wu_bystander).get("/accidents/new/").status_code == 403


def test_the_numbers_over_the_list_are_those_of_its_rows(chair, story):
    desk = chair(story.district.chen_section)
    story.report(story.shock(toll=Toll(deaths=2, serious=1)))
    story.report(story.shock(toll=Toll(deaths=3), scope="road", body=None))
    gone = story.report(story.shock(toll=Toll(deaths=7), body=None, unit="误报"))
    Accident.objects.filter(pk=gone.pk).update(stage=Accident.Stage.VOID)

    def numbers(query):
        page = re.sub(r"<[^>]+>|\s", "", desk.reads(f"/accidents/{query}"))
        return re.findall(r"事故(\d+)起死亡(\d+)人(?:失踪\d+人)?受伤(\d+)人较大及以上(\d+)起", page)

    assert numbers("") == [("2", "5", "1", "1")]
    assert numbers("?scope=production") == [("1", "2", "1", "0")]
    assert numbers("?grade=LARGER") == [("1", "3", "0", "1")]
    assert numbers("?stage=VOID") == [("1", "7", "0", "1")]
    assert numbers("?day_from=2024-06-13") == [("0", "0", "0", "0")]
    assert desk.get("/accidents/?as=xlsx").status_code == 200


def test_the_whole_file_by_the_pages(chair, story):
    section, chief = chair(story.district.chen_section), chair(story.district.zhou_chief)
    number = story.report().number

    def does(desk, verb, **given):
        answer = desk.post(f"/accidents/{number}/{verb}/", given)
        assert answer.status_code == 302, answer.content.decode()[-2000:]

    does(section, "report_up", clock="county_up", met_at="2024-06-12T16:00", words="电话报市局")
    does(section, "follow_up", deaths="3", changed_at="2024-06-12T16:00")
    assert "等级改变" in section.reads(f"/accidents/{number}/")
    does(section, "verify")
    does(section, "investigate", level="CITY", manner="ENTRUSTED", head="周建国")
    does(chief, "extend_investigation", days="30", paper="台政函1号", reason="等鉴定")
    does(section, "submit_report", nature="LIABLE", direct_cause="违规带电检修")
    does(chief, "approve_report", paper="台政函2号")
    does(section, "propose_treatment", kind="FIRM_PENALTY", whom="泽海冷链", proposal="罚款")
    does(section, "require_measure", title="停电挂牌")
    matter = Matter.objects.get(demanded_by_accident__accident__number=number)
    assert matter.number in section.reads(f"/accidents/{number}/")
    answer = section.post(f"/accidents/{number}/close/", {})
    assert answer.status_code == 422
    assert matter.number in answer.content.decode()
    yes = {"accountability": "yes", "measures": "no", "regulators": "yes"}
    does(section, "evaluate", findings="措施未完成，继续督办", **yes)
    page = section.reads(f"/accidents/{number}/")
    assert "整改措施不到位" in page
    assert "已延30天" not in page  # met: it stands among what was done


@pytest.mark.parametrize("verb", ["correct", "classify", "mark_misreport", "merge", "attach"])
def test_every_other_form_opens(chair, story, verb):
    number = story.report().number
    assert "form" in chair(story.district.chen_section).reads(f"/accidents/{number}/{verb}/")
    assert chair(story.district.jin_foundry).get(f"/accidents/{number}/").status_code == 404


def test_too_late_is_shown_and_left_to_a_person_to_judge(chair, story):
    accident = story.report(story.shock(happened_at=story.now - timedelta(hours=3)))
    section = chair(story.district.chen_section)
    assert "超时2小时" in section.reads(f"/accidents/{accident.number}/")
    assert accident.number in section.reads("/accidents/?care=late")
    given = {"kind": "LATE", "who": "泽海冷链", "grounds": "超时2小时"}
    section.post(f"/accidents/{accident.number}/mark_misreport/", given)
    assert "已认定迟报" in section.reads(f"/accidents/{accident.number}/")


def test_the_analysis_opens_the_list_it_counts(chair, story):
    section = chair(story.district.chen_section)
    story.report()
    story.report(story.shock(scope="road", body=None, unit="某运输"))
    page = section.reads("/accidents/analysis/?year=2024&month=6")
    assert "触电" in page
    assert "上年同期为0" in page
    href = re.search(r'href="(/accidents/\?[^"]*category[^"]*)"', page)[1].replace("&amp;", "&")
    assert "<b>1</b>" in section.reads(href)
    assert "道路交通" not in page
    assert "道路交通" in section.reads("/accidents/analysis/?scope=all")
    assert section.get("/accidents/analysis/?year=abc&month=99").status_code == 200

"""Who may listen to a board, and what changes a look-out sees."""

import pytest
from django.conf import settings
from django.test import RequestFactory

from anlan.callup import actions
from anlan.kernel.clock import moved
from anlan.people.models import Account, Person
from anlan.web.live.address import host_of, origins_for, policy_for, stream_of
from anlan.web.live.tower import look, told
from anlan.web.live.visitors import admit


@pytest.fixture
def running(storm, grid_charge):
    callup = storm.called(colour="YELLOW")
    storm.send()
    return callup


@pytest.fixture
def key_of(chair, storm):
    """The session of somebody who is signed in."""
    return lambda person: chair(person).client.cookies[settings.SESSION_COOKIE_NAME].value


def test_the_session_of_the_site_opens_the_stream_of_what_one_may_see(key_of, storm, running):
    where = storm.district
    with moved(storm.clock.now()):
        visitor = admit(key_of(where.chen_section), running.number)
        assert (visitor.person_id, visitor.callup_id) == (where.chen_section.pk, running.pk)
        assert admit(key_of(where.sun_grid7), running.number) is None, "the next town sees nothing"
        assert admit(key_of(where.chen_section), "JY2024-999999") is None
        assert admit("", running.number) is None
        assert admit("made-up", running.number) is None


def test_whoever_signed_out_or_left_or_lost_the_right_is_not_let_in_again(
    key_of, chair, storm, running
):
    chen = storm.district.chen_section
    key = key_of(chen)
    with moved(storm.clock.now()):
        Account.objects.filter(person=chen).update(must_change_password=True)
        assert admit(key, running.number) is None
        Account.objects.filter(person=chen).update(must_change_password=False)
        assert admit(key, running.number) is not None
        Person.objects.filter(pk=chen.pk).update(left_on=storm.clock.now().date())
        assert admit(key, running.number) is None
    other = chair(storm.district.zhou_chief)
    key = other.client.cookies[settings.SESSION_COOKIE_NAME].value
    other.post("/sign-out/")
    with moved(storm.clock.now()):
        assert admit(key, running.number) is None


def test_a_look_differs_when_something_happened_and_only_then(
    storm, running, django_assert_num_queries
):
    with django_assert_num_queries(1):
        before = look([running.pk])[running.pk]
    assert look([running.pk])[running.pk] == before
    assert told(before) == {
        "stage": "RUNNING", "called": 2, "answered": 0, "calling": 2, "passed_on": 0,
        "by_hand": 0, "unreached": 0,
    }  # fmt: skip
    li = storm.row(running, storm.district.li_grid3)
    storm.receipt(storm.district.li_grid3, "SMS", "DELIVERED")
    delivered = look([running.pk])[running.pk]
    assert delivered != before, "a receipt changes the board"
    actions.answer(li, kind="RECEIVED", by=li.person, at=storm.clock.forward(seconds=9))
    answered = look([running.pk])[running.pk]
    assert told(answered)["answered"] == 1
    actions.answer(li, kind="NEED_HELP", by=li.person, at=storm.clock.forward(seconds=9))
    assert look([running.pk])[running.pk] != answered, "the second word of the same person too"


def test_no_name_and_no_number_is_in_an_event(storm, running):
    said = str(told(look([running.pk])[running.pk]))
    assert storm.district.li_grid3.name not in said
    assert "138" not in said


def test_the_stream_is_on_the_same_host_at_its_own_port(settings):
    request = RequestFactory().get("/", headers={"host": "yj.example.gov.cn:8000"})
    settings.ALLOWED_HOSTS = ["*"]
    settings.LIVE_URL, settings.LIVE_PORT = "", ""
    assert stream_of(request, "/x/") == ""
    assert policy_for("") == settings.SECURE_CSP
    settings.LIVE_PORT = "8001"
    assert stream_of(request, "/x/") == "http://yj.example.gov.cn:8001/x/"
    settings.LIVE_URL = "https://yj.example.gov.cn/"
    assert stream_of(request, "/x/") == "https://yj.example.gov.cn/x/"
    assert "connect-src 'self' https://yj.example.gov.cn;" in policy_for(
        "https://yj.example.gov.cn/x/"
    )


def test_only_the_sites_own_origin_is_answered(settings):
    settings.WEB_PORT, settings.HTTPS, settings.CSRF_TRUSTED_ORIGINS = "8000", False, []
    assert origins_for("10.1.2.3:8001") == {"http://10.1.2.3:8000"}
    settings.HTTPS = True
    assert origins_for("a.gov.cn") == {"https://a.gov.cn", "https://a.gov.cn:8000"}
    assert host_of("[::1]:8001") == "[::1]"

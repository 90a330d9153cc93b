"""Every address × everybody: who is shown it, who is refused, and that refusing changes nothing."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anlan.kernel.clock import moved
from anlan.kernel.models import StoredFile
from anlan.web.matters.deeds import DEEDS
from tests.journeys.story import picture

from .addresses import LEADS, patterns
from .addresses_table import OPEN, SIGNED, TABLE, TRIED_ELSEWHERE
from .matters_table import TABLE as DEED_TABLE
from .personas import COLUMNS, MAY, PERSONAS
from .scene import MAJOR_CLAUSE, Scene, traces, undone

pytestmark = pytest.mark.django_db  # the scene stands around each test, in one transaction

ANSWERS = {200: "x", 404: "-", 403: "#", 302: ">", 405: "m"}
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(scope="module")
def browsers(scene: Scene):
    """Everybody's, signed in; and one that is not."""
    opened = {"": Client()}
    for persona, attribute in PERSONAS.items():
        opened[persona] = Client()
        opened[persona].force_login(scene.person(attribute).account, backend=BACKEND)
    return opened


def changes() -> tuple[int, ...]:
    return (*traces(), StoredFile.objects.count())


def test_every_address_has_its_row():
    named = [name for name, _ in patterns()]
    unnamed = [written for name, written in patterns() if not name]
    assert not unnamed, "an address without a name cannot be told apart"
    assert len(named) == len(set(named)), "two addresses share a name"
    assert set(named) == set(TABLE) | TRIED_ELSEWHERE, "write into tests/access who may see it"
    assert set(LEADS) - TRIED_ELSEWHERE == set(TABLE)
    assert set(TABLE) >= OPEN


@pytest.mark.parametrize("name", sorted(TABLE))
def test_who_is_shown_an_address(scene, browsers, name):
    expected, path = TABLE[name].answers, LEADS[name](scene)
    with moved(scene.at):
        said = {persona: browsers[persona].get(path).status_code for persona in COLUMNS}
        stranger = browsers[""].get(path)
    answered = {persona: ANSWERS.get(status, str(status)) for persona, status in said.items()}
    assert answered == {persona: expected[persona] for persona in COLUMNS}
    if name in OPEN:
        assert stranger.status_code == 200
    elif name in SIGNED:
        assert stranger.status_code == 405
    else:
        assert stranger.status_code == 302
        assert stranger.headers["Location"].startswith(f"{settings.LOGIN_URL}?next=")


@pytest.mark.parametrize("name", sorted(set(TABLE) - OPEN))
def test_whoever_is_not_shown_an_address_changes_nothing_by_sending(scene, browsers, name):
    path, refused = LEADS[name](scene), {"": (302, 403)}
    shut = "-#m" if name in SIGNED else "-#"
    refused |= {p: (403, 404, 405) for p in COLUMNS if TABLE[name].answers[p] in shut}
    wrong = {}
    with moved(scene.at), undone():
        before = changes()
        for persona, statuses in refused.items():
            status = browsers[persona].post(path, {"reason": "试试", "sent": "1"}).status_code
            if status not in statuses:
                wrong[persona] = status
        assert changes() == before
    assert not wrong


STRANGE = (
    "/matters/YH2024-999999/",
    "/matters/YH2024-999999/accept/",
    "/matters/'%20OR%201=1--/",
    "/items/ammonia_site/AZ331081999999/",
    "/items/no_such_kind/",
    "/items/no_such_kind/X/confirm_item/",
    "/records/JC2024-999999/",
    "/records/no_such_kind/",
    "/records/no_such_kind/new/",
    "/enterprises/999999999/",
    "/people/999999999/",
    "/people/99999999999999999999/",
    "/charges/999999999/",
    "/areas/999999000000/",
    "/figures/no_such_figure/",
    "/figures/hazards_found/rows/2024/999999000000/",
    "/figures/hazards_found/rows/%E6%98%A8%E5%A4%A9/331081000000/",
    "/import/no-such-kind/",
    "/settings/accounts/999999999/lock_account/",
    "/settings/catalogues/no_such/",
    f"/files/{'0' * 64}/",
    "/figures/e_bike_sites/rows/2024/999999000000/state/已建成/",
    "/dues/no_such/",
    "/accidents/SG2099-000001/",
    "/papers/99999999999999999999/",
    "/reports/99999999999999999999/",
    "/assessment/rounds/99999999999999999999/",
    "/stations/99999999999999999999/",
    "/alarms/GJ2099-000001/",
    "/alarms/rules/no_such/",
    "/warnings/99999999999999999999/",
    "/nowhere/",
)


@pytest.mark.parametrize("path", STRANGE)
def test_what_does_not_exist_is_not_there_even_for_those_who_see_everything(browsers, scene, path):
    with moved(scene.at):
        for persona in ("section", "admin"):
            status = browsers[persona].get(path).status_code
            assert status == 404 or (status == 403 and path.startswith("/settings/"))


# --- the deeds of a matter, sent as a browser would ----------------------------------------------

# fmt: off
ON = {
    "report": "draft", "edit": "draft", "discard": "draft", "rectify_now": "reported",
    "dispatch": "reported", "grade_matter": "reported", "correct_place": "reported",
    "merge": "reported", "void": "reported",
    "adopt": "citizens", "answer": "citizens", "take": "dispatched", "send_back": "dispatched",
    "accept": "submitted", "refuse": "submitted", "reopen": "closed",
    "approve_extension": "asked", "refuse_extension": "asked",
    "list_for_supervision": "major", "publish": "major",
}
# fmt: on
# By these a matter begins anywhere; the button sends a draft of one's own.
OF_THE_WRITER = {"report"}


def filled_in(scene: Scene) -> dict[str, object]:
    """Every field of every deed's form at once; a form takes those that it knows."""
    later = (scene.at + timedelta(days=10, hours=8)).strftime("%Y-%m-%dT%H:%M")
    far = (scene.at + timedelta(days=40)).strftime("%Y-%m-%dT%H:%M")
    words = ("reason", "opinion", "words", "measure", "measures", "reply", "title", "document")
    photo = [SimpleUploadedFile("x.jpg", picture(77), content_type="image/jpeg") for _ in "12"]
    return {
        **dict.fromkeys(words, "试试"),
        "responsibility": "徐文负责",
        "deadline": later,
        "until": far,
        "into": scene["another"].number,
        "leader": str(scene.district.zeguo_leader_post.pk),
        "place": "东门外",
        "to": str(scene.district.grid7_post.pk),
        "evidence": photo[0],
        "before": photo[1],
    }


def fields_of(scene: Scene, deed: str) -> dict[str, object]:
    given = filled_in(scene)
    if deed == "reassign":
        given["owner"] = str(scene.district.cold_chain_manager_post.pk)
    if deed == "grade_matter":
        given |= {"grade": "MAJOR", "clause": MAJOR_CLAUSE}
    if deed == "dispatch":
        given["grade"] = "GENERAL"
    return given


@pytest.mark.parametrize("deed", sorted(DEEDS))
def test_a_deed_sent_past_its_button(scene, browsers, deed):
    """Whoever may, does it; whoever may not is refused, and nothing at all is kept."""
    expected = dict(DEED_TABLE[f"matters.{deed}"].answers)
    if deed in OF_THE_WRITER:
        expected = {persona: MAY if persona == "finder" else "-" for persona in COLUMNS}
    path = f"/matters/{scene[ON.get(deed, 'rectifying')].number}/{deed}/"
    answered, leaking = {}, []
    with moved(scene.at):
        for persona in COLUMNS:
            with undone():
                before = changes()
                status = browsers[persona].post(path, fields_of(scene, deed)).status_code
                answered[persona] = {302: MAY, 403: "-", 404: "-"}.get(status, str(status))
                if answered[persona] != MAY and changes() != before:
                    leaking.append(persona)
    assert answered == expected
    assert not leaking, "refused, yet something was kept"

"""A push that reaches a phone whose page is closed: what its owner sees, and where it leads."""

import json

from playwright.sync_api import expect

from .test_field import TAKEN_OVER

SHOWN = """navigator.serviceWorker.ready
  .then((worker) => worker.getNotifications())
  .then((all) => all.map((one) => (
    { title: one.title, body: one.body, tag: one.tag, requireInteraction: one.requireInteraction }
  )))"""


def deliver(seat, data):
    """As the push service of the browser's maker does it."""
    known = []
    wire = seat.context.new_cdp_session(seat.page)
    wire.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: known.extend(told["registrations"]),
    )
    wire.send("ServiceWorker.enable")
    seat.page.wait_for_function(TAKEN_OVER)
    registration = known[-1]["registrationId"]
    origin = seat.house.address
    given = {"origin": origin, "registrationId": registration, "data": data}
    wire.send("ServiceWorker.deliverPushMessage", given)


def shown(seat, count):
    for _ in range(100):
        found = seat.page.evaluate(SHOWN)
        if len(found) == count:
            return found
        seat.page.wait_for_timeout(50)
    raise AssertionError(found)


def test_a_push_is_shown_once_and_an_urgent_one_stays(house, sit):
    seat = sit("phone").sign_in(house.district.li_grid3)
    seat.context.grant_permissions(["notifications"], origin=house.address)
    seat.open("/")
    seat.page.wait_for_function(TAKEN_OVER)
    words = {"ref": "a1", "text": "短时强降雨，请立即到岗", "urgent": True}
    deliver(seat, json.dumps(words))
    deliver(seat, json.dumps(words))  # sent again after a crash: one notice
    deliver(seat, json.dumps({"ref": "a2", "text": "明早八时换班", "urgent": False}))
    by_tag = {each["tag"]: each for each in shown(seat, 2)}
    assert by_tag["a1"] == {
        "title": "紧急叫应", "body": words["text"], "tag": "a1", "requireInteraction": True
    }  # fmt: skip
    assert not by_tag["a2"]["requireInteraction"]
    # What calls stands on top of the page it leads to.
    expect(seat.page.locator("h1").first).to_be_visible()

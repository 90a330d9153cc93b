"""A drill never reaches the public: the types are tried from every side."""

import pytest

from anlan.formats import cap
from anlan.formats.cap.tests.scene import alert, info

NOT_LIVE = ["Exercise", "Test", "Draft", "System"]


def message(**changes: str) -> cap.Message:
    return cap.read(alert(**changes).encode()).messages[0]


class PublicChannel:
    """What a live gateway looks like: it takes one type and asks nothing."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def send(self, live: cap.Live) -> None:
        self.said.append(live.alert.identifier)


def test_an_actual_message_is_live():
    use = cap.for_use(message())
    assert isinstance(use, cap.Live)
    channel = PublicChannel()
    channel.send(use)
    assert channel.said == ["33108141600000_20260712213138_0"]


@pytest.mark.parametrize(
    ("status", "use"),
    [("Exercise", cap.Drill), ("Test", cap.Drill), ("Draft", cap.Refused), ("System", cap.Refused)],
)
def test_every_other_status_is_of_another_type(status, use):
    assert type(cap.for_use(message(status=status))) is use


@pytest.mark.parametrize("status", NOT_LIVE)
def test_nobody_can_make_a_drill_live(status):
    said = message(status=status).alert
    with pytest.raises(cap.CapError, match="不能用于实发"):
        cap.Live(said)
    drill = cap.for_use(message(status=status))
    assert not isinstance(drill, cap.Live)


def test_an_actual_message_cannot_slip_into_a_drill():
    with pytest.raises(cap.CapError, match="不能用于演练"):
        cap.Drill(message().alert)


def test_an_unsound_message_is_of_no_use_and_says_why():
    use = cap.for_use(cap.read(alert(infos=[info(severity="High")]).encode()).messages[0])
    assert isinstance(use, cap.Refused)
    assert use.words == "severity 的取值「High」不在标准之列"
    stale = message(msgType="Cancel")
    assert "references" in cap.for_use(stale).words
    with pytest.raises(cap.CapError, match="references"):
        cap.Live(stale.alert)

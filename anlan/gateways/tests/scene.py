"""A call-up in the sample district: some people of a village, and the lines that reach them."""

from datetime import date, datetime, timedelta

from anlan.callup import actions
from anlan.callup.models import Attempt, Called, Callup
from anlan.demo.district import District
from anlan.gateways.running import Running
from anlan.gateways.simulated import Network, Simulated
from anlan.people.models import Charge, Grant, Person
from anlan.wiring.lines import Behaviour, LineEntry

# Nobody silent, nothing lost: what a test wants to go wrong it says itself.
CALM = Behaviour(silent=0, dead=0, wrong=0, off=0, loss=0, by_sms=1)


def villagers(district: District, count: int) -> list[Person]:
    """So many people who answer for a group of houses in 牧屿村."""
    people = Person.objects.bulk_create(
        Person(name=f"应{number}", phone=f"1395760{number:04d}", remark=str(number))
        for number in range(count)
    )
    Charge.objects.bulk_create(
        Charge(
            kind="community_group",
            area=district.village_muyu,
            area_path=district.village_muyu.path,
            person=person,
            since=date(2024, 1, 1),
            opened=date(2024, 1, 1),
        )
        for person in people
    )
    return people


def called_up(district: District, *, at: datetime, profile: str = "life_safety") -> Callup:
    """A typhoon: everybody of 牧屿村 is called."""
    _entitle(district, at)
    brief = actions.Brief(
        profile=profile,
        hazard="typhoon",
        title="台风红色预警",
        areas=(district.village_muyu,),
        colour="BLUE",
    )
    callup = actions.draft(brief, by=district.chen_section, at=at)
    if profile == "drill":
        actions.start(callup, by=district.chen_section, at=at)
        return callup
    actions.submit(callup, by=district.chen_section, at=at)
    actions.approve(callup, by=district.zhou_chief, at=at)
    return callup


def _entitle(district: District, at: datetime) -> None:
    for person in (district.chen_section, district.zhou_chief):
        Grant.objects.create(
            person=person,
            area_path=district.wenling.path,
            sectors=["*"],
            deeds=[f"callup.{deed}" for deed in ("draft", "submit", "approve", "start", "end")],
            reason="防汛值守",
            granted_by=district.ma_admin,
            since=at - timedelta(hours=1),
            until=at + timedelta(days=1),
        )


def line(key: str = "sms", channel: str = "SMS", **more: object) -> LineEntry:
    given: dict[str, object] = {"world": "LIVE", "kind": "simulated", "rate": 1000.0}
    given |= {"behaviour": CALM, "lines": 5 if channel == "VOICE" else 0}
    return LineEntry(
        key=key,
        label=f"模拟{key}",
        channels=(channel,),  # type: ignore[arg-type]
        **(given | more),  # type: ignore[arg-type]
    )


def running(entry: LineEntry, network: Network, clock: object) -> Running:
    return Running(entry, Simulated(entry, network), read_clock=clock.now)  # type: ignore[attr-defined]


def attempts(callup: Callup, channel: str = "SMS") -> list[Attempt]:
    return list(Attempt.objects.filter(called__callup=callup, channel=channel).order_by("pk"))


def answered(callup: Callup) -> int:
    return Called.objects.filter(callup=callup, state="ANSWERED").count()

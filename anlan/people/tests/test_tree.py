"""Ten years of reform in one test: whatever is merged, split or moved, the tree stays a tree."""

from datetime import date, timedelta
from random import Random

import pytest
from django.db.models import F

from anlan.kernel.errors import Refused
from anlan.kernel.models import Announcement
from anlan.people import actions
from anlan.people.models import Area, AreaAlias, Body, Charge, Post
from anlan.people.rules import codes
from anlan.people.rules.facts import AreaFacts, BodyFacts, ChargeFacts, PostFacts

BEGIN = date(2010, 1, 1)


class Reform:
    """Reorders a district by throwing dice; refused steps are part of it."""

    def __init__(self, district, clock, seed):
        self.district, self.clock, self.dice = district, clock, Random(seed)
        self.serial, self.refused = 300, 0
        for _ in range(6):
            self.set_up(self.town())

    @property
    def doing(self):
        return {"by": self.district.ma_admin, "at": self.clock.now()}

    @property
    def today(self):
        return self.clock.now().date()

    def town(self):
        return self.dice.choice([self.district.taiping, self.district.zeguo])

    def village(self):
        live = Area.objects.filter(level="VILLAGE", valid_to=None).order_by("pk")
        return self.dice.choice(list(live))

    def facts(self, town, since):
        self.serial += 1
        code = f"{town.code[:9]}{self.serial % 1000:03}"
        return AreaFacts(code, f"新村{self.serial}", since=since)

    def set_up(self, town):
        village = actions.add_area(self.facts(town, BEGIN), parent=town, **self.doing)
        firm = BodyFacts(f"{village.name}一厂", "ENTERPRISE")
        body = actions.register_body(firm, area=village, **self.doing)
        actions.create_post(PostFacts("安全员"), body=body, area=village, **self.doing)
        actions.give_charge(
            ChargeFacts("town_leader_village", since=BEGIN),
            area=village,
            holder=self.district.zhou_chief,
            by=self.district.chen_section,
            at=self.clock.now(),
        )
        grid = AreaFacts(f"{village.code}F01", f"{village.name}网格", since=BEGIN)
        actions.add_grid(grid, parent=village, grid_kind="FLOOD", **self.doing)

    def merge(self):
        closing = [self.village() for _ in range(self.dice.choice([1, 2, 3]))]
        actions.merge_areas(closing, into=self.village(), since=self.today, **self.doing)

    def split(self):
        village = self.village()
        children = list(village.children.filter(valid_to=None))
        cut = self.dice.randint(0, len(children))
        parts = [
            (self.facts(village.parent, self.today), children[:cut]),
            (self.facts(village.parent, self.today), children[cut:]),
        ]
        actions.split_area(village, parts=parts, remains=self.dice.random() < 0.3, **self.doing)

    def transfer(self):
        actions.transfer_area(self.village(), to=self.town(), since=self.today, **self.doing)

    def rename(self):
        village = self.village()
        code = self.facts(village.parent, self.today).code if self.dice.random() < 0.5 else ""
        name = f"{village.name}社区"[-20:]
        actions.rename_area(village, name=name, code=code, since=self.today, **self.doing)

    def year(self):
        """One deed, some weeks after the last."""
        self.clock.forward(days=self.dice.randint(1, 60))
        deed = self.dice.choice([self.merge, self.split, self.transfer, self.rename])
        try:
            deed()
        except Refused:
            self.refused += 1


@pytest.fixture(params=range(6), ids=lambda seed: f"seed{seed}")
def reform(request, district, clock):
    made = Reform(district, clock, request.param)
    for _ in range(25):
        made.year()
    return made


def test_the_tree_stays_a_tree(reform):
    assert reform.refused < 20, "most of it went through"
    for area in Area.objects.select_related("parent"):
        above = area.parent.path if area.parent else codes.ROOT
        assert area.path == codes.path_below(above, area.code), area
    # Nothing that lives hangs below what is closed.
    assert not Area.objects.filter(valid_to=None, parent__valid_to__isnull=False).exists()
    live = Area.objects.filter(valid_to=None).values_list("code", flat=True)
    assert len(live) == len(set(live))


def test_whoever_stands_somewhere_has_the_path_of_that_place(reform):
    for model in (Body, Post, Charge):
        lost = model.objects.exclude(area_path=F("area__path"))
        assert not lost.exists(), list(lost)
    for model in (Body, Post):
        stranded = model.objects.filter(valid_to=None, area__valid_to__isnull=False)
        assert not stranded.exists(), "everybody stands where there is still a village"


def test_no_charge_goes_on_for_a_village_that_is_gone(reform):
    after = reform.today + timedelta(days=1)
    assert not Charge.objects.valid_on(after).filter(area__valid_to__isnull=False).exists()


def test_every_closed_village_is_still_found_and_its_history_counted(reform, district):
    for closed in Area.objects.exclude(valid_to=None):
        assert closed in Area.objects.under(district.wenling.path)
        assert closed in Area.objects.of_code(closed.code)
        merged = AreaAlias.objects.filter(area=closed.parent, code=closed.code).exists()
        split = closed.parent.level == Area.Level.TOWN
        assert merged or split, closed


def test_who_follows_the_announcements_arrives_at_the_same_tree(reform, district):
    """What a room that copied paths would hold, had it only listened, in the order told."""
    moves = [
        row.payload
        for row in Announcement.objects.order_by("id")
        if row.event.endswith(".AreaMoved")
    ]
    grid7 = f"{district.zeguo.path}331081100024/331081100024007/"
    for move in moves:
        grid7 = codes.moved(grid7, old=move["old_path"], new=move["new_path"])
    district.grid7.refresh_from_db()
    assert grid7 == district.grid7.path

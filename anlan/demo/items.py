"""Registered things of every kind, with plausible values for whatever the kind asks for (底数)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from anlan.people.models import Body
from anlan.registry import actions
from anlan.registry.models import kinds
from anlan.registry.rules import Attribute, ItemKind

from .district import District
from .names import person_name, phone
from .towns import Town

PER_KIND = 400  # at scale 1; a kind has at least FEWEST
FEWEST = 6
GRADES = ("LOW",) * 6 + ("GENERAL",) * 3 + ("LARGER",) * 2 + ("MAJOR",)
STALE_SHARE = 0.12
PARTY_LEFT_OUT = 0.08


class Registrar:
    """Fills the register of the sample district, one import a kind."""

    def __init__(self, district: District, towns: list[Town], dice: Random, at: datetime) -> None:
        self.district = district
        self.towns = towns
        self.dice = dice
        self.at = at
        self.day = at.date()

    def register(self, scale: float) -> int:
        """Some of every kind of the catalogue; returns how many."""
        count = max(round(PER_KIND * scale), FEWEST)
        total = 0
        for kind in kinds().values():
            rows = [self._row(kind, number) for number in range(count)]
            total += actions.import_items(
                kind=kind.key, rows=rows, source="示范数据", by=None, at=self.at
            ).added
        return total

    def _row(self, kind: ItemKind, number: int) -> dict[str, Any]:
        town = self.towns[(number * 7 + len(kind.key)) % len(self.towns)]
        firm, _ = self.dice.choice(town.firms)
        village = self.dice.choice(town.villages)
        owned = "enterprise" in kind.parties
        place = firm.area if owned else village
        age = self.dice.randint(0, 60)
        if kind.freshness_days and self.dice.random() < STALE_SHARE:
            age += kind.freshness_days
        row: dict[str, Any] = {
            "name": firm.name
            if owned and kind.key.startswith("enterprise")
            else self._name(kind, village.name, number),
            "area": place,
            "address": firm.address if owned else f"{village.name}{self.dice.randint(1, 99)}号附近",
            "lon": place.lon and round(place.lon + self.dice.uniform(-0.004, 0.004), 6),
            "lat": place.lat and round(place.lat + self.dice.uniform(-0.004, 0.004), 6),
            "position_source": "CGCS2000",
            "sector": kind.sector or (firm.sectors[0] if owned else ""),
            "keeper": town.station,
            "confirmed_on": self.day - timedelta(days=age),
            "origin": f"demo:{kind.key}:{number}",
            **self._parties(kind, town, firm),
        }
        if kind.graded:
            row["grade"] = self.dice.choice(GRADES)
        for attribute in kind.attributes:
            if attribute.required or self.dice.random() < 0.85:
                row[attribute.key] = self._value(attribute, firm)
        return {key: value for key, value in row.items() if value not in (None, "")}

    def _name(self, kind: ItemKind, village: str, number: int) -> str:
        short = village.removesuffix("居委会").removesuffix("社区").removesuffix("村")
        return f"{short}{kind.label}{number + 1}号"

    def _parties(self, kind: ItemKind, town: Town, firm: Body) -> dict[str, Body]:
        bureau = self.district.housing_bureau if kind.sector == "construction" else None
        given = {
            "territorial": town.body,
            "industry": bureau
            or self.dice.choice((self.district.bureau, self.district.fire_brigade)),
            "enterprise": firm,
        }
        return {
            party: body
            for party, body in given.items()
            if party in kind.parties and self.dice.random() > PARTY_LEFT_OUT
        }

    def _value(self, attribute: Attribute, firm: Body) -> Any:
        if attribute.type == "choice":
            return self.dice.choice(attribute.choices)
        if attribute.type == "number":
            low = int(attribute.least or 0)
            return self.dice.randint(low, int(attribute.most or low + 200))
        made: dict[str, Callable[[], Any]] = {
            "date": self._date,
            "yes_no": lambda: self.dice.random() < 0.8,
            "phone": lambda: phone(self.dice.randint(0, 99999)),
            "area": lambda: firm.area,
            "body": lambda: firm,
        }
        if attribute.type in made:
            return made[attribute.type]()
        if attribute.type == "credit_code":
            return None  # a made-up code would pass for somebody's
        return person_name(self.dice) if attribute.sensitive else f"{attribute.label}见档案"

    def _date(self) -> date:
        return self.day + timedelta(days=self.dice.randint(-300, 500))

"""What the people room announces. Names are in the past tense; payloads are ids and paths."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DivisionsLoaded:
    area_id: int
    added: int


@dataclass(frozen=True)
class RowsImported:
    """Many rows of one kind (area, grid, body, person, charge) came in at once."""

    kind: str
    rows: int


@dataclass(frozen=True)
class AreaMoved:
    """A subtree has another path. What copied a path takes it anew from its area: the rows with
    `area_path` below `old_path` whose area now lies elsewhere; that is safe to do twice."""

    area_id: int
    old_path: str
    new_path: str


@dataclass(frozen=True)
class AreasMerged:
    area_ids: list[int]
    into_id: int


@dataclass(frozen=True)
class AreaSplit:
    area_id: int
    part_ids: list[int]


@dataclass(frozen=True)
class BodyClosed:
    body_id: int


@dataclass(frozen=True)
class PostAbolished:
    post_id: int


@dataclass(frozen=True)
class PersonAppointed:
    person_id: int
    post_id: int


@dataclass(frozen=True)
class PersonReleased:
    person_id: int
    post_id: int


@dataclass(frozen=True)
class PersonLeft:
    person_id: int


@dataclass(frozen=True)
class ChargeGiven:
    charge_id: int


@dataclass(frozen=True)
class ChargeEnded:
    charge_id: int


@dataclass(frozen=True)
class ChargeWentStale:
    charge_id: int


@dataclass(frozen=True)
class ConfirmationRoundOpened:
    kind: str
    area_id: int
    charges: int


@dataclass(frozen=True)
class GrantEnded:
    grant_id: int

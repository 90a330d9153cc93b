"""What happened to registered things; ids only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ItemRegistered:
    item_id: int


@dataclass(frozen=True)
class ItemChanged:
    item_id: int


@dataclass(frozen=True)
class ItemConfirmed:
    item_id: int


@dataclass(frozen=True)
class ItemRetired:
    item_id: int


@dataclass(frozen=True)
class ItemRestored:
    item_id: int


@dataclass(frozen=True)
class ItemGraded:
    item_id: int
    before: str
    after: str


@dataclass(frozen=True)
class KeeperAssigned:
    item_id: int
    post_id: int | None


@dataclass(frozen=True)
class PartiesSet:
    item_id: int


@dataclass(frozen=True)
class ItemMoved:
    item_id: int
    from_area_id: int
    to_area_id: int


@dataclass(frozen=True)
class SpotReported:
    item_id: int


@dataclass(frozen=True)
class SpotAdopted:
    item_id: int


@dataclass(frozen=True)
class SpotDeclined:
    item_id: int


@dataclass(frozen=True)
class ItemWentStale:
    item_id: int


@dataclass(frozen=True)
class ItemsImported:
    batch_id: int


@dataclass(frozen=True)
class StockMoved:
    movement_id: int

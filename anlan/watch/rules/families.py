"""What alarms are about (告警类别): rain, river, road, slope."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Family:
    """An entry of catalogues/watch_families.yaml.

    `hazard` is the hazard of a call-up or warning that an alarm of it may become, `charges` the
    kinds of charges whose holders answer for it, the first one found nearest the place.
    """

    key: str
    label: str
    sector: str
    group: Literal["town", "station"] = "town"
    hazard: str = ""
    charges: tuple[str, ...] = ()

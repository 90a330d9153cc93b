"""Everything that can be done to areas, bodies, posts, persons, charges, accounts and grants."""

from ._rows import Imported, RowFault, RowsRefused
from .accounts import (
    end_grant,
    grant,
    lock_account,
    open_account,
    set_password,
    unlock_account,
    withdraw,
)
from .areas import add_area, merge_areas, rename_area, split_area, transfer_area
from .bodies import change_body, close_body, register_body, seat_member, unseat_member
from .charges import (
    confirm_charge,
    confirm_charges,
    end_charge,
    flag_stale,
    give_charge,
    open_confirmation_round,
    renew_confirmation,
)
from .divisions import Loaded, load_divisions
from .founding import Founder, found_site
from .grids import SCHEMATIC, SURVEYED, add_grid, set_outline
from .import_areas import AreaRow, import_areas
from .import_bodies import BodyRow, import_bodies
from .import_charges import ChargeRow, import_charges
from .import_persons import PersonRow, import_persons
from .persons import add_person, appoint, change_person, leave, release, reveal_phone
from .posts import abolish_post, change_post, create_post

__all__ = [
    "Founder",
    "SCHEMATIC",
    "SURVEYED",
    "AreaRow",
    "BodyRow",
    "ChargeRow",
    "Imported",
    "Loaded",
    "PersonRow",
    "RowFault",
    "RowsRefused",
    "abolish_post",
    "add_area",
    "add_grid",
    "add_person",
    "appoint",
    "change_body",
    "change_person",
    "change_post",
    "close_body",
    "confirm_charge",
    "confirm_charges",
    "create_post",
    "end_charge",
    "end_grant",
    "found_site",
    "flag_stale",
    "give_charge",
    "grant",
    "import_areas",
    "import_bodies",
    "import_charges",
    "import_persons",
    "leave",
    "load_divisions",
    "lock_account",
    "merge_areas",
    "open_account",
    "open_confirmation_round",
    "register_body",
    "release",
    "rename_area",
    "renew_confirmation",
    "reveal_phone",
    "seat_member",
    "set_outline",
    "set_password",
    "split_area",
    "transfer_area",
    "unlock_account",
    "unseat_member",
    "withdraw",
]

"""The storm of the callup room, watched."""

from anlan.web.callups.tests.conftest import grid_charge, storm

__all__ = ["grid_charge", "storm"]

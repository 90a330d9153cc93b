"""The storm of the callup room, on a calm day."""

from anlan.web.callups.tests.conftest import grid_charge, storm

__all__ = ["grid_charge", "storm"]

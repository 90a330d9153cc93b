"""What the incidents of this room share."""

import pytest

from anlan.kernel.models import Announcement


@pytest.fixture
def by_admin(district, clock):
    """Done by the administrator, now."""
    return {"by": district.ma_admin, "at": clock.now()}


@pytest.fixture
def by_section(district, clock):
    """Done by the bureau's section, now."""
    return {"by": district.chen_section, "at": clock.now()}


@pytest.fixture
def told(db):
    """What was announced of one kind, oldest first."""

    def of(event):
        rows = Announcement.objects.filter(event__endswith=f".{event}").order_by("id")
        return [row.payload for row in rows]

    return of

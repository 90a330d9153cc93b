import pytest

from anlan.people.access import scope_of


@pytest.fixture
def scope(clock):
    """What a person reaches right now."""
    return lambda person: scope_of(person, at=clock.now())

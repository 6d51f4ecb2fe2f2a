"""The small app and somebody who asks it."""

import pytest

from tests.door.asking import Asker
from tests.door.small import Small


@pytest.fixture
def small() -> Small:
    return Small()


@pytest.fixture
def ask(small: Small) -> Asker:
    """Asks the small app as a customer of North who is signed in."""
    return Asker(small)

"""A table that no paper can hold is refused when it is asked for: one limit at both ends of the chain."""

import pytest

from channels.papers.values import MOST_LINES
from models.base import Conflict
from models.certified import MOST_SCHEDULE_LINES, refuse_too_long


def test_the_longest_table_that_is_certified_is_the_longest_that_is_printed():
    assert MOST_SCHEDULE_LINES == MOST_LINES


@pytest.mark.parametrize("lines", [481, 520, 2_601])
def test_a_longer_table_is_refused_with_a_rule(lines: int):
    refuse_too_long(480)

    with pytest.raises(Conflict) as refused:
        refuse_too_long(lines)

    assert refused.value.rule == "certificate.too_long"

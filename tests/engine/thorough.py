"""How many examples hypothesis tries: the same few thousand each time, or as many others as `make engine-long` asks for."""

import os

from hypothesis import HealthCheck, settings

EXAMPLES = "BAILIWICK_ENGINE_EXAMPLES"


def examples(usual: int) -> settings:
    """`usual` of them in a usual run; in a long one, as many times more as its number of thousands."""
    asked = int(os.environ.get(EXAMPLES, "0"))
    number = usual * asked // 1_000 if asked else usual
    return settings(
        max_examples=max(number, 1),
        deadline=None,
        derandomize=not asked,
        database=None,
        print_blob=bool(asked),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large, HealthCheck.large_base_example, HealthCheck.function_scoped_fixture],
    )  # fmt: skip

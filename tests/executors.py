"""Which executor a run of tests is for: `make test-core` has graphql-core run everything that the product runs."""

import os

NAME = "BAILIWICK_ENGINE"
IS_PLANNED = os.environ.get(NAME) != "core"


def chosen() -> dict[str, str]:
    """The setting for processes of their own, which are told nothing else of their surroundings."""
    return {} if IS_PLANNED else {NAME: "core"}

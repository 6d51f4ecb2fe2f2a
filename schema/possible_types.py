"""Which types an interface has, as caches of clients need it: `python -m schema.possible_types > schema/possible-types.json`."""

import json

from graphql import is_interface_type, is_union_type

from schema import build


def possible_types() -> dict[str, list[str]]:
    """By the name of each interface and union, the names of its types."""
    schema = build()._schema
    abstract = [t for t in schema.type_map.values() if (is_interface_type(t) or is_union_type(t)) and not t.name.startswith("__")]
    return {t.name: sorted(one.name for one in schema.get_possible_types(t)) for t in sorted(abstract, key=lambda t: t.name)}


def written() -> str:
    """The file."""
    return json.dumps(possible_types(), indent=2) + "\n"


if __name__ == "__main__":
    print(written(), end="")

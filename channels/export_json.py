"""JSON as an export may spell it: numbers stay as they are written, and nothing is said twice."""


class Number(str):
    """A JSON number as it was spelled, so that no float comes near it."""


def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object whose names differ. Raises `ValueError`: of two values for one name nobody can say which is meant."""
    row = dict(pairs)
    if len(row) != len(pairs):
        raise ValueError("a name stands twice in the object")
    return row

"""Which media types a client sends and takes."""

from functools import lru_cache

GRAPHQL, JSON = "application/graphql-response+json", "application/json"
# The most specific range that covers a type speaks for it; the first three name no more than ours.
RANGES = {GRAPHQL: (GRAPHQL, "application/*", "*/*"), JSON: (JSON, "application/*", "*/*")}
LONGEST = 1000  # characters of a header that is looked at


@lru_cache(256)
def answered_in(accept: str) -> str | None:
    """The media type of the answer for an Accept header, or `None` where none of ours is accepted.

    No header, or one that names neither, is answered in `application/json`, as old clients expect.
    """
    wanted = dict(_ranges(accept[:LONGEST]))
    if not wanted:
        return JSON
    quality = {media: next((wanted[name] for name in ranges if name in wanted), 0.0) for media, ranges in RANGES.items()}
    if GRAPHQL in wanted and quality[GRAPHQL] >= quality[JSON] and quality[GRAPHQL] > 0:
        return GRAPHQL
    if quality[JSON] > 0:
        return JSON
    return GRAPHQL if quality[GRAPHQL] > 0 else None


def _ranges(accept: str) -> list[tuple[str, float]]:
    """Each range with its quality; one whose quality cannot be read is not accepted."""
    found = []
    for part in accept.split(","):
        name, *parameters = [piece.strip().lower() for piece in part.split(";")]
        if name:
            found.append((name, _quality(parameters)))
    return found


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


@lru_cache(256)
def is_json(content_type: str) -> bool:
    """Whether a body of this type is JSON in UTF-8, the only kind that is read."""
    name, *parameters = [piece.strip().lower() for piece in content_type[:LONGEST].split(";")]
    charsets = [value.strip('"') for key, _, value in (p.partition("=") for p in parameters) if key.strip() == "charset"]
    return name == JSON and all(charset in ("utf-8", "utf8") for charset in charsets)


@lru_cache(256)
def languages(accept_language: str) -> tuple[str, ...]:
    """The languages of an Accept-Language header, the most wanted first."""
    ranges = [(name, quality) for name, quality in _ranges(accept_language[:LONGEST]) if quality > 0 and name != "*"]
    return tuple(name for name, _ in sorted(ranges, key=lambda pair: -pair[1]))

"""The closed list of codes that a refused request may have, and the status each is answered with."""

from enum import StrEnum


class Code(StrEnum):
    """Why, for programs. Other words may stand in a payload's `errors`; no others stand at the top."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    STEP_UP_REQUIRED = "STEP_UP_REQUIRED"
    NOT_OFFERED = "NOT_OFFERED"
    RATE_LIMITED = "RATE_LIMITED"
    OVERLOADED = "OVERLOADED"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    OPERATION_RESOLUTION_FAILURE = "OPERATION_RESOLUTION_FAILURE"
    OPERATION_TOO_LARGE = "OPERATION_TOO_LARGE"
    INTROSPECTION_DISABLED = "INTROSPECTION_DISABLED"
    DOCUMENT_NOT_FOUND = "DOCUMENT_NOT_FOUND"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    PERSISTED_QUERY_NOT_SUPPORTED = "PERSISTED_QUERY_NOT_SUPPORTED"
    BAD_REQUEST = "BAD_REQUEST"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    PAYLOAD_TOO_LARGE = "PAYLOAD_TOO_LARGE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"


# What never was a GraphQL request, or could not be looked at, has its status whatever the client accepts.
ALWAYS = {
    Code.RATE_LIMITED: 429,
    Code.OVERLOADED: 503,
    Code.DOCUMENT_NOT_FOUND: 400,
    Code.BAD_REQUEST: 400,
    Code.METHOD_NOT_ALLOWED: 405,
    Code.NOT_ACCEPTABLE: 406,
    Code.PAYLOAD_TOO_LARGE: 413,
    Code.UNSUPPORTED_MEDIA_TYPE: 415,
    Code.INTERNAL_SERVER_ERROR: 500,
}
# A GraphQL request that was understood and declined has one under `application/graphql-response+json` only.
STRICT = {Code.UNAUTHENTICATED: 401, Code.FORBIDDEN: 403, Code.STEP_UP_REQUIRED: 403, Code.NOT_OFFERED: 403}
# The draft has said 422 since April 2026; the public audits ask for 400.
NOT_RUN = 400


def status_of(code: Code, is_strict: bool) -> int:
    """The status of a request that was not run. `is_strict` when the answer is `application/graphql-response+json`."""
    return ALWAYS.get(code) or (STRICT.get(code, NOT_RUN) if is_strict else 200)


class Declined(Exception):
    """A request that is not run. `facts` stand beside the code, for programs."""

    def __init__(
        self, code: Code, message: str, *, status: int | None = None, headers: tuple[tuple[bytes, bytes], ...] = (), **facts: object
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.status, self.headers, self.facts = code, message, status, headers, facts

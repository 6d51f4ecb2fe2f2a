"""Short answers in plain text, for people whose browser asked for a file: in a language that it asks for."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import PlainTextResponse

from models.sentences import shown_in, spoken
from server.http.content_negotiation import languages


def plain_text(request: Request, status: int, message: str, headers: Mapping[str, str] | None = None) -> PlainTextResponse:
    """One sentence. `Content-Language` says which language it is in."""
    text, language = shown_in(spoken(languages(request.headers.get("accept-language", ""))), message)
    return PlainTextResponse(f"{text}\n", status, {"content-language": language, **(headers or {})})

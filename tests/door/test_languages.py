"""Whatever is refused, people read it in their language, and `Content-Language` tells the truth about it."""

from typing import Any

import httpx2
import pytest

from tests.world import World

SIGN_IN = "mutation ($i: SessionCreateInput!) { sessionCreate(input: $i) { token errors { code message rule } } }"
WRONG = {"identifier": "nobody@example.com", "password": "hunter2-typed", "portal": "customer-corner"}
UNKNOWN = {
    "en": "The identifier or the secret is wrong.",
    "fr": "L'identifiant ou le mot de passe est incorrect.",
    "nl": "De gebruikersnaam of het wachtwoord is onjuist.",
}
NOT_JSON = {
    "en": "The request is not JSON.",
    "fr": "La requête n'est pas du JSON.",
    "nl": "Het verzoek is geen JSON.",
    "de": "Die Anfrage ist kein JSON.",
    "nb": "Forespørselen er ikke JSON.",
}
ADMINISTRATOR = {"authorization": "Bearer t1.admin1-is-signed-in"}


async def sent(world: World, query: str, language: str, headers: dict[str, str] | None = None, **variables: Any) -> httpx2.Response:
    async with world.client() as client:
        asked = {"query": query, "variables": variables}
        return await client.post("/graphql", json=asked, headers={"accept-language": language, **(headers or {})})


def shown(response: httpx2.Response) -> tuple[str, str, str]:
    """The first error's code and message, and the language that the answer says it is in."""
    error = response.json()["errors"][0]
    return error["extensions"]["code"], error["message"], response.headers["content-language"]


@pytest.mark.parametrize("language", UNKNOWN)
async def test_errors_of_a_payload(own_world: World, language: str):
    response = await sent(own_world, SIGN_IN, language, i=WRONG)

    [error] = response.json()["data"]["sessionCreate"]["errors"]
    assert (error["code"], error["message"]) == ("INVALID_CREDENTIALS", UNKNOWN[language])
    assert response.headers["content-language"] == language


@pytest.mark.parametrize(
    "language,message",
    [
        ("fr-BE", "Au plus 200 caractères."),
        ("nl", "Hoogstens 200 tekens."),
        ("en", "At most 200 characters."),
        ("sv", "Au plus 200 caractères."),  # the portal's first
    ],
)
async def test_rules_of_an_input(world: World, language: str, message: str):
    response = await sent(world, SIGN_IN, language, i=WRONG | {"deviceName": "x" * 300})

    [error] = response.json()["data"]["sessionCreate"]["errors"]
    assert (error["rule"], error["message"]) == ("text.length", message)


@pytest.mark.parametrize(
    "language,message",
    [("fr", "Une page a de 1 à 100 lignes."), ("nl", "Een pagina heeft 1 tot 100 rijen."), ("en", "A page has from 1 to 100 rows.")],
)
async def test_errors_of_a_field(world: World, language: str, message: str):
    response = await sent(world, "{ contracts(first: 1000) { nodes { id } } }", language, ADMINISTRATOR)

    assert shown(response) == ("BAD_USER_INPUT", message, language)


@pytest.mark.parametrize("language,message", [("fr", "Connectez-vous d'abord."), ("nl", "Meld u eerst aan."), ("en", "Sign in first.")])
async def test_a_request_that_is_refused_as_a_whole(world: World, language: str, message: str):
    host = {"host": "customer-corner.example.com"}
    for headers in (host, host | {"authorization": "Bearer t1.never-was-one"}):
        response = await sent(world, "{ contracts { nodes { id } } }", language, headers)
        assert shown(response) == ("UNAUTHENTICATED", message, language)


async def test_a_dead_session_is_refused_in_a_language_of_the_portal(world: World):
    headers = {"host": "customer-corner.example.com", "authorization": "Bearer t1.never-was-one"}
    assert shown(await sent(world, "{ viewer { locale } }", "nb", headers)) == ("UNAUTHENTICATED", "Connectez-vous d'abord.", "fr")


@pytest.mark.parametrize("language", NOT_JSON)
async def test_a_request_that_is_none(world: World, language: str):
    async with world.client() as client:
        headers = {"accept-language": f"sv, {language};q=0.5", "content-type": "application/json"}
        response = await client.post("/graphql", content=b"{", headers=headers)

    assert shown(response) == ("BAD_REQUEST", NOT_JSON[language], language)


@pytest.mark.parametrize(
    "language,start", [("fr", "Ce fichier"), ("nl", "Dit bestand"), ("de", "Diese Datei"), ("nb", "Denne filen"), ("en", "There is")]
)
async def test_files_that_are_not_there(world: World, language: str, start: str):
    async with world.client() as client:
        response = await client.get("/documents/none", headers={"accept-language": language})

    assert response.status_code == 404
    assert (response.text.startswith(start), response.headers["content-language"]) == (True, language)


VALUES: list[tuple[dict[str, Any], str]] = [
    ({"identifier": "a", "password": 778899}, "$i.password : Un texte est attendu ici."),
    ({"identifier": "a", "password": None}, "$i.password : Une valeur est obligatoire ici."),
    ({"identifier": "a", "password": ["778899"]}, "$i.password : Un texte est attendu ici."),
    ({"identifier": "a", "pasword": "778899"}, "$i : Le champ password est obligatoire."),
    ({"identifier": "a", "password": "b", "778899": "c"}, "$i : Il y a ici un champ inconnu."),
]


@pytest.mark.parametrize("given,message", VALUES)
async def test_values_in_variables_are_refused_in_our_words_and_never_repeated(world: World, given: dict[str, Any], message: str):
    response = await sent(world, SIGN_IN, "fr", {"host": "customer-corner.example.com"}, i=given)

    assert message in [error["message"] for error in response.json()["errors"]]
    assert "778899" not in response.text
    assert response.headers["content-language"] == "fr"


@pytest.mark.parametrize(
    "input",
    [
        '{identifier: "a", password: 778899}',
        '{identifier: "a", password: [778899]}',
        '{identifier: "a", password: {b: 778899}}',
        '{identifier: "a", pasword: "778899"}',
        "{identifier: 778899, password: null}",
        '"778899"',
        '{identifier: "a" password "778899"}',
        '{identifier: "a", password: "b"} "778899"',
        '{identifier: "a", password: "b"} 778899',
    ],
)
async def test_values_in_documents_are_never_repeated(world: World, input: str):
    response = await sent(world, f"mutation {{ sessionCreate(input: {input}) {{ token }} }}", "fr")

    assert response.json()["errors"]
    assert "778899" not in response.text


async def test_words_for_authors_of_documents_are_english_and_called_so(world: World):
    assert shown(await sent(world, "{ nothing }", "fr", ADMINISTRATOR))[2] == "en"
    assert shown(await sent(world, "{", "fr", ADMINISTRATOR))[2] == "en"

"""One normal form for each kind of column that identifies: the same for those who write and those who look."""

from inspect import getmembers, isclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tortoise.models import Model

import models
from channels.export_format import TYPE_BY_NAME, TYPES, Column, Kind
from models.forms import CALLED, EMAIL, KEY, LOGIN_FORMS, LOGIN_NUMBER, NAME, NUMBER, PHONE, SHA256, Form, Unfit
from models.importing.spelling import field_of

FORMS = (CALLED, EMAIL, KEY, LOGIN_NUMBER, NAME, NUMBER, PHONE, SHA256)
COLUMNS: dict[tuple[str, str], Any] = {
    (model._meta.db_table, name): model._meta.fields_map[name]
    for _, model in getmembers(models, isclass)
    if issubclass(model, Model)
    for name in model._meta.db_fields
}
# Which columns are of which kind, by what they are called. A new one is found here before anybody has to remember it.
KINDS = {
    "external_id": KEY,
    "missing_external_id": KEY,
    "email": EMAIL,
    "sha256": SHA256,
    "number": NUMBER,
    "reference": NUMBER,
    "vin": NUMBER,
    "registration_plate": NUMBER,
    "name": NAME,
}
# A display name of a device, and names of columns, hosts and numbers of ours are no names or numbers of the trade.
OTHERS = {
    ("session", "device_name"),
    ("portal_host", "name"),
    ("import_row", "external_id"),
    ("tenant", "legal_name"),
    ("certificate", "contract_number"),
}
HIDDEN = "\u200b\u200e\ufeff\u00ad\u2060\u202e"
SPELLING = st.text(
    st.sampled_from("aAéÉßø\u0130\u01310019 +-./()@x\u00a0\u2011\u2013\uff11\u200b\u200e\ufeff\u00ade\u0301\u212b"), max_size=24
)


def wide(text: str) -> str:
    """In the letters of full width that Japanese keyboards type."""
    return "".join(chr(ord(letter) + 0xFEE0) for letter in text)


def kind_of(name: str) -> Form | None:
    return next((form for end, form in KINDS.items() if name == end or name.endswith(f"_{end}")), None)


def test_every_column_of_a_kind_has_the_form_of_its_kind():
    texts = {place: field for place, field in COLUMNS.items() if type(field).__name__ == "Text" and not field.generated}
    wrong = {place for place, field in texts.items() if (kind := kind_of(place[1])) and field.form != kind and place not in OTHERS}
    assert wrong == set()
    assert {place for place, field in texts.items() if field.kinds} == {("login_identity", "value"), ("contact_point", "value")}


def test_every_key_and_reference_of_an_export_lands_in_a_column_with_a_form():
    identifying = {Kind.KEY, Kind.REFERENCE, Kind.REFERENCES, Kind.SHA256}
    columns: list[tuple[str, Column]] = [(type_.name, column) for type_ in TYPES for column in type_.columns if column.kind in identifying]
    formless = [
        (name, column.name) for name, column in columns if not getattr(field_of(TYPE_BY_NAME, TYPE_BY_NAME[name], column), "form", None)
    ]
    assert columns and formless == []


def test_every_kind_of_login_has_a_form():
    assert set(LOGIN_FORMS) == {kind.value for kind in models.IdentifierKind}


@given(st.sampled_from(FORMS), st.text(max_size=40) | SPELLING, st.sampled_from(["BE", "FR", "SE", None]))
def test_a_spelling_is_its_own_spelling(form: Form, text: str, country: str | None):
    spelled = form.of(text, country)
    assert form.of(spelled, country) == spelled
    try:
        assert form.checked(text, country) == spelled
    except Unfit as unfit:
        assert unfit.rule and unfit.message


@pytest.mark.parametrize(("form", "text", "spelling"), [(LOGIN_NUMBER, "A\u00b4", "\u00e1"), (LOGIN_NUMBER, "e \u0301 1", "\u00e91")])
def test_a_blank_that_goes_lets_a_letter_and_its_accent_be_one(form: Form, text: str, spelling: str):
    assert form.of(text) == spelling == form.of(spelling)


@given(st.sampled_from([KEY, NUMBER, EMAIL, PHONE, LOGIN_NUMBER]), st.text(st.characters(codec="ascii"), max_size=20), st.integers(0, 20))
def test_what_nobody_sees_makes_no_difference(form: Form, text: str, at: int):
    for letter in HIDDEN:
        assert form.of(text[:at] + letter + text[at:], "BE") == form.of(text, "BE")


@pytest.mark.parametrize(
    ("form", "spellings"),
    [
        (EMAIL, ["mixed.case@example.org", "Mixed.Case@Example.org", " MIXED.CASE@EXAMPLE.ORG\u200b", wide("mixed.case@example.org")]),
        (EMAIL, ["élan@münchen.example", "E\u0301LAN@MÜNCHEN.example", "élan@xn--mnchen-3ya.example"]),
        (PHONE, ["+32470123456", "0470 12 34 56", "0470/12.34.56", "0032 470 12 34 56", "+32 (0)470 12 34 56", "tel:+32-470-12-34-56"]),
        (LOGIN_NUMBER, ["a111222333", "A 111-222.333", "a\u2011111\u2013222\u00a0333", wide("a111222333")]),
        (NUMBER, ["AB-1 2", "AB\u20111\u00a02", "AB\u20131  2", "\u200eAB\u22121 2 "]),
        (KEY, ["é1", "e\u03011", "é\u200b1", "\ufeffé1 "]),
        (SHA256, ["ab" * 32, "AB" * 32]),
    ],
)
def test_spellings_of_one_thing_are_one(form: Form, spellings: list[str]):
    assert {form.of(spelling, "BE") for spelling in spellings} == {spellings[0]}


def test_what_differs_stays_apart():
    assert KEY.of("ab") != KEY.of("AB")
    assert EMAIL.of("jean@a.example") != EMAIL.of("jean@b.example")
    assert NUMBER.of("a-1") != NUMBER.of("a1")
    assert PHONE.of("0470123456", "BE") != PHONE.of("0470123456", "FR")
    assert NAME.of("De\u200cVries  ") == "De\u200cVries"


@pytest.mark.parametrize(
    "text",
    ["<jean@x.example>", "mailto:jean@x.example", "jean@x.example;", "x..be", "jean@x..be", "Jean <jean@x.be>", "jean@x", "a.@x.be", "@x.be", "j" * 250 + "@x.be"],
)  # fmt: skip
def test_what_is_no_address_and_nothing_else_is_refused(text: str):
    with pytest.raises(Unfit) as unfit:
        EMAIL.checked(text)
    assert unfit.value.rule == "email.format" and text not in unfit.value.message


@pytest.mark.parametrize("text", ["", "abc", "12", "1-800-FLOWERS", "+32", "0470 12 34 56 or later"])
def test_what_no_telephone_dials_is_refused_as_a_login(text: str):
    with pytest.raises(Unfit):
        PHONE.checked(text, "BE")

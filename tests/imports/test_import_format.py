"""The page that describes the format is the declaration, printed."""

from pathlib import Path

from channels.export_format import TYPE_BY_NAME, TYPES, YEAR_OF, Kind
from channels.export_manual import tables
from models.documents import DocumentKind
from tests.models.test_catalogue import TABLES

PAGE = Path(__file__).parents[2] / "docs" / "import-format.md"


def test_the_page_has_every_type_and_column_as_declared():
    page = PAGE.read_text(encoding="utf-8")

    printed = page.split("<!-- tables -->\n")[1].split("<!-- end of tables -->")[0]

    assert printed == "\n" + tables() + "\n", "Run: make import-format"


def test_a_type_refers_only_to_types_above_it_or_to_itself():
    above: set[str] = set()
    for type_ in TYPES:
        above.add(type_.name)
        assert {column.to for column in type_.references} <= above, type_.name


def test_every_declaration_hangs_together():
    for type_ in TYPES:
        names = [column.name for column in type_.columns]
        assert len(names) == len(set(names)), type_.name
        for name in (*type_.key, *(name for group in (*type_.unique, *type_.ordered) for name in group)):
            assert name.removeprefix(YEAR_OF) in names, (type_.name, name)
        for column in type_.columns:
            assert bool(column.values) == (column.kind in (Kind.ENUM, Kind.ENUMS)), (type_.name, column.name)
            assert (column.to in TYPE_BY_NAME) == (column.kind in (Kind.REFERENCE, Kind.REFERENCES)), (type_.name, column.name)
            assert set(column.narrowing) <= set(column.values), (type_.name, column.name)


# Columns whose words stand in no model: numbers of months, and the codes of EN 16931, which finance knows.
WITHOUT_WORDS = {("contracts", "periodicity_months"), ("invoice_lines", "vat_category"), ("invoice_vat_totals", "vat_category"), ("profiles", "document_kinds")}  # fmt: skip


def test_every_word_of_a_model_can_be_imported_and_no_other():
    """A kind that is added to a model and not to the format can be brought by nobody."""
    for type_ in TYPES:
        fields = TABLES[type_.table]._meta.fields_map
        for column in type_.columns:
            if column.kind in (Kind.ENUM, Kind.ENUMS) and (type_.name, column.name) not in WITHOUT_WORDS:
                assert set(column.values) == {word.value for word in fields[column.name].enum_type}, (type_.name, column.name)
            else:
                assert not hasattr(fields.get(column.name), "enum_type"), (type_.name, column.name)


def test_words_that_stand_in_no_field_of_a_model_are_those_of_what_they_name():
    assert set(TYPE_BY_NAME["profiles"].column("document_kinds").values) == {kind.value for kind in DocumentKind}
    assert {int(months) for months in TYPE_BY_NAME["contracts"].column("periodicity_months").values} == {1, 2, 3, 4, 6, 12}

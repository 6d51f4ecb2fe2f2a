"""The values of an export in the normal form of the columns that they land in, or that they name a row by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from tortoise.models import Model

import models
from models.forms import Form, Unfit
from models.importing.column_mapping import REFERENCE, REFERENCES
from models.importing.shapes import Column, Format, RowType, Value

TABLES: Mapping[str, type[Model]] = {
    model._meta.db_table: model for model in vars(models).values() if isinstance(model, type) and issubclass(model, Model)
}


@dataclass(frozen=True)
class Misspelled:
    """Why a row that was read is not staged. In the shape of a row that could not be read."""

    line: int
    field: str | None
    rule: str
    message: str
    key: str | None
    parent: str | None


class Spelled(NamedTuple):
    """A column that has a form: its place in the row, and where its form depends on the kind of the row, the place of that."""

    column: str
    place: int
    form: Form | None
    kinds: Mapping[str, Form]
    kind_place: int

    def form_in(self, values: tuple[Value, ...]) -> Form | None:
        return self.form or self.kinds.get(str(values[self.kind_place]))


class Speller:
    """Spells the rows of one type, for a house in one country."""

    def __init__(self, format_: Format, type_: RowType, country: str | None) -> None:
        self.type, self.country = type_, country
        self.places = {column.name: place for place, column in enumerate(type_.columns)}
        self.columns = [spelled for column in type_.columns if (spelled := self.of(format_, column))]

    def of(self, format_: Format, column: Column) -> Spelled | None:
        """How a column is spelled; None for one of figures, days and words."""
        field = field_of(format_, self.type, column)
        form, kinds = getattr(field, "form", None), getattr(field, "kinds", None) or {}
        if form is None and not kinds:
            return None
        return Spelled(column.name, self.places[column.name], form, kinds, self.places.get("kind", 0))

    def row(self, line: int, values: tuple[Value, ...]) -> "tuple[Value, ...] | Misspelled":
        """The row in its one spelling, or what is wrong with it."""
        spelled = list(values)
        for column in self.columns:
            value, form = values[column.place], column.form_in(values)
            if value is None or form is None:
                continue
            try:
                spelled[column.place] = self.value(form, value)
            except Unfit as unfit:
                return Misspelled(line, column.column, unfit.rule, unfit.message, self.key(values), self.parent(values))
        return tuple(spelled)

    def value(self, form: Form, value: str | tuple[str, ...]) -> Value:
        if isinstance(value, tuple):
            return tuple(form.checked(one, self.country) for one in value)
        return form.checked(value, self.country)

    def key(self, values: tuple[Value, ...]) -> str | None:
        """What the source calls the row; None where its login is the key, which may be somebody's number."""
        parts = [values[self.places[name]] for name in self.type.key if name in self.places]
        return "#".join(map(str, parts)) if all(parts) and "value" not in self.type.key else None

    def parent(self, values: tuple[Value, ...]) -> str | None:
        return str(values[self.places[self.type.set_of]]) if self.type.set_of else None


def field_of(format_: Format, type_: RowType, column: Column) -> Any:
    """The declared column that a value of this one is compared with or stored in; None where it is neither."""
    if column.kind in (REFERENCE, REFERENCES):
        assert column.to is not None
        return TABLES[format_[column.to].table]._meta.fields_map.get(column.by)
    return TABLES[type_.table]._meta.fields_map.get(column.name)

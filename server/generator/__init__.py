"""Exports of finance houses that do not exist: the same seed and day give the same bytes, whatever the size of the house."""

from server.generator.exports import Generated, generate
from server.generator.faults import BREAKS, Spoiled, break_export, spoil
from server.generator.houses import HOUSES, Door, House
from server.generator.old_erp import write_old_erp
from server.generator.people import PEOPLE, Person

__all__ = [
    "BREAKS",
    "HOUSES",
    "PEOPLE",
    "Door",
    "Generated",
    "House",
    "Person",
    "Spoiled",
    "break_export",
    "generate",
    "spoil",
    "write_old_erp",
]

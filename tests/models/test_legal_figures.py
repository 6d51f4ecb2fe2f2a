"""The file of legal figures: what ships holds what its sources say, and a file with a fault is refused with its place."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from finance.figure_kinds import KINDS
from finance.figures import Audience, Certainty, Figures
from finance.refusals import Unanswerable
from models.legal_figures import SHIPPED, legal_figures
from models.refusals import Fault, Invalid

CONSUMER, PROFESSIONAL = Audience.CONSUMER, Audience.PROFESSIONAL
ENTRY = """
[[figure]]
kind = "late_interest_rate"
country = "NO"
audiences = ["CONSUMER"]
valid_from_on = 2026-01-01
source = "a test"
certainty = "seen"
values = { percent = 9.50 }
"""
LATER = ENTRY.replace("2026-01-01", "2026-07-01").replace("9.50", "9.75")


@pytest.fixture(scope="module")
def shipped() -> Figures:
    return legal_figures()


def written(folder: Path, text: str, head: str = "format = 1\n") -> Path:
    path = folder / "figures.toml"
    path.write_text(head + text, "utf-8")
    return path


def faults(folder: Path, text: str, head: str = "format = 1\n") -> tuple[Fault, ...]:
    with pytest.raises(Invalid) as refused:
        legal_figures(written(folder, text, head))
    return refused.value.faults


@pytest.mark.parametrize(
    ("country", "audience", "kind", "day", "name", "expected"),
    [
        ("FR", CONSUMER, "early_repayment_compensation", "2026-11-25", "free_amount", Decimal(10_000)),
        ("BE", CONSUMER, "early_repayment_compensation", "2026-11-25", "short_percent", Decimal("0.5")),
        ("BE", PROFESSIONAL, "early_repayment_interest", "2026-11-25", "months", 6),
        ("NO", CONSUMER, "late_interest_rate", "2022-12-31", "percent", Decimal("9.25")),
        ("NO", CONSUMER, "late_interest_rate", "2023-01-01", "percent", Decimal("10.75")),
        ("NO", PROFESSIONAL, "collection_scale", "2026-11-25", "factor", Decimal("1.5")),
        ("FR", CONSUMER, "withdrawal_period", "2026-11-25", "moves_to_working_day", True),
        ("FR", CONSUMER, "apr_of_purchase_option_lease", "2026-11-19", "is_shown", False),
        ("FR", CONSUMER, "apr_of_purchase_option_lease", "2026-11-20", "is_shown", True),
        ("FR", PROFESSIONAL, "structured_invoice_issue", "2027-08-31", "by", "large and mid-size"),
    ],
)
def test_what_ships_says_what_its_sources_say(shipped: Figures, country, audience, kind, day, name, expected):
    assert shipped.on(country, audience, kind, date.fromisoformat(day)).values[name] == expected


def test_a_rate_set_for_half_a_year_is_not_carried_on(shipped: Figures):
    assert shipped.on("NO", CONSUMER, "late_interest_rate", date(2025, 6, 30)).decimal("percent") == Decimal("12.50")
    with pytest.raises(Unanswerable, match="late_interest_rate for NO CONSUMER on 2025-07-01 is not in the table"):
        shipped.on("NO", CONSUMER, "late_interest_rate", date(2025, 7, 1))


def test_every_figure_that_ships_names_its_source_and_how_sure_it_is(shipped: Figures):
    assert all(figure.source for figure in shipped)
    assert {figure.certainty for figure in shipped} == set(Certainty)


def test_what_has_no_source_is_not_in_the_table(shipped: Figures):
    """These are known to be missing: an operator loads them."""
    assert KINDS.keys() - {figure.subject.kind for figure in shipped} == {"average_bond_yield", "central_bank_rate"}


def test_an_operators_own_file_holds_alone(tmp_path: Path):
    own = legal_figures(written(tmp_path, ENTRY + LATER))

    assert [figure.decimal("percent") for figure in own] == [Decimal("9.50"), Decimal("9.75")]
    with pytest.raises(Unanswerable, match="vat_rate"):
        own.on("BE", CONSUMER, "vat_rate", date(2026, 1, 1))


def test_a_copy_of_what_ships_is_the_same(tmp_path: Path, shipped: Figures):
    assert list(legal_figures(written(tmp_path, SHIPPED.read_text("utf-8"), head=""))) == list(shipped)


@pytest.mark.parametrize(
    ("old", "new", "name", "words"),
    [
        ("source =", "sauce =", "sauce", "is not a field"),
        ('source = "a test"\n', "", "source", "is missing"),
        ('source = "a test"', 'source = ""', "source", "not a str with something in it"),
        ("= 2026-07-01", '= "2026-07-01"', "valid_from_on", "not a date"),
        ("= 2026-07-01", "= 2026-07-01T00:00:00", "valid_from_on", "not a date"),
        ('"seen"', '"sure"', "certainty", "none of seen, remembered"),
        ('["CONSUMER"]', '["EVERYBODY"]', "audiences", "not a list of CONSUMER, PROFESSIONAL"),
        ('["CONSUMER"]', '["CONSUMER", "CONSUMER"]', "audiences", "not a list"),
        ('["CONSUMER"]', "[]", "audiences", "not a list"),
        ('["CONSUMER"]', "[[1]]", "audiences", "not a list"),
        ('"NO"', '"no"', "country", "two capital letters"),
        ("late_interest_rate", "late_rate", "kind", "is no kind of legal figure"),
        ("9.75", "950", "percent", "not from 0 to 100"),
        ("9.75", '"9.75"', "percent", "not a Decimal"),
        ("9.75", "true", "percent", "not a Decimal"),
        ("9.75", "1e300", "", "cannot be read"),
        ("9.75", "inf", "", "cannot be read"),
        ("9.75", "100000000000000000000", "values", "not a figure to calculate with"),
        ("percent = 9.75", "percent = 9.75, points = 1", "points", "is not known here"),
        ("percent = 9.75", "percent = 9.75, light = [{ amount = true }]", "light", "is not known here"),
        ("percent = 9.75", "points = 1", "percent", "is missing"),
    ],
)
def test_a_fault_is_told_by_its_place(tmp_path: Path, old: str, new: str, name: str, words: str):
    told = faults(tmp_path, ENTRY + LATER.replace(old, new))

    assert [fault for fault in told if (fault.path[2:] or ("",)) == (name,) and words in fault.message]
    assert all(fault.path[1:2] in ((2,), ()) for fault in told)


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path):
    told = faults(tmp_path, ENTRY.replace("9.50", "950") + LATER.replace("2026-07-01", "2025-01-01"))

    assert [(fault.path, fault.rule) for fault in told] == [
        (("figure", 1, "percent"), "figures.entry"),
        (("figure", 2, "valid_from_on"), "figures.entry"),
    ]


def test_a_fault_of_an_entry_for_both_audiences_is_told_once(tmp_path: Path):
    assert len(faults(tmp_path, ENTRY.replace('"CONSUMER"', '"CONSUMER", "PROFESSIONAL"').replace("9.50", "950"))) == 1


@pytest.mark.parametrize(
    ("text", "head", "rule"),
    [
        ("nonsense", "", "figures.unreadable"),
        (ENTRY, "", "figures.format"),
        (ENTRY, "format = 2\n", "figures.format"),
        (ENTRY, "format = 1\nversion = 3\n", "figures.format"),
        ("figure = 1\n", "format = 1\n", "figures.format"),
        ("", "format = 1\n", "figures.format"),
        (ENTRY * 5_001, "format = 1\n", "figures.many"),
        (ENTRY + "#" * 2_000_000, "format = 1\n", "figures.format"),
    ],
)
def test_what_is_no_table_of_figures_is_refused(tmp_path: Path, text: str, head: str, rule: str):
    assert [fault.rule for fault in faults(tmp_path, text, head)] == [rule]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(Invalid, match="cannot be read"):
        legal_figures(tmp_path / "none.toml")

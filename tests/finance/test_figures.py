"""Legal figures are found by the day, or refused by name; never guessed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.figure_kinds import misfits
from finance.figures import Audience, Certainty, Figure, Figures, Subject
from finance.refusals import Unanswerable

RATE = Subject("NO", Audience.CONSUMER, "late_interest_rate")


def rate(from_on: date, percent: str, to_on: date | None = None, subject: Subject = RATE) -> Figure:
    return Figure(subject, from_on, {"percent": Decimal(percent)}, "a test", Certainty.SEEN, to_on)


FIRST, SECOND = date(2026, 1, 1), date(2026, 7, 1)
TABLE = Figures([rate(FIRST, "9"), rate(SECOND, "10", date(2026, 12, 31)), rate(date(2027, 7, 1), "11")])


def percent_on(day: date, table: Figures = TABLE) -> Decimal:
    return table.on("NO", Audience.CONSUMER, "late_interest_rate", day).decimal("percent")


@pytest.mark.parametrize(
    ("day", "percent"),
    [("2026-01-01", 9), ("2026-06-30", 9), ("2026-07-01", 10), ("2026-12-31", 10), ("2027-07-01", 11), ("2099-01-01", 11)],
)
def test_a_figure_holds_from_its_day_until_the_next(day: str, percent: int):
    assert percent_on(date.fromisoformat(day)) == percent


@pytest.mark.parametrize("day", ["2025-12-31", "2027-01-01", "2027-06-30"])
def test_a_day_before_the_first_or_in_a_gap_has_no_figure(day: str):
    with pytest.raises(Unanswerable, match=f"late_interest_rate for NO CONSUMER on {day} is not in the table") as refusal:
        percent_on(date.fromisoformat(day))
    assert refusal.value.rule == "figure.missing"


@pytest.mark.parametrize(
    ("country", "audience", "kind"),
    [
        ("BE", Audience.CONSUMER, "late_interest_rate"),
        ("NO", Audience.PROFESSIONAL, "late_interest_rate"),
        ("NO", Audience.CONSUMER, "collection_scale"),
    ],
)
def test_nothing_is_taken_from_another_country_audience_or_kind(country: str, audience: Audience, kind: str):
    with pytest.raises(Unanswerable, match=f"{kind} for {country} {audience}"):
        TABLE.on(country, audience, kind, FIRST)


def test_a_period_names_every_change_in_it():
    def percents(from_on: date, until_on: date) -> list[Decimal]:
        return [figure.decimal("percent") for figure in TABLE.during("NO", Audience.CONSUMER, "late_interest_rate", from_on, until_on)]

    assert percents(date(2026, 3, 1), date(2026, 9, 1)) == [9, 10]
    assert percents(date(2026, 3, 1), SECOND) == [9]
    assert percents(date(2026, 7, 1), date(2027, 1, 1)) == [10]
    assert percents(SECOND, SECOND) == []
    with pytest.raises(Unanswerable, match="2027-01-01"):
        percents(date(2026, 3, 1), date(2027, 1, 2))


@pytest.mark.parametrize(
    "entries",
    [
        [rate(SECOND, "10"), rate(FIRST, "9")],
        [rate(FIRST, "9"), rate(FIRST, "10")],
        [rate(FIRST, "9", SECOND), rate(SECOND, "10")],
        [rate(SECOND, "9", FIRST)],
    ],
    ids=["unsorted", "twice the same day", "overlapping", "ends before it begins"],
)
def test_a_table_in_disorder_is_refused(entries: list[Figure]):
    with pytest.raises(Unanswerable, match="late_interest_rate for NO CONSUMER from") as refusal:
        Figures(entries)
    assert refusal.value.rule == "figures.order"


def test_subjects_do_not_have_to_stand_together():
    other = Subject("NO", Audience.PROFESSIONAL, "late_interest_rate")
    table = Figures([rate(SECOND, "10", subject=other), rate(FIRST, "9"), rate(date(2027, 1, 1), "11", subject=other)])

    assert percent_on(SECOND, table) == 9
    assert len(list(table)) == 3


def test_a_value_of_another_form_is_no_value():
    figure = Figure(RATE, FIRST, {"percent": Decimal(9), "days": 14, "moves": True}, "a test", Certainty.SEEN)

    assert figure.decimal("percent") == 9 and figure.count("days") == 14 and figure.flag("moves")
    assert figure.maybe_decimal("amount") is None
    for ask in (
        lambda: figure.decimal("days"),
        lambda: figure.count("moves"),
        lambda: figure.flag("days"),
        lambda: figure.text("percent"),
        lambda: figure.scale("percent"),
        lambda: figure.decimal("amount"),
        lambda: figure.maybe_decimal("days"),
    ):
        with pytest.raises(Unanswerable) as refusal:
            ask()
        assert refusal.value.rule == "figure.missing"


def test_a_float_is_no_figure():
    with pytest.raises(TypeError):
        Figure(RATE, FIRST, {"percent": 9.5}, "a test", Certainty.SEEN)  # type: ignore[dict-item]  # the very mistake
    with pytest.raises(TypeError):
        Figure(RATE, FIRST, {"light": ({"amount": 9.5},)}, "a test", Certainty.SEEN)  # type: ignore[dict-item]  # the very mistake


@given(
    st.lists(st.dates(date(2000, 1, 1), date(2100, 1, 1)), min_size=1, max_size=8, unique=True),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)
def test_a_period_is_made_of_what_holds_on_its_days(changes, day):
    changes.sort()
    table = Figures([rate(change, str(number)) for number, change in enumerate(changes)])
    day, until = max(day, changes[0]), max(day, changes[0]) + timedelta(days=400)

    during = table.during("NO", Audience.CONSUMER, "late_interest_rate", day, until)

    by_day = [percent_on(day + timedelta(days=n), table) for n in range(400)]
    assert [figure.decimal("percent") for figure in during] == sorted(set(by_day))


BANDS = {"up_to_amount": Decimal(100), "amount": Decimal(1)}, {"amount": Decimal(2)}
SCALE = {
    "light": BANDS,
    "factor": Decimal(1),
    "heavy_factor": Decimal(2),
    "heavy_after_days": 42,
    "reminder_amount": Decimal(35),
    "plan_amount": Decimal(1050),
    "plan_free_parts": 4,
}


def scale(**changed: object) -> Figure:
    values = {name: value for name, value in (SCALE | changed).items() if value is not None}
    return Figure(RATE._replace(kind="collection_scale"), FIRST, values, "a test", Certainty.SEEN)  # type: ignore[arg-type]  # wrong ones too


def test_an_entry_that_says_what_its_kind_asks_for_fits():
    assert misfits(scale()) == []
    assert misfits(rate(FIRST, "0")) == misfits(rate(FIRST, "100")) == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"factor": None}, ["factor"]),
        ({"extra": 1}, ["extra"]),
        ({"factor": Decimal(100)}, ["factor"]),
        ({"heavy_after_days": -1}, ["heavy_after_days"]),
        ({"heavy_after_days": Decimal(42)}, ["heavy_after_days"]),
        ({"light": Decimal(1)}, ["light"]),
        ({"light": ()}, ["light.up_to_amount"]),
        ({"light": BANDS[:1]}, ["light.up_to_amount"]),
        ({"light": (BANDS[1], BANDS[1])}, ["light.up_to_amount"]),
        ({"light": (BANDS[0], BANDS[0], BANDS[1])}, ["light.up_to_amount"]),
        ({"light": ({"up_to_amount": Decimal(1)}, BANDS[1])}, ["light.0.amount"]),
        ({"light": (BANDS[0], {"amount": Decimal(-1)})}, ["light.1.amount"]),
        ({"factor": None, "heavy_factor": 2}, ["factor", "heavy_factor"]),
    ],
)
def test_an_entry_that_does_not_is_told_where(changed, told):
    assert [name for name, _ in misfits(scale(**changed))] == told


def test_a_kind_that_nobody_asks_for_is_told_with_those_there_are():
    [(name, words)] = misfits(rate(FIRST, "1", subject=RATE._replace(kind="late_intrest")))
    assert name == "kind" and "late_intrest is no kind" in words and "late_interest_rate" in words

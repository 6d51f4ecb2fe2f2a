"""The reference vectors of `tests/vectors/finance`, by kind, and what their words mean in ours."""

import json
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from finance.dates import FORTNIGHTLY, FOUR_WEEKLY, HALF_YEARLY, MONTHLY, QUARTERLY, WEEKLY, YEARLY, Periodicity
from finance.intervals import Interval
from finance.money import EXACT
from finance.payments import Timing
from finance.phases import Annuity, ConstantPrincipal, Given, InterestOnly, Phase, Rents, stepped
from finance.plans import Plan
from finance.rates import Conversion

FOLDER = Path(__file__).parent.parent / "vectors" / "finance"
PERIODICITIES = {
    "weekly": WEEKLY,
    "fortnightly": FORTNIGHTLY,
    "four-weekly": FOUR_WEEKLY,
    "monthly": MONTHLY,
    "quarterly": QUARTERLY,
    "half-yearly": HALF_YEARLY,
    "yearly": YEARLY,
    "annual": YEARLY,
}
TIMINGS = {"arrears": Timing.ARREARS, "advance": Timing.ADVANCE}
FIRST_DUE_ON = date(2026, 2, 1)


def read(kind: str) -> dict[str, Any]:
    """A file of vectors, its numbers exact."""
    content: dict[str, Any] = json.loads((FOLDER / f"{kind}.json").read_text("utf-8"), parse_float=Decimal)
    return content


def vectors(kind: str) -> list[Any]:
    """Every vector of a kind, as parameters of a test."""
    found = read(kind)["vectors"]
    assert found
    return [pytest.param(vector["input"], vector["expected"], vector, id=vector["id"]) for vector in found]


def is_near(found: Decimal, expected: str, vector: dict[str, Any], what: str = "amount") -> bool:
    """Equal within the tolerance that the vector states; exactly equal if it states none."""
    return abs(EXACT.subtract(found, Decimal(expected))) <= Decimal(str(vector["tolerance"].get(what, 0)))


def days(texts: list[str]) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


def money(text: Any) -> Decimal:
    return Decimal(str(text))


def conversion_of(given: dict[str, Any]) -> Conversion:
    said = given.get("rate_conversion", "proportional")
    assert said.startswith(("proportional", "effective", "equivalent"))
    return Conversion.PROPORTIONAL if said.startswith("proportional") else Conversion.EQUIVALENT


def actual_over(year: int, start_on: date, end_on: date) -> Decimal:
    return Decimal((end_on - start_on).days) / year


def periodicity_of(given: dict[str, Any]) -> Periodicity:
    if "dates" not in given:
        return PERIODICITIES[given.get("frequency", "monthly")]
    dates = days(given["dates"])
    lengths = {(later - earlier).days for earlier, later in pairwise(dates)}
    return Periodicity(days=lengths.pop()) if len(lengths) == 1 and max(lengths) < 28 else MONTHLY


def periods_of(given: dict[str, Any]) -> int:
    if "dates" in given:
        return len(given["dates"]) - 1
    return int(given.get("periods") or given.get("months") or len(given["weights"]))


def phases_of(given: dict[str, Any]) -> tuple[Phase, ...]:
    """How a vector is paid back, in phases."""
    periods = periods_of(given)
    if "weights" in given:
        return (Rents(weights=tuple(map(money, given["weights"])), weighs_rounded="last_row" in given),)
    if "step" in given:
        return (Rents(weights=stepped(periods, given["step"]["every"], money(given["step"]["factor_percent"]))),)
    if given.get("repayment") == "interest_only":
        return (InterestOnly(periods=periods),)
    if given.get("rule") == "constant_principal":
        return (ConstantPrincipal(periods=periods),)
    if "payments" in given:
        return (Given(amounts=tuple(map(money, given["payments"]))),)
    if "rate_change" in given:
        after, percent = given["rate_change"]["after_period"], money(given["rate_change"]["new_rate_percent"])
        return (Annuity(periods=after, over_periods=periods), Annuity(periods=periods - after, rate_percent=percent))
    if "drawdown" in given:
        after, drawn = given["drawdown"]["on_due_date"], money(given["drawdown"]["amount"])
        return (Annuity(periods=after, over_periods=periods), Annuity(periods=periods - after, drawn_amount=drawn))
    return (Annuity(periods=periods),)


def plan_of(given: dict[str, Any], **more: Any) -> Plan:
    """The plan that a vector's input describes."""
    dates = days(given["dates"]) if "dates" in given else []
    day_count = given.get("day_count", "30/360")
    if day_count.startswith("ACT/"):
        more["counting"] = partial(actual_over, int(day_count[4:7]))
    if "first_period" in given:
        first = given["first_period"]
        more["first_interval"] = Interval(first["months"], first["days"], first["days_in_year"])
    return Plan(
        financed_amount=money(given.get("principal") or given["limit"]),
        rate_percent=money(given.get("nominal_annual_rate_percent") or given["effective_annual_rate_percent"]),
        phases=more.pop("phases", None) or phases_of(given),
        first_due_on=dates[1] if dates else FIRST_DUE_ON,
        starts_on=dates[0] if dates else None,
        every=periodicity_of(given),
        timing=TIMINGS[given.get("when", "arrears")],
        residual_amount=money(given.get("final_value", 0)),
        conversion=conversion_of(given),
        **more,
    )

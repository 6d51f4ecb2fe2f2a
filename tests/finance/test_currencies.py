"""Currencies whose smallest unit is no hundredth: no figure of theirs is worked out, kept or shown wrongly."""

from datetime import date
from decimal import Decimal

import pytest

from channels.export_faults import BadValue
from channels.export_values import currency
from channels.iso_codes import CURRENCIES
from finance.currencies import decimals_of, has_cents
from models.portal_rules import CreditProduct, PortalRules
from models.refusals import Invalid
from models.simulations import Frame, simulate_credit

LOAN = CreditProduct(
    key="loan",
    name="Loan",
    min_amount=Decimal(1),
    max_amount=Decimal(1_000_000),
    min_months=1,
    max_months=99,
    nominal_rate_percent=Decimal(5),
)


def _is_taken(code: str) -> bool:
    try:
        return currency(code) == code
    except BadValue as refused:
        assert refused.rule == "currency.decimals"
        return False


@pytest.mark.parametrize(
    ("code", "decimals"), [("JPY", 0), ("XOF", 0), ("TND", 3), ("KWD", 3), ("EUR", 2), ("NOK", 2), ("HUF", 2), ("MGA", 2)]
)
def test_a_currency_has_the_decimals_of_iso_4217(code: str, decimals: int):
    assert decimals_of(code) == decimals


def test_an_export_is_taken_in_exactly_the_currencies_that_have_hundredths():
    assert {code for code in CURRENCIES if not _is_taken(code)} == {code for code in CURRENCIES if not has_cents(code)} != set()


@pytest.mark.parametrize("code", sorted(code for code in CURRENCIES if not has_cents(code)))
def test_no_portal_is_kept_and_no_credit_simulated_in_a_currency_without_hundredths(code: str):
    rules = PortalRules(currency=code, credit_products=(LOAN,))

    with pytest.raises(Invalid) as simulated:
        simulate_credit(Frame("a/b", rules, "en", date(2026, 3, 2)), None, Decimal(10_000), 24)
    with pytest.raises(Invalid) as saved:
        PortalRules.checked(rules.to_json())

    assert [fault.rule for refused in (simulated, saved) for fault in refused.value.faults] == ["currency.decimals"] * 2

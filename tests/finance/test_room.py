"""The room itself: the standard library only, no float, no clock, nothing read or written, and the same bytes in any decimal context."""

import ast
import sys
from datetime import date, timedelta
from decimal import ROUND_DOWN, Context, Decimal, localcontext
from pathlib import Path

import pytest

from finance.allocation import Claim, Part, allocate
from finance.arrears import Due, Paid, arrears, interest_on_arrears, position, standings
from finance.arrears_plans import PlanClaim, plan_by_months
from finance.collection_fees import Band, CollectionScale, Stage
from finance.compensations import ShareRule, months_left, months_of_interest, most_compensation
from finance.consolidation import NewCredit, OldCredit, Payment, consolidation
from finance.day_counts import DayCount, year_fraction
from finance.debit_day import DebitDayEffect, debit_day_change
from finance.deferral import deferral
from finance.early_repayment import Effect, legal_compensation, partial_repayment
from finance.ifrs16 import LesseeTerms, lessee_books, maturities, remeasured
from finance.late_interest import DatedRate, late_interest
from finance.lease_ends import Rent, RentAhead, buy_out, default_indemnity, option_price
from finance.phases import Annuity
from finance.settlements import ByDays, Fee, settlement
from finance.vat import VatLine, VatRule, vat_differences, vat_totals
from finance.withdrawal import Drawn, withdrawal_amount
from tests.finance.contracts import START, table, terms

ROOM = Path(__file__).parents[2] / "finance"
MODULES = sorted(ROOM.rglob("*.py"))
FORBIDDEN = {"float", "open", "print", "input", "eval", "exec"}
CLOCKS = {"today", "now", "utcnow", "time"}

BIG = Decimal("123456789.12")
LOAN, TERMS = table(BIG, "6.37", Annuity(periods=60)), terms(BIG, "6.37")
DAY = LOAN[19].due_on + timedelta(days=10)
RATES = (DatedRate(date(2020, 1, 1), Decimal("9.37")), DatedRate(date(2026, 7, 1), Decimal("8.11")))
DUES = [Due(line.number, line.due_on, line.payment) for line in LOAN[:6]]
PAID = [Paid(line.due_on, line.payment - 1) for line in LOAN[:4]]
CLAIM = Claim("case", START, {Part.PRINCIPAL: BIG, Part.LATE_INTEREST: BIG, Part.COSTS: BIG})
LEASE = LesseeTerms(rents=(BIG,) * 7, rate_percent=Decimal("6.37"), initial_direct_costs_amount=BIG)
SCALE = CollectionScale((Band(None, BIG),), Decimal("1.5"), Decimal(2), 42, Decimal(35), Decimal(1050), 4)
LINES = [VatLine("S", Decimal("5.5"), BIG), VatLine("S", Decimal("5.5"), Decimal("0.05"))]
OLD = OldCredit("old", BIG, (Payment(DAY + timedelta(days=5), BIG),))
NEW = NewCredit(rate_percent=Decimal("5.37"), periods=24, starts_on=DAY, first_due_on=DAY + timedelta(days=45))
SHARE = ShareRule(Decimal(1), Decimal("0.5"), 12, Decimal("10000"))

CALCULATIONS = {
    "allocation": lambda: (allocate(BIG, [CLAIM]), allocate(BIG, [CLAIM]).of("case"), CLAIM.outstanding()),
    "arrears": lambda: (arrears(DUES, PAID, DAY), position(DUES, PAID, DAY), interest_on_arrears(standings(DUES, PAID)[0], DAY, RATES)),
    "arrears plan": lambda: plan_by_months([PlanClaim(CLAIM, RATES)], 6, from_on=START, day=20),
    "collection fees": lambda: (
        SCALE.fee(BIG, Stage.HEAVY, vat_percent=Decimal(25)),
        SCALE.fee(BIG, Stage.HEAVY).total_amount,
        SCALE.reminders(3),
    ),
    "compensation": lambda: (
        most_compensation(SHARE, BIG, months_left=months_left(START, DAY), interest_left_amount=BIG),
        months_of_interest(BIG, Decimal("4.8"), 6),
        legal_compensation(SHARE, LOAN, BIG, DAY, starts_on=START),
    ),
    "consolidation": lambda: (consolidation([OLD], NEW), OLD.left_amount),
    "day counts": lambda: [year_fraction(count, START, DAY, maturity_on=DAY) for count in DayCount],
    "debit day": lambda: [debit_day_change(LOAN, 20, DAY, rate_percent=Decimal("6.37"), effect=effect) for effect in DebitDayEffect],
    "deferral": lambda: deferral(BIG, bearing_amount=BIG, due_on=START, until_on=DAY, rates=RATES),
    "early repayment": lambda: [partial_repayment(LOAN, Decimal("41152263.04"), DAY, effect=effect, terms=TERMS) for effect in Effect],
    "IFRS 16": lambda: (
        LEASE.rate,
        lessee_books(LEASE),
        maturities(LEASE, 3),
        remeasured(LEASE, 3, share_kept=Decimal("0.37"), changed=LEASE),
    ),
    "late interest": lambda: late_interest(BIG, due_on=START, paid_on=DAY, rates=RATES),
    "lease ends": lambda: (
        buy_out([Rent(DAY, BIG), Rent(DAY + timedelta(days=31), BIG)], START, last_due_on=START, settlement_percent=Decimal("3.37")),
        default_indemnity(
            [RentAhead(Decimal(7), BIG)], residual_amount=BIG, market_amount=Decimal("0.01"), reference_percent=Decimal("3.75")
        ),
        option_price(BIG, DAY, fee_amount=BIG, vat_percent=Decimal(21)),
    ),
    "settlement": lambda: (
        settlement(LOAN, DAY, financed_amount=BIG, starts_on=START, fees=[Fee("file", BIG, "S", Decimal(21))]),
        settlement(LOAN, DAY, financed_amount=BIG, starts_on=START, by_days=ByDays(Decimal("6.37"), DayCount.ACT_ACT_ISDA)),
    ),
    "VAT": lambda: (vat_totals(LINES), vat_differences(LINES, [], net_amount=BIG, vat_amount=BIG, rule=VatRule.PER_LINE)),
    "withdrawal": lambda: withdrawal_amount([Drawn(START, BIG)], Decimal("4.8"), DAY),
}


@pytest.mark.parametrize("name", CALCULATIONS)
def test_a_caller_who_counts_in_four_digits_gets_the_same_bytes(name: str):
    calculate = CALCULATIONS[name]
    with localcontext(Context(prec=4, rounding=ROUND_DOWN)):
        elsewhere = calculate()
    assert repr(calculate()) == repr(elsewhere)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_nothing_is_imported_but_the_standard_library_and_the_room(path: Path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        assert all(name.partition(".")[0] in sys.stdlib_module_names or name.startswith("finance.") for name in names), names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_there_is_no_float_no_clock_and_nothing_read_or_written(path: Path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), f"{node.lineno}: a float"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in FORBIDDEN, f"{node.lineno}: {node.func.id}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in CLOCKS, f"{node.lineno}: {node.func.attr}"

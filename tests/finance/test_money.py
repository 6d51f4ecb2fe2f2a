"""What may enter a calculation, and how its result becomes money."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal, getcontext, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.money import EXACT, TO_THE_CENT, UP_TO_THE_CENT, UP_TO_THE_UNIT, Exact, Mode, Rounding, calculation, cents, whole_cents
from finance.refusals import Unanswerable

amounts = st.decimals(min_value=Decimal("-1e12"), max_value=Decimal("1e12"), places=6)


@calculation
def third(amount: Decimal, others: tuple[object, ...] = ()) -> Decimal:
    """A third of it."""
    return amount / 3


@dataclass(frozen=True, slots=True)
class Sum(Exact):
    amount: Decimal
    others: tuple[object, ...] = ()


@pytest.mark.parametrize("inexact", [0.1, 1j, float("nan")])
def test_a_float_is_a_type_error_wherever_it_stands(inexact):
    for call in (
        lambda: third(inexact),
        lambda: third(amount=inexact),
        lambda: third(Decimal(1), (Decimal(1), [inexact])),
        lambda: third(Decimal(1), ({"fee": inexact},)),
        lambda: Sum(inexact),
        lambda: Sum(Decimal(1), ((inexact,),)),
        lambda: Rounding(step=inexact),
        lambda: cents(inexact),
    ):
        with pytest.raises(TypeError):
            call()


@pytest.mark.parametrize("endless", ["NaN", "sNaN", "Infinity", "-Infinity", "1.01e16"])
def test_a_figure_without_end_is_refused_by_name(endless):
    with pytest.raises(Unanswerable) as refusal:
        third(Decimal(endless))
    assert refusal.value.rule == "figure.too_large"


def test_the_callers_context_changes_no_digit_and_is_left_as_it_was():
    with localcontext() as own:
        own.prec, own.rounding = 3, ROUND_DOWN
        assert third(Decimal(2)) == EXACT.divide(Decimal(2), Decimal(3))
        assert cents(Decimal("2.345")) == Decimal("2.35")
        assert (getcontext().prec, getcontext().rounding) == (3, ROUND_DOWN)


@pytest.mark.parametrize(
    ("rounding", "figure", "money"),
    [
        (TO_THE_CENT, "1.005", "1.01"),
        (TO_THE_CENT, "-1.005", "-1.01"),
        (TO_THE_CENT, "1.00499", "1.00"),
        (TO_THE_CENT, "7", "7.00"),
        (TO_THE_CENT, "-0.001", "0.00"),
        (Rounding(Mode.HALF_UP, Decimal(1)), "-0.1", "0.00"),
        (UP_TO_THE_CENT, "1.001", "1.01"),
        (UP_TO_THE_CENT, "-1.001", "-1.01"),
        (UP_TO_THE_CENT, "1.01", "1.01"),
        (UP_TO_THE_UNIT, "15051.000001", "15052.00"),
        (Rounding(Mode.HALF_UP, Decimal(1)), "15051.5", "15052.00"),
        (Rounding(Mode.HALF_UP, Decimal("0.05")), "1.025", "1.05"),
        (Rounding(Mode.HALF_UP, Decimal(10)), "1204.99", "1200.00"),
    ],
)
def test_money_is_rounded_away_from_zero(rounding, figure, money):
    assert str(rounding.of(Decimal(figure))) == money


def test_the_trace_of_an_endless_division_moves_no_cent():
    twelfth_of_seven_percent, twelfth_of_five_percent = EXACT.divide(7, 1200), EXACT.divide(5, 1200)

    assert cents(EXACT.multiply(6, twelfth_of_seven_percent)) == Decimal("0.04")  # exactly 0.035
    assert UP_TO_THE_CENT.of(EXACT.multiply(1200, EXACT.add(1, twelfth_of_five_percent))) == Decimal("1205.00")


@given(amounts)
def test_half_up_is_the_nearest_cent_and_up_is_never_below(amount):
    nearest, up = Fraction(TO_THE_CENT.of(amount)), Fraction(UP_TO_THE_CENT.of(amount))

    assert abs(nearest - Fraction(amount)) <= Fraction(1, 200)
    assert 0 <= abs(up) - abs(Fraction(amount)) < Fraction(1, 100)
    assert TO_THE_CENT.of(amount) == amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert UP_TO_THE_CENT.of(amount) == amount.quantize(Decimal("0.01"), ROUND_UP)


@given(amounts)
def test_a_credit_note_mirrors_its_invoice(amount):
    for rounding in (TO_THE_CENT, UP_TO_THE_CENT, UP_TO_THE_UNIT):
        assert rounding.of(-amount) == -rounding.of(amount)


def test_an_amount_has_whole_cents():
    whole_cents(Decimal(7), Decimal("7.10"), Decimal("7.1000"))
    with pytest.raises(Unanswerable) as refusal:
        whole_cents(Decimal(7), Decimal("7.001"))
    assert refusal.value.rule == "figure.cents"


@pytest.mark.parametrize("step", ["0", "-0.01", "0.001", "0.015"])
def test_a_step_is_a_whole_number_of_cents(step):
    with pytest.raises(Unanswerable) as refusal:
        Rounding(step=Decimal(step))
    assert refusal.value.rule == "rounding.step"

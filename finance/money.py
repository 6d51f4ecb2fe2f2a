"""Exact figures: what may enter a calculation, in how many digits it runs, and how its result is rounded to money.

A calculation runs with 50 digits. Before a figure is rounded to money its first 34 are kept: what stands in the others is the trace of
divisions that do not end, and would push 0.035 below the half, or 1,205.00 above the cent.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from decimal import (
    MAX_EMAX,
    MIN_EMIN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    DivisionByZero,
    FloatOperation,
    InvalidOperation,
    Overflow,
    localcontext,
)
from enum import Enum
from functools import wraps
from typing import ParamSpec, TypeVar

from finance.refusals import Unanswerable

P = ParamSpec("P")
R = TypeVar("R")

CENT = Decimal("0.01")
HUNDRED = Decimal(100)
ONE = Decimal(1)
ZERO = Decimal(0)
NOTHING = Decimal("0.00")

TRAPS = [InvalidOperation, DivisionByZero, Overflow, FloatOperation]
EXACT = Context(prec=50, rounding=ROUND_HALF_UP, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=TRAPS)
AMOUNT = Context(prec=34, rounding=ROUND_HALF_UP, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=TRAPS)
LARGEST = Decimal("1e16")  # the database keeps sixteen digits before the point
INEXACT = (float, complex)
MANY = (list, tuple, set, frozenset)


class Exact:
    """A value made of exact figures, refused at birth if one is not. Its heirs are frozen dataclasses."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]  # every heir is a dataclass
            exact(getattr(self, field.name))


def exact(value: object) -> None:
    """Refuse what is no exact figure, also inside lists and mappings: the one guard of all calculations.

    A float is a TypeError; a figure that is not finite, or larger than any amount kept, is `Unanswerable`.
    """
    if isinstance(value, Exact):
        return  # it was looked at when it was made
    if isinstance(value, INEXACT):
        raise TypeError(f"{value!r} is no exact figure: pass a Decimal")
    if isinstance(value, Decimal):
        if not value.is_finite() or value.copy_abs() > LARGEST:
            raise Unanswerable("figure.too_large", f"{value} is not a figure to calculate with")
    elif isinstance(value, MANY):
        for part in value:
            exact(part)
    elif isinstance(value, dict):
        for part in value.values():
            exact(part)


def plain(figure: Decimal) -> str:
    """The one spelling of a figure: without an exponent, without zeros at its end, and zero without a sign."""
    text = f"{figure:f}"
    shortest = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if not figure else shortest


def whole_cents(*amounts: Decimal) -> None:
    """Refuse amounts that nobody can pay."""
    for amount in amounts:
        if AMOUNT.remainder(amount, CENT):
            raise Unanswerable("figure.cents", f"{amount} is no whole number of cents")


def calculation(function: Callable[P, R]) -> Callable[P, R]:
    """A public calculation: exact arguments only, and the same digits whatever decimal context its caller lives in."""

    @wraps(function)
    def calculate(*args: P.args, **kwargs: P.kwargs) -> R:
        exact(args)
        exact(kwargs)
        with localcontext(EXACT):
            return function(*args, **kwargs)

    return calculate


class Mode(Enum):
    """Where a figure between two steps goes. Both look away from zero, so that a credit note mirrors its invoice."""

    HALF_UP = ROUND_HALF_UP
    UP = ROUND_UP


@dataclass(frozen=True, slots=True)
class Rounding:
    """A contract's way to make money of a figure: to the nearest step, or up to the next. The result has two decimals."""

    mode: Mode = Mode.HALF_UP
    step: Decimal = CENT

    def __post_init__(self) -> None:
        exact(self.step)
        if self.step <= 0 or AMOUNT.remainder(self.step, CENT):
            raise Unanswerable("rounding.step", f"a rounding step is a number of cents, not {self.step}")

    def of(self, figure: Decimal) -> Decimal:
        """The figure as money. The caller's decimal context plays no part."""
        exact(figure)
        if self.step == CENT:
            return AMOUNT.plus(AMOUNT.plus(figure).quantize(CENT, self.mode.value, AMOUNT))  # plus: 34 digits, and no -0.00
        steps = AMOUNT.divide(figure, self.step).quantize(ONE, self.mode.value, AMOUNT)
        return AMOUNT.plus(AMOUNT.multiply(steps, self.step).quantize(CENT, ROUND_HALF_UP, AMOUNT))


TO_THE_CENT = Rounding()
UP_TO_THE_CENT = Rounding(Mode.UP)
UP_TO_THE_UNIT = Rounding(Mode.UP, Decimal(1))


def cents(figure: Decimal) -> Decimal:
    """The figure rounded half up to the cent, away from zero when negative."""
    return TO_THE_CENT.of(figure)

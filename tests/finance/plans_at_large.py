"""Plans of every shape, for properties that hold for all of them."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import assume
from hypothesis import strategies as st

from finance.dates import FORTNIGHTLY, MONTHLY, QUARTERLY, WEEKLY, YEARLY
from finance.facilities import actual_365
from finance.money import TO_THE_CENT, UP_TO_THE_CENT, UP_TO_THE_UNIT
from finance.payments import Timing
from finance.phases import Annuity, Capitalized, ConstantPrincipal, InterestOnly, Rents
from finance.plans import Basis, Charge, Closing, Plan
from finance.rates import Conversion

starts = st.dates(date(1990, 1, 1), date(2060, 12, 31))
percents = st.decimals("0", "25", places=3)
principals = st.decimals("500", "5000000", places=2)
charges = st.builds(
    Charge,
    amount=st.decimals("0", "50", places=2),
    yearly_percent=st.decimals("0", "2", places=3),
    basis=st.sampled_from(Basis),
    vat_percent=st.sampled_from([Decimal(0), Decimal(21), Decimal("5.5")]),
    last_number=st.sampled_from([1, 12, 2600]),
)


def annuities(**fixed):
    """A plain plan of constant payments."""
    return plans(phases=st.builds(lambda periods: (Annuity(periods=periods),), st.integers(1, 90)), **fixed)


@st.composite
def stretches(draw):
    """One to four phases, the last of which pays something."""
    rate = st.one_of(st.none(), percents)
    periods = st.integers(1, 30)
    kinds = [
        st.builds(Annuity, periods=periods, rate_percent=rate),
        st.builds(ConstantPrincipal, periods=periods, rate_percent=rate),
        st.builds(InterestOnly, periods=periods, rate_percent=rate),
        st.builds(Capitalized, periods=st.integers(1, 6), rate_percent=rate),
    ]
    weights = st.lists(st.sampled_from([Decimal(w) for w in ("0", "0.5", "1", "3")]), min_size=2, max_size=30).filter(lambda ws: ws[-1] > 0)
    last = st.one_of(*kinds[:3], st.builds(lambda ws, rounded: Rents(weights=tuple(ws), weighs_rounded=rounded), weights, st.booleans()))
    phases = [*draw(st.lists(st.one_of(kinds), max_size=3)), draw(last)]
    drawn = st.sampled_from([Decimal(0), Decimal(0), Decimal("1000.00")])
    return (phases[0], *(replace(phase, drawn_amount=draw(drawn)) for phase in phases[1:]))


@st.composite
def plans(draw, phases=None, closing=None, residual=True, extras=True, rounding=None):
    """Any plan that a contract could have."""
    principal = draw(principals)
    first = draw(starts)
    timing = draw(st.sampled_from(Timing))
    left = draw(st.sampled_from([Decimal(0), Decimal("0.1")])) * principal if residual else Decimal(0)
    is_option = draw(st.booleans())
    plan = Plan(
        financed_amount=principal,
        rate_percent=draw(percents),
        phases=draw(stretches() if phases is None else phases),
        first_due_on=first,
        starts_on=draw(st.sampled_from([None, first - timedelta(days=draw(st.integers(0, 90)))])),
        every=draw(st.sampled_from([MONTHLY, QUARTERLY, YEARLY, WEEKLY, FORTNIGHTLY])),
        timing=timing,
        closing=draw(st.sampled_from(Closing) if closing is None else st.just(closing)),
        residual_amount=Decimal(0) if is_option else left.quantize(Decimal("0.01")),
        option_amount=left.quantize(Decimal("0.01")) if is_option else Decimal(0),
        residual_with_last_payment=draw(st.booleans()),
        conversion=draw(st.sampled_from(Conversion)),
        counting=draw(st.sampled_from([None, None, actual_365])),
        rounding=draw(st.sampled_from([TO_THE_CENT, UP_TO_THE_CENT, UP_TO_THE_UNIT]) if rounding is None else st.just(rounding)),
        fees=tuple(draw(st.lists(charges, max_size=2))) if extras else (),
        insurance=tuple(draw(st.lists(charges, max_size=2))) if extras else (),
        vat_percent=draw(st.sampled_from([Decimal(0), Decimal(21)])) if extras else Decimal(0),
    )
    assume(plan.periods > 1 or not (plan.closing is Closing.LEASE and plan.is_advance))  # one rent on the first day implies no rate
    return plan

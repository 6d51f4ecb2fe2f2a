"""What collection costs a debtor, against the published scale of Norway and the Belgian bands."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.collection_fees import Band, CollectionScale, Stage, late_payment_costs
from finance.figures import Audience
from finance.refusals import Unanswerable
from models.legal_figures import legal_figures
from tests.finance.reference import Vector, each

TABLE = legal_figures()
TODAY = date(2026, 11, 25)
CONSUMER = CollectionScale.of(TABLE.on("NO", Audience.CONSUMER, "collection_scale", TODAY))
BUSINESS = CollectionScale.of(TABLE.on("NO", Audience.PROFESSIONAL, "collection_scale", TODAY))
BELGIAN = TABLE.on("BE", Audience.CONSUMER, "collection_costs", TODAY)
VAT = TABLE.on("NO", Audience.CONSUMER, "vat_rate", TODAY).decimal("percent")
claims = st.decimals(min_value=Decimal("0.01"), max_value=Decimal("1e7"), places=2)


@each("collection_fees_no")
def test_the_published_scale_comes_out(vector: Vector):
    claim, demanded_on = Decimal(vector["input"]["principal"]), date(2026, 1, 1)
    stages = {"light": demanded_on, "heavy": demanded_on + timedelta(days=vector["input"]["heavy_after_day"] + 1)}

    def totals(scale: CollectionScale, vat_percent: Decimal = Decimal(0)) -> dict[str, str]:
        return {
            name: str(scale.fee(claim, scale.stage(demanded_on, on), vat_percent=vat_percent).total_amount) for name, on in stages.items()
        }

    assert {
        "consumer": totals(CONSUMER),
        "consumer_creditor_without_vat_deduction": totals(CONSUMER, VAT),
        "business": totals(BUSINESS),
    } == vector["expected"]


@pytest.mark.parametrize(
    ("claim", "fee"),
    [("0.01", "175.00"), ("500.00", "175.00"), ("500.01", "245.00"), ("250000.00", "2520.00"), ("250000.01", "5040.00")],
)
def test_the_end_of_a_band_belongs_to_it(claim: str, fee: str):
    assert str(CONSUMER.fee(Decimal(claim), Stage.LIGHT).net_amount) == fee


def test_the_fee_is_heavy_after_the_42nd_day():
    demanded_on = date(2026, 1, 1)
    assert CONSUMER.stage(demanded_on, demanded_on + timedelta(days=42)) is Stage.LIGHT
    assert CONSUMER.stage(demanded_on, demanded_on + timedelta(days=43)) is Stage.HEAVY


def test_a_company_pays_vat_on_its_own_fee():
    fee = BUSINESS.fee(Decimal(501), Stage.LIGHT, vat_percent=VAT)
    assert (fee.net_amount, fee.vat_amount, fee.total_amount) == (Decimal("367.50"), Decimal("91.88"), Decimal("459.38"))


def test_reminders_and_longer_plans_have_their_price():
    assert [str(CONSUMER.reminders(count)) for count in (0, 1, 2)] == ["0.00", "35.00", "70.00"]
    assert [str(CONSUMER.plan_fee(parts)) for parts in (0, 4, 5, 60)] == ["0.00", "0.00", "1050.00", "1050.00"]


@given(claims, claims, st.sampled_from([CONSUMER, BUSINESS]))
def test_a_larger_claim_never_costs_less_and_a_heavy_fee_is_twice_the_light(one, other, scale):
    small, large = sorted((one, other))
    assert scale.fee(small, Stage.LIGHT).net_amount <= scale.fee(large, Stage.LIGHT).net_amount
    assert scale.fee(one, Stage.HEAVY).net_amount == 2 * scale.fee(one, Stage.LIGHT).net_amount


@pytest.mark.parametrize(
    ("due", "most"),
    [
        ("1.00", "20.00"),
        ("150.00", "20.00"),
        ("150.01", "30.00"),
        ("250.00", "40.00"),
        ("500.00", "65.00"),
        ("500.30", "65.02"),
        ("1500.00", "115.00"),
        ("39200.00", "2000.00"),
        ("39200.20", "2000.00"),
        ("1000000.00", "2000.00"),
    ],
)
def test_belgian_costs_grow_band_by_band_to_their_maximum(due: str, most: str):
    assert str(late_payment_costs(BELGIAN, Decimal(due))) == most


@given(claims, claims)
def test_belgian_costs_never_fall_as_the_debt_grows(one, other):
    small, large = sorted((one, other))
    assert late_payment_costs(BELGIAN, small) <= late_payment_costs(BELGIAN, large) <= 2000


def test_what_is_no_claim_costs_nothing_to_ask_and_is_refused():
    for ask, rule in (
        (lambda: CONSUMER.fee(Decimal(0), Stage.LIGHT), "collection.claim"),
        (lambda: late_payment_costs(BELGIAN, Decimal(-1)), "collection.claim"),
        (lambda: CONSUMER.reminders(-1), "collection.count"),
        (lambda: CONSUMER.plan_fee(-1), "collection.count"),
    ):
        with pytest.raises(Unanswerable) as refusal:
            ask()
        assert refusal.value.rule == rule
    with pytest.raises(TypeError):
        CONSUMER.fee(500.0, Stage.LIGHT)  # type: ignore[arg-type]  # the very mistake


def test_a_scale_that_ends_is_refused_beyond_its_end():
    short = CollectionScale((Band(Decimal(100), Decimal(1)),), Decimal(1), Decimal(2), 42, Decimal(35), Decimal(0), 4)
    with pytest.raises(Unanswerable) as refusal:
        short.fee(Decimal(101), Stage.LIGHT)
    assert refusal.value.rule == "collection.scale"

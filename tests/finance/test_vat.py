"""VAT to the cent: half up, once for each category and rate, or on each line, as the issuer declares."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.refusals import Unanswerable
from finance.vat import VatDifference, VatLine, VatRule, VatTotal, vat, vat_differences, vat_totals
from models.invoices import VatRounding
from tests.finance.reference import Vector, each

RENT, SERVICE, INSURANCE = (
    VatLine("S", Decimal("21"), Decimal("1250.00")),
    VatLine("S", Decimal("21"), Decimal("85.00")),
    VatLine("E", Decimal("0"), Decimal("40.00")),
)
HALVES = [VatLine("S", Decimal("21"), Decimal("0.50")) for _ in range(3)]  # 0.105 each, 0.315 together
amounts = st.decimals(min_value=Decimal("-1e6"), max_value=Decimal("1e6"), places=2)
lines = st.lists(
    st.builds(
        VatLine,
        st.sampled_from(["S", "E", "AE"]),
        st.sampled_from([Decimal(0), Decimal(6), Decimal("5.5"), Decimal(21)]),
        amounts,
        st.none(),
    ),
    max_size=12,
)


@each("vat")
def test_published_vat_comes_out(vector: Vector):
    terms = vector["input"]
    assert str(vat(Decimal(terms["base"]), Decimal(terms["rate_percent"]))) == vector["expected"]["tax"]


def test_an_invoice_is_totaled_by_category_and_rate():
    assert vat_totals([RENT, INSURANCE, SERVICE]) == (
        VatTotal("S", Decimal("21"), Decimal("1335.00"), Decimal("280.35")),
        VatTotal("E", Decimal("0"), Decimal("40.00"), Decimal("0.00")),
    )


def test_one_rate_in_two_categories_is_two_totals():
    other = RENT._replace(category="AE")
    assert [total.category for total in vat_totals([RENT, other])] == ["S", "AE"]


@pytest.mark.parametrize(("rule", "expected"), [(VatRule.PER_CATEGORY, "0.32"), (VatRule.PER_LINE, "0.33"), (VatRounding.PER_LINE, "0.33")])
def test_where_the_issuer_rounds_makes_a_cent(rule, expected: str):
    [total] = vat_totals(HALVES, rule)
    assert str(total.vat_amount) == expected


def test_the_words_are_those_of_an_invoice():
    assert [rule.value for rule in VatRule] == [rounding.value for rounding in VatRounding]


def check(
    rule: VatRule, vat_amount: str, *, lines: list[VatLine] = HALVES, net_amount: str = "1.50", said: str | None = None
) -> dict[str, tuple[str, str]]:
    totals = [VatTotal("S", Decimal("21"), Decimal(net_amount), Decimal(said or vat_amount))]
    found = vat_differences(lines, totals, net_amount=Decimal(net_amount), vat_amount=Decimal(vat_amount), rule=rule)
    return {difference.place: (str(difference.said_amount), str(difference.right_amount)) for difference in found}


def test_an_imported_invoice_is_checked_by_the_rule_that_it_declares():
    assert check(VatRule.PER_LINE, "0.33") == {}
    assert check(VatRule.PER_CATEGORY, "0.32") == {}
    assert check(VatRule.PER_CATEGORY, "0.33") == {"S 21 % vat": ("0.33", "0.32"), "vat": ("0.33", "0.32")}


def test_a_cent_is_a_difference_though_the_official_rules_let_it_pass():
    lines = [RENT, SERVICE]
    said = [VatTotal("S", Decimal("21.00"), Decimal("1335.00"), Decimal("280.36"))]
    found = vat_differences(lines, said, net_amount=Decimal("1335.00"), vat_amount=Decimal("280.36"), rule=VatRule.PER_CATEGORY)

    assert found == (
        VatDifference("S 21 % vat", Decimal("280.36"), Decimal("280.35")),
        VatDifference("vat", Decimal("280.36"), Decimal("280.35")),
    )


def test_each_side_of_a_difference_is_told_alone():
    stated = [HALVES[0]._replace(vat_amount=Decimal("0.11")), HALVES[1]._replace(vat_amount=Decimal("0.10")), HALVES[2]]
    assert check(VatRule.PER_LINE, "0.33", lines=stated) == {"line 2": ("0.10", "0.11")}
    assert check(VatRule.PER_LINE, "0.33", net_amount="1.60") == {"S 21 % net": ("1.60", "1.50"), "net": ("1.60", "1.50")}
    assert check(VatRule.PER_LINE, "0.33", said="0.34") == {"S 21 % vat": ("0.34", "0.33")}


def test_a_category_that_one_side_has_only_counts_as_nothing_on_the_other():
    said = [
        VatTotal("S", Decimal("21"), Decimal("1250.00"), Decimal("262.50")),
        VatTotal("E", Decimal(0), Decimal("5.00"), Decimal("0.00")),
    ]
    found = vat_differences(
        [RENT, INSURANCE._replace(percent=Decimal(6))],
        said,
        net_amount=Decimal("1290.00"),
        vat_amount=Decimal("264.90"),
        rule=VatRule.PER_CATEGORY,
    )

    assert [(each.place, str(each.said_amount), str(each.right_amount)) for each in found] == [
        ("E 6 % net", "0.00", "40.00"),
        ("E 6 % vat", "0.00", "2.40"),
        ("E 0 % net", "5.00", "0.00"),
    ]


@given(lines, st.sampled_from(VatRule))
def test_an_invoice_made_by_its_rule_is_right(lines, rule):
    totals = vat_totals(lines, rule)
    net, tax = sum((total.net_amount for total in totals), Decimal(0)), sum((total.vat_amount for total in totals), Decimal(0))

    assert vat_differences(lines, totals, net_amount=net, vat_amount=tax, rule=rule) == ()
    assert net == sum(line.net_amount for line in lines)


@given(lines, st.sampled_from(VatRule))
def test_a_credit_note_mirrors_its_invoice(lines, rule):
    credited = vat_totals([line._replace(net_amount=-line.net_amount) for line in lines], rule)
    assert [total.vat_amount for total in credited] == [-total.vat_amount for total in vat_totals(lines, rule)]


@given(lines)
def test_the_two_rules_differ_by_half_a_cent_a_line_at_most(lines):
    once, each_line = vat_totals(lines), vat_totals(lines, VatRule.PER_LINE)
    assert all(abs(a.vat_amount - b.vat_amount) <= Decimal("0.005") * (len(lines) + 1) for a, b in zip(once, each_line, strict=True))


def test_what_is_no_vat_is_refused_by_name():
    for percent in ("-1", "100.01"):
        with pytest.raises(Unanswerable) as refusal:
            vat(Decimal(1), Decimal(percent))
        assert refusal.value.rule == "vat.percent"
    twice = [VatTotal("S", Decimal("21"), Decimal(0), Decimal(0)), VatTotal("S", Decimal("21.00"), Decimal(0), Decimal(0))]
    with pytest.raises(Unanswerable) as refusal:
        vat_differences([], twice, net_amount=Decimal(0), vat_amount=Decimal(0), rule=VatRule.PER_LINE)
    assert refusal.value.rule == "vat.totals"
    with pytest.raises(Unanswerable) as refusal:
        vat_totals([RENT] * 10_001)
    assert refusal.value.rule == "vat.lines"
    with pytest.raises(TypeError):
        vat(1250.0, Decimal(21))  # type: ignore[arg-type]  # the very mistake

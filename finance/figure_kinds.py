"""The kinds of legal figures that the product asks for, and what an entry of each must say."""

from collections.abc import Mapping, Set
from decimal import Decimal
from typing import NamedTuple

from finance.figures import Figure, Scale, Value
from finance.money import HUNDRED, LARGEST


class Form(NamedTuple):
    """What a value is, and between which bounds it makes sense: a misplaced decimal point is found here, not in a letter to a customer."""

    type: type
    least: Decimal | int | None = None
    most: Decimal | int | None = None


AMOUNT = Form(Decimal, Decimal(0), LARGEST)
PERCENT = Form(Decimal, Decimal(0), HUNDRED)
FACTOR = Form(Decimal, Decimal(0), Decimal(10))
COUNT = Form(int, 0, 1_000)
FLAG = Form(bool)
TEXT = Form(str)
SCALE = Form(tuple)


class Kind(NamedTuple):
    """What a figure of this kind means, and its values by name. Those in `optional` may be left out where the law sets none."""

    meaning: str
    values: dict[str, Form]
    optional: frozenset[str] = frozenset()
    bands: dict[str, Form] = {}


COMPENSATION = Kind(
    "The most that may be asked for an early repayment, as a share of the sum repaid.",
    {
        "long_percent": PERCENT,  # with more than `short_months` left
        "short_percent": PERCENT,  # with that or less
        "short_months": COUNT,
        "free_amount": AMOUNT,  # nothing, while the sums of the last `window_months` do not exceed it
        "window_months": COUNT,
    },
    optional=frozenset({"free_amount", "window_months"}),
)
MONTHS_OF_INTEREST = Kind("The most that may be asked for an early repayment, as months of interest on the sum repaid.", {"months": COUNT})
DIRECT_DEBIT = Kind(
    "The time cycle of a direct debit under this scheme.",
    {
        "pre_notification_days": COUNT,
        "presentation_days": COUNT,  # of the payment system, as are the next
        "return_days": COUNT,
        "refund_weeks": COUNT,
        "unauthorized_refund_months": COUNT,
        "mandate_months": COUNT,
    },
    optional=frozenset({"refund_weeks", "unauthorized_refund_months"}),
)

KINDS: dict[str, Kind] = {
    "early_repayment_compensation": COMPENSATION,
    "early_repayment_interest": MONTHS_OF_INTEREST,
    "mortgage_repayment_interest": MONTHS_OF_INTEREST,
    "default_indemnity": Kind("The most that may be asked of a borrower in default, as a share of what is due.", {"percent": PERCENT}),
    "lease_indemnity": Kind(
        "How the reference rate of the indemnity on a lessee's default is made of the average bond yield.", {"added_share_percent": PERCENT}
    ),
    "average_bond_yield": Kind("The average yield of bonds of a half-year, before the indemnity's addition.", {"percent": PERCENT}),
    "late_interest_rate": Kind("The yearly rate of interest on late payments.", {"percent": PERCENT}),
    "late_interest_margin": Kind(
        "What is added to the central bank's rate for interest on late payments, and the lump sum for recovery.",
        {"points": PERCENT, "recovery_amount": AMOUNT},
        optional=frozenset({"recovery_amount"}),
    ),
    "central_bank_rate": Kind("The central bank's rate to which the margin is added.", {"percent": PERCENT}),
    "collection_scale": Kind(
        "What a debtor may be charged for collection, by the size of the claim.",
        {
            "light": SCALE,
            "factor": FACTOR,  # of the scale, for this audience
            "heavy_factor": FACTOR,
            "heavy_after_days": COUNT,
            "reminder_amount": AMOUNT,
            "plan_amount": AMOUNT,  # for an installment plan of more than `plan_free_parts`
            "plan_free_parts": COUNT,
        },
        bands={"up_to_amount": AMOUNT, "amount": AMOUNT},
    ),
    "collection_costs": Kind(
        "The most that may be asked for paying late, by bands of the sum due: an amount, and a share of what is above the band before.",
        {"costs": SCALE, "most_amount": AMOUNT, "free_reminders": COUNT, "reminder_days": COUNT},
        bands={"up_to_amount": AMOUNT, "amount": AMOUNT, "percent": PERCENT},
    ),
    "vat_rate": Kind("The standard rate of VAT.", {"percent": PERCENT}),
    "withdrawal_period": Kind(
        "How long a consumer may withdraw from a credit, and how soon the money is due then.",
        {"days": COUNT, "repay_within_days": COUNT, "moves_to_working_day": FLAG},
    ),
    "notice_period": Kind("The longest notice that may be asked of a borrower who ends an open-ended credit.", {"months": COUNT}),
    "sepa_core": DIRECT_DEBIT,
    "sepa_b2b": DIRECT_DEBIT,
    "apr_of_purchase_option_lease": Kind("Whether the APR is shown for a lease with a purchase option.", {"is_shown": FLAG}),
    "structured_invoice_receipt": Kind("Whether companies must be able to receive structured invoices.", {"is_required": FLAG}),
    "structured_invoice_issue": Kind("Which companies must issue structured invoices to others.", {"by": TEXT}),
}


def misfits(figure: Figure) -> list[tuple[str, str]]:
    """What an entry says too much, too little or wrongly for its kind: each with the name of the value, and in words."""
    kind = KINDS.get(figure.subject.kind)
    if kind is None:
        return [("kind", f"{figure.subject.kind} is no kind of legal figure; there are {', '.join(sorted(KINDS))}")]
    told = _by_name(kind.values, kind.optional, figure.values)
    for name in kind.values.keys() & figure.values.keys():
        if kind.values[name] is SCALE and isinstance(scale := figure.values[name], tuple):
            told += [(f"{name}.{field}", words) for field, words in _of_bands(kind, scale)]
    return sorted(told)


def _by_name(forms: Mapping[str, Form], optional: Set[str], values: Mapping[str, Value]) -> list[tuple[str, str]]:
    """Unknown, missing and ill-formed values."""
    unknown = [(name, "is not known here") for name in values.keys() - forms.keys()]
    missing = [(name, "is missing") for name in forms.keys() - values.keys() - optional]
    wrong = [(name, words) for name in forms.keys() & values.keys() if (words := _fault(forms[name], values[name]))]
    return unknown + missing + wrong


def _fault(form: Form, value: Value) -> str | None:
    if type(value) is not form.type:
        return f"is {value!r}, not a {form.type.__name__}"
    if form.least is not None and form.most is not None and not form.least <= value <= form.most:  # type: ignore[operator]  # numbers, by the line before
        return f"is {value}, not from {form.least} to {form.most}"
    return None


def _of_bands(kind: Kind, scale: Scale) -> list[tuple[str, str]]:
    """Bands must ascend, each to its own end, and the last must have none."""
    told = [(f"{n}.{name}", words) for n, band in enumerate(scale) for name, words in _by_name(kind.bands, {"up_to_amount"}, band)]
    ends = [band.get("up_to_amount") for band in scale]
    if not ends or ends.pop() is not None or ends != sorted(set(filter(None, ends))):
        told.append(("up_to_amount", "must ascend from band to band, and be left out in the last only"))
    return told

"""Money that is paid back in installments: loans and consolidations, and the insurance that goes with them."""

from datetime import timedelta
from decimal import Decimal

from server.generator.contracts import Account, Contract, begun, conclude, follow, outstanding
from server.generator.desk import Desk
from server.generator.dues import Due
from server.generator.plans import NOTHING, Terms, cents, months_after, regular_payment, yearly_cost_percent

CONSOLIDATION_MONTHS = (84, 96, 120, 144)
COVERAGE = "Death, total disability and inability to work: the installments while they last, at most 36 of them."
INSURER = "Assurances du Val d'Or"
PREMIUMS = 12  # how many months of premiums an export claims


def loan(desk: Desk, account: Account, kind: str, shown: int | None) -> Contract:
    """A loan of a usual amount over a usual term, with insurance where a consumer wants it."""
    principal, months, rate_percent = drawn_terms(desk, account, kind)
    contract = begun(desk, account, kind, months, shown)
    is_insured = not account.holder.is_company and desk.rng.random() < 0.3
    insurance = cents(principal * Decimal("0.0009")) if is_insured else NOTHING
    terms = Terms(principal, rate_percent, months, contract.starts_on, insurance=insurance)
    follow(desk, contract, terms)
    contract.columns = {
        "product": product(desk, kind, principal),
        "ends_on": months_after(contract.starts_on, months),
        "duration_months": months,
        "periodicity_months": 1,
        "timing": "ARREARS",
        "financed_amount": principal,
        "installment_amount": regular_payment(terms) + insurance,
        "nominal_rate_percent": rate_percent,
        "apr_percent": None if account.holder.is_company else yearly_cost_percent(rate_percent),
        "outstanding_principal_amount": outstanding(contract),
    }
    return contract


def drawn_terms(desk: Desk, account: Account, kind: str) -> tuple[Decimal, int, Decimal]:
    """Amount, months and nominal rate, as consumers and small companies borrow: often little, sometimes much."""
    rng = desk.rng
    if kind == "CONSOLIDATION":
        return between(desk, 8_000, 45_000, 500), rng.choice(CONSOLIDATION_MONTHS), percent(desk, 490, 790)
    if desk.house.is_collecting:
        return between(desk, 4_000, 90_000, 500), rng.choice((12, 18, 24, 36)), percent(desk, 600, 1_150)
    if account.holder.is_company:
        return between(desk, 15_000, 250_000, 1_000), rng.choice((36, 48, 60, 84)), percent(desk, 390, 620)
    principal = between(desk, 1_500, 30_000, 250)
    months = rng.choice((12, 18, 24, 36)) if principal < 6_000 else rng.choice((36, 48, 60, 72))
    return principal, months, percent(desk, 690, 1_190) if principal < 6_000 else percent(desk, 390, 790)


def between(desk: Desk, least: int, most: int, step: int) -> Decimal:
    """Nearer to the least, in round steps."""
    return Decimal(least + int((most - least) * desk.rng.random() ** 2) // step * step)


def percent(desk: Desk, least: int, most: int) -> Decimal:
    """Between two rates in hundredths, in steps of five."""
    return Decimal(desk.rng.randrange(least, most + 1, 5)) / 100


def product(desk: Desk, kind: str, principal: Decimal) -> str:
    if kind == "CONSOLIDATION":
        return "Regroupement de crédits"
    names = {"NO": ("Nedbetalingsavtale",), "BE": ("Investment loan",), "FR": ("Prêt personnel", "Prêt travaux", "Prêt auto")}
    return desk.rng.choice(names[desk.house.country]) if principal > 2_000 else "Petit prêt"


def cover(desk: Desk, account: Account, kind: str, shown: int | None) -> Contract:
    """An insurance for what the account has borrowed, under the contract that it covers."""
    contract = begun(desk, account, kind, 36, shown)
    premium = between(desk, 8, 60, 1) + Decimal("0.90")
    first = max(contract.starts_on, months_after(desk.today, 1 - PREMIUMS).replace(day=contract.starts_on.day))
    if not contract.is_ahead:
        contract.dues = [Due(number + 1, months_after(first, number), premium) for number in range(PREMIUMS + 1)]
        conclude(desk, contract)
    covered = next((other for other in account.contracts if other.kind != "INSURANCE"), None)
    contract.columns = {
        "product": "Assurance emprunteur",
        "parent": covered.id if covered else None,
        "ends_on": months_after(contract.starts_on, 36) - timedelta(days=1),
        "renewal_rule": "Renewed every year unless it is ended two months before.",
        "notice_months": 2,
        "periodicity_months": 1,
        "timing": "ADVANCE",
        "insurer": INSURER,
        "coverage": COVERAGE,
        "premium_amount": premium,
    }
    return contract

"""Contracts and all that hangs on them: assets, plans, installments, invoices, payments, direct debits, documents, credit lines."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from server.generator import identifiers
from server.generator.accounts import Customer
from server.generator.catalogue import CATALOGUE, Equipment
from server.generator.houses import House
from server.generator.papers import pdf
from server.generator.plans import Line, annuity, cents, months_later
from server.generator.writing import ExportWriter

WITH_VAT = ("FINANCE_LEASE", "RENTAL")
WITH_ASSETS = ("FINANCE_LEASE", "HIRE_PURCHASE", "RENTAL")
INVOICED_MONTHS = 12
INSURANCE = Decimal("14.50")


class Contracts:
    """Makes them, one after the other."""

    def __init__(self, writer: ExportWriter, house: House, rng: Random, today: date) -> None:
        self.writer, self.house, self.rng, self.today = writer, house, rng, today
        self.made = 0
        self.invoices = 0

    def contract(self, customer: Customer) -> str:
        """One contract of a customer, of a kind that the portal shows. Gives its external id."""
        self.made += 1
        id_, kind = f"{customer.door.key}-C{self.made}", self.rng.choice(customer.door.kinds)
        if kind == "REVOLVING_CREDIT":
            self.credit_line(id_, customer)
        elif kind == "INSURANCE":
            self.insurance(id_, customer)
        else:
            self.financing(id_, kind, customer)
        self.paper(id_, "SIGNED_CONTRACT", f"{id_}-signed", f"Contract {id_}", date(2024, 1, 2))
        return id_

    def financing(self, id_: str, kind: str, customer: Customer) -> None:
        """A lease or a loan: amount, months and rate as its kind has them, begun some time in the last three years."""
        equipment = self.rng.choice(CATALOGUE) if kind in WITH_ASSETS else None
        months = self.rng.choice(equipment.months if equipment else (24, 36, 48, 60, 84))
        every = self.rng.choice((1, 1, 1, 3)) if equipment else 1
        price = equipment.price(self.rng) if equipment else Decimal(self.rng.randrange(20, 400) * 100)
        residual = cents(price * self.rng.choice((1, 2, 5, 10)) / 100) if kind == "FINANCE_LEASE" else Decimal(0)
        rate = Decimal(self.rng.randrange(250, 890)) / 100
        starts_on = months_later(date(self.today.year, self.today.month, 1), -self.rng.randrange(1, 30))
        plan = annuity(price, rate, months // every, every, starts_on, residual)
        paid = self.paid_until(plan)
        lines = [line for line in plan if line.number <= paid]
        overdue = [line for line in plan if line.number > paid and line.due_on < self.today]
        self.row(id_, kind, customer, price, rate, residual, starts_on, months, every, plan, lines, overdue)
        if equipment:
            self.assets(id_, equipment, price, starts_on)
        self.plan(id_, kind, plan, paid)
        if kind in WITH_ASSETS:
            self.bills(id_, kind, customer, plan, paid)
        else:
            self.repayments(id_, customer, lines[-INVOICED_MONTHS:])
        self.paper(id_, "FINAL_AMORTIZATION_TABLE", f"{id_}-table", f"Amortization table {id_}", starts_on)

    def paid_until(self, plan: list[Line]) -> int:
        """The number of the last payment that was made: one customer in twelve is behind."""
        due = sum(line.due_on <= self.today for line in plan)
        return max(0, due - self.rng.choice((1, 2))) if self.rng.random() < 1 / 12 else due

    def row(
        self,
        id_: str,
        kind: str,
        customer: Customer,
        price: Decimal,
        rate: Decimal,
        residual: Decimal,
        starts_on: date,
        months: int,
        every: int,
        plan: list[Line],
        paid: list[Line],
        overdue: list[Line],
    ) -> None:
        is_lease = kind in WITH_ASSETS
        vat = Decimal(self.house.vat_percent) if kind in WITH_VAT else Decimal(0)
        rent = plan[0].payment
        self.writer.row(
            "contracts",
            external_id=id_,
            account=customer.id,
            number=f"{starts_on.year}-{self.made:06d}",
            kind=kind,
            product=kind.replace("_", " ").title(),
            state="IN_ARREARS" if overdue else "ACTIVE",
            channel=self.rng.choice(("BRANCH", "DEALER", "DISTANCE")),
            signed_on=starts_on - timedelta(days=14),
            activated_on=starts_on,
            starts_on=starts_on,
            ends_on=months_later(starts_on, months) - timedelta(days=1),
            duration_months=months,
            periodicity_months=every,
            timing="ADVANCE" if is_lease else "ARREARS",
            currency=self.house.currency,
            financed_amount=price,
            nominal_rate_percent=rate,
            apr_percent=None if is_lease else rate + Decimal("0.35"),
            rent_excl_vat_amount=rent if is_lease else None,
            rent_incl_vat_amount=rent + cents(rent * vat / 100) if is_lease else None,
            vat_percent=vat if is_lease else None,
            purchase_option_amount=residual if kind == "FINANCE_LEASE" else None,
            installment_amount=None if is_lease else rent,
            outstanding_principal_amount=paid[-1].closing if paid else price,
            overdue_amount=sum((line.payment for line in overdue), Decimal(0)) or "0.00",
            mandate=customer.mandate,
        )

    def assets(self, id_: str, equipment: Equipment, price: Decimal, delivered_on: date) -> None:
        """The pieces that the price paid for."""
        pieces = self.rng.randrange(1, equipment.most_pieces + 1)
        brand = self.rng.choice(equipment.brands)
        for number in range(1, pieces + 1):
            share = price - cents(price / pieces) * (pieces - 1) if number == pieces else cents(price / pieces)
            self.writer.row(
                "assets",
                external_id=f"{id_}-AS{number}",
                contract=id_,
                designation=equipment.designation["en"],
                category=equipment.category,
                manufacturer=brand.name,
                model=self.rng.choice(brand.models),
                serial_number=brand.serial_number(self.rng, delivered_on.year),
                quantity=1,
                vin=identifiers.vin(self.rng, brand.vin_maker, delivered_on.year) if equipment.is_registered and brand.vin_maker else None,
                registration_plate=identifiers.registration_plate(self.house.country, self.rng) if equipment.is_registered else None,
                currency=self.house.currency,
                purchase_amount=share,
                purchase_vat_amount=cents(share * Decimal(self.house.vat_percent) / 100),
                delivered_on=delivered_on,
                state="IN_USE",
            )

    def plan(self, id_: str, kind: str, plan: list[Line], paid: int) -> None:
        """The amortization table, and what is due by it."""
        currency, vat_percent = self.house.currency, Decimal(self.house.vat_percent) if kind in WITH_VAT else Decimal(0)
        if kind != "RENTAL":
            self.writer.row("amortization_schedules", external_id=f"{id_}-S", contract=id_, status="FINAL", revision=1, currency=currency)
        for line in plan:
            vat = cents(line.payment * vat_percent / 100)
            whole = line.payment + vat
            if kind != "RENTAL":
                self.writer.row(
                    "amortization_lines",
                    schedule=f"{id_}-S",
                    number=line.number,
                    due_on=line.due_on,
                    opening_balance_amount=line.opening,
                    payment_amount=whole,
                    principal_amount=line.principal,
                    interest_amount=line.interest,
                    vat_amount=vat,
                    closing_balance_amount=line.closing,
                )
            is_paid, is_late = line.number <= paid, line.due_on < self.today
            self.writer.row(
                "installments",
                external_id=f"{id_}-I{line.number}",
                contract=id_,
                number=line.number,
                due_on=line.due_on,
                currency=currency,
                excl_vat_amount=line.payment,
                vat_amount=vat,
                principal_amount=line.principal,
                interest_amount=line.interest,
                paid_amount=whole if is_paid else "0.00",
                state="PAID" if is_paid else "OVERDUE" if is_late else "SCHEDULED",
            )

    def bills(self, id_: str, kind: str, customer: Customer, plan: list[Line], paid: int) -> None:
        """An invoice for each of the last rents, with insurance; each paid one was collected."""
        for line in [line for line in plan if line.due_on <= self.today][-INVOICED_MONTHS:]:
            self.bill(id_, kind, customer, line, line.number <= paid)

    def bill(self, id_: str, kind: str, customer: Customer, line: Line, is_paid: bool) -> None:
        self.invoices += 1
        id_of, number, currency = f"{id_}-F{line.number}", f"{line.due_on.year}{self.invoices:07d}", self.house.currency
        percent = Decimal(self.house.vat_percent) if kind in WITH_VAT else Decimal(0)
        category, vat = ("S", cents(line.payment * percent / 100)) if percent else ("E", Decimal("0.00"))
        parts = [
            ("Rent", "RENT", line.payment, category, percent, vat),
            ("Insurance", "INSURANCE", INSURANCE, "E", Decimal(0), Decimal("0.00")),
        ]
        net = line.payment + INSURANCE
        document = self.paper(id_, "INVOICE", f"{id_of}-paper", f"Invoice {number}", line.due_on, number)
        self.writer.row(
            "invoices",
            external_id=id_of,
            account=customer.id,
            contract=id_,
            document=document,
            number=number,
            kind="INVOICE",
            issued_on=line.due_on,
            due_on=line.due_on + timedelta(days=14),
            period_from_on=line.due_on,
            currency=currency,
            net_amount=net,
            vat_amount=vat,
            paid_amount=net + vat if is_paid else "0.00",
            state="PAID" if is_paid else "OVERDUE",
            payment_reference=self.reference(),
        )
        for place, (words, nature, amount, code, rate, tax) in enumerate(parts, 1):
            self.writer.row(
                "invoice_lines",
                invoice=id_of,
                number=place,
                contract=id_,
                description=f"{words} {line.due_on:%Y-%m}",
                nature=nature,
                quantity=1,
                unit_price_amount=amount,
                net_amount=amount,
                vat_category=code,
                vat_percent=rate,
                vat_amount=tax,
            )
        totals = {(code, rate): (Decimal(0), Decimal(0)) for _, _, _, code, rate, _ in parts}
        for _, _, amount, code, rate, tax in parts:
            totals[code, rate] = (totals[code, rate][0] + amount, totals[code, rate][1] + tax)
        for place, ((code, rate), (amount, tax)) in enumerate(totals.items(), 1):
            self.writer.row(
                "invoice_vat_totals",
                invoice=id_of,
                number=place,
                vat_category=code,
                vat_percent=rate,
                net_amount=amount,
                vat_amount=cents(tax),
            )
        if is_paid:
            self.payment(id_, customer, f"{id_of}-Y", line.due_on, net + vat, {"invoice": id_of})

    def repayments(self, id_: str, customer: Customer, lines: list[Line]) -> None:
        """What was collected of the last payments of a loan."""
        for line in lines:
            self.payment(id_, customer, f"{id_}-Y{line.number}", line.due_on, line.payment, {"installment": f"{id_}-I{line.number}"})

    def payment(self, contract: str, customer: Customer, id_: str, due_on: date, amount: Decimal, of: dict[str, str]) -> None:
        """A collection that came in. One in forty was returned by the bank first."""
        method, currency = "AVTALEGIRO" if self.house.country == "NO" else "DIRECT_DEBIT", self.house.currency
        if self.rng.random() < 1 / 40:
            self.writer.row(
                "direct_debits",
                external_id=f"{id_}-R",
                mandate=customer.mandate,
                contract=contract,
                collection_on=due_on,
                currency=currency,
                amount=amount,
                state="RETURNED",
                submitted_on=due_on,
                returned_on=due_on + timedelta(days=3),
                return_reason_code="AM04",
                return_reason="Insufficient funds",
            )
        value_on = due_on + timedelta(days=1)
        self.writer.row(
            "payments",
            external_id=id_,
            account=customer.id,
            contract=contract,
            direction="INCOMING",
            method=method,
            currency=currency,
            amount=amount,
            value_on=value_on,
            reference=self.reference(),
            state="SETTLED",
        )
        self.writer.row("payment_allocations", payment=id_, number=1, amount=amount, **of)
        self.writer.row(
            "direct_debits",
            external_id=f"{id_}-D",
            mandate=customer.mandate,
            contract=contract,
            payment=id_,
            collection_on=due_on,
            currency=currency,
            amount=amount,
            prenotified_on=due_on - timedelta(days=14),
            submitted_on=due_on,
            settled_on=value_on,
            state="SETTLED",
        )

    def reference(self) -> str:
        """What a payer quotes, in the form of the country."""
        number = self.rng.randrange(1, 10**9)
        forms = {"BE": identifiers.structured_communication, "NO": identifiers.kid, "FR": identifiers.french_reference}
        return forms[self.house.country](number)

    def credit_line(self, id_: str, customer: Customer) -> None:
        """A revolving credit with a card: a year of purchases, repayments and interest, and a statement a month."""
        limit, owed, currency = Decimal(self.rng.randrange(10, 60) * 100), Decimal(0), self.house.currency
        first = months_later(date(self.today.year, self.today.month, 1), -12)
        rows: list[tuple[date, str, str, Decimal]] = []
        for month in range(12):
            begins = months_later(first, month)
            opening = owed
            for day, kind, words, amount in self.month(begins, owed, limit):
                rows.append((day, kind, words, amount))
                owed += amount
            self.writer.row(
                "statements",
                external_id=f"{id_}-ST{month}",
                contract=id_,
                period_from_on=begins,
                period_to_on=months_later(begins, 1) - timedelta(days=1),
                currency=currency,
                opening_balance_amount=opening or "0.00",
                closing_balance_amount=owed,
            )
        for place, (day, kind, words, amount) in enumerate(rows):
            self.writer.row(
                "operations",
                external_id=f"{id_}-O{place}",
                contract=id_,
                booked_on=day,
                value_on=day,
                kind=kind,
                description=words,
                currency=currency,
                amount=amount,
            )
        self.writer.row(
            "contracts",
            external_id=id_,
            account=customer.id,
            number=f"R-{self.made:06d}",
            kind="REVOLVING_CREDIT",
            product="Card",
            state="ACTIVE",
            channel="DISTANCE",
            starts_on=months_later(first, -12),
            currency=currency,
            credit_limit_amount=limit,
            drawn_amount=owed,
            nominal_rate_percent="18.5",
            apr_percent="20.2",
            card_last4=identifiers.digits(self.rng, 4),
            outstanding_principal_amount=owed,
            overdue_amount="0.00",
            mandate=customer.mandate,
        )

    def month(self, begins: date, owed: Decimal, limit: Decimal) -> list[tuple[date, str, str, Decimal]]:
        """What moved the balance in a month."""
        rows = [(begins + timedelta(days=4), "REPAYMENT", "Monthly repayment", -cents(owed / 10))] if owed else []
        room = limit - owed
        for _ in range(self.rng.randrange(0, 3)):
            amount = cents(room * Decimal(self.rng.randrange(3, 20)) / 100)
            rows.append((begins + timedelta(days=self.rng.randrange(6, 27)), "PURCHASE", "Purchase by card", amount))
        if owed:
            rows.append((begins + timedelta(days=27), "INTEREST", "Interest of the month", cents(owed * Decimal("18.5") / 1200)))
        return sorted(rows)

    def insurance(self, id_: str, customer: Customer) -> None:
        """A policy beside a loan."""
        starts_on = months_later(date(self.today.year, self.today.month, 1), -self.rng.randrange(1, 30))
        self.writer.row(
            "contracts",
            external_id=id_,
            account=customer.id,
            number=f"P-{self.made:06d}",
            kind="INSURANCE",
            product="Payment protection",
            state="ACTIVE",
            starts_on=starts_on,
            notice_months=3,
            renewal_rule="Renewed each year unless notice is given.",
            currency=self.house.currency,
            insurer="Sereine Assurances",
            coverage="Death, disability and loss of employment",
            premium_amount=self.rng.randrange(12, 60),
        )

    def paper(self, contract: str, kind: str, id_: str, title: str, dated_on: date, number: str | None = None) -> str:
        """A document of a contract, with a page of its own. Gives its external id."""
        about = self.writer.paper(f"{id_}.pdf", pdf(self.house.legal_name, title, f"Contract {contract}", f"{dated_on}"))
        self.writer.row(
            "documents",
            external_id=id_,
            contract=contract,
            kind=kind,
            number=number,
            title=title,
            document_on=dated_on,
            published_at=f"{dated_on}T06:00:00Z",
            language=self.house.locale,
            **about,
        )
        return id_

"""What is true: rows, invariants, verbs. Imports nothing of ours but finance."""

from models.accounts import Account, AccountStatus, InvoiceDelivery
from models.assets import Asset, AssetCategory, AssetState
from models.attempts import KnownDevice, SignInBucket, SignInBudget
from models.cases import Case, CaseState
from models.certificates import Certificate, CertificateKind, CertificateState
from models.contracts import Channel, Contract, ContractKind, ContractState, Timing
from models.deadlines import Deadline, DeadlineKind
from models.documents import Document, DocumentKind
from models.events import AuditEvent, AuditRealm
from models.idempotency import IdempotencyRecord
from models.imports import ImportMode, ImportResult, ImportRow, ImportRun, ImportState, ImportSync, ParkedRow
from models.installments import Installment, InstallmentState
from models.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceNature, InvoiceState, InvoiceVatTotal, VatRounding
from models.jobs import Job, JobState
from models.key_checks import KeyCheck
from models.mandates import DirectDebit, DirectDebitState, Mandate, MandateScheme, MandateState
from models.messages import MessageChannel, MessageState, OutboxMessage
from models.money import Money
from models.parties import (
    AccountParty,
    Address,
    AddressKind,
    BankAccount,
    Capacity,
    ContactKind,
    ContactPoint,
    FamilySituation,
    Party,
    PartyKind,
    PartyWord,
    ProfessionalSituation,
    Verification,
)
from models.payments import Payment, PaymentAllocation, PaymentDirection, PaymentMethod, PaymentState
from models.portal_rules import (
    Contact,
    CreditProduct,
    Feature,
    PortalRules,
    PrimaryFactor,
    SecondFactor,
    SecretRules,
    SensitiveOperation,
    SimulationKind,
)
from models.portals import Installation, Portal, PortalHost, PortalPolicy, Tenant
from models.profiles import Profile, ProfileBasis, ProfileRole, ProfileState
from models.reaches import ReachSet
from models.schedules import AmortizationLine, AmortizationSchedule, ScheduleStatus
from models.sessions import Assurance, Session, SessionRealm
from models.settlement_quotes import QuoteState, SettlementQuote
from models.settling import RepaymentEffect, RepaymentScope
from models.statements import Operation, OperationKind, Statement
from models.stored_files import MissingFile, UnusedFile
from models.terms import InsuranceTerms, LeaseTerms, LoanTerms, RevolvingTerms, Terms
from models.uploads import Upload
from models.users import (
    Credential,
    CredentialKind,
    CredentialState,
    IdentifierKind,
    LoginIdentity,
    PortalUser,
    Staff,
    StaffRole,
    StaffState,
    UserState,
)
from models.words import Described

__all__ = [
    "Account",
    "AccountParty",
    "AccountStatus",
    "Address",
    "AddressKind",
    "AmortizationLine",
    "AmortizationSchedule",
    "Asset",
    "AssetCategory",
    "AssetState",
    "Assurance",
    "AuditEvent",
    "AuditRealm",
    "BankAccount",
    "Capacity",
    "Case",
    "CaseState",
    "Certificate",
    "CertificateKind",
    "CertificateState",
    "Channel",
    "Contact",
    "ContactKind",
    "ContactPoint",
    "Contract",
    "ContractKind",
    "ContractState",
    "Credential",
    "CredentialKind",
    "CredentialState",
    "CreditProduct",
    "Deadline",
    "DeadlineKind",
    "Described",
    "DirectDebit",
    "DirectDebitState",
    "Document",
    "DocumentKind",
    "FamilySituation",
    "Feature",
    "IdempotencyRecord",
    "IdentifierKind",
    "ImportMode",
    "ImportResult",
    "ImportRow",
    "ImportRun",
    "ImportState",
    "ImportSync",
    "Installation",
    "Installment",
    "InstallmentState",
    "InsuranceTerms",
    "Invoice",
    "InvoiceDelivery",
    "InvoiceKind",
    "InvoiceLine",
    "InvoiceNature",
    "InvoiceState",
    "InvoiceVatTotal",
    "Job",
    "JobState",
    "KeyCheck",
    "KnownDevice",
    "LeaseTerms",
    "LoanTerms",
    "LoginIdentity",
    "Mandate",
    "MandateScheme",
    "MandateState",
    "MessageChannel",
    "MessageState",
    "MissingFile",
    "Money",
    "Operation",
    "OperationKind",
    "OutboxMessage",
    "ParkedRow",
    "Party",
    "PartyKind",
    "PartyWord",
    "Payment",
    "PaymentAllocation",
    "PaymentDirection",
    "PaymentMethod",
    "PaymentState",
    "Portal",
    "PortalHost",
    "PortalPolicy",
    "PortalRules",
    "PortalUser",
    "PrimaryFactor",
    "ProfessionalSituation",
    "Profile",
    "ProfileBasis",
    "ProfileRole",
    "ProfileState",
    "QuoteState",
    "ReachSet",
    "RepaymentEffect",
    "RepaymentScope",
    "RevolvingTerms",
    "ScheduleStatus",
    "SecondFactor",
    "SecretRules",
    "SensitiveOperation",
    "Session",
    "SessionRealm",
    "SettlementQuote",
    "SignInBucket",
    "SignInBudget",
    "SimulationKind",
    "Staff",
    "StaffRole",
    "StaffState",
    "Statement",
    "Tenant",
    "Terms",
    "Timing",
    "UnusedFile",
    "Upload",
    "UserState",
    "VatRounding",
    "Verification",
]

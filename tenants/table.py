"""The lines of the policy table: who may name which field. What follows from them is in `tenants/fields.py`; `tests/policy.txt` prints all.

Naming a field is not seeing a row: which rows someone reaches is decided by the rules of `tenants/policy.py`.
"""

from tenants.scope import Principal

Principals = frozenset[Principal]
FieldLines = dict[str, list[tuple[Principals, str]]]  # by type: who, and the names of the fields

SHARED = "*"  # fields that mean the same on every type, for all types with lines of their own
ROOTS = ("Query", "Mutation", "Subscription")

STAFF: Principals = frozenset(
    {Principal.AGENT, Principal.SUPERVISOR, Principal.KYC, Principal.SECURITY, Principal.CONFIG, Principal.AUDITOR}
)
SERVING: Principals = frozenset({Principal.AGENT, Principal.SUPERVISOR})
OVERSEERS: Principals = SERVING | {Principal.CONFIG, Principal.AUDITOR}
CUSTOMERS: Principals = frozenset({Principal.VIEWER, Principal.ADMINISTRATOR})
ADMINISTRATORS: Principals = frozenset({Principal.ADMINISTRATOR})
READERS: Principals = CUSTOMERS | STAFF
EVERYONE: Principals = READERS | {Principal.STRANGER}

LINES: FieldLines = {
    "Query": [
        (EVERYONE, "viewer portal simulateCredit verifyCertificate"),
        (READERS, "settlementQuote settlementQuotes simulateEarlyRepayment simulateDebitDay simulateConsolidation"),
        (READERS, "node nodes account accounts company companies person persons contract contracts asset assets"),
        (READERS, "installment installments invoice invoices payment payments mandate mandates directDebit directDebits"),
        (READERS, "document documents certificate statement statements operation operations case cases"),
        (CUSTOMERS, "dashboard"),
        (OVERSEERS, "backOffice"),
    ],
    "Mutation": [
        (EVERYONE, "sessionCreate staffSessionCreate"),
        (READERS, "sessionEnd sessionRevoke"),
        (SERVING, "importUploadCreate importStart"),
        (ADMINISTRATORS | SERVING, "certificateCreate"),
        (ADMINISTRATORS | SERVING, "settlementQuoteRequest settlementQuoteCancel"),
        (ADMINISTRATORS, "settlementQuoteAccept"),
        (SERVING, "settlementQuoteIssue settlementQuotePay settlementQuoteExecute"),
    ],
    SHARED: [(READERS, "syncedAt allowedActions"), (OVERSEERS, "source externalId")],
    "PageInfo": [(READERS, "hasNextPage hasPreviousPage startCursor endCursor")],
    "Account": [
        (READERS, "contracts assets invoices documents installments payments mandates directDebits cases number status"),
        (READERS, "invoiceDelivery openedOn closedOn holder portal coParties profiles dashboard"),
    ],
    "Address": [(READERS, "kind street streetLine2 postalCode city country validFromOn validToOn")],
    "Alert": [(READERS, "account contract kind dueOn amount")],
    "AmortizationLine": [(READERS, "number dueOn openingBalance payment principal interest fees insurance vat closingBalance")],
    "AmortizationSchedule": [(READERS, "account contract status revision currency validFromOn lines")],
    "Arrears": [(READERS, "account contract amount sinceOn unpaidCount incidents")],
    "Asset": [
        (READERS, "account contract designation category manufacturer model serialNumber registrationPlate vin quantity"),
        (READERS, "supplier purchasePrice purchaseVat deliveredOn locationStreet locationPostalCode locationCity"),
        (READERS, "locationCountry insurancePolicyNumber state"),
    ],
    "BackOffice": [(OVERSEERS, "importRuns importRun")],
    "BankAccount": [(READERS, "maskedIban bic holderName verification validFromOn validToOn")],
    "Case": [
        (READERS, "account number originalCreditor originalInvoiceNumber description principal interest interestPercent fees"),
        (READERS, "costs paid outstanding openedOn dueOn state payments"),
    ],
    "Certificate": [(READERS, "account contract kind asOfOn documentOn state locale code mainAmount requestedAt printedAt document")],
    "CoParty": [(READERS, "account contract capacity party")],
    "Company": [(READERS, "tradeName legalForm enterpriseNumber vatNumber")],
    "ContactPoint": [(READERS, "kind value")],
    "Contract": [
        (READERS, "account portal number kind product state channel signedOn activatedOn startsOn endsOn noticeMonths"),
        (READERS, "renewalRule durationMonths periodicityMonths timing currency financedAmount outstandingPrincipal"),
        (READERS, "overdueAmount nominalRatePercent aprPercent fees terms deadlines nextDueOn nextInstallment"),
        (READERS, "latestInstallments arrears mandate parent subcontracts assets installments amortizationSchedule"),
        (READERS, "amortizationSchedules invoices documents certificates payments directDebits statements operations"),
        (READERS, "settlementQuotes"),
    ],
    "ContractTerms": [(READERS, "durationMonths periodicityMonths timing")],
    "ConsolidationSimulation": [
        (READERS, "contracts product durationMonths settled installment installmentBefore totalBefore totalAfter difference"),
        (READERS, "isDearer aprPercent lines"),
    ],
    "CreditProduct": [(EVERYONE, "key name minAmount maxAmount minMonths maxMonths nominalRatePercent fee")],
    "CreditSimulation": [
        (EVERYONE, "product amount durationMonths firstDueOn nominalRatePercent aprPercent installment lastInstallment fee"),
        (EVERYONE, "interest totalPayable lines"),
    ],
    "CurrencyTotal": [(READERS, "currency contractCount outstandingPrincipal overdue openCaseCount openCasesOutstanding")],
    "Dashboard": [(READERS, "reckonedOn contracts nextInstallments arrears totals alerts")],
    "DebitDaySimulation": [(READERS, "contract day movedDays nextDueOn interest lines")],
    "Deadline": [(READERS, "kind dueOn endsAt daysLeft")],
    "DirectDebit": [
        (READERS, "account contract mandate collectionOn amount prenotifiedOn submittedOn settledOn returnedOn state"),
        (READERS, "returnReasonCode returnReason payment"),
    ],
    "Document": [
        (READERS, "account contract kind number title documentOn publishedAt batchNumber language isPortalOnly validUntilOn"),
        (READERS, "supersedes file"),
    ],
    "DocumentFile": [(READERS, "url expiresAt contentType byteSize sha256 name")],
    "EarlyRepaymentSimulation": [
        (READERS, "contract scope effect repayOn principal accruedInterest arrears compensation fees vat unallocated perDay"),
        (READERS, "fallingDue total interestSaved installmentsSaved installmentBefore installmentAfter lines"),
    ],
    "FinanceHouse": [(EVERYONE, "key legalName country currency")],
    "ImportFault": [(OVERSEERS, "file line column rule message")],
    "ImportRow": [(OVERSEERS, "number type file line externalId result column rule message laterResult laterAt")],
    "ImportRun": [
        (OVERSEERS, "source sequence mode isDryRun state createdAt startedAt finishedAt createdCount updatedCount"),
        (OVERSEERS, "unchangedCount parkedCount rejectedCount heldBackCount unmatchedCount progressPercent faultRule"),
        (OVERSEERS, "faultMessage faultFile faults rows"),
    ],
    "Installment": [
        (READERS, "account contract number dueOn amountExclVat vat amountInclVat principal interest paid outstanding state"),
        (READERS, "payments"),
    ],
    "InsuranceTerms": [(READERS, "insurer coverage premium")],
    "Invoice": [
        (READERS, "account contract number kind issuedOn dueOn periodFromOn periodToOn currency vatRounding net vat total"),
        (READERS, "paid outstanding state isDisputed batchNumber paymentReference lines vatTotals payments document"),
        (READERS, "structuredDocument"),
    ],
    "InvoiceDocument": [(READERS, "invoice")],
    "InvoiceLine": [(READERS, "number description nature quantity unitPrice net vatCategory vatPercent vat contract asset")],
    "InvoiceVatTotal": [(READERS, "vatCategory vatPercent net vat")],
    "LeaseTerms": [
        (READERS, "firstRent rentExclVat rentInclVat vatPercent residualValue purchaseOption purchaseOptionFromOn"),
        (READERS, "purchaseOptionToOn"),
    ],
    "LoanTerms": [(READERS, "installment nominalRatePercent aprPercent")],
    "Mandate": [
        (READERS, "account reference scheme creditorIdentifier maskedIban signedOn signatory maxAmount debitDay state"),
        (READERS, "lastCollectedOn contracts directDebits"),
    ],
    "Money": [(EVERYONE, "amount currency")],
    "Node": [(READERS, "id")],
    "Operation": [(READERS, "account contract bookedOn valueOn kind description amount")],
    "Party": [(READERS, "legalName country addresses contactPoints bankAccounts accounts")],
    "Payment": [
        (READERS, "account contract direction method amount expectedAmount valueOn reference provider state returnReason"),
        (READERS, "anomalies allocations"),
    ],
    "PaymentAllocation": [(READERS, "amount payment invoice installment case")],
    "Person": [(READERS, "givenName familyName bornOn familySituation professionalSituation")],
    "Portal": [
        (EVERYONE, "key brand status maintenanceNotice financeHouse locales timeZone currency signIn idleMinutes"),
        (EVERYONE, "absoluteMinutes sensitiveOperations features documentWindowMonths paymentWindowMonths senders"),
        (EVERYONE, "creditProducts officialHosts contact"),
    ],
    "PortalContact": [(EVERYONE, "email phone hours")],
    "Profile": [
        (READERS, "account role basis state permissions user party contracts documentKinds documentsFromOn validFromAt"),
        (READERS, "validUntilAt"),
    ],
    "RevolvingTerms": [(READERS, "creditLimit drawn available installment nominalRatePercent aprPercent cardLast4")],
    "ScheduleDocument": [(READERS, "amortizationSchedule")],
    "SecretRules": [(EVERYONE, "minLength upper lower digits punctuation exactDigits")],
    "Session": [(EVERYONE, "id createdAt lastSeenAt idleExpiresAt endsAt assurance deviceName userAgent address isCurrent allowedActions")],
    "SettlementQuote": [
        (READERS, "account contract number scope effect state version repayOn validUntilOn askedAmount principal"),
        (READERS, "accruedInterest arrears compensation fees vat unallocated perDay fallingDue total requestedAt issuedAt"),
        (READERS, "acceptedAt paidOn executedAt endedAt leftRule"),
        (STAFF, "leftReason"),
    ],
    "SignIn": [(EVERYONE, "identifierKinds primaryFactors secondFactors secretRules")],
    "Simulation": [(EVERYONE, "reference kind standing reckonedOn validUntilOn ruleVersion legalMention")],
    "SimulationLine": [(EVERYONE, "number dueOn openingBalance payment principal interest closingBalance")],
    "Staff": [(STAFF, "displayName email roles state")],
    "Statement": [(READERS, "account contract periodFromOn periodToOn openingBalance closingBalance operations")],
    "Upload": [(SERVING, "id url expiresAt")],
    "User": [(READERS, "displayName email locale state party")],
    "UserError": [(EVERYONE, "code message path rule")],
    "VerifiedCertificate": [(EVERYONE, "kind issuer brand contractNumberEnding asOfOn issuedAt mainAmount isSameFile")],
    "Viewer": [(READERS, "user staff session sessions profiles permissions locale")],
}

"""The lines of the policy table: who may name which field. `tests/policy.txt` prints them one by one.

Naming a field is not seeing a row: which rows someone reaches is decided by the rules of `tenants/policy.py`.
"""

from tenants.scope import Principal

Principals = frozenset[Principal]
FieldLines = dict[str, list[tuple[Principals, str]]]  # by type: who, and the names of the fields; "*" for all of a page's or edge's

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
        (READERS, "node nodes account accounts company companies contract contracts asset assets installments invoice invoices"),
        (READERS, "payment payments directDebits mandates document documents certificate statements operations cases"),
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
    "PageInfo": [(READERS, "*")],
    "Account": [
        (READERS, "id contracts invoices documents installments payments mandates syncedAt allowedActions number status"),
        (READERS, "invoiceDelivery openedOn closedOn holder portal coParties profiles dashboard"),
    ],
    "AccountConnection": [(READERS, "*")],
    "AccountEdge": [(READERS, "*")],
    "Address": [(READERS, "id kind street streetLine2 postalCode city country validFromOn validToOn")],
    "Alert": [(READERS, "account contract kind dueOn amount")],
    "AmortizationLine": [(READERS, "number dueOn openingBalance payment principal interest fees insurance vat closingBalance")],
    "AmortizationSchedule": [
        (READERS, "id account contract status revision currency validFromOn lines"),
        (READERS, "syncedAt allowedActions"),
    ],
    "Arrears": [(READERS, "account contract amount sinceOn unpaidCount incidents")],
    "Asset": [
        (READERS, "id account contract designation category manufacturer model serialNumber registrationPlate vin"),
        (READERS, "quantity supplier purchasePrice purchaseVat deliveredOn locationStreet locationPostalCode"),
        (READERS, "locationCity locationCountry insurancePolicyNumber state"),
        (READERS, "syncedAt allowedActions"),
    ],
    "AssetConnection": [(READERS, "*")],
    "AssetEdge": [(READERS, "*")],
    "BackOffice": [(OVERSEERS, "importRuns importRun")],
    "BankAccount": [(READERS, "id maskedIban bic holderName verification validFromOn validToOn")],
    "Case": [
        (READERS, "id account number originalCreditor originalInvoiceNumber description principal interest"),
        (READERS, "interestPercent fees costs paid outstanding openedOn dueOn state payments"),
        (READERS, "syncedAt allowedActions"),
    ],
    "CaseConnection": [(READERS, "*")],
    "CaseEdge": [(READERS, "*")],
    "Certificate": [(READERS, "id account contract kind asOfOn documentOn state locale code mainAmount requestedAt printedAt document")],
    "CertificateConnection": [(READERS, "*")],
    "CertificateCreatePayload": [(ADMINISTRATORS | SERVING, "certificate errors")],
    "CertificateEdge": [(READERS, "*")],
    "CoParty": [(READERS, "id account contract capacity party")],
    "Company": [
        (READERS, "id legalName country addresses contactPoints bankAccounts accounts syncedAt allowedActions tradeName"),
        (READERS, "legalForm enterpriseNumber vatNumber"),
    ],
    "CompanyConnection": [(READERS, "*")],
    "CompanyEdge": [(READERS, "*")],
    "ConflictError": [(EVERYONE, "code message path rule")],
    "ContactPoint": [(READERS, "id kind value")],
    "Contract": [
        (READERS, "id account number kind product state channel signedOn activatedOn startsOn endsOn noticeMonths"),
        (READERS, "renewalRule durationMonths periodicityMonths timing currency financedAmount outstandingPrincipal"),
        (READERS, "overdueAmount nominalRatePercent aprPercent fees terms deadlines nextDueOn nextInstallment"),
        (READERS, "latestInstallments arrears mandate parent subcontracts assets installments amortizationSchedule"),
        (READERS, "amortizationSchedules invoices documents certificates payments directDebits statements operations"),
        (READERS, "settlementQuotes syncedAt allowedActions"),
    ],
    "ContractConnection": [(READERS, "*")],
    "ContractEdge": [(READERS, "*")],
    "ContractTerms": [(READERS, "durationMonths periodicityMonths timing")],
    "ConsolidationSimulation": [
        (READERS, "reference kind standing reckonedOn validUntilOn ruleVersion legalMention contracts product durationMonths settled"),
        (READERS, "installment installmentBefore totalBefore totalAfter difference isDearer aprPercent lines"),
    ],
    "ConsolidationSimulationPayload": [(READERS, "simulation errors")],
    "CreditProduct": [(EVERYONE, "key name minAmount maxAmount minMonths maxMonths nominalRatePercent fee")],
    "CreditSimulation": [
        (EVERYONE, "reference kind standing reckonedOn validUntilOn ruleVersion legalMention product amount durationMonths"),
        (EVERYONE, "firstDueOn nominalRatePercent aprPercent installment lastInstallment fee interest totalPayable lines"),
    ],
    "CreditSimulationPayload": [(EVERYONE, "simulation errors")],
    "CurrencyTotal": [(READERS, "currency contractCount outstandingPrincipal overdue")],
    "Dashboard": [(READERS, "reckonedOn contracts nextInstallments arrears totals alerts")],
    "DebitDaySimulation": [
        (READERS, "reference kind standing reckonedOn validUntilOn ruleVersion legalMention contract day movedDays nextDueOn interest"),
        (READERS, "lines"),
    ],
    "DebitDaySimulationPayload": [(READERS, "simulation errors")],
    "Deadline": [(READERS, "kind dueOn")],
    "DirectDebit": [
        (READERS, "id account contract mandate collectionOn amount prenotifiedOn submittedOn settledOn returnedOn state"),
        (READERS, "returnReasonCode returnReason payment"),
        (READERS, "syncedAt allowedActions"),
    ],
    "DirectDebitConnection": [(READERS, "*")],
    "DirectDebitEdge": [(READERS, "*")],
    "Document": [
        (READERS, "id account contract kind number title documentOn publishedAt batchNumber language isPortalOnly"),
        (READERS, "validUntilOn supersedes file"),
        (READERS, "syncedAt allowedActions"),
    ],
    "DocumentConnection": [(READERS, "*")],
    "DocumentEdge": [(READERS, "*")],
    "DocumentFile": [(READERS, "url expiresAt contentType byteSize sha256 name")],
    "EarlyRepaymentSimulation": [
        (READERS, "reference kind standing reckonedOn validUntilOn ruleVersion legalMention contract scope effect repayOn principal"),
        (READERS, "accruedInterest arrears compensation fees vat unallocated perDay total interestSaved installmentsSaved"),
        (READERS, "installmentBefore installmentAfter lines"),
    ],
    "EarlyRepaymentSimulationPayload": [(READERS, "simulation errors")],
    "FinanceHouse": [(EVERYONE, "key legalName country currency")],
    "GeneralDocument": [
        (READERS, "id account contract kind number title documentOn publishedAt batchNumber language isPortalOnly"),
        (READERS, "validUntilOn supersedes file"),
        (READERS, "syncedAt allowedActions"),
    ],
    "ImportFault": [(OVERSEERS, "file line column rule message")],
    "ImportRow": [(OVERSEERS, "number type file line externalId result column rule message")],
    "ImportRowConnection": [(OVERSEERS, "*")],
    "ImportRowEdge": [(OVERSEERS, "*")],
    "ImportRun": [
        (OVERSEERS, "id source sequence mode isDryRun state createdAt startedAt finishedAt createdCount updatedCount"),
        (OVERSEERS, "unchangedCount parkedCount rejectedCount heldBackCount unmatchedCount progressPercent"),
        (OVERSEERS, "faultRule faultMessage faultFile faults rows"),
    ],
    "ImportRunConnection": [(OVERSEERS, "*")],
    "ImportRunEdge": [(OVERSEERS, "*")],
    "ImportStartPayload": [(SERVING, "importRun errors")],
    "ImportUploadCreatePayload": [(SERVING, "upload errors")],
    "InputError": [(EVERYONE, "code message path rule")],
    "Installment": [
        (READERS, "id account contract number dueOn amountExclVat vat amountInclVat principal interest paid outstanding"),
        (READERS, "state payments"),
        (READERS, "syncedAt allowedActions"),
    ],
    "InstallmentConnection": [(READERS, "*")],
    "InstallmentEdge": [(READERS, "*")],
    "InsuranceTerms": [(READERS, "durationMonths periodicityMonths timing insurer coverage premium")],
    "Invoice": [
        (READERS, "id account contract number kind issuedOn dueOn periodFromOn periodToOn currency vatRounding net vat"),
        (READERS, "total paid outstanding state isDisputed batchNumber paymentReference lines vatTotals payments"),
        (READERS, "document structuredDocument"),
        (READERS, "syncedAt allowedActions"),
    ],
    "InvoiceConnection": [(READERS, "*")],
    "InvoiceDocument": [
        (READERS, "id account contract kind number title documentOn publishedAt batchNumber language isPortalOnly"),
        (READERS, "validUntilOn supersedes file invoice"),
        (READERS, "syncedAt allowedActions"),
    ],
    "InvoiceEdge": [(READERS, "*")],
    "InvoiceLine": [(READERS, "number description nature quantity unitPrice net vatCategory vatPercent vat contract asset")],
    "InvoiceVatTotal": [(READERS, "vatCategory vatPercent net vat")],
    "LeaseTerms": [
        (READERS, "durationMonths periodicityMonths timing firstRent rentExclVat rentInclVat vatPercent residualValue"),
        (READERS, "purchaseOption purchaseOptionFromOn purchaseOptionToOn"),
    ],
    "LoanTerms": [(READERS, "durationMonths periodicityMonths timing installment nominalRatePercent aprPercent")],
    "Mandate": [
        (READERS, "id account reference scheme creditorIdentifier maskedIban signedOn signatory maxAmount debitDay"),
        (READERS, "state lastCollectedOn contracts directDebits"),
        (READERS, "syncedAt allowedActions"),
    ],
    "MandateConnection": [(READERS, "*")],
    "MandateEdge": [(READERS, "*")],
    "Money": [(EVERYONE, "amount currency")],
    "Node": [(READERS, "id")],
    "NotFoundError": [(EVERYONE, "code message path rule")],
    "Operation": [(READERS, "id account contract bookedOn valueOn kind description amount"), (READERS, "syncedAt allowedActions")],
    "OperationConnection": [(READERS, "*")],
    "OperationEdge": [(READERS, "*")],
    "Party": [(READERS, "id legalName country addresses contactPoints bankAccounts accounts")],
    "Payment": [
        (READERS, "id account contract direction method amount expectedAmount valueOn reference provider state"),
        (READERS, "returnReason anomalies allocations"),
        (READERS, "syncedAt allowedActions"),
    ],
    "PaymentAllocation": [(READERS, "amount payment invoice installment case")],
    "PaymentConnection": [(READERS, "*")],
    "PaymentEdge": [(READERS, "*")],
    "Person": [
        (READERS, "id legalName country addresses contactPoints bankAccounts accounts syncedAt allowedActions givenName"),
        (READERS, "familyName bornOn familySituation professionalSituation"),
    ],
    "Portal": [
        (EVERYONE, "key brand status maintenanceNotice financeHouse locales timeZone currency signIn idleMinutes"),
        (EVERYONE, "absoluteMinutes sensitiveOperations features documentWindowMonths paymentWindowMonths senders"),
        (EVERYONE, "creditProducts officialHosts contact"),
    ],
    "PortalContact": [(EVERYONE, "email phone hours")],
    "Profile": [
        (READERS, "id account role basis state permissions user party contracts documentKinds documentsFromOn"),
        (READERS, "validFromAt validUntilAt"),
    ],
    "ProfileConnection": [(READERS, "*")],
    "ProfileEdge": [(READERS, "*")],
    "RefusalError": [(EVERYONE, "code message path rule")],
    "RevolvingTerms": [
        (READERS, "durationMonths periodicityMonths timing creditLimit drawn available installment nominalRatePercent"),
        (READERS, "aprPercent cardLast4"),
    ],
    "ScheduleDocument": [
        (READERS, "id account contract kind number title documentOn publishedAt batchNumber language isPortalOnly"),
        (READERS, "validUntilOn supersedes file amortizationSchedule"),
        (READERS, "syncedAt allowedActions"),
    ],
    "SecretRules": [(EVERYONE, "minLength upper lower digits punctuation exactDigits")],
    "Session": [(EVERYONE, "id createdAt lastSeenAt idleExpiresAt endsAt assurance deviceName userAgent address isCurrent allowedActions")],
    "SessionConnection": [(READERS, "*")],
    "SessionCreatePayload": [(EVERYONE, "token session errors")],
    "SessionEdge": [(READERS, "*")],
    "SessionEndPayload": [(EVERYONE, "session errors")],
    "SettlementQuote": [
        (READERS, "id account contract number scope effect state version repayOn validUntilOn askedAmount principal accruedInterest"),
        (READERS, "arrears compensation fees vat unallocated perDay total requestedAt issuedAt acceptedAt paidOn executedAt endedAt"),
        (READERS, "allowedActions"),
    ],
    "SettlementQuoteAcceptPayload": [(ADMINISTRATORS, "quote errors")],
    "SettlementQuoteCancelPayload": [(ADMINISTRATORS | SERVING, "quote errors")],
    "SettlementQuoteConnection": [(READERS, "*")],
    "SettlementQuoteEdge": [(READERS, "*")],
    "SettlementQuoteExecutePayload": [(SERVING, "quote errors")],
    "SettlementQuoteIssuePayload": [(SERVING, "quote errors")],
    "SettlementQuotePayPayload": [(SERVING, "quote errors")],
    "SettlementQuoteRequestPayload": [(ADMINISTRATORS | SERVING, "quote errors")],
    "SignIn": [(EVERYONE, "identifierKinds primaryFactors secondFactors hasKeypad firstAccess secretRules")],
    "Simulation": [(EVERYONE, "reference kind standing reckonedOn validUntilOn ruleVersion legalMention")],
    "SimulationLine": [(EVERYONE, "number dueOn openingBalance payment principal interest closingBalance")],
    "Staff": [(STAFF, "id displayName email roles state")],
    "Statement": [
        (READERS, "id account contract periodFromOn periodToOn openingBalance closingBalance"),
        (READERS, "syncedAt allowedActions"),
    ],
    "StatementConnection": [(READERS, "*")],
    "StatementEdge": [(READERS, "*")],
    "Upload": [(SERVING, "id url expiresAt")],
    "User": [(READERS, "id displayName email locale state party")],
    "UserError": [(EVERYONE, "code message path rule")],
    "VerifiedCertificate": [(EVERYONE, "kind issuer brand contractNumberEnding asOfOn issuedAt mainAmount isSameFile")],
    "Viewer": [(EVERYONE, "user staff session permissions locale"), (READERS, "sessions profiles")],
}

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
        (EVERYONE, "viewer portal"),
        (READERS, "node nodes account accounts company companies contract contracts asset assets installments invoice invoices"),
        (READERS, "payment payments directDebits mandates document documents statements operations cases"),
        (OVERSEERS, "backOffice"),
    ],
    "Mutation": [
        (EVERYONE, "sessionCreate staffSessionCreate"),
        (READERS, "sessionEnd sessionRevoke"),
        (SERVING, "importUploadCreate importStart"),
    ],
    "PageInfo": [(READERS, "*")],
}

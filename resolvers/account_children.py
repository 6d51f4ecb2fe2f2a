"""The lists under a customer number."""

from resolvers.assets import ASSETS
from resolvers.cases import CASES
from resolvers.contracts import CONTRACTS
from resolvers.documents import DOCUMENTS
from resolvers.installments import OF_ALL_CONTRACTS
from resolvers.invoices import INVOICES
from resolvers.mandates import DIRECT_DEBITS, MANDATES
from resolvers.payments import PAYMENTS

contracts = CONTRACTS.under("account_id")
assets = ASSETS.under("account_id")
invoices = INVOICES.under("account_id")
documents = DOCUMENTS.under("account_id")
installments = OF_ALL_CONTRACTS.under("account_id")
payments = PAYMENTS.under("account_id")
mandates = MANDATES.under("account_id")
direct_debits = DIRECT_DEBITS.under("account_id")
cases = CASES.under("account_id")

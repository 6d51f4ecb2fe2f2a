"""The lists under a customer number."""

from resolvers.contracts import CONTRACTS
from resolvers.documents import DOCUMENTS
from resolvers.installments import INSTALLMENTS
from resolvers.invoices import INVOICES
from resolvers.mandates import MANDATES
from resolvers.payments import PAYMENTS

contracts = CONTRACTS.under("account_id")
invoices = INVOICES.under("account_id")
documents = DOCUMENTS.under("account_id")
installments = INSTALLMENTS.under("account_id")
payments = PAYMENTS.under("account_id")
mandates = MANDATES.under("account_id")

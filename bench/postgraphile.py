"""How PostGraphile is asked: by the names it gives to our tables, columns and keys."""

from bench.operations import Dialect

LIST = """query List($tenant: UUID!) {
  allContracts(first: 50, condition: {tenantId: $tenant}, orderBy: [STARTS_ON_DESC, ROW_ID_DESC]) {
    nodes {
      rowId number kind state startsOn endsOn currency financedAmount nominalRatePercent durationMonths
      accountByTenantIdAndAccountIdAndHolderId { partyByTenantIdAndHolderId { legalName } }
      assetsByTenantIdAndAccountIdAndContractId(first: 3, orderBy: [DESIGNATION_ASC, ROW_ID_ASC]) {
        nodes { rowId designation category serialNumber purchaseAmount deliveredOn }
      }
      documentsByTenantIdAndAccountIdAndContractId(first: 12, orderBy: [DOCUMENT_ON_DESC, ROW_ID_DESC]) {
        nodes { rowId kind number title documentOn }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}"""
DEEP = """query Deep($tenant: UUID!) {
  allContracts(first: 50, condition: {tenantId: $tenant}, orderBy: [STARTS_ON_DESC, ROW_ID_DESC]) {
    nodes {
      rowId
      installmentsByTenantIdAndAccountIdAndContractId(first: 60, orderBy: [DUE_ON_DESC, ROW_ID_DESC]) {
        nodes { number dueOn state inclVatAmount outstandingAmount }
      }
    }
  }
}"""
ONE = """query One($tenant: UUID!, $id: UUID!) {
  contractByTenantIdAndRowId(tenantId: $tenant, rowId: $id) {
    rowId number state startsOn currency financedAmount accountByTenantIdAndAccountIdAndHolderId { partyByTenantIdAndHolderId { legalName } }
  }
}"""
POSTGRAPHILE = Dialect({"list": LIST, "deep": DEEP, "one": ONE}, id_prefix="", has_tenant=True)

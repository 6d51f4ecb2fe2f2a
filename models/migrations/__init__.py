"""How the database came to be what it is: a folder of hand-written DDL for each step, applied in this order, never changed afterwards."""

ORDER = (
    "initial",
    "quotes",
    "certificates",
    "importing",
    "reaches",
    "house_lists",
    "card_numbers",
    "sign_in_budgets",
    "import_reports",
    "claims",
    "searching",
    "stored_logins",
    "stored_files",
    "asset_names",
    "more_words",
    "open_cases",
    "card_spellings",
    "returned_invoices",
    "walls_by_function",
)

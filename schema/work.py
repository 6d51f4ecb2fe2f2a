"""What it takes to answer the fields that reckon or read more than they give, in points: docs/decisions/cost.md says how it was measured.

A hundred points are one millisecond of a worker's CPU.
"""

from engine import Each, Work

PAPER = Work(20)  # find one paper by what is printed on it
LEDGER = Work(200)  # read all that is known of a contract's money, and reckon with it once
CREDIT = Work(20, (Each("input.months", 0.8, 480),))
CONSOLIDATION = Work(
    50,
    (
        Each("input.contracts", LEDGER.points),
        Each("input.externals.installments", 0.15, 480),
        Each("input.months", 1, 480),
    ),
)
DASHBOARD = Work(200, (Each("accounts", 2),))
DASHBOARD_OF_ACCOUNT = Work(50)  # ten statements for all of them together
ARREARS, DEADLINES = Work(2), Work(1)

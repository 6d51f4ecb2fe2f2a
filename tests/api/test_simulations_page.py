"""Which rules `docs/simulations.md` names: all that a customer or a house can run into, and none that there is not. Its examples are asked by tests/docs."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "simulations.md").read_text("utf-8")
MODELS = ("simulations", "early_repayments", "debit_days", "consolidations", "settling", "settlement_quotes")
RULE = r"(?:portal|credit|amount|quote|contract|settlement|repayment|debit_day|consolidation|list|idempotency)\.[a-z_]+"


def rules_in(*paths: Path) -> set[str]:
    return {rule for path in paths for rule in re.findall(f'"({RULE})"', path.read_text("utf-8"))}


def test_every_rule_of_the_page_is_one_and_every_rule_of_the_models_is_on_it():
    shown = set(re.findall(f"`({RULE})`", PAGE.partition("## What goes wrong")[2]))
    ours = rules_in(*[ROOT / "models" / f"{name}.py" for name in MODELS])

    everywhere = rules_in(*[path for room in ("models", "finance", "resolvers") for path in (ROOT / room).rglob("*.py")])
    assert ours and ours - shown == set()
    assert shown - everywhere == set()

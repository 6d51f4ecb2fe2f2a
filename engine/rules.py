"""Which validation rules a document can break at all.

A rule is asked of every node, and those about variables hash the whole operation each time: of 4.4 ms that reading a hundred fields takes,
1.6 go into rules about variables, directives, fragments or arguments that are not there. What they are about needs a character or a word
of its own, so its absence from the text is enough; its presence, in a text value or a comment perhaps, only costs the time.
"""

from collections.abc import Sequence

from graphql import ASTValidationRule, specified_rules
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

ALL: Sequence[type[ASTValidationRule]] = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)

# By their names, because not all of them are exported. A rule that stands nowhere here is always asked.
NEEDED = {
    ("$",): """VariablesAreInputTypesRule UniqueVariableNamesRule NoUndefinedVariablesRule NoUnusedVariablesRule
      VariablesInAllowedPositionRule""",
    ("@",): """KnownDirectivesRule UniqueDirectivesPerLocationRule DeferStreamDirectiveOnRootField
      DeferStreamDirectiveOnValidOperationsRule DeferStreamDirectiveLabel StreamDirectiveOnListField""",
    ("...", "fragment"): """FragmentsOnCompositeTypesRule UniqueFragmentNamesRule KnownFragmentNamesRule NoUnusedFragmentsRule
      PossibleFragmentSpreadsRule NoFragmentCyclesRule""",
    ("(",): "KnownArgumentNamesRule UniqueArgumentNamesRule UniqueInputFieldNamesRule",
    ("subscription",): "SingleFieldSubscriptionsRule",
}
MARKS = {name: marks for marks, names in NEEDED.items() for name in names.split()}


def rules_for(text: str) -> list[type[ASTValidationRule]]:
    """All rules that this text could break."""
    there = {marks: any(mark in text for mark in marks) for marks in NEEDED}
    return [rule for rule in ALL if there.get(MARKS.get(rule.__name__, ()), True)]

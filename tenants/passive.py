"""Which operations keep no session alive: those by which a page only looks how long it still has, or whether the portal is open."""

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    visit,
)

# By type: fields that say nothing of a customer. A field that is not named here is a use of the session.
PASSIVE: dict[str, frozenset[str] | None] = {
    "Query": frozenset({"viewer", "portal"}),
    "Viewer": frozenset({"session", "locale"}),
    "Session": None,
    "Portal": None,
    "FinanceHouse": None,
    "SignIn": None,
    "SecretRules": None,
    "PortalContact": None,
    "CreditProduct": None,
}


def is_passive(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> bool:
    """Whether a query names passive fields only, fragments included. What `@skip` leaves out counts as named."""
    if operation.operation is not OperationType.QUERY:
        return False
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    reached = _reached(operation.selection_set, fragments)
    used = [fragments[name] for name in reached if name in fragments]
    return _names_passive_only(schema, operation) and all(_names_passive_only(schema, fragment) for fragment in used)


def _reached(selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode]) -> list[str]:
    """The fragments that an operation comes to, each once."""
    found: dict[str, None] = {}
    waiting = [selections]
    while waiting:
        for selection in waiting.pop().selections:
            if isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                if name not in found and name in fragments:
                    waiting.append(fragments[name].selection_set)
                found[name] = None
            elif isinstance(selection, FieldNode | InlineFragmentNode) and selection.selection_set:
                waiting.append(selection.selection_set)
    return list(found)


def _names_passive_only(schema: GraphQLSchema, node: OperationDefinitionNode | FragmentDefinitionNode) -> bool:
    info, active = TypeInfo(schema), []

    class Fields(Visitor):
        def enter_field(self, field: FieldNode, *_: object) -> None:
            parent = info.get_parent_type()
            if field.name.value != "__typename" and not (parent and _is_passive(parent.name, field.name.value)):
                active.append(field)

    visit(node, TypeInfoVisitor(info, Fields()))
    return not active


def _is_passive(parent: str, name: str) -> bool:
    fields = PASSIVE.get(parent, frozenset())
    return fields is None or name in fields

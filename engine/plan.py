"""What is known of an operation before it runs: which fields of which types, in which order, answered how.

A plan is made once and runs any number of times, for anybody. It holds the schema's and the document's parts, and no tenant, role or
variable: of the variables it knows only which fields `@skip` and `@include` left.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute_of
from enum import StrEnum
from typing import Any, Literal, NamedTuple

import strawberry
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLLeafType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    OperationDefinitionNode,
    OperationType,
)
from strawberry.types.field import StrawberryField

from engine.arguments import Arguments
from engine.generated import MOST_KNOWN, Build, Column, Leaf, Whole, compile_build, compile_whole, is_written_from
from engine.leaves import Notes, Write
from engine.rows import UNKNOWN, Layout, layout_of

Kind = Literal["typename", "plain", "batch", "once", "schema", "other"]
Shape = Literal["one", "list", "any"]
Judged = Literal["freely", "by typename", "by asking"]
Paths = tuple[tuple[str, ...], ...]
FEW = 8  # objects of a level, up to which nothing is gained by code of their class's own, unless there are other objects in them
Class = type  # which has another meaning inside of `Selection`


class Reason(StrEnum):
    """Why an operation is left to graphql-core."""

    SWITCHED_OFF = "switched off"
    SUBSCRIPTION = "subscription"
    DIRECTIVE = "directive"  # another than @skip and @include
    CONDITION = "condition"  # one of theirs that has no value
    FRAGMENT_ARGUMENTS = "fragment arguments"
    ASYNC_SCALAR = "async scalar"
    DEPTH = "depth"
    SIZE = "size"


class Asked(NamedTuple):
    """Whether an operation asks for something, and which attributes it looks at there; `None` is any."""

    is_asked: bool
    reads: frozenset[str] | None


def all_of(parts: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    """All attributes that are looked at; `None` where one of the parts may look at any."""
    found: set[str] = set()
    for part in parts:
        if part is None:
            return None
        found |= part
    return frozenset(found)


class Unsupported(Exception):
    """This operation is left to graphql-core."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(slots=True, eq=False)
class Field:
    """One field of one selection.

    `kind` says how it is answered: `typename`; `plain`, an attribute of the object; `batch`, one function of all objects; `once`, a
    function of a root field; `schema`, what the schema says of itself; `other`, whatever strawberry or graphql-core built, called for
    each object.

    `shape` says how its objects are put together: nearly all fields have `one` object, or a `list` of them; `any` is the rest: lists of
    lists. `below` has the selection for each object type that a value may have, and `judged` says how it is known that a value is of one:
    nobody asks; `ByTypename` says; or the types' own functions are asked.

    `alike` is a selection that stands for all of them, where each writes the same leaves: then nobody needs to sort the objects by type.

    `reads` are the attributes that will be looked at of the objects that the field gives, and of those inside of them; `None` is any.

    A leaf that `Selection.build` does not write has a `column`, which writes many values at once, and its slow way, `write`.
    """

    key: str
    nodes: list[FieldNode]
    parent: GraphQLObjectType
    kind: Kind
    definition: GraphQLField
    strawberry: StrawberryField | None
    named: Any
    attribute: str = ""
    is_leaf: bool = False
    is_list: bool = False
    shape: Shape = "any"
    judged: Judged = "by asking"
    below: dict[str, "Selection"] = attribute_of(default_factory=dict)
    alike: "Selection | None" = None
    column: Column | None = None
    write: Write | None = None
    where: str = ""
    reads: frozenset[str] | None = None
    arguments: Arguments | None = None
    asked: dict[Paths, "Asked"] = attribute_of(default_factory=dict)  # what `asked_at` has found
    kept: dict[Any, Any] = attribute_of(default_factory=dict)  # what resolvers have found out
    known: set[Class] = attribute_of(default_factory=set)  # classes whose objects are of the field's only type

    def asked_at(self, paths: Paths) -> "Asked":
        """What the operation asks for at the end of these paths: attributes, one below the other, from an object of the field on."""
        found = self.asked.get(paths)
        if found is None:
            fields = [field for path in paths for field in self._at(path)]
            found = self.asked[paths] = Asked(bool(fields), all_of(field.reads for field in fields))
        return found

    def _at(self, path: Sequence[str]) -> list["Field"]:
        fields = [self]
        for name in path:
            fields = [f for field in fields for selection in field.below.values() for f in selection.fields if f.attribute == name]
        return fields

    @property
    def may_be_prefetched(self) -> bool:
        """Whether a row could have its answer in it."""
        return self.kind == "batch" and not self.is_leaf and self.shape == "one" and not self.definition.args

    def prefetched_in(self, layout: Layout) -> Leaf | None:
        """The leaf that writes the field out of rows that are laid out like this; `None` where they do not have all of it."""
        prefetched = layout.prefetched.get(self.attribute)
        if prefetched is None or not self.may_be_prefetched or self.judged == "by asking":
            return None
        told, selection = None, next(iter(self.below.values()))
        if self.judged == "by typename" and prefetched.typename is not None:
            if prefetched.typename not in self.below:
                return None
            selection = self.below[prefetched.typename]
        elif self.judged == "by typename":
            if self.alike is None or prefetched.layout.typenames is None:
                return None
            by, names = prefetched.layout.typenames
            told, selection = (by, {value: name for value, name in names.items() if name in self.below}), self.alike
        leaves, others = selection.leaves_of(prefetched.layout)
        if told is not None:
            keys = selection.typename_keys
            leaves = [replace(leaf, told=told) if leaf.key in keys else leaf for leaf in leaves]
        if others or not all(is_written_from(leaf, prefetched.layout) for leaf in leaves):
            return None
        is_required = isinstance(self.type, GraphQLNonNull)
        return Leaf(self.key, is_required=is_required, where=self.where, inner=leaves, prefetched=prefetched, told=told)

    @property
    def name(self) -> str:
        return self.nodes[0].name.value

    @property
    def type(self) -> GraphQLOutputType:
        return self.definition.type

    @property
    def leaf(self) -> GraphQLLeafType:
        assert self.is_leaf
        return self.named  # type: ignore[no-any-return]  # a leaf type where the field is one


@dataclass(slots=True, eq=False)
class Selection:
    """The fields chosen of one object type. `build` writes the plain `leaves`, `steps` are the rest, in order.

    `height` is how many levels it has. `reads` are the attributes that are looked at of the objects, and of plain ones inside of them;
    `None` is any.

    Where there are small objects that are nothing but plain leaves, `others` are the steps that are left when those are written in the
    same go, as `all_leaves`. What writes them is made for each class of objects when one is first met, and kept in `wholes`, under `None`
    for all classes that say nothing of how their objects are laid out; and with it the steps that are left then, because rows may carry
    the answers of some. Nothing is generated before it is needed: of the two ways to write a level most selections only ever take one.
    """

    type: GraphQLObjectType
    fields: list[Field]
    steps: list[Field]
    leaves: list[Leaf]
    height: int
    all_leaves: list[Leaf]
    reads: frozenset[str] | None
    native: Collection[str] = ()
    has_small: bool = False
    others: list[Field] = attribute_of(default_factory=list)
    may_prefetch: bool = False
    wholes: dict[Class | None, "InOneGo"] = attribute_of(default_factory=dict)
    built: Build | None = None

    def build(self, objects: Sequence[Any], notes: Notes) -> list[dict[str, Any]]:
        """The dicts of these objects with their plain leaves."""
        return (self.built or self.generated())(objects, notes)

    def generated(self) -> Build:
        """What `build` runs, from now on."""
        if self.built is None:
            self.built = compile_build(self.leaves, self.native)
        return self.built

    @property
    def typename_keys(self) -> list[str]:
        """Under which keys the name of the type stands."""
        return [field.key for field in self.fields if field.kind == "typename"]

    def is_worth_it(self, objects: Sequence[Any]) -> bool:
        """Whether there is something to gain by code of the objects' own class."""
        if self.has_small or len(objects) > FEW:
            return True
        return self.may_prefetch and bool(objects) and bool(layout_of(objects[0].__class__).prefetched)

    def whole(self, objects: Sequence[Any]) -> "InOneGo":
        """What writes these objects with all that is small or carried in them."""
        kinds = set(map(type, objects))
        kind = kinds.pop() if len(kinds) == 1 else None
        made = self.wholes.get(kind)
        if made is None:
            layout = layout_of(kind) if kind is not None else UNKNOWN
            if layout is UNKNOWN or len(self.wholes) > MOST_KNOWN:
                kind, layout = None, UNKNOWN
            made = self.wholes.get(kind) or self.wholes.setdefault(kind, self.in_one_go(layout))
        return made

    def in_one_go(self, layout: Layout) -> "InOneGo":
        leaves, others = self.leaves_of(layout)
        return InOneGo(compile_whole(leaves, self.native, layout), others)

    def leaves_of(self, layout: Layout) -> tuple[list[Leaf], list[Field]]:
        """All that is written of objects that are laid out like this, and the steps that are left."""
        if not layout.prefetched:
            return self.all_leaves, self.others
        prefetched = {field.key: leaf for field in self.others if (leaf := field.prefetched_in(layout)) is not None}
        return [prefetched.get(leaf.key, leaf) for leaf in self.all_leaves], [field for field in self.others if field.key not in prefetched]


class InOneGo(NamedTuple):
    """What writes objects of one class, and the steps that are left when it has."""

    write: Whole
    others: list[Field]


@dataclass(slots=True, eq=False)
class Plan:
    """An operation, ready to run any number of times.

    `size` counts its fields, those of each possible type apart, and `selections` the places where they stand.
    """

    schema: strawberry.Schema
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    root: Selection
    size: int
    selections: int

    def generate(self) -> None:
        """Generates all code that does not depend on the objects, before anybody asks."""
        todo, done = [self.root], set[int]()
        while todo:
            selection = todo.pop()
            if id(selection) not in done:
                done.add(id(selection))
                selection.generated()
                todo += [below for field in selection.fields for below in field.below.values()]

    @property
    def is_serial(self) -> bool:
        return self.operation.operation is OperationType.MUTATION

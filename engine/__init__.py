"""Runs GraphQL operations breadth first, from a plan compiled once. Knows strawberry and graphql-core, and nothing of ours.

The way of an operation, and the modules in the order in which they are read best:

1. `fields` declares a field that is answered for all its parents by one function; `loaders` answers the same field under graphql-core.
2. `library` parses and validates a text once, and keeps what it made within bounds (`shelves`).
3. `compiler` makes a `plan` of an operation: which fields each type has, after fragments and conditions, and how each is answered.
   What it does not know it refuses, with a reason, and `fallback` hands the operation to graphql-core.
4. `run` takes the plan down level by level. On a level `generated` code writes all plain leaves of all objects; each other field is asked
   once, and the objects in its answers, whatever their shape (`shapes`) and of whichever type (`kinds`), are the next level.
5. `leaves` says how a value is written, and notes what failed; `nulls` turns failures into nulls and errors, when there are any.

Its contract is graphql-core: the same data, and the same errors. `docs/engine.md` has the reasons and the figures.
"""

from engine.fields import BATCH, ONCE, SIZE, USUAL, WORK, Each, Work, answered_by, answered_once_by
from engine.library import Bounds, Document, Library
from engine.plan import Plan, Reason, Unsupported
from engine.rows import ByTypename

__all__ = [
    "BATCH",
    "ONCE",
    "SIZE",
    "USUAL",
    "WORK",
    "Bounds",
    "ByTypename",
    "Document",
    "Each",
    "Library",
    "Plan",
    "Reason",
    "Unsupported",
    "Work",
    "answered_by",
    "answered_once_by",
]

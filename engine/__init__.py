"""Runs GraphQL operations breadth first, from a plan compiled once. Knows strawberry and graphql-core, and nothing of ours."""

from engine.fields import BATCH, ONCE, SIZE, answered_by, answered_once_by
from engine.library import Document, Library
from engine.plan import Plan, Unsupported
from engine.rows import ByTypename

__all__ = ["BATCH", "ONCE", "SIZE", "ByTypename", "Document", "Library", "Plan", "Unsupported", "answered_by", "answered_once_by"]

"""The product's own operations hold at most what they say: the bounds of what is kept are in bytes, and clients decide what is kept."""

import gc
import tracemalloc
from collections.abc import Iterator

import pytest

from engine import Document, Library
from schema import build
from server.http.preparation import library_of
from server.limits.complexity import ComplexityRules
from tests.docs.examples import examples, pages

# Of what the pages ask, which is what people copy: every fifth, since each takes its time under a tracer.
TEXTS = sorted({example.sent["query"] for page in pages() for example in examples(page) if "query" in example.sent})[::5]
ANY_TYPE = '{ node(id: "con_00000000000000000000000000000000") { id } }'  # an interface of all types: many selections of one field
SOME = 10  # of each: fewer would drown in what else is made


@pytest.fixture(autouse=True)
def _tidy() -> Iterator[None]:
    """What was there before is not looked at by each collection."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="module")
def library() -> Library:
    schema = build()
    return library_of(schema, ComplexityRules(schema._schema))


def made(library: Library, text: str, number: int) -> Document:
    document = library._read(f"{text}#{number}")
    assert isinstance(document, Document), document
    document.plan_ahead()
    return document


@pytest.mark.parametrize("text", [*TEXTS, ANY_TYPE], ids=lambda text: text.partition("(")[0].partition(" {")[0].strip())
def test_an_operation_of_the_product_weighs_at_most_what_it_says(library: Library, text: str):
    for number in range(-2, 0):
        made(library, text, number)  # what is made once for all
    gc.collect()
    tracemalloc.start()

    documents = [made(library, text, number) for number in range(SOME)]

    gc.collect()
    real = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    said = sum(document.weight for document in documents)
    assert said * 0.4 < real < said

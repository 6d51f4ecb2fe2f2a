"""The demo that the pages are about, made once in a run."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.database import FOLDER, Cluster
from tests.docs.asking import Demo, fill_demo, opened_demo, settings_of


@pytest.fixture(scope="session")
def demo_template(cluster: Cluster) -> str:
    return cluster.template("demo", lambda urls: fill_demo(settings_of(urls, folder())))


@pytest.fixture
async def demo(cluster: Cluster, demo_template: str) -> AsyncIterator[Demo]:
    """One of the test's own: what a page does to it, no other page sees."""
    urls = await cluster.clone(demo_template)
    async with opened_demo(settings_of(urls, folder())) as demo:
        yield demo
    await cluster.drop(urls)


def folder() -> Path:
    """Where the demo's key and documents lie, for all workers of a run."""
    return Path(os.environ[FOLDER]) / "demo-files"

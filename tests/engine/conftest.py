"""What all tests of the engine share."""

import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """asyncio, which asyncpg and uvicorn need."""
    return "asyncio"

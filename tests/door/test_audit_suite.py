"""The public audit suite itself, as a second witness, where node and the npm package `graphql-http` are at hand.

`npm install graphql-http graphql` in any folder, and GRAPHQL_HTTP_MODULES names its `node_modules`.
"""

import asyncio
import json
import os
import shutil
from pathlib import Path

import pytest

from tests.door.test_serving import BEARER, Process
from tests.door.test_serving import process as process

NODE, MODULES = shutil.which("node"), Path(os.environ.get("GRAPHQL_HTTP_MODULES", "node_modules")).resolve()
AUDITS = Path(__file__).parent / "audits.mjs"


@pytest.mark.skipif(NODE is None or not (MODULES / "graphql-http").is_dir(), reason="node or the npm package graphql-http is not at hand")
async def test_the_public_audits_pass(process: Process, tmp_path: Path):
    assert NODE is not None
    (tmp_path / "node_modules").symlink_to(MODULES)
    script = shutil.copy(AUDITS, tmp_path)

    audit = await asyncio.create_subprocess_exec(
        NODE, script, f"{process.address}/graphql", BEARER["authorization"], stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await audit.communicate()

    assert json.loads(printed) == {"ok": 61, "failed": []}

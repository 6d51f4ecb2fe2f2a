"""Living is not being ready."""

import asyncio

from structlog.testing import capture_logs

from tests.door.small import Small


async def test_a_server_with_all_it_needs_is_ready(small: Small):
    answer = await small.client().get("/ready")

    assert (answer.status_code, answer.json()) == (200, {"ready": True, "reasons": []})


async def test_a_server_without_its_database_lives_and_is_not_ready(small: Small):
    async def away() -> bool:
        raise ConnectionRefusedError("secret of host 10.0.0.3")

    small.health.checks = {"database": away, "migrations": small.is_well}
    with capture_logs() as logs:
        live, ready = await small.client().get("/live"), await small.client().get("/ready")

    assert (live.status_code, ready.status_code, ready.json()) == (200, 503, {"ready": False, "reasons": ["database"]})
    assert [(line["reason"], line["error"]) for line in logs] == [("database", "ConnectionRefusedError")]
    assert "10.0.0.3" not in ready.text + str(logs)


async def test_what_does_not_answer_in_time_is_missing(small: Small):
    async def stuck() -> bool:
        await asyncio.Event().wait()
        return True

    small.health.checks, small.health.seconds = {"database": stuck}, 0.01

    assert (await small.client().get("/ready")).json()["reasons"] == ["database"]


async def test_a_check_that_says_no_is_a_reason(small: Small):
    async def behind() -> bool:
        return False

    small.health.checks = {"database": small.is_well, "migrations": behind}

    assert (await small.client().get("/ready")).json()["reasons"] == ["migrations"]


async def test_a_server_that_stops_is_not_ready_and_asks_nothing(small: Small):
    small.health.is_stopping = True

    assert (await small.client().get("/ready")).json() == {"ready": False, "reasons": ["stopping"]}
    assert (await small.client().get("/live")).status_code == 200


async def test_what_only_some_requests_need_takes_no_process_out_of_service(small: Small):
    async def full() -> bool:
        raise OSError(28, "No space left on device")

    small.health.partial = {"files": full}
    answer = await small.client().get("/ready")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "reasons": [], "degraded": ["files"]})

    small.health.checks = {"database": full}
    answer = await small.client().get("/ready")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "reasons": ["database"], "degraded": ["files"]})

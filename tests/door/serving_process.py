"""A process that serves the small app, for tests that stop it. It prints its port, then a line when a slow operation has begun.

Its argument is for how many seconds it gives notice before it closes its door.
"""

import asyncio
import sys

from server.process import logs
from server.process.serving import listen, serve
from tests.door.small import Small


def main() -> None:
    """Serve. A slow operation ends only once the process was told to stop."""
    logs.speak()  # where a process says what it says of itself, and not among what the test reads
    small = Small()

    async def until_told() -> None:
        print("running", flush=True)
        try:
            while not small.health.is_stopping:  # noqa: ASYNC110  it is set by a signal
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.3)
        except asyncio.CancelledError:
            print("cancelled", flush=True)
            raise

    small.slowness = until_told
    listening = listen("127.0.0.1", 0)
    print(listening.getsockname()[1], flush=True)
    serve(small.app, small.health, listening, notice_seconds=float(sys.argv[1]))
    print("closed", flush=True)


if __name__ == "__main__":
    main()

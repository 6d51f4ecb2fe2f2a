"""Work to be done later. The web role has no right to this table: it calls `enqueue`."""

from models import columns
from models.base import Owned
from models.words import Described


class JobState(Described):
    """Where a job is."""

    QUEUED = "QUEUED", "Waits for its time."
    RUNNING = "RUNNING", "Somebody is at it."
    DONE = "DONE", "Done."
    DEAD = "DEAD", "Failed too often."


class Job(Owned):
    """One piece of work for one tenant, about rows named by their ids only."""

    PREFIX = "job"
    TYPENAME = "Job"

    kind = columns.text()
    ids = columns.keys()
    state = columns.one_of(JobState, JobState.QUEUED)
    attempts = columns.whole(0)
    run_at = columns.instant()
    leased_until_at = columns.maybe_instant()
    leased_by = columns.maybe_text()
    last_error = columns.maybe_text()
    created_at = columns.instant()
    finished_at = columns.maybe_instant()

    class Meta:
        table = "job"

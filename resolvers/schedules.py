"""Amortization."""

from models import AmortizationLine, AmortizationSchedule
from resolvers.context import Info


async def lines(schedules: list[AmortizationSchedule], info: Info) -> list[list[AmortizationLine]]:
    """The planned payments of each."""
    return await info.context.gate.children(AmortizationLine, of=schedules, by="schedule_id", order=("number",))

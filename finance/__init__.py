"""Money over time: schedules, rates, calendars. Pure functions of exact decimals, on the standard library alone."""

"""What one caller, one operation and one process may take: cost, concurrency, time."""

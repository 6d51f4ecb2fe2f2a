"""The processes and what they need: settings, keys, clock, logs, checks, server and worker."""

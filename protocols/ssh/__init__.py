"""SSH: one store of pinned host keys and one pace of log-ins for everything that logs in."""

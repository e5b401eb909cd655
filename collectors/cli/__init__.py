"""Switches and routers over SSH: one log-in kept, read-only commands, profiles as data."""

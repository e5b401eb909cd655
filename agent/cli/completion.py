"""Completes target ids on the command line from the configuration that the line names."""

import os
from pathlib import Path

import typer

from agent.cli.terminal import DEFAULT_CONFIG
from agent.configuration import Secrets, read_configuration
from collectors.registry import CHECKS
from inventory.located import Problems


def target_ids(context: typer.Context, incomplete: str) -> list[str]:
    """Return the ids that begin like this; none when the configuration has mistakes."""
    named = context.params.get("config") or os.environ.get("EGOV_AGENT_CONFIG")
    path = Path(named) if named else DEFAULT_CONFIG
    try:
        configuration = read_configuration(path, Secrets.of(os.environ), CHECKS)
    except (Problems, OSError):
        return []
    return [target for target in configuration.target_ids if target.startswith(incomplete)]

"""Completes ids on the command line from the configuration that the line names."""

import os
from pathlib import Path

import typer

from agent.cli.terminal import DEFAULT_CONFIG
from agent.configuration import Configuration, Secrets, read_configuration
from agent.ssh_servers import jump_servers, ssh_servers
from collectors.registry import CHECKS
from inventory.located import Problems


def target_ids(context: typer.Context, incomplete: str) -> list[str]:
    """Return the ids of targets that begin like this; none when the configuration has mistakes."""
    found = _configuration(context)
    ids = found.target_ids if found else ()
    return [target for target in ids if target.startswith(incomplete)]


def server_ids(context: typer.Context, incomplete: str) -> list[str]:
    """Return the ids of targets and the names of jump hosts that begin like this."""
    found = _configuration(context)
    servers = ssh_servers(found, found.targets.values()) if found else ()
    jumps = (one.target for one in jump_servers(servers))
    ids = (*(found.target_ids if found else ()), *dict.fromkeys(jumps))
    return [name for name in ids if name.startswith(incomplete)]


def site_ids(context: typer.Context, incomplete: str) -> list[str]:
    """Return the ids of sites that begin like this."""
    found = _configuration(context)
    sites = found.inventory.sites if found else ()
    return [site for site in sites if site.startswith(incomplete)]


def credential_ids(context: typer.Context, incomplete: str) -> list[str]:
    """Return the ids of SSH credentials that begin like this."""
    found = _configuration(context)
    credentials = found.inventory.credentials.values() if found else ()
    return [one.id for one in credentials if one.ssh and one.id.startswith(incomplete)]


def _configuration(context: typer.Context) -> Configuration | None:
    """Read the configuration that the line names, silently."""
    named = context.params.get("config") or os.environ.get("EGOV_AGENT_CONFIG")
    path = Path(named) if named else DEFAULT_CONFIG
    try:
        return read_configuration(path, Secrets.of(os.environ), CHECKS)
    except (Problems, OSError):
        return None

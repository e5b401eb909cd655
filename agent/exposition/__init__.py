"""Text format 0.0.4 out of the store: a target's page, the agent's page, and everything."""

from agent.exposition.exposition import Exposition

__all__ = ["Exposition"]

"""The last observation of everything, joined over methods, exact and in little memory."""

from agent.store.store import AGENT, Statistics, Store

__all__ = ["AGENT", "Statistics", "Store"]

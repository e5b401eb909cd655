"""Probes from the agent itself: is an address there, over each family, how far, how well."""

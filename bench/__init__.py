"""Repeatable measurements: CPU per sample, ratios against peers in one run."""

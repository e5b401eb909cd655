"""Boards as Python."""

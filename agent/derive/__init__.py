"""Derivations: what needs several targets or several checks, one pure function a file."""

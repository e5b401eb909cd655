"""A small district on loopback that speaks the real protocols."""

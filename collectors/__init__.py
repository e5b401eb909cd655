"""What brings facts in: one folder a group; groups do not know each other."""

"""How we talk: wire protocols that know nothing of inventory or metrics."""

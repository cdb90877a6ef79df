"""Power that a meter saw, where one is there; what stands in this package replaces a model."""

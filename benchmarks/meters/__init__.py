"""Power meters: what they measure replaces a model."""

"""Export a Night to files that other programs read."""

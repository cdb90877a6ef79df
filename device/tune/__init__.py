"""Choosing the smoothing from labelled nights."""

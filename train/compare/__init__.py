"""Comparisons: a grid of trainings, each cell done once; one tidy table; a page to read."""

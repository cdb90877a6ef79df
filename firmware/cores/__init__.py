"""Instruction sets: what the build knows of a core beyond its compiler flags; one folder each."""

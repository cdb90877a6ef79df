"""Export: one Night in; files that other programs read, out."""

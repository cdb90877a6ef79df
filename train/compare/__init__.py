"""Compare methods and nets: a grid of trainings, each done once; one tidy table; a page."""

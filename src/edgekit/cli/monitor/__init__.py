"""edgekit monitor: one file for each place that a night comes from."""

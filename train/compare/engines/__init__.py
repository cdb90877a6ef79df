"""Train cells: one by one, in a pool of processes, on a cluster, or stacked."""

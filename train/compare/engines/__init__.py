"""How cells are trained: one by one, in a pool of processes, on a cluster, or stacked."""

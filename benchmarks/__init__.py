"""Benchmarks: ours beside the peers, in the same run; the figures are ratios."""

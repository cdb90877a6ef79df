"""Studies that a person starts: python -m edgekit.benchmarks.studies.NAME."""

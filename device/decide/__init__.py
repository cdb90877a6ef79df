"""From samples to decisions: windows, classifier, smoothing, wear and the placement watch."""

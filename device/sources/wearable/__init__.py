"""A wearable on a serial line: what it measures, decides and keeps, as docs/protocol.md tells."""

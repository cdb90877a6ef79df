"""A wearable on a serial line: its samples, decisions and stored nights (docs/protocol.md)."""

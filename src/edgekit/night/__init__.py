"""A night in one SQLite file: its columns and events, reading, writing, locking and copying."""

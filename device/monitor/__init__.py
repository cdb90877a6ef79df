"""The loop that runs all night, its health, its alarm and its views."""

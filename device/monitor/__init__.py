"""The loop that runs all night, its sensor health, its alarm and its views."""

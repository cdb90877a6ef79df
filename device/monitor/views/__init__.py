"""What a running night is shown on: terminal, dashboard, systemd, one line of the night so far."""

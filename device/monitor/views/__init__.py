"""Views of a running night: terminal, dashboard, systemd."""

"""The whole command line as typer's own test runner takes it."""

from edgekit.cli.app import whole_app

app = whole_app()

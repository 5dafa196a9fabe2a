"""`python -m connector_cli`."""

from connector_cli.main import run

run()

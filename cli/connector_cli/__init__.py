"""`connector`: the command line of the people who run the connector."""

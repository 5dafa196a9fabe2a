"""What the connector remembers: the ledger in DynamoDB, leases, cursors, queues."""

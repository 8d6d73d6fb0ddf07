"""The append-only access log: entries today, ready for the Merkle tree."""

"""The node's HTTP API for other programs."""

"""The files that a room is configured by, beside node.toml: read, held against their schemas, taken over live."""

"""The centre's HTTP interface for other programs, under /api/v1, and the OpenAPI document made from its routes."""

"""The node's HTTP API for other programs."""

from edge.api.routes import ROUTES, install

__all__ = ["ROUTES", "install"]

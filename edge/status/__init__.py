"""The page behind the QR code."""

from edge.status.routes import ROUTES, install

__all__ = ["ROUTES", "install"]

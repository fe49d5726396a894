"""The page behind the QR code."""

from edge.status.screens import ROUTES, install

__all__ = ["ROUTES", "install"]

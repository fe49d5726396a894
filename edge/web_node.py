"""The node that the pages of a program are about: the wiring puts it there, every page takes it from here."""

from typing import TYPE_CHECKING, Final

from flask import Flask, current_app

if TYPE_CHECKING:
    from edge.node import Node

_EXTENSION: Final = "yizhan.node"


def put(app: Flask, node: "Node") -> None:
    """Serve this node from now on, in place of another one."""
    app.extensions[_EXTENSION] = node


def node() -> "Node":
    """The node of the program that answers this request."""
    running: Node = current_app.extensions[_EXTENSION]
    return running

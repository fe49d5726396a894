"""Build hook: the wheel and the editable install carry the front-end files, which git ignores."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def assets() -> ModuleType:
    """packaging/assets/build.py; loaded by path, because packaging/ must never be importable."""
    spec = importlib.util.spec_from_file_location("yizhan_assets", Path(__file__).parent / "assets" / "build.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError("packaging/assets/build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class AssetsHook(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node as a wheel, only where the machine has none and the files are not there yet (an sdist carries them)."""
        build = assets()
        if build.is_current() or (shutil.which("npm") and shutil.which("node")):
            return []
        return [build.NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 -- hatchling's signature
        assets().build()

"""The package `scipy`, as far as it draws and calculates with carried values; other modules of it take plain ones."""

from __future__ import annotations

from functools import cache as _cache
from importlib import import_module as _import_module
from typing import Any

from stochtrace.carried.checks import Computing as _Computing
from stochtrace.carried.scipy import special, stats

__all__ = ["special", "stats"]


@_cache
def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(name)
    return _Computing(_import_module(f"scipy.{name}"))


"""What users give to a program, checked."""

from __future__ import annotations

import secrets
from typing import Any

import numpy as np


def number(name: str, value: Any) -> Any:
    """Return what a derivative is taken by: a float, or an array of floats. Raises `TypeError`."""
    try:
        array = np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise TypeError(f"{name} = {value!r} is neither a float nor an array of floats") from None
    if value is None or isinstance(value, str | complex):
        raise TypeError(f"{name} = {value!r} is neither a float nor an array of floats")
    return array if array.ndim else float(array)


def frozen(value: Any) -> Any:
    """Return an argument that no sample can change for the next one: an array as a view that is read only."""
    if not isinstance(value, np.ndarray):
        return value
    view = value.view()
    view.flags.writeable = False
    return view


def seed_of(seed: int | None) -> int:
    """Return a seed, a fresh one for None. Raises `TypeError`."""
    if seed is None:
        return secrets.randbits(64)
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
        raise TypeError(f"seed = {seed!r} is not an integer")
    return int(seed)


def replays_of(replays: int | str) -> int | None:
    """Return how many jumps of a sample are replayed, None for all. Raises `ValueError`."""
    if replays == "all":
        return None
    if isinstance(replays, bool | str) or replays < 1:
        raise ValueError(f'replays = {replays!r} is neither a positive integer nor "all"')
    return int(replays)

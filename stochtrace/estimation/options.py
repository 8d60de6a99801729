"""Options of estimates, checked."""

from __future__ import annotations

import secrets

import numpy as np

from stochtrace.estimation.sampling import MODES


def check_mode(mode: str | None) -> None:
    """Raise `ValueError` for a mode that there is not."""
    if mode not in (None, *MODES):
        raise ValueError(f"mode = {mode!r} is not one of {', '.join(MODES)}")


def seed_of(seed: int | None) -> int:
    """Return a seed; a fresh one for None. Raises `TypeError`."""
    if seed is None:
        return secrets.randbits(64)
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
        raise TypeError(f"seed = {seed!r} is not an integer")
    return int(seed)


def replays_of(replays: int | str) -> int | None:
    """Return how many jumps are replayed, None for all. Raises `ValueError`."""
    if replays == "all":
        return None
    if isinstance(replays, bool | str) or replays < 1:
        raise ValueError(f'replays = {replays!r} is neither a positive integer nor "all"')
    return int(replays)

"""Options of estimates, checked."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

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


def required_first(parameters: Sequence[str], given: Mapping[str, Any]) -> list[str]:
    """Return parameters, those without a default first."""
    return [p for p in parameters if p not in given] + [p for p in parameters if p in given]

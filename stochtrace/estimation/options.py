"""Options of estimates, checked."""

from __future__ import annotations

import inspect
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


def signature_of(parameters: Sequence[str], given: Mapping[str, Any]) -> inspect.Signature:
    """Return the signature of a function that takes these parameters, of which some have a default in `given`.

    A parameter without one that follows one with a default can only be given by keyword, and so can those after it.
    """
    found, defaults, by_keyword = list[inspect.Parameter](), False, False
    for name in parameters:
        defaults |= name in given
        by_keyword |= defaults and name not in given
        kind = inspect.Parameter.KEYWORD_ONLY if by_keyword else inspect.Parameter.POSITIONAL_OR_KEYWORD
        found.append(inspect.Parameter(name, kind, default=given.get(name, inspect.Parameter.empty)))
    return inspect.Signature(found)

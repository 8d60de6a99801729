"""What an estimate computes of each sample, as a user asks for it."""

from __future__ import annotations

from dataclasses import dataclass

from stochtrace.estimation.quasi import Sobol
from stochtrace.estimation.schemes import INDEPENDENT, Antithetic, Scheme


@dataclass(frozen=True)
class Estimator:
    """What is computed of each sample: how many jumps are replayed (None: all), and which uniforms it reads."""

    replays: int | None = 1
    scheme: Scheme = INDEPENDENT


ONE_REPLAY = Estimator()


def scheme_of(antithetic: bool, omega: str | None) -> Scheme:
    """Return the scheme that a user asks for. Raises `ValueError`."""
    if omega not in (None, "sobol"):
        raise ValueError(f'omega = {omega!r} is neither "sobol" nor None')
    if omega is not None and antithetic:
        raise ValueError("antithetic and omega exclude each other: scrambled points are balanced already")
    if omega is not None:
        return Sobol()
    return Antithetic() if antithetic else INDEPENDENT


def count_of(replays: int | str) -> int | None:
    """Return how many jumps a user wants replayed, None for all. Raises `ValueError`."""
    if replays == "all":
        return None
    if isinstance(replays, bool | str) or replays < 1:
        raise ValueError(f'replays = {replays!r} is neither a positive integer nor "all" nor "auto"')
    return int(replays)

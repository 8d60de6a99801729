"""Learn a policy by following the gradient of the mean return: python samples/policy_fit.py (a minute, first time)."""

from __future__ import annotations

from typing import Any

import numpy as np
from policy_d import COLUMNS, GRID, ROWS, episode

from stochtrace.optimize import adam

ARROWS = np.array(list("↑↓←→"))


def learned(steps: int = 150, report: Any = None) -> Any:
    """Return the logits after some steps, from a policy that goes anywhere."""
    start = np.zeros((ROWS * COLUMNS, 4))
    return adam(episode, start, steps=steps, samples=64, rate=0.1, maximise=True, callback=report).theta


def report(step: int, value: float, logits: Any) -> None:
    """Print the mean return now and then."""
    if step % 25 == 0:
        print(f"step {step:3}: return {value:5.2f}")


def picture(logits: Any) -> str:
    """Return where a policy goes, cell by cell: the goal is a star, a ditch a square."""
    ways = ARROWS[logits.argmax(axis=1)].reshape(GRID.shape)
    return "\n".join(" ".join(row) for row in np.where(GRID == 0, ways, np.array(["", "★", "□"])[GRID]))


if __name__ == "__main__":
    logits = learned(report=report)
    print(f"return {episode.gradient(logits).value:.2f}")
    print(picture(logits))

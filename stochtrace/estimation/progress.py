"""What is told while an estimate runs: a bar on the terminal, and the checkpoint."""

from __future__ import annotations

import sys
import time
from typing import Any

from stochtrace.estimation.checkpoint import Checkpoint
from stochtrace.estimation.folding import Fold
from stochtrace.estimation.goal import CHUNK, Goal

SECONDS = 0.5  # between two reports
PATIENCE = 1.0  # seconds before a bar is drawn


class Report:
    """Saves and shows what is finished. What is shown has been saved."""

    def __init__(self, goal: Goal, checkpoint: Checkpoint | None, progress: bool | None) -> None:
        self._goal, self._checkpoint, self._bar = goal, checkpoint, bar(goal, progress)
        self._told, self._last, self._fold = 0, time.monotonic(), Fold()

    def __call__(self, fold: Fold) -> None:
        """Note what is finished."""
        # The last chunk may be shorter than it will be when more samples are asked for.
        if fold.chunks <= self._goal.full_chunks:
            self._fold = Fold(fold.blocks)
        if time.monotonic() - self._last >= SECONDS:
            self._tell(fold)

    def close(self, fold: Fold) -> None:
        """Save and show the rest."""
        self._tell(fold)
        if self._bar is not None:
            self._bar.close()

    def _tell(self, fold: Fold) -> None:
        if self._checkpoint is not None and self._fold.chunks:
            self._checkpoint.save(self._fold)
        done = min(fold.chunks * CHUNK, self._goal.samples)
        if self._bar is not None:
            self._bar.update(done - self._told)
        self._told, self._last = done, time.monotonic()


def bar(goal: Goal, progress: bool | None) -> Any:
    """Return a bar of tqdm; None where it is not wanted, and where nobody asked and stderr is no terminal."""
    if progress is False or (progress is None and not sys.stderr.isatty()):
        return None
    try:
        from tqdm.auto import tqdm
    except ImportError:
        if progress is None:
            return None
        raise ModuleNotFoundError("progress=True needs tqdm; it is the extra stochtrace[progress]") from None
    return tqdm(total=goal.samples, unit=" samples", unit_scale=True, delay=PATIENCE)

"""Runs random programs of a grammar, counts what becomes of each, and prints those that fail.

    PYTHONPATH=tests python -m fuzz discrete 0 10000
    PYTHONPATH=tests python -m fuzz decisions 0 2000
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any


def survey(writer: Any, outcome: Callable[[str], str], numbers: Iterable[int]) -> Counter[str]:
    """Return the outcomes of the programs of these numbers; fail with the first that is neither refused nor right."""
    found: Counter[str] = Counter()
    for number in numbers:
        source = writer(random.Random(number).choice).program()
        try:
            found[outcome(source)] += 1
        except Exception as error:
            raise AssertionError(f"program {number}: {type(error).__name__}: {error}\n{source}") from error
    return found

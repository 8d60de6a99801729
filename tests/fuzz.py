"""Runs random programs of a grammar and counts what becomes of each; prints those that fail, made smaller.

    PYTHONPATH=tests python -m fuzz discrete 0 10000     # the numbers of the programs: each has its own
    PYTHONPATH=tests python -m fuzz decisions 0 2000
"""

from __future__ import annotations

import importlib
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from shrinking import shrunk

KINDS = {"discrete": "test_random_programs", "decisions": "test_random_decisions"}
Outcome = Callable[[str], str]


class Failed(Exception):
    """A program that is neither refused nor right."""


def source_of(writer: Any, number: int) -> str:
    """Return the program of a number."""
    return str(writer(random.Random(number).choice).program())


def survey(writer: Any, outcome: Outcome, numbers: Iterable[int]) -> Counter[str]:
    """Return the outcomes of the programs of these numbers; fail with the first that is neither refused nor right."""
    found: Counter[str] = Counter()
    for number in numbers:
        source = source_of(writer, number)
        try:
            found[outcome(source)] += 1
        except Exception as error:
            raise Failed(f"program {number}: {type(error).__name__}: {error}\n{source}") from error
    return found


def failure(outcome: Outcome, source: str) -> str:
    """Return how a program fails, but for its numbers; nothing where it does not."""
    try:
        outcome(source)
    except Exception as error:
        where = error.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        return f"{type(error).__name__} in {where.tb_frame.f_code.co_name}" if where is not None else "failure"
    return ""


def main(kind: str, first: str, after: str) -> None:
    """Run the programs of a kind, from one number to before another."""
    tests = importlib.import_module(KINDS[kind])
    found: Counter[str] = Counter()
    for number in range(int(first), int(after)):
        try:
            found += survey(tests.Writer, tests.outcome, [number])
        except Failed as failed:
            found["failed"] += 1
            how = failure(tests.outcome, source_of(tests.Writer, number))
            small = shrunk(source_of(tests.Writer, number), lambda text, how=how: failure(tests.outcome, text) == how)
            print(f"{failed}\n{how}, and so does\n{small}\n", flush=True)
    print(*(f"{count:6} {what}" for what, count in found.most_common()), sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

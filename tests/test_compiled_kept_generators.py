"""Generators that are kept, and asked for one value after the other, compiled; and those that stay Python's."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import filed
from test_compiled_records import same_samples, stays_interpreted

pytest.importorskip("numba", reason="these forms are compiled only")
COMPILED = {
    "two streams, and a parameter that changes": """
        def arrivals(p, rng):
            t, n = 0.0, 0
            while True:
                gap = rng.exponential(p)
                for _ in range(n % 2):
                    gap += rng.exponential(0.1)
                t += gap
                n += 1
                yield t
                p = 0.9 * p
                last = gap
                t += 0.01 * last
        def f(p, rng):
            a, b = arrivals(p, rng), arrivals(1.0, rng)
            x, y = next(a), next(b)
            wins = 0
            for _ in range(6):
                if x < y:
                    wins += 1
                    x = next(a)
                else:
                    y = next(b)
            return wins + x
        """,
    "what is sent, and what is remembered": """
        def account(p, rng):
            balance = 0.0
            while True:
                taken = yield balance
                worst = balance - taken
                balance = worst + rng.exponential(p)
        class Bank:
            def __init__(self, p):
                self.p = p
            def run(self, rng):
                one = account(self.p, rng)
                b = next(one)
                for _ in range(5):
                    b = one.send(0.2 if b > 0.3 else 0.0)
                return b
        def f(p, rng):
            other = account(p, rng)
            next(other)
            return Bank(p).run(rng) + (other.send(0.1) > 0.4)
        """,
    "what one value leaves for the next": """
        def walk(p, rng):
            x = 0.0
            while True:
                x += rng.exponential(p)
                before = 0.5 * x
                yield x if x < 2.0 else before
                x -= 0.1 * before
        def f(p, rng):
            steps = walk(p, rng)
            total = 0.0
            for _ in range(5):
                total += next(steps)
            return total > 4.0
        """,
}
INTERPRETED = {
    "one that ends": """
        def few(p, rng):
            for _ in range(2):
                yield rng.exponential(p)
        def f(p, rng):
            steps = few(p, rng)
            return next(steps) + (next(steps) > 1.0)
        """,
    "one that draws before its loop": """
        def steps(p, rng):
            x = rng.exponential(p)
            while True:
                x += rng.exponential(p)
                yield x
        def f(p, rng):
            one, other = steps(p, rng), steps(p, rng)
            y = next(other)
            return (next(one) > 1.0) + y
        """,
    "one that may read what has no value": """
        def steps(p, rng):
            x, n = 0.0, 0
            while True:
                if n > 0:
                    top = 0.5 * x
                x += rng.exponential(p)
                yield x if n < 1 else top
                n += 1
        def f(p, rng):
            one = steps(p, rng)
            return next(one) + (next(one) > 1.0)
        """,
    "one that is asked by a loop too": """
        def steps(p, rng):
            x = 0.0
            while True:
                x += rng.exponential(p)
                yield x
        def f(p, rng):
            one = steps(p, rng)
            x = next(one)
            for y in one:
                if y > 2.0:
                    break
            return y + x
        """,
    "one that takes values, and is asked twice": """
        def steps(p, rng):
            x = 0.0
            while True:
                more = yield x
                x += rng.exponential(p) + (more or 1.0)
        def f(p, rng):
            one = steps(p, rng)
            next(one)
            x = next(one)
            return one.send(2.0) + (x > 1.5)
        """,
}


@pytest.mark.parametrize("source", COMPILED.values(), ids=COMPILED)
def test_same_samples(source: str, tmp_path: Path) -> None:
    same_samples(filed(source, tmp_path), rtol=1e-9)


@pytest.mark.parametrize("source", INTERPRETED.values(), ids=INTERPRETED)
def test_meaning_of_python_is_kept(source: str, tmp_path: Path) -> None:
    stays_interpreted(filed(source, tmp_path))

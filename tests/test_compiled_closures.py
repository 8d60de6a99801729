"""Functions that are made, kept or passed on, compiled: closures, parts, draws, tables; and those that are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import filed
from test_compiled_records import same_samples, stays_interpreted

pytest.importorskip("numba", reason="these forms are compiled only")
COMPILED = {
    "a function that is made, and one of it that is passed on": """
        def make(p, rng):
            scale = 2.0 * p
            def step(x, more=0.5):
                return x + rng.exponential(scale) * p + more
            return step
        def simulate(step, n):
            x = 0.0
            for _ in range(n):
                x = step(x)
                if x > 2.0:
                    break
            return x
        def f(p, rng):
            step, other = make(p, rng), make(0.3, rng)
            x = step(other(0.1, more=p))
            return simulate(step, 3) + simulate(make(x, rng), 2) + simulate(other, n=2)
        """,
    "clocks that change a variable": """
        def clock(p, rng):
            t, ticks = 0, 0
            def tick():
                nonlocal t, ticks
                t += rng.exponential(p)
                ticks += 1
                return t + [0, 0, 0, 0, 0, 0, 0, 0, 0][ticks]
            return tick
        def f(p, rng):
            one, other = clock(p, rng), clock(1.0, rng)
            n = 0
            while one() < 2.0 and n < 5:
                n += 1 + (other() > 1.0)
            return n
        """,
    "an account of several functions, of a parameter that they change": """
        def account(balance, p, rng):
            fees = 0
            def deposit():
                nonlocal balance
                balance += rng.exponential(p)
            def withdraw(x):
                nonlocal balance, fees
                if balance < x:
                    fees += 1
                    return False
                balance -= x
                return True
            return deposit, withdraw, lambda: balance - 0.1 * fees
        def f(p, rng):
            deposit, withdraw, worth = account(1.0, p, rng)
            failed = 0
            for _ in range(4):
                deposit()
                if not withdraw(0.7):
                    failed += 1
            return failed + worth()
        """,
    "what a function reads changes before it is called": """
        def twice(step):
            return step(step(0.0))
        def f(p, rng):
            k = 1.0
            def step(x):
                return x + k * rng.exponential(p)
            found = int(twice(step) > 1.0)
            for i in range(3):
                k += i
                found += int(twice(step) > 1.5)
            k = 0.5
            return found + twice(step)
        """,
    "lambdas, parts and draws that are passed on": """
        from functools import partial
        def waits(gap, horizon):
            t, n = gap(), 0
            while t < horizon:
                n += 1
                t += gap()
            return n
        def gap_of(rate, shift, rng):
            return shift + rng.exponential(rate)
        def f(p, rng):
            go = partial(gap_of, p, rng=rng)
            found = waits(lambda: rng.exponential(p) + 0.1, 1.0) + waits(partial(rng.normal, scale=p, loc=0.5), 2.0)
            found += waits(rng.random, horizon=1.5) + waits(gap=partial(rng.exponential, 1 / p), horizon=1.0)
            return found + waits(lambda: go(0.2), 1.0) + go(0.1)
        """,
    "draws of a module that are passed on": """
        import random
        from functools import partial
        def waits(gap, horizon):
            t, n = gap(), 0
            while t < horizon:
                n += 1
                t += gap()
            return n
        def f(p):
            return waits(random.random, 1.5) + waits(gap=partial(random.expovariate, p), horizon=3.0)
        """,
    "a function that passes a function on, and one that calls itself with one": """
        def times(n, step, x):
            return x if n == 0 else times(n - 1, step, step(x))
        def both(step, other, x):
            return times(2, step, x) + times(3, other, x)
        def f(p, rng):
            def up(x):
                return x + rng.exponential(p)
            def down(x):
                return x - 0.1 if x > 0.5 else up(x)
            return both(up, down, 0.2)
        """,
    "functions inside that call themselves": """
        def f(p, rng):
            limit = 3.0
            def play(wealth, rounds):
                if rounds == 0 or wealth > limit:
                    return wealth
                return play(bet(wealth), rounds - 1)
            def bet(wealth):
                return wealth + rng.normal(p, 1.0)
            return play(1.0, 6)
        """,
    "tables of functions": """
        def up(x, p, rng):
            return x + rng.exponential(p)
        def down(x, p, rng):
            return x - 0.3
        MOVES = {"up": up, "down": down}
        PAYS = [lambda s: max(s - 1.0, 0.0), lambda s: max(1.0 - s, 0.0)]
        def f(p, rng):
            x, paid = 1.0, 0.0
            for i in range(4):
                x = MOVES["up" if rng.random() < p else "down"](x, p, rng)
                pay = PAYS[i % 2]
                paid += pay(x)
                if x < 0.4:
                    break
            return paid + PAYS[-1](x)
        """,
    "discrete draws": """
        def f(p, rng):
            def wins(n):
                return 0 if n == 0 else (rng.random() < p) + wins(n - 1)
            return wins(7)
        """,
}
INTERPRETED = {
    "a function that is made for each round, and kept": """
        def f(p, rng):
            steps = []
            for i in range(3):
                steps.append(lambda x, i=i: x + i * p)
            x = rng.exponential(p)
            return steps[0](x) + (steps[2](x) > 1.0)
        """,
    "a function that may be None": """
        def run(p, rng, step=None):
            x = rng.exponential(p)
            if step is not None:
                x = step(x)
            return float(x > 1.0)
        def f(p, rng):
            return run(p, rng, lambda x: x + p) + run(p, rng)
        """,
    "a part whose argument is given again": """
        from functools import partial
        def step(x, scale, rng):
            return rng.exponential(scale) > x
        def f(p, rng):
            go = partial(step, scale=p)
            return go(1.0, rng=rng) + go(1.0, scale=2.0, rng=rng)
        """,
}


@pytest.mark.parametrize("source", COMPILED.values(), ids=COMPILED)
def test_same_samples(source: str, tmp_path: Path) -> None:
    same_samples(filed(source, tmp_path), rtol=1e-9)


@pytest.mark.parametrize("source", INTERPRETED.values(), ids=INTERPRETED)
def test_meaning_of_python_is_kept(source: str, tmp_path: Path) -> None:
    stays_interpreted(filed(source, tmp_path))

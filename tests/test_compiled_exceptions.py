"""Exceptions that a program raises and catches itself, compiled; and those that stay Python's."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import filed
from test_compiled_records import same_samples, stays_interpreted

pytest.importorskip("numba", reason="these forms are compiled only")
COMPILED = {
    "what a call gives to parameters with defaults, in its order": """
        class Late(Exception):
            pass
        class Over(Exception):
            def __init__(self, cost, more=0.0):
                self.cost = cost
                self.more = more
        def take(a, b=0.0):
            if a > 5.5:
                raise Late
            return 10.0 * a + b
        def f(p, rng):
            left = [1.0, 2.0, 3.0, 4.0]
            total = 0.0
            try:
                total = take(left.pop() + rng.exponential(p), left.pop())
            except Late:
                total = -1.0
            try:
                if rng.exponential(p) > 0.5:
                    raise Over(left.pop(), more=left.pop())
            except Over as over:
                total += 10.0 * over.cost + over.more
            return total
        """,
    "one that ends a loop, with what it holds": """
        class Done(Exception):
            pass
        def f(p, rng):
            t = 0.0
            n = 0
            try:
                while True:
                    t += rng.exponential(p)
                    n += 1
                    if t > 2.0:
                        raise Done(n, t)
            except Done as done:
                return done.args[0] + done.args[1]
        """,
    "one that leaves two loops, and a chance that moves": """
        class Found(Exception):
            pass
        def f(p, rng):
            try:
                for i in range(4):
                    for j in range(4):
                        if rng.random() < p / 10:
                            raise Found
                    else:
                        j = -1
            except Found:
                return i * 10 + j
            else:
                return 100 + p
        """,
    "one that leaves a function, which calls another one": """
        class Stopped(Exception):
            def __init__(self, at, steps=2):
                super().__init__(at * 2)
                self.at, self.steps = at, steps + 1
        class Late(Stopped):
            pass
        def check(t, n):
            if t > 2.5:
                raise Late(t)
            if t > 1.5:
                raise Stopped(t, steps=n)
            return t
        def search(p, rng, start=0.0):
            at = start
            for n in range(9):
                at += rng.exponential(p)
                if n % 2:
                    continue
                t = check(at, n)
                if t > 1.2:
                    return t
            return 9.0
        def f(p, rng):
            try:
                x = 2.0 * p
                return search(p, rng) + x
            except Late as late:
                return late.args[0]
            except Stopped as stop:
                return stop.at + stop.steps
        """,
    "in a loop, with break, continue, else and finally": """
        class Lost(Exception):
            def __init__(self, cost):
                self.cost = cost
        def send(p, rng):
            u = rng.random()
            if u < p:
                raise Lost(1.0)
            elif u < p + 0.3 * (1 - p):
                raise TimeoutError
            return "ok" if rng.exponential(p) > 0.2 else "late"
        def f(p, rng):
            cost, tries, rounds = 0.0, 0, 0
            while tries < 5:
                try:
                    if send(p, rng) == "ok":
                        break
                    if rng.random() < 0.5:
                        continue
                except Lost as error:
                    cost += error.cost
                    continue
                except (TimeoutError, KeyError):
                    cost += 2.0
                else:
                    cost += 0.5
                finally:
                    tries += 1
                rounds += 1
            else:
                cost += 10.0
            return cost + 0.1 * tries + 0.01 * rounds
        """,
    "a return before what is done at the end": """
        class Over(Exception):
            pass
        def play(p, rng):
            x, n = 1.0, 0
            try:
                while n < 6:
                    x += rng.normal(p, 1.0)
                    n += 1
                    if x > 3.0:
                        return x + n
                    if x < 0.0:
                        raise Over
            except Over:
                return n - 7.0
            finally:
                n += 10
            return n + x
        def f(p, rng):
            return play(p, rng)
        """,
    "methods, and an error of Python that is raised by hand": """
        class Empty(Exception):
            pass
        class Account:
            def __init__(self, balance):
                self.balance = balance
                self.fees = 0
            def withdraw(self, x):
                if x > self.balance:
                    self.fees += 1
                    raise Empty
                self.balance -= x
                return self.balance
        def serve(p, rng):
            s = rng.exponential(p)
            if s > 1.0:
                raise ValueError("too long")
            return s
        def f(p, rng):
            account, failed, t = Account(2.0), 0, 0.0
            for _ in range(4):
                try:
                    account.withdraw(rng.exponential(p))
                except Empty:
                    failed += 1
                try:
                    t += serve(p, rng)
                except ValueError:
                    failed += 2
            return failed + account.balance + account.fees + t
        """,
}
INTERPRETED = {
    "an error of arithmetic": """
        import math
        class Over(Exception):
            pass
        def f(p, rng):
            x = rng.normal(p, 1.0)
            try:
                if x > 2.0:
                    raise ValueError
                return math.log(x)
            except ValueError:
                return -1.0
        """,
    "one that is told": """
        class Over(Exception):
            pass
        def f(p, rng):
            n, x = 0, 0.0
            try:
                while True:
                    n += 1
                    x += rng.exponential(p)
                    if x > 1.0:
                        raise Over(n)
            except Over as error:
                return float(str(error) == "2")
        """,
    "one that is raised after something was done": """
        class Over(Exception):
            pass
        def check(x):
            if x > 1.0:
                raise Over
            return x
        def f(p, rng):
            total = 0.0
            try:
                total = rng.exponential(p) + check(rng.exponential(p))
            except Over:
                total += 1.0
            return total
        """,
}


@pytest.mark.parametrize("source", COMPILED.values(), ids=COMPILED)
def test_same_samples(source: str, tmp_path: Path) -> None:
    same_samples(filed(source, tmp_path), rtol=1e-9)


@pytest.mark.parametrize("source", INTERPRETED.values(), ids=INTERPRETED)
def test_meaning_of_python_is_kept(source: str, tmp_path: Path) -> None:
    stays_interpreted(filed(source, tmp_path))

"""Whole discrete programs, exactly: value and derivative to rounding error, without sampling (see `lattice`)."""

from __future__ import annotations

import lattice
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lattice import Case, TooMany
from random_programs import AT, SIZE, Writer

P, Q = 0.5, 0.25


def case(body: str, size: int, choices: int = 0, **at: float | list[float]) -> Case:
    """A program of statements, in p and where it is given q; `choices`: with one jump kept instead of all."""
    head, _, inside = body.strip("\n").rpartition("\n---\n")
    lines = [f"    {line}" if line else "" for line in inside.split("\n")]
    return Case(f"{head}\n\n\ndef f({', '.join(at)}, rng):\n" + "\n".join(lines) + "\n", dict(at), size, choices)


PROGRAMS = {
    "branch on a draw": case("""
if rng.binomial(1, p):
    return 3 * p
return p * p
""", 2, p=P),
    "state-dependent probability in a loop": case("""
n = 0
for i in range(4):
    n += rng.binomial(1, p * (1 - n / 4))
return n * n + p
""", 8, p=P),
    "lecture walk, three steps": case("""
n = 0
for i in range(1, 4):
    n += rng.binomial(1, p * (1 - (n + i) / 8))
return n
""", 16, p=P),
    "while with a drawn length": case("""
n = 0
while n < 5 and rng.random() < p:
    n += 1
return n * n * p
""", 2, p=P),
    "while that decides on an earlier draw": case("""
n, steps = 2, 0
while n > 0 and steps < 4:
    n += 1 if rng.random() < p else -1
    steps += 1
return n * p + steps
""", 2, p=P),
    "break": case("""
total = 0
for i in range(5):
    if rng.random() < p:
        break
    total += i + 1
return total
""", 2, p=P),
    "continue and else": case("""
total = 0
for i in range(3):
    if rng.random() >= p:
        continue
    if i == 2 and rng.random() < q:
        break
    total += p * (i + 1)
else:
    total *= 10
return total
""", 4, p=P, q=Q),
    "early return out of a loop": case("""
for i in range(4):
    if rng.random() < p:
        return i * q
return -1
""", 2, p=P, q=Q),
    "helper functions": case("""
def toss(c, rng):
    return 1 if rng.random() < c else -1


def twice(c, x, rng):
    return x * toss(c, rng) + toss(1 - c, rng)
---
return twice(p, q, rng) * twice(q, p, rng) ** 2
""", 4, p=P, q=Q),
    "recursion": case("""
def down(n, c, rng):
    if n == 0:
        return 1.0
    return c * down(n - rng.binomial(1, c) if n > 1 else 0, c, rng) + n
---
return down(2, p, rng) + down(1, q, rng)
""", 4, p=P, q=Q),
    "nested function over outer names": case("""
total = 0.0

def add(c):
    nonlocal total
    total += p if rng.random() < c else q
    return total * total

return add(q) + add(p)
""", 4, p=P, q=Q),
    "comprehension and generator": case("""
hits = [rng.random() < p for _ in range(3)]
return sum(hits) ** 2 + sum(rng.binomial(1, q) * p for _ in range(2))
""", 4, p=P, q=Q),
    "strings chosen by a draw": case("""
word = rng.choice(["red", "green"], p=[q, 1 - q])
count = 0
for _ in range(2):
    count += (2 * p if word == "red" else 1) * rng.binomial(1, p)
    word = rng.choice([word, "blue"], p=[p, 1 - p])
return count + len(word)
""", 4, p=P, q=Q),
    "choice with p": case("""
x = rng.choice([0, 10, 3, 1], p=[q, p * q, p * q, p])
return x * x + p * rng.choice(3, p=[q, p, 1 - p - q])
""", 8, p=P, q=Q),
    "choice of values that move, with probabilities that move": case("""
return rng.choice([p, q], p=[q, 1 - q]) + rng.choice([p, 1.0, q * q], p=[q, p, q])
""", 4, p=P, q=Q),
    "choice without p of values that move": case("""
return rng.choice([p, q, p * q, 1.0]) * rng.binomial(1, p) + [p, q][rng.choice(2)]
""", 4, p=P, q=Q),
    "binomial of more than one": case("""
n = rng.binomial(2, p)
return n * n * rng.binomial(n, p) + p * n
""", 4, p=P),
    "uniform below a threshold, all spellings": case("""
n = 0
if rng.random() < p:
    n += 1
elif q > rng.random() or not rng.random() >= p:
    n += 2 if rng.random() <= q else 5
while rng.random() > p and n < 4:
    n += 3
return n * n
""", 4, p=P, q=Q),
    "draws after `and` and `or`": case("""
n = rng.binomial(1, p)
a = n and rng.random() < q
b = n or rng.random() < q
return (1 if a else 0) * 7 + (p if b else q) + (rng.random() < p and n == 1 or rng.random() < q)
""", 4, p=P, q=Q),
    "draws in a conditional expression": case("""
x = p if rng.random() < q else (q if rng.random() < p else rng.choice([1, 2], p=[p, 1 - p]))
return x * x
""", 4, p=P, q=Q),
    "a population with deaths": case("""
alive = [True] * 3
while any(alive) and len(alive) < 6:
    alive = [a for a in alive if rng.random() < p] + [False]
return len(alive) + p * sum(alive)
""", 2, p=P),
    "arrays": case("""
import numpy as np
---
cells = np.zeros(3, dtype=np.int64)
for i in range(3):
    cells[i] = rng.random() < p
old = cells.copy()
for i in range(1, 3):
    cells[i] ^= rng.random() < [q, p][old[i - 1]]
return cells.sum() * p
""", 4, p=P, q=Q),
    "an array of parameters": case("""
return w[0] * rng.binomial(1, w[1]) + rng.choice(3, p=w) ** 2
""", 4, w=[0.25, 0.25, 0.5]),
    "certain draws": case("""
n = rng.binomial(1, p) + 2 * rng.binomial(3, p) + 4 * rng.choice([1, 5, 2], p=[0.0, p, 1 - p])
if rng.random() < p:
    n *= rng.geometric(p)
return n * n
""", 2, p=1.0),
    "impossible draws": case("""
n = rng.binomial(1, p) + 2 * rng.binomial(3, p) + 4 * rng.choice([1, 5, 2], p=[p, 1 - p, 0.0])
if rng.random() < p:
    n *= 3
return n * n + rng.poisson(p)
""", 2, p=0.0),
    "old tangents end with their values": case("""
x = p * q
if rng.random() < p:
    x = 2.0
y = x
x = rng.binomial(1, q)
return x + y * y
""", 4, p=P, q=Q),
    "augmented assignments": case("""
x, y = p, q
for _ in range(2):
    x *= y
    y /= x + 1
    x -= rng.binomial(1, p) * y
    y **= 2
    x **= y
return x + y
""".replace("x **= y\n", "x += y\n"), 2, p=P, q=Q),
    "swapped and unpacked": case("""
x, y = p, q
x, y = y, x * y
(x, n), y = (x + y, rng.binomial(1, p)), x
n, x = n + 1, n * x
return x - y * y
""", 2, p=P, q=Q),
    "a name in the expression that sets it": case("""
n = 3
x = p
x, n = sum([n, x * q]), n % 3
y = x
y = (y, n)[0] if rng.random() < p else y * y
return x * y
""", 4, p=P, q=Q),
    "a power whose exponent is drawn, at 0": case("""
return (p - 0.5) ** rng.binomial(2, p) + q
""", 4, p=P, q=Q),
    "operators on integers beside ones that move": case("""
n = 5 + rng.binomial(1, p)
return (n % 4) * -p + n // 2 * -q + p / (n // 2 * q)
""", 4, p=P, q=Q),
    "comprehensions in branches": case("""
n = rng.binomial(1, p)
values = [q * z for z in [1, p]]
return sum(values) if n else sum(p * z * z for z in values)
""", 4, p=P, q=Q),
    "assignment expressions": case("""
x = p
y = x * (z := p * q) + z
if (n := rng.binomial(1, q)) and (m := n + 1):
    y += m * (x := x * x) + x
return y + x * n
""", 4, p=P, q=Q),
    "an assignment expression over a name that was read": case("""
x = p
y = x * (x := p * q) + x
return y
""", 1, p=P, q=Q),
    "numbers beside numbers that move": case("""
(x, y), n = (p, p * q), rng.binomial(1, p)
if n:
    x += y
for x, k in zip([x, q], [1, 0]):
    if k:
        y *= x
values = [x, y]
values.append(values.pop(0))
return sum([z * n for z in values]) + sum([p * z for _ in range(2) for z in values])
""", 2, p=P, q=Q),
    "a tuple of a count and a number that moves": case("""
def pair(x, c, rng):
    n = rng.binomial(1, c)
    return n, x * n + c
---
n, x = pair(p, q, rng)
return x * 3 if n > 0 else x * x
""", 4, p=P, q=Q),
    "the same throw-away name twice": case("""
total = 0.0
for _ in range(2):
    total += sum([rng.binomial(1, p) * q for _ in range(2)])
return total
""", 2, p=P, q=Q),
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=list(PROGRAMS))
def test_program(program: Case) -> None:
    lattice.check(program)


# The reservoir keeps one jump, with probability proportional to its weight: exact where all ratios of weights lie on
# the lattice of the uniforms that choose.
ONE_OF_MANY = {
    "four equal jumps": case("""
n = 0
for i in range(4):
    n += rng.binomial(1, p) * (i + 1)
return n * n
""", 2, 12, p=P),
    "jumps of weights 4 : 2 : 4/3": case("""
n = rng.binomial(1, q)
n += 2 * rng.binomial(1, 2 * q) + 4 * rng.binomial(1, 1 - q)
return n * n * q
""", 4, 30, q=Q),
    "jumps that come by chance": case("""
n = 0
while n < 3 and rng.random() < p:
    n += 1
    if rng.random() < p:
        n += 1
return n * n + p
""", 2, 60, p=P),
    "jumps of both signs": case("""
n = rng.binomial(1, p) + 5 * rng.binomial(1, p) + 3 * rng.binomial(2, p)
return n * n
""", 2, 60, p=1.0),
}


@pytest.mark.parametrize("program", ONE_OF_MANY.values(), ids=list(ONE_OF_MANY))
def test_one_jump_stands_for_all(program: Case) -> None:
    lattice.check(program)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.data())
def test_random_programs(data: st.DataObject) -> None:
    source = Writer(lambda options: data.draw(st.sampled_from(options))).program()
    try:
        lattice.check(Case(source, AT, SIZE), limit=2000)
    except (TooMany, OverflowError):
        assume(False)

"""Functions that call themselves, or each other in turn, compiled; what goes too deep is an error, and no crash."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import filed
from test_compiled_records import same_samples

pytest.importorskip("numba", reason="these forms are compiled only")
COMPILED = {
    "discrete draws, one after the other": """
        def walk(n, p, rng):
            if n == 0:
                return 0
            if rng.random() < p:
                return 1 + walk(n - 1, p, rng)
            return walk(n - 1, p, rng)
        def f(p, rng):
            return walk(12, p, rng)
        """,
    "a function that is differentiated itself, with a default": """
        def f(p, rng, n=6):
            if n < 1:
                return 0.0
            return rng.exponential(p) + f(p, rng, n - 1)
        """,
    "a branching process": """
        def descendants(p, rng, depth):
            if depth == 0:
                return 1
            total = 1
            for _ in range(rng.poisson(p)):
                total += descendants(p, rng, depth - 1)
            return total
        def f(p, rng):
            return descendants(p, rng, 4)
        """,
    "two functions in turn": """
        def even(n, p, rng):
            if n == 0:
                return 1.0
            return odd(n - 1, p, rng) if rng.random() < p else even(n - 1, p, rng)
        def odd(n, p, rng):
            if n == 0:
                return 0.0
            return even(n - 1, p, rng) if rng.random() < p else odd(n - 1, p, rng)
        def f(p, rng):
            return even(8, p, rng)
        """,
    "carried values": """
        def fall(t, p, rng):
            t += rng.exponential(p)
            if t > 2.0:
                return t
            return fall(t, p, rng)
        def f(p, rng):
            return fall(0.0, p, rng)
        """,
    "carried values, from nothing": """
        def left(t, p, rng):
            t += rng.exponential(p)
            if t > 2.0:
                return 0
            return 1 + left(t, p, rng)
        def height(depth, p, rng):
            if depth == 4 or rng.random() > p:
                return 0.0
            return max(rng.exponential(p) + height(depth + 1, p, rng), height(depth + 1, p, rng))
        def f(p, rng):
            return left(0.0, p, rng) + (height(0, p, rng) > 0.5)
        """,
    "methods": """
        class Node:
            def __init__(self, level):
                self.level = level
            def leaves(self, p, rng):
                if self.level > 3 or rng.exponential(p) > 1.0:
                    return 1
                below = Node(self.level + 1)
                return below.leaves(p, rng) + below.leaves(p, rng)
        def f(p, rng):
            return Node(0).leaves(p, rng)
        """,
}


@pytest.mark.parametrize("source", COMPILED.values(), ids=COMPILED)
def test_same_samples(source: str, tmp_path: Path) -> None:
    same_samples(filed(source, tmp_path), rtol=1e-9)


def test_a_recursion_is_compiled_again_where_it_is_loaded_again(tmp_path: Path) -> None:
    found = []
    for name in ("carried values", "a branching process"):
        folder = tmp_path / name.replace(" ", "_")
        folder.mkdir()
        for _ in range(2):
            program = filed(COMPILED[name], folder)
            found.append(program.estimate(0.8, samples=50, seed=1, mode="compiled").derivative)
    assert found[0] == found[1]
    assert found[2] == found[3]


def test_the_gradient_of_a_recursion_is_compiled(tmp_path: Path) -> None:
    program = filed(COMPILED["a function that is differentiated itself, with a default"], tmp_path)
    compiled, interpreted = (program.gradient(0.4, samples=50, seed=3, mode=m) for m in ("compiled", "interpreted"))
    assert compiled.gradient == pytest.approx(interpreted.gradient, rel=1e-9)


def test_what_goes_too_deep_is_an_error(tmp_path: Path) -> None:
    source = """
        def deep(n, p, rng):
            return rng.normal(p) if n == 0 else 0.5 * deep(n - 1, p, rng) + rng.normal(p)
        def f(p, rng):
            return deep(10**6 if rng.random() < 0.01 else 3, p, rng)
        """
    program = filed(source, tmp_path)
    assert program.estimate(0.4, samples=20, seed=2, mode="compiled").mode == "compiled"
    with pytest.raises(RecursionError):
        program.estimate(0.4, samples=2000, seed=2, mode="compiled")

"""Sums of truth values: counted where Python makes them, refused where NumPy would take them for an or."""

from __future__ import annotations

import pytest
from harness import generate

from stochtrace.diagnostics import Refusal

REFUSED = {
    "elements of an array that is drawn": "u = rng.random(3)\nreturn (u[0] < p) + (u[1] < p)",
    "a parameter's elements": "return (rng.random() < q[0]) + (rng.random() < q[1])",
    "under names": "a = rng.random() < q[0]\nb = rng.random() < p\nreturn a + b",
    "added in place": "a = rng.random() < q[0]\na += rng.random() < p\nreturn a",
    "through a function": "return hit(q[0], rng) + hit(p, rng)",
    "what a function returns of its argument": "return (below(q[0]) < p) + (below(0.5) < p)",
    "integers": "return (rng.integers(6) < 3) + (rng.integers(6) < p)",
    "a choice": "return (rng.choice([1.0, 2.0]) < p) + (rng.random() < p)",
    "masks": "u = rng.random(3)\nreturn ((u < p) + (u > 0.5)).sum()",
    "products": "u = rng.random(3)\nreturn (u[0] < p) * (u[1] < p) + (u[2] < p)",
}
COUNTED = {
    "draws and a parameter": "return (rng.random() < p) + (rng.random() < 2 * p)",
    "under names, in place": "a = rng.random() < p\nb = rng.poisson(p) < 1\na += b\nreturn a + b",
    "through a function of numbers": "return hit(p, rng) + hit(0.5, rng)",
    "counted one by one": "n = 0\nfor c in q:\n    n += rng.random() < c\nreturn n",
    "as numbers": "u = rng.random(3)\nreturn int(u[0] < p) + int(u[1] < p)",
    "by sum": "u = rng.random(3)\nreturn sum([u[0] < p, u[1] < p])",
    "by or": "u = rng.random(3)\nreturn 1.0 if (u[0] < p) | (u[1] < p) else 0.0",
    "an identity": "return (p is None) + (3 in q) + rng.binomial(1, p)",
}
INVERTED = {
    "an element": "u = rng.random(3)\nreturn 1.0 if ~(u[0] < p) else 0.0",
    "a draw": "hit = rng.random() < p\nreturn 1.0 if ~hit else 0.0",
}


def text(body: str) -> str:
    """The program with a body, beside two functions."""
    head = "def hit(c, rng):\n    return rng.random() < c\n\ndef below(x):\n    return x - 0.1\n\ndef f(p, q, rng):\n"
    return head + "".join(f"    {line}\n" for line in body.splitlines())


@pytest.mark.parametrize("case", REFUSED)
def test_what_numpy_may_take_for_an_or_is_refused(case: str) -> None:
    with pytest.raises(Refusal, match="a sum of two truth values"):
        generate(text(REFUSED[case]), functions=("f",))


@pytest.mark.parametrize("case", COUNTED)
def test_what_is_a_count_is_left(case: str) -> None:
    assert generate(text(COUNTED[case]), functions=("f",))


@pytest.mark.parametrize("case", INVERTED)
def test_one_truth_value_is_not_inverted(case: str) -> None:
    with pytest.raises(Refusal, match="`~` of one truth value"):
        generate(text(INVERTED[case]), functions=("f",))


def test_a_mask_is_inverted() -> None:
    assert "~" in generate(text("u = rng.random(3)\nhits = u < p\nreturn (~hits).sum()"), functions=("f",))


def test_methods_are_asked_too() -> None:
    source = """
class Model:
    def __init__(self, rates):
        self.rates = rates

    def both(self, rng):
        return (rng.random() < self.rates[0]) + (rng.random() < self.rates[1])


def f(p, rng):
    return Model([p, p]).both(rng)
"""
    with pytest.raises(Refusal, match="a sum of two truth values") as caught:
        generate(source, functions=("f",))
    assert caught.value.line == 7


def test_functions_that_are_not_asked_for_are_left() -> None:
    source = text("return rng.binomial(1, p)") + "\ndef other(u):\n    return (u[0] < 1) + (u[1] < 1)\n"
    assert generate(source, functions=("f",))

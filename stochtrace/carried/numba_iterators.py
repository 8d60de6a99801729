"""Iterators of `itertools` in compiled code, as lists: those that hold what they are given from the start."""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from numba.extending import register_jitable


@register_jitable
def pairs(values):
    """Return what `combinations(values, 2)` gives."""
    pool = [value for value in values]
    return [(pool[i], pool[j]) for i in range(len(pool)) for j in range(i + 1, len(pool))]


@register_jitable
def ordered_pairs(values):
    """Return what `permutations(values, 2)` gives."""
    pool = [value for value in values]
    return [(pool[i], pool[j]) for i in range(len(pool)) for j in range(len(pool)) if i != j]


@register_jitable
def product(first, second):
    """Return what `product(first, second)` gives."""
    columns = [value for value in second]
    return [(row, column) for row in first for column in columns]


ITERATORS = {"combinations": pairs, "permutations": ordered_pairs, "product": product}

"""Enumerations of all outcomes."""

from __future__ import annotations

import math
from collections import Counter
from itertools import permutations, product

from scipy.stats import binom


def kelly_exceptions(p: float) -> float:
    """Two losses end the game; the gain of a round is the factor 1 + p or 1 - p."""
    total = 0.0
    for wins in product((True, False), repeat=4):
        log, rounds, losses = 0.0, 0, 0
        for win in wins:
            log += math.log(1 + p if win else 1 - p)
            rounds += 1
            losses += not win
            if losses == 2:
                log -= 0.05
                break
        total += math.prod(0.55 if win else 0.45 for win in wins) * (log + 0.01 * (rounds + 1))
    return total


def knockout(p: float) -> float:
    first, final_mid, final_mad = p / (p + 0.5), p / (p + 1.0), p / (p + 1.5)
    return first * (1.0 / 2.5 * final_mid + 1.5 / 2.5 * final_mad)


def percolation(p: float) -> float:
    total = 0.0
    for cells in product((0, 1), repeat=9):
        grid = {(i // 3, i % 3) for i in range(9) if cells[i]}
        reached = {c for c in grid if c[0] == 0}
        for _ in range(9):
            reached |= {c for c in grid if any(abs(c[0] - r) + abs(c[1] - s) == 1 for r, s in reached)}
        k = len(grid)
        total += p**k * (1 - p) ** (9 - k) * any(r == 2 for r, _ in reached)
    return total


def card_stop(p: float) -> float:
    total = 0.0
    for order in permutations([2, 3, 4, 5, 6, 7]):
        going, score = 1.0, 0
        for card in order:
            score += card
            if score > 10:
                break
            total += going * p * score / 720
            going *= 1 - p
    return total


def survey_mask(p: float) -> float:
    return 6 * p * (1 + p / 2) + 0.1 * (6 * p * (1 - p) + 36 * p * p)


def dice_unique(p: float) -> float:
    total = 0.0
    for dice in product(range(1, 7), repeat=3):
        q = math.prod(p if d == 6 else (1 - p) / 5 for d in dice)
        most = max(Counter(dice).values())
        total += q * {3: 20, 2: 5}.get(most, sum(dice))
    return total


def context_kwargs(p: float) -> float:
    return 8.0 * float(sum(k * k * binom.pmf(k, 6, p) for k in range(7)))


def cascade_sets(p: float) -> float:
    """An undirected edge is tried once in the direction in which it is met first."""
    edges = [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("d", "e")]
    total = 0.0
    for open_ in product((0, 1), repeat=5):
        reached = {"a"}
        for _ in range(5):
            for (x, y), there in zip(edges, open_):
                if there and (x in reached or y in reached):
                    reached |= {x, y}
        k = sum(open_)
        total += p**k * (1 - p) ** (5 - k) * len(reached)
    return total


def majority_counter(p: float) -> float:
    return p**3 + 3 * p * p * (1 - p)

"""Enumerations of all outcomes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from itertools import combinations_with_replacement, permutations, product

from scipy.stats import binom, poisson


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


def kelly_ruin(p: float) -> float:
    wealths = [(1.0, 1.0)]
    for _ in range(6):
        wealths = [
            (w * factor, q * chance)
            for w, q in wealths
            for factor, chance in ((1 + p, 0.55), (1 - p, 0.45))
            if w * factor >= 0.5
        ]
    return sum(w * q for w, q in wealths)


def yahtzee_reroll(p: float) -> float:
    """A face after two rerolls: as it was, or any face, of which `keep` stays."""
    total = 0.0
    for dice in combinations_with_replacement(range(1, 7), 5):
        counts = Counter(dice)
        keep = max(counts, key=lambda face: (counts[face], face))
        ways = math.factorial(5) / math.prod(map(math.factorial, counts.values()))
        for face in dice:
            now = {face: 1.0}
            for _ in range(2):
                later: Counter[int] = Counter()
                for f, q in now.items():
                    later[f] += q if f == keep else q * p
                    for g in range(1, 7):
                        later[g] += 0.0 if f == keep else q * (1 - p) / 6
                now = dict(later)
            total += ways / 6**5 * (now.get(keep, 0.0) + 0.1 * 2 / 5 * sum(f * q for f, q in now.items()))
    return total


def newsvendor_arrays(p: float) -> float:
    total = -0.7 * p
    for n in range(60):
        day = 2 * min(n, p) - 0.1 * max(p - n, 0.0) - min(max(n - p, 0.0), 2.0) / 5 - abs(n - p) / 5
        total += 5 * poisson.pmf(n, 4.0) * day
    return total


def hamming_channel(p: float) -> float:
    return 6 * (1 - (1 - p) ** 7 - 7 * p * (1 - p) ** 6)


def restaurant_tables(p: float) -> float:
    tables = 0.0
    for n in range(12):
        tables += (p + 0.2 * tables) / (n + p)
    return tables


def wandering_infection(p: float) -> float:
    r = 0.4
    met = math.pi * r**2 - 8 * r**3 / 3 + r**4 / 2
    return 1 - (1 - met * p) ** 6


def skipped_edges(p: float) -> float:
    return 5 * (1 - p) ** 4


def stable_colony(p: float) -> float:
    return math.exp(p)


def neighbour_votes(p: float) -> float:
    return 9 * sum(math.comb(4, k) * p**k * (1 - p) ** (4 - k) for k in (2, 3, 4))


def drifting_accounts(p: float) -> float:
    r = 1 + p
    first, second = (r * r, r), (r + r * r, r)  # of the amounts of both years, in the accounts and in what p adds
    squares = 2 * (first[0] * second[0] + first[1] * second[1])
    return 3 * p * (squares + first[0] * second[1] + first[1] * second[0])


def poker_reroll(p: float) -> float:
    chances = (p / 2, (1 - p) / 2, 0.25, 0.25)

    def hands(count: int) -> Iterator[tuple[float, tuple[int, ...]]]:
        for cards in combinations_with_replacement((1, 2, 3, 4), count):
            ways = math.factorial(count)
            for face in set(cards):
                ways //= math.factorial(cards.count(face))
            yield ways * math.prod(chances[face - 1] for face in cards), cards

    def worth(cards: tuple[int, ...]) -> int:
        counts = sorted((cards.count(face) for face in set(cards)), reverse=True)
        if counts[0] >= 4:
            return 12
        if counts[0] == 3:
            return 5
        return 0 if counts[0] == 1 else 3 if counts[1] == 2 else int(max(cards) > 1)

    total = 0.0
    for q, cards in hands(5):
        kept = tuple(face for face in cards if cards.count(face) > 1)
        for r, drawn in hands(5 - len(kept)):
            better = worth(kept + drawn)
            total += q * r * (max(worth(cards), better) + (better == 5))
    return total


def lost_packets(p: float) -> float:
    late = 0.3 * (1 - p)
    return sum((p + late) ** k * (p + 2 * late + 0.1) for k in range(4)) + 10 * (p + late) ** 4


def dose_escalation(p: float) -> float:
    toxic = {1: p / 2, 2: p, 3: 1.5 * p}

    def mean(cohorts: int, dose: int, seen: dict[int, tuple[int, int]]) -> float:
        if cohorts == 0:
            return dose + sum(hits for _, hits in seen.values()) / 10
        total = 0.0
        for bad in range(3):
            patients, hits = seen.get(dose, (0, 0))
            after = {**seen, dose: (patients + 2, hits + bad)}
            share = (hits + bad) / (patients + 2)
            to = dose + 1 if share <= 0.25 and dose < 3 else dose - 1 if share > 0.5 else dose
            total += binom.pmf(bad, 2, toxic[dose]) * (mean(cohorts - 1, to, after) if to else 0.0)
        return total

    return mean(3, 1, {})


def filtered_rolls(p: float) -> float:
    lists = []
    for hit in product((True, False), repeat=4):
        chance = math.prod(p + 0.05 * k if h else 1 - p - 0.05 * k for k, h in enumerate(hit))
        hits = [k for k, h in enumerate(hit) if h]
        lists.append((chance, hits, sum(i * k for i, k in enumerate(reversed(hits)))))
    stops = [(q * p, worth) for q, hits, worth in lists if hits and 0 < hits[-1] < 3]
    stop, worth = sum(q for q, _ in stops), sum(q * w for q, w in stops)
    total = sum((1 - stop) ** (n - 1) * (stop * n + worth) for n in (1, 2, 3))
    for q, hits, w in lists:
        goes_on = q * (1 - p) if hits and 0 < hits[-1] < 3 else q
        total += (1 - stop) ** 2 * goes_on * (3 + sum(hits[::-1][:2]) + w)
    return total


def rock_paper(p: float) -> float:
    first, second = (p, 0.75 - p, 0.25), (0.5, 0.25, 0.25)

    def mean(rounds: int, score: tuple[int, int, int], last: int) -> float:
        ties, wins, losses = score
        if wins == 2 or rounds == 0:
            return wins * 2 - losses + 0.1 * (ties + (wins < 2)) + (last == 1)
        total = 0.0
        for a, b in product(range(3), repeat=2):
            now = [*score]
            now[(a - b) % 3] += 1
            total += first[a] * second[b] * mean(rounds - 1, (now[0], now[1], now[2]), a)
        return total

    return mean(3, (0, 0, 0), 0)


def toxicity_logit(p: float) -> float:
    reached, total = 1.0, 0.0
    for dose in range(3):
        q = 1 / (1 + math.exp(2 - p * dose))
        reached *= (1 - q) ** 3 + 3 * q * (1 - q) ** 5
        total += reached
    return total


def podium_race(p: float) -> float:
    rates, total = (p, 1.0, 1.5, 0.8), 0.0
    for first, second in permutations(range(4), 2):
        chance = rates[first] / sum(rates) * rates[second] / (sum(rates) - rates[first])
        total += chance * ((0 in (first, second)) + 2.0 * ({first, second} == {1, 3}))
    return total


def renewals_passed(p: float) -> float:
    return 3 * p + sum(k // 2 * poisson.pmf(k, 3 * p) for k in range(80))


def crowded_bar(p: float) -> float:
    def mean(guests: int, evenings: int) -> float:
        if not guests or not evenings:
            return guests
        chance = min(1.0, p * guests)
        return chance * mean(guests + 1, evenings - 1) + (1 - chance) * mean(guests - 1, evenings - 1)

    return mean(1, 4)

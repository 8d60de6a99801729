"""Markov chains and dynamic programmes."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from itertools import product
from typing import Any

from scipy.stats import binom, poisson

from tests.people_exact.numeric import Outcomes, at_time, evolved, mean


def mmc_free_times(p: float) -> float:
    """Customers in M/M/2 just before an arrival; one waits if there are two or more."""
    mu, waits, now = 1 / p, 0.0, {0: 1.0}
    for _ in range(6):
        waits += sum(q for n, q in now.items() if n >= 2)
        later: dict[int, float] = {}
        for n, q in now.items():
            here, left = n + 1, q
            while here >= 0:
                rate = min(here, 2) * mu
                later[here] = later.get(here, 0.0) + left * 1 / (1 + rate)
                left, here = left * rate / (1 + rate), here - 1
                if left == 0.0:
                    break
        now = later
    return waits


def inventory_ss(p: float) -> float:
    def cost(stock: int, weeks: int) -> float:
        if weeks == 0:
            return 0.0
        ordered = 6 - stock if stock <= 2 else 0
        fee = 5.0 + ordered if ordered else 0.0
        stock += ordered
        total = fee
        for demand in range(40):
            sold = min(stock, demand)
            q = float(poisson.pmf(demand, p))
            total += q * (0.5 * (stock - sold) + 4.0 * (demand - sold)) + q * later(stock - sold, weeks - 1)
        return total

    later = cache(cost)
    return later(6, 5)


def tandem_line(p: float) -> float:
    """Jobs done by the first and by the second machine; a job finds the second idle if it has done all before."""

    @cache
    def cost(a: int, b: int) -> float:
        if b == 5:
            return 0.0
        first, second = (1 / p if a < 5 else 0.0), (1.0 if b < a else 0.0)
        total, rate = 1.0, first + second
        if first:
            total += first * ((0.5 if b == a else 0.0) + cost(a + 1, b))
        if second:
            total += second * cost(a, b + 1)
        return total / rate

    return cost(0, 0)


def machine_repair(p: float) -> float:
    def rates(broken: int) -> Outcomes:
        if broken < 3:
            yield (3 - broken) * p, broken + 1
        if broken:
            yield 1.5, broken - 1

    _, time = at_time(rates, [0, 1, 2, 3], 0, 4.0)
    return sum((3 - n) * time[n] * (1 - 0.3 * p) for n in range(4))


def seir_agents(p: float) -> float:
    def day(state: tuple[int, int, int]) -> Outcomes:
        s, e, i = state
        q = 1 - (1 - p) ** i
        for a in range(s + 1):
            for b in range(e + 1):
                for c in range(i + 1):
                    chance = float(binom.pmf(a, s, q) * binom.pmf(b, e, 0.6) * binom.pmf(c, i, 0.3))
                    yield chance, (s - a, e + a - b, i + b - c)

    return mean(evolved({(4, 0, 1): 1.0}, day, 4), lambda state: 5 - state[0])


def gillespie_dimer(p: float) -> float:
    def rates(dimers: int) -> Outcomes:
        a = 6 - 2 * dimers
        if a >= 2:
            yield p * a * (a - 1) / 2, dimers + 1
        if dimers:
            yield 0.7 * dimers, dimers - 1

    there, _ = at_time(rates, [0, 1, 2, 3], 0, 1.0)
    return float(sum(n * n * there[n] for n in range(4)))


def gambler_generator(p: float) -> float:
    def bet(capital: int) -> Outcomes:
        yield (p, capital + 1) if capital not in (0, 8) else (1.0, capital)
        if capital not in (0, 8):
            yield 1 - p, capital - 1

    return mean(evolved({4: 1.0}, bet, 12), lambda c: {0: 1.0, 8: 0.0}.get(c, 0.25))


def coupons(p: float) -> float:
    """Pictures seen so far, as a set; a pack is bought while one is missing."""
    chances = ((p, 1), (0.5 * (1 - p), 2), (0.5 * (1 - p), 4))
    packs, now = 0.0, {0: 1.0}
    for _ in range(12):
        packs += sum(q for seen, q in now.items() if seen != 7)
        now = evolved(now, lambda seen: [(1.0, 7)] if seen == 7 else [(q, seen | new) for q, new in chances], 1)
    return packs


def maze_walk(p: float) -> float:
    maze = ["#######", "#S..#.#", "#.#...#", "#..#.C#", "#######"]
    start, goal = (1, 1), (3, 5)

    def step(here: Any) -> Outcomes:
        if here == goal:
            return [(1.0, here)]
        r, c = here
        options = [d for d in ((r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)) if maze[d[0]][d[1]] != "#"]
        best = min(options, key=lambda d: (abs(d[0] - 3) + abs(d[1] - 5), d))
        return [(p, best), *(((1 - p) / len(options), d) for d in options)]

    now, steps = {start: 1.0}, 0.0
    for _ in range(15):
        steps += 1 - now.get(goal, 0.0)
        now = evolved(now, step, 1)
    return steps


def metropolis_geometric(p: float) -> float:
    def step(x: int) -> Outcomes:
        stay = 1.0
        for y in (x - 1, x + 1):
            if 0 <= y <= 4:
                q = 0.5 * min(1.0, p ** (y - x))
                stay -= q
                yield q, y
        yield stay, x

    return mean(evolved({0: 1.0}, step, 10), float)


def bandit_epsilon(p: float) -> float:
    def pull(state: Any) -> Outcomes:
        wins, pulls = state
        value = [w / n if n else 0.0 for w, n in zip(wins, pulls)]
        best = 0 if value[0] >= value[1] else 1
        for arm, success in enumerate((0.3, 0.7)):
            q = p / 2 + (1 - p) * (arm == best)
            new = tuple(n + (i == arm) for i, n in enumerate(pulls))
            yield q * success, (tuple(w + (i == arm) for i, w in enumerate(wins)), new)
            yield q * (1 - success), (wins, new)

    return mean(evolved({((0, 0), (0, 0)): 1.0}, pull, 6), lambda s: sum(s[0]))


def bandit_ucb(p: float) -> float:
    def pull(state: Any) -> Outcomes:
        wins, pulls = state
        t = sum(pulls)
        if 0 in pulls:
            arm = pulls.index(0)
        else:
            bound = [w / n + math.sqrt(2 * math.log(t) / n) for w, n in zip(wins, pulls)]
            arm = 0 if bound[0] >= bound[1] else 1
        q = (0.4, p)[arm]
        new = tuple(n + (i == arm) for i, n in enumerate(pulls))
        return [(q, (tuple(w + (i == arm) for i, w in enumerate(wins)), new)), (1 - q, (wins, new))]

    return mean(evolved({((0, 0), (0, 0)): 1.0}, pull, 8), lambda s: sum(s[0]))


def gridworld(p: float) -> float:
    policy = {(0, 0): "R", (0, 1): "R", (0, 2): "D", (1, 0): "D", (1, 2): "D", (2, 0): "R", (2, 1): "R"}
    moves = {"U": (-1, 0), "D": (1, 0), "L": (0, -1), "R": (0, 1)}

    @cache
    def value(cell: tuple[int, int], left: int) -> float:
        if left == 0:
            return 0.0
        total = 0.0
        for action, (dr, dc) in moves.items():
            q = p / 4 + (1 - p) * (policy[cell] == action)
            new = (min(max(cell[0] + dr, 0), 2), min(max(cell[1] + dc, 0), 2))
            if new == (2, 2):
                total += q * 10
            elif new == (1, 1):
                total -= q * 5
            else:
                total += q * (-1 + 0.9 * value(new, left - 1))
        return total

    return value((0, 0), 8)


def sprt_coin(p: float) -> float:
    """The walk stops at 6 steps from the start: 6 log(1.5) = 2.43 is beyond log(9) = 2.20, 5 are not."""

    @cache
    def cost(at: int, n: int) -> float:
        if at == 6:
            return n + 5.0
        if at == -6:
            return float(n)
        if n == 15:
            return n + 2.0
        return p * cost(at + 1, n + 1) + (1 - p) * cost(at - 1, n + 1)

    return cost(0, 0)


def spiking_integrator(p: float) -> float:
    """The number of inputs that stay below 1 before one goes over it is Poisson(1/p)."""

    def below(k: int) -> float:
        return float(poisson.sf(k - 1, 1 / p))  # the sum of k inputs is below 1

    def step(state: tuple[int, int]) -> Outcomes:
        inputs, spikes = state
        stay = below(inputs + 1) / below(inputs)
        return [(stay, (inputs + 1, spikes)), (1 - stay, (0, spikes + 1))]

    return mean(evolved({(0, 0): 1.0}, step, 10), lambda s: s[1] ** 2)


def branching_recursive(p: float) -> float:
    extinct = 0.0
    for _ in range(3):
        extinct = math.exp(p * (extinct - 1))
    return 1 + p + p**2 + p**3 + 3 * extinct


def polya_urn(p: float) -> float:
    def step(state: tuple[int, int]) -> Outcomes:
        red, all_ = state
        more = red / all_ * p + (1 - red / all_) * (1 - p)
        return [(more, (red + 1, all_ + 1)), (1 - more, (red, all_ + 1))]

    return mean(evolved({(1, 2): 1.0}, step, 6), lambda s: s[0] ** 2)


def snakes_ladders(p: float) -> float:
    jumps = {3: 7, 6: 2, 10: 4}

    def step(square: int) -> Outcomes:
        if square == 12:
            return [(1.0, 12)]
        landed = [24 - s if s > 12 else s for s in (square + 1, square + 2, square + 3)]
        return [(q, jumps.get(s, s)) for q, s in zip(((1 - p) / 2, (1 - p) / 2, p), landed)]

    now, throws = {0: 1.0}, 0.0
    for _ in range(10):
        throws += 1 - now.get(12, 0.0)
        now = evolved(now, step, 1)
    return throws


def traffic_ring(p: float) -> float:
    def step(state: Any) -> Outcomes:
        (x, y), (v, w), total = state
        gaps = ((y - x - 1) % 7, (x - y - 1) % 7)
        wanted = [min(v + 1, 2, gaps[0]), min(w + 1, 2, gaps[1])]
        for slow in (0, 1):
            for slow2 in (0, 1):
                q = (p if slow else 1 - p) * (p if slow2 else 1 - p)
                a, b = max(wanted[0] - slow, 0), max(wanted[1] - slow2, 0)
                yield q, (((x + a) % 7, (y + b) % 7), (a, b), total + a + b)

    return mean(evolved({((0, 1), (0, 0), 0): 1.0}, step, 5), lambda s: s[2])


def voter_ring(p: float) -> float:
    def step(x: tuple[int, ...]) -> Outcomes:
        for i in range(1, 5):
            for q, side in ((p, -1), (1 - p, 1)):
                new = list(x)
                new[i] = x[(i + side) % 5]
                yield q / 4, tuple(new)

    def result(x: tuple[int, ...]) -> float:
        return 2 * sum(x[:3]) + sum(x[3:]) + 3 * all(x)

    return mean(evolved({(1, 0, 0, 1, 0): 1.0}, step, 6), result)


def account_closure(p: float) -> float:
    def month(state: tuple[int, int]) -> Outcomes:
        balance, fees = state[0] + 2, state[1]
        for q, amount in ((p, 5), (1 - p, 1)):
            yield q, (balance - 1, fees + 1) if amount > balance else (balance - amount, fees)

    return mean(evolved({(3, 0): 1.0}, month, 6), lambda s: s[0] - 2 * s[1])


def hidden_markov(p: float) -> float:
    days, rain = 0.0, 1.0
    for _ in range(5):
        rain = rain * p + (1 - rain) * 0.3
        days += rain
    return days


def queue_inheritance(p: float) -> float:
    def serve(state: tuple[int, int, float]) -> Outcomes:
        i, served, revenue = state
        stay = math.exp(-0.4 * served / (p * (0.5 if i % 2 else 1.0)))
        return [(stay, (i + 1, served + 1, revenue + (2.5 if i % 2 else 1.0))), (1 - stay, (i + 1, served, revenue))]

    return mean(evolved({(0, 0, 0.0): 1.0}, serve, 5), lambda s: s[2])


def fisher_selection(p: float) -> float:
    genes, total, now = 20, 0.0, {10: 1.0}
    for generation in range(8):
        later: dict[int, float] = {}
        for k, q in now.items():
            fit = k * (1 + p) / (genes + k * p)
            fit = fit * 0.95 + (1 - fit) * 0.05
            for j in range(genes + 1):
                later[j] = later.get(j, 0.0) + q * float(binom.pmf(j, genes, fit))
        total += 0.01 * (generation + 2) * sum(later.pop(end) for end in (0, genes))
        now = later
    return total + sum(q * (2 * (k / genes) * (1 - k / genes) + 0.09) for k, q in now.items())


def dealer_table(p: float) -> float:
    def hands(stops: Callable[[int], float]) -> dict[int, float]:
        ends: dict[int, float] = {}
        now = {0: 1.0}
        while now:
            later: dict[int, float] = {}
            for hand, q in now.items():
                stop = 1.0 if hand > 6 else stops(hand)
                ends[hand] = ends.get(hand, 0.0) + q * stop
                for card in (1, 2, 3) if stop < 1 else ():
                    later[hand + card] = later.get(hand + card, 0.0) + q * (1 - stop) / 3
            now = later
        return ends

    mine, bank = hands(lambda hand: p if hand >= 5 else 0.0), hands(lambda hand: float(hand >= 5))

    def gain(a: int, b: int) -> int:
        return -1 if a > 6 else 1 if b > 6 else (a > b) - (a < b)

    return sum(q * r * gain(a, b) for a, q in mine.items() for b, r in bank.items())


def lake_slips(p: float) -> float:
    now, value = {2: 1.0}, 0.0
    for t in range(10):
        later: dict[int, float] = {}
        for s, q in now.items():
            for chance, new in ((1 - p, s + 1), (p / 2, s), (p / 2, s - 1)):
                value += q * chance * 0.9**t * (new == 5)
                if 0 < new < 5:
                    later[new] = later.get(new, 0.0) + q * chance
        now = later
    return value


def star_forest(p: float) -> float:
    def year(wood: tuple[int, ...]) -> Outcomes:
        grows = []
        for x, state in enumerate(wood):
            seeds = wood[x - 1] + wood[(x + 1) % 5]
            grows.append(0.8 if state else 1 - (1 - p) ** seeds)
        for new in product((0, 1), repeat=5):
            yield math.prod(g if state else 1 - g for g, state in zip(grows, new, strict=True)), new

    return mean(evolved({(1, 0, 0, 0, 0): 1.0}, year, 3), sum)


def softmax_corridor(p: float) -> float:
    @cache
    def worth(place: int, step: int) -> float:
        if step == 12:
            return -5.0
        right = 1 / (1 + math.exp(-p * place))
        chance = 0.9 * right + 0.1 * (1 - right)
        total = 0.0
        for q, new in ((chance, place + 1), (1 - chance, place - 1)):
            reward = 10.0 if new == 5 else -1.0 if new == 0 else -0.1
            total += q * (0.95**step * reward + (worth(new, step + 1) if 0 < new < 5 else 0.0))
        return total

    return worth(2, 0)

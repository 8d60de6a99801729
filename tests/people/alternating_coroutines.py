"""Two machines as generators, up and down in turn: hours in which both are up, of five; p = mean up time.

Exact: each is up at t with probability 1/(1+p q) + ..., a two-state Markov chain; the integral of its square.
"""

import heapq

P0 = 2.0
EXACT = 2.8075432154318096
EXACT_GRAD = 0.6988319087099312
HORIZON = 5.0


def machine(rng, up, down):
    state, clock = "up", 0.0
    while True:
        mean = up if state == "up" else down
        clock += rng.exponential(mean)
        state = "down" if state == "up" else "up"
        yield clock, state


def model(p, rng):
    machines = [machine(rng, p, 0.8) for _ in range(2)]
    agenda = []
    for number, m in enumerate(machines):
        clock, state = next(m)
        heapq.heappush(agenda, (clock, number, state))
    up = [True, True]
    now = both = 0.0
    while True:
        clock, number, state = heapq.heappop(agenda)
        if all(up):
            both += min(clock, HORIZON) - now
        if clock >= HORIZON:
            return both
        now = clock
        up[number] = state == "up"
        later, state = next(machines[number])
        heapq.heappush(agenda, (later, number, state))

"""Customers of an M/M/1 queue who wait longer than p, of the first two (Lindley); service of mean 0.9.

Many do not wait at all: there the test compares 0 with p. Exact: P(W_1 > p), and an integral for P(W_2 > p).
"""

P0 = 0.7
EXACT = 0.5696773047711847
EXACT_GRAD = -0.5184364889980713


def model(p, rng):
    wait, late = 0.0, 0
    for _ in range(2):
        wait = max(0.0, wait + rng.exponential(0.9) - rng.exponential(1.0))
        late += wait > p
    return late

"""Three pots and a ledger with one row twice: the pots change places and multiply, and a gain is booked; p = stake.

The pots end as (2, 2 p² X, 2 p), the ledger's row as (2 p² X, 1) under both of its names, X exponential with mean p.
"""

P0 = 0.7
EXACT = 3.4579999999999993
EXACT_GRAD = 10.819999999999327


def model(p, rng):
    pots = [p, rng.exponential(p), 2.0]
    pots[0], pots[1], pots[2] = pots[2], pots[0] * pots[1], pots[0]
    pots[1], pots[2] = pots[1] * pots[0] * pots[2], pots[2] * pots[0]
    ledger = 2 * [[0.0, 1.0]]
    ledger[0][0] += pots[1]
    return pots[0] * pots[1] + pots[2] + ledger[1][0] * ledger[0][1]

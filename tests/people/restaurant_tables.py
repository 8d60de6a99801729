"""Chinese restaurant process of twelve guests, concentration p, discount 0.2: tables taken.

Exact: with k tables after n guests, the next guest opens one with probability (p + 0.2 k) / (n + p).
"""

P0 = 1.2
EXACT = 4.3391339116527305
EXACT_GRAD = 1.4236560071417457


def model(p, rng):
    discount = 0.2
    tables = []
    for _ in range(12):
        weights = [size - discount for size in tables] + [p + discount * len(tables)]
        seat = rng.choices(range(len(weights)), weights)[0]
        if seat == len(tables):
            tables.append(1)
        else:
            tables[seat] += 1
    return len(tables)

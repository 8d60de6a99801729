"""Five dice, two rerolls of those that are not the commonest face, each left alone with probability p: matches and a bonus.

The generator is one of `random`: only that has `sample(dice, 2)`, so `randint(1, 6)` includes the 6. Exact: enumeration.
"""

P0 = 0.4
EXACT = 3.4138009259259263
EXACT_GRAD = -0.8952314814853961


def model(p, rng):
    dice = [rng.randint(1, 6) for _ in range(5)]
    keep = max(set(dice), key=lambda face: (dice.count(face), face))
    for _ in range(2):
        dice = [d if d == keep or rng.random() < p else rng.randint(1, 6) for d in dice]
    rng.shuffle(dice)
    bonus = sum(rng.sample(dice, 2))
    return dice.count(keep) + 0.1 * bonus

"""Whole discrete programs whose thresholds lie on a lattice, with the point at which each is taken."""

# With all jumps. `size` divides 1 into steps of which every threshold is a multiple.
WHOLE = """
### binomial(1, p) | p=0.75, size=4
def f(p, rng):
    return 3 * rng.binomial(1, p) + p

### the uniform below, at most, above, at least | p=0.25, size=4
def f(p, rng):
    a = (rng.random() < p) + 2 * (rng.random() <= 2 * p)
    return a * a + 3 * (rng.random() > p) * (rng.random() >= 1 - p)

### the uniform on the right | p=0.75, size=4
def f(p, rng):
    return (p > rng.random()) + 2 * (p >= rng.random()) * (p * 2 / 3 < rng.random()) - (0.25 <= rng.random()) * p

### not | p=0.25, size=4
def f(p, rng):
    if not rng.random() < p:
        return 2.0 + (not rng.random() > 2 * p)
    return 0.0

### the module random | p=0.25, size=4
import random

def f(p):
    n = random.randint(0, 3)
    return (random.random() <= p) * n + random.choice([1, 4]) * (random.random() < p + n / 4)

### binomial(2, p) | p=0.5, size=4
def f(p, rng):
    return (1.0, 5.0, -2.0)[rng.binomial(2, p)]

### binomial(3, p), number of trials in a name, keywords | p=0.5, size=8
def f(p, rng):
    n = 3
    k = rng.binomial(p=p, n=n)
    return (k - 1) ** 3 * p

### binomial, number of trials drawn | p=0.5, size=4
def f(p, rng):
    return rng.binomial(rng.integers(1, 3) if rng.random() < p else 1, 1 - p) ** 2

### choice of two, weight of the second | p=0.25, size=4
def f(p, rng):
    return rng.choice([1, 4], p=[1 - p, p])

### choice of two, weight of the first | p=0.25, size=4
def f(p, rng):
    return rng.choice([1, 4], p=[p, 1 - p])

### choice of four, weights in a list | p=0.25, size=8
def f(p, rng):
    return (7.0, 1.0, -3.0, 2.0)[rng.choice(4, p=[p, p / 2, 1 - 2.5 * p, p])]

### choice of four, weights in an array | p=0.25, size=8
import numpy as np

def f(p, rng):
    w = np.array([p, 2 * p, 0.5 - p, 0.5 - 2 * p])
    return (7.0, 1.0, -3.0, 2.0)[rng.choice(4, p=w)]

### choice without weights, and integers, decide on the next draw | p=0.25, size=8
def f(p, rng):
    a = rng.choice([1, 2])
    b = rng.integers(4)
    return rng.binomial(1, p * a + b / 4 * (1 - 2 * p)) * (a + b)

### choice of words and of lists | p=0.5, size=4
def f(p, rng):
    word = rng.choice(["up", "down"], p=[p, 1 - p])
    steps = [[1, 2], [5]]
    chosen = steps[rng.choice(2, p=[0.25, 0.75])] if word == "up" else [7, 7, 7]
    return sum(chosen) * len(word) + rng.binomial(1, p) * len(chosen)

### Poisson where it begins | p=0.5, size=4
def f(p, rng):
    return rng.poisson(p - 0.5) * 3 + rng.poisson(2 * p - 1) * rng.binomial(1, p)

### geometric where it ends | p=0.5, size=4
def f(p, rng):
    return rng.geometric(2 * p) ** 2 + rng.geometric(p + 0.5) * rng.binomial(1, p)

### probabilities that are 0 or 1 | p=1.0, size=2
def f(p, rng):
    a = 2 * rng.binomial(1, p) + 3 * rng.binomial(1, 1 - p) + 7 * rng.binomial(2, p) + 11 * rng.binomial(3, 1 - p)
    return (a + 5 * (rng.random() < p) + 13 * (rng.random() < 1 - p)) ** 2

### outcomes of probability 0: first, between, last, several | p=0.5, size=4
def f(p, rng):
    a = rng.choice([1, 4, 9, 5], p=[2 * p - 1, p, 0.5 - p, 1.5 - 2 * p])
    return a * rng.choice([3, 8, 2], p=[p, 0.5 - p, 0.5]) + rng.choice([6, 2, 1, 7], p=[p, 1 - p, 0.0, 0.0])

### outcomes of probability 0 that others move past | p=0.5, size=4
def f(p, rng):
    return (4.0, 1.0, 6.0, 9.0)[rng.choice(4, p=[p / 2, 0.0, 1 - p, p / 2])]

### draws within draws | p=0.5, size=4
def f(p, rng):
    return rng.binomial(1, (p + rng.binomial(1, p * rng.choice([0.5, 1.0], p=[p, 1 - p]))) / 2)

### probability depends on the count so far | p=0.5, size=8
def f(p, rng):
    n = 0
    for i in range(3):
        n += rng.binomial(1, p * (1 - n / 4))
    return n * n

### for over draws, trip count drawn, nested | p=0.5, size=4
def f(p, rng):
    total = 0
    for i in range(rng.binomial(2, p)):
        for step in [1, 3][: 1 + rng.binomial(1, p)]:
            total += step * (i + 1)
    return total * p

### while with break | p=0.25, size=4
def f(p, rng):
    n = 0
    while rng.random() < 2 * p:
        n += 1
        if n == 3 or rng.random() < p:
            break
    else:
        n += 5
    return n * n * p

### continue | p=0.5, size=4
def f(p, rng):
    total = 0
    for i in range(3):
        if rng.random() < p:
            continue
        total += i + 1 + rng.binomial(1, p / 2)
    return total ** 2

### early return | p=0.25, size=4
def f(p, rng):
    if rng.random() < p:
        return p
    for i in range(3):
        if rng.binomial(1, 2 * p):
            return i * p
    return rng.binomial(1, p) + 7.0

### random walk until it leaves | p=0.5, size=4
def f(p, rng):
    x = 2
    for i in range(4):
        if not 0 < x < 4:
            break
        x += 1 if rng.random() < p * x / 2 - p * p * (x == 3) else -1
    return x * x + i

### short-circuit: the second is drawn where the first allows it | p=0.25, size=4
def f(p, rng):
    a = rng.random() < p and rng.random() < 2 * p
    b = rng.binomial(1, p) or rng.binomial(2, 2 * p)
    return 3 * a + b * p + (1 if rng.random() < p else rng.binomial(1, 2 * p))

### helper that draws, called twice | p=0.25, size=4
def toss(q, rng):
    n = 0
    while n < 2 and rng.random() < q:
        n += 1
    return n

def f(p, rng):
    a = toss(p, rng)
    return a * p + toss(p * (1 + a), rng) ** 2

### helpers that return a smooth value, a pair, or call each other | p=0.5, size=4
def scaled(x, rng):
    return x * (1 + rng.binomial(1, x))

def pair(x, rng):
    y = scaled(x, rng)
    return y, rng.binomial(1, x)

def f(p, rng):
    y, n = pair(p, rng)
    return y * y * (1 + n) + scaled(p, rng)

### recursion | p=0.5, size=4
def down(n, p, rng):
    if n == 0:
        return p
    return down(n - 1 - rng.binomial(n - 1, p), p, rng) * (1 + rng.binomial(1, p))

def f(p, rng):
    return down(3, p, rng)

### nested functions that see the outer names | p=0.25, size=4
def f(p, rng):
    n = 0

    def toss():
        nonlocal n
        hit = rng.random() < p * (1 + n)
        n += hit
        return hit

    first = toss()
    second = toss()
    return first * 2 + second * n * p

### arrays of counts and of smooth values | p=0.5, size=4
import numpy as np

def f(p, rng):
    x = np.array([p, p, p])
    for i in range(3):
        x[i] = rng.binomial(1, p) * p
    x[1:] += x[:2] * p
    return x.sum() * x[2] + x[0]

### a board | p=0.25, size=4
import numpy as np

def f(p, rng):
    board = np.zeros((2, 2), dtype=int)
    for i in range(2):
        for j in range(2):
            board[i, j] = rng.random() < p * (1 + board[:, 0].sum())
    return board.sum() + 5 * board[0, 1] * board[1, 0]

### comprehensions and generators | p=0.25, size=4
def f(p, rng):
    n = sum(rng.random() < p for _ in range(2))
    hits = [i * p for i in range(3) if rng.binomial(1, 2 * p)]
    return n * n + sum(hits) + len(hits) * n

### lists, dicts and words chosen by draws | p=0.25, size=4
def f(p, rng):
    count = {"red": 0, "blue": 0}
    order = []
    for _ in range(2):
        colour = "red" if rng.random() < p * (1 + count["red"]) else "blue"
        count[colour] += 1
        order.append(colour)
    return count["red"] ** 2 + 3 * (order[0] == "blue") * p + len("".join(order))

### assignments of every kind | p=0.25, size=4
def f(p, rng):
    a = b = rng.binomial(1, p)
    c, (d, e) = rng.binomial(1, 2 * p), (p, a)
    a += (n := rng.binomial(1, 3 * p)) * d
    x: float = a * c + n
    x *= p
    return x - e * n * b

### several results | p=0.25, size=4
import numpy as np

def f(p, rng):
    n = rng.binomial(1, p)
    return n, (p * n, np.array([n + p, rng.binomial(1, 2 * p) * n]))

### several parameters | p=0.25, q=0.5, size=4
def f(p, q, rng):
    n = 0
    for _ in range(2):
        if rng.random() < p:
            n += 1 + (rng.random() < q)
        elif rng.random() < q * (1 + n / 3) - p * n / 3 * 2:
            n -= 1
    return n * n * q

### an array of parameters | w=[0.25, 0.5, 0.25], size=4
def f(w, rng):
    a = rng.choice([1, 5, 2], p=w)
    return a * a * rng.binomial(1, w[1]) + w[0] * a

### a uniform that nothing moves | p=0.25, size=4
def f(p, rng):
    return p * p if rng.random() < 0.25 else rng.binomial(1, p) * 3

### no draw is reached | p=0.0, size=4
def f(p, rng):
    n = 4
    while rng.random() < p:
        n += 1
        if n > 6:
            break
    return n

### any leaves its draws where one is true, beside a smooth value | p=0.5, q=0.25, size=4
def f(p, q, rng):
    x = p
    for i in range(2):
        x = x if any(rng.random() < (2 * p if i == k else q) for k in range(2)) else 2 * x * i + 1
    return x

### so do all, `in` and next | p=0.5, q=0.25, size=4
def f(p, q, rng):
    x = p
    for i in range(2):
        x = x * all(rng.random() < (2 * p if i == k else q) for k in range(2)) + i
    x = x if True in (rng.random() < (p if k else q) for k in range(2)) else 2 * x + 1
    return x * next((k for k in range(2) if rng.random() < (p if k else q)), 3)

### a default of a lambda moves | p=0.5, size=2
def f(p, rng):
    scaled = lambda n, by=p: n * by
    return scaled(2 + rng.binomial(1, 0.5))

### a default of a lambda is a probability, by keyword too | p=0.5, size=2
def f(p, rng):
    return (lambda n, *, c=p: n + (rng.random() < c))(3)

### draws of a comprehension whose variable moves | p=0.5, q=0.25, size=4
def f(p, q, rng):
    w = [p, q]
    r = [rng.binomial(1, c) for c in w]
    return r[0] + r[1] * 2 + r[1] * len([c for c in w if rng.random() < c])

### so in a sum, through enumerate, in a function that is called | p=0.5, q=0.25, size=4
def g(c, rng):
    return rng.binomial(1, c)

def f(p, q, rng):
    return sum(k + g(c, rng) * (k + 1) for k, c in enumerate((p, q))) ** 2

### so where it may be left, in a set, and where Python may not come by | p=0.5, q=0.25, size=4
def f(p, q, rng):
    x = 1
    for hit in (rng.random() < c for c in (p, q)):
        x = 2 * x + hit
        if hit:
            break
    n = sum({rng.binomial(1, c) + k for k, c in enumerate((p, q))})
    return x + n if n else x * sum(rng.random() < c for c in (p, q))

### a lambda with a name that draws | p=0.5, size=2
def f(p, rng):
    hit = lambda: rng.random() < p
    x = p * hit()
    return x * x

### an index that the same statement assigns | p=0.5, size=2
def f(p, rng):
    xs = [0.0, 0.0, 0.0]
    i, xs[i] = rng.binomial(1, p), p
    xs[i], i = p * 2, 2
    return xs[0] + 3 * xs[1] + i

### a chance that a function returns, after `and`, in `elif` and in a conditional expression | p=0.5, size=4
def q(p, k):
    return p if k == 0 else p / 2

def f(p, rng):
    n = 0
    if rng.random() < 0.5 and rng.random() < q(p, n):
        n += 2
    elif rng.random() < q(p, 1):
        n += 5
    return n * n + (rng.binomial(1, q(p, 1)) if n > 1 else 7)

### a chance that a function returns, in a list, in a condition and in a loop | p=0.5, size=4
def q(p, k):
    return p if k == 0 else p / 2

def f(p, rng):
    n = sum([rng.random() < q(p, k) for k in range(2)])
    n += sum([k for k in range(1, 3) if rng.random() < q(p, k)])
    while n < 4 and rng.random() < q(p, n):
        n += 3
    return n * n

### chances in what a function returns, and one of one of another one | p=0.5, size=4
def both(p, k):
    return p / (k + 1), q(q(p, 1), k)

def q(p, k):
    return p if k == 0 else p / 2

def f(p, rng):
    first = [rng.binomial(1, both(p, k)[0]) for k in range(2)]
    return sum(first) * 3 + sum([rng.binomial(1, both(p, 0)[1]) for _ in first]) ** 2

### a chance that a function takes out of a list, and one that a comprehension adds up | p=0.25, size=4
def q(rest):
    return rest.pop()

def f(p, rng):
    rest = [p, 2 * p]
    n = sum([rng.random() < q(rest) for _ in range(2)])
    return n * n + sum([rng.random() < sum([p * j for j in range(k)]) for k in range(3)])
"""

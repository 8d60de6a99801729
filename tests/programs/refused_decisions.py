"""Decisions on smooth values, to be refused at the place ‹between these›: bodies of `def f(p, rng, rate=None)`."""

DECISIONS = """
### if
    x = rng.exponential(p)
    if ‹x > 1›:
        return 1
    return x
### if on the parameter
    if ‹p > 0.5›:
        return rng.binomial(1, p)
    return 0
### elif
    if rng.binomial(1, p):
        return 1
    elif ‹p > 0.5›:
        return 2
    return 3
### truth of a smooth value
    x = rng.normal(p)
    if ‹x›:
        return x
### while
    t = 0.0
    while ‹t < 3›:
        t += rng.exponential(p)
    return t
### while not
    t = 0.0
    while not ‹t > 3›:
        t += rng.exponential(p)
    return t
### conditional expression
    x = rng.normal(p, 1)
    return 1.0 if ‹x > 0› else x
### comparison as a value
    x = rng.normal(p, 1)
    hit = ‹x > 0›
    return hit
### comparison as a number
    return (‹rng.normal(p, 1) > 0›) * 2
### chained comparison
    x = rng.normal(p, 1)
    return int(‹0 < x < 1›)
### equality
    return ‹rng.normal(p, 1) == 0›
### and
    x = rng.normal(p, 1)
    return rng.random() < 0.5 and ‹x›
### or
    x = rng.normal(p, 1)
    return ‹x› or 3.0
### not
    x = rng.normal(p, 1)
    return not ‹x›
### condition of a comprehension
    xs = [rng.exponential(p) for _ in range(3)]
    return sum([1 for x in xs if ‹x > 1›])
### sorted
    xs = [rng.exponential(p) for _ in range(3)]
    return ‹sorted(xs)›[0]
### .sort()
    xs = [rng.exponential(p) for _ in range(3)]
    ‹xs.sort()›
    return xs[0]
### max over a list
    xs = [rng.exponential(p) for _ in range(3)]
    return ‹max(xs)›
### min with a key
    xs = [rng.exponential(p) for _ in range(3)]
    return min(range(3), key=lambda i: ‹xs[i]›)
### argmax
    xs = np.array([rng.exponential(p) for _ in range(3)])
    return ‹np.argmax(xs)›
### .argmin()
    xs = np.array([rng.exponential(p) for _ in range(3)])
    return ‹xs.argmin()›
### int
    return ‹int(rng.exponential(p))›
### round
    return ‹round(rng.exponential(p))›
### math.floor
    return ‹math.floor(rng.exponential(p))›
### np.sign
    return ‹np.sign(rng.normal(p, 1))›
### bool
    return ‹bool(rng.normal(p, 1))›
### floor division
    return ‹rng.exponential(p) // 1›
### remainder
    return ‹rng.exponential(p) % 1›
### augmented floor division
    x = rng.exponential(p)
    ‹x //= 2›
    return x
### divmod
    return ‹divmod(rng.exponential(p), 1)›[0]
### np.where
    x = rng.normal(p, 1)
    return np.where(‹x > 0›, 1.0, 2.0)
### .any()
    x = np.array([rng.normal(p, 1)])
    return (‹x > 0›).any()
### membership
    x = rng.normal(p, 1)
    return ‹x in (1.0, 2.0)›
### index of a value
    xs = [rng.exponential(p), 2.0]
    return ‹xs.index(2.0)›
### heap
    heap = [rng.exponential(p)]
    ‹heapq.heappush(heap, 1.0)›
    return heap[0]
### trip count
    total = 0
    for _ in ‹range(p)›:
        total += rng.binomial(1, p)
    return total
### index
    xs = [1.0, 2.0, 3.0]
    return xs[‹p›] * rng.random()
### key of a dict
    d = {‹p›: 1.0}
    return d[p] * rng.random()
### match
    match ‹rng.normal(p, 1)›:
        case 0.0:
            return 1
        case _:
            return 2
### integer parameter of a draw
    return rng.binomial(‹p›, 0.5)
### end of a draw of integers
    return rng.integers(0, ‹p›)
### inclusive end of a draw of integers
    return rng.integers(0, ‹p›, endpoint=True)
### f-string
    x = rng.normal(p, 1)
    return len(f"{‹x›}")
### string
    x = rng.normal(p, 1)
    return len(‹str(x)›)
"""

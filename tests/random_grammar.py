"""The tables of the grammar in `random_programs`: what expressions and statements there are, and what they call.

Variables have a kind: n an int, x a number that may move smoothly, c a probability that is a multiple of 1/4 whatever
happened before, v a list and a an array of two smooth numbers, e a deque of them, d a dict, w a word, m a list and s a
set of ints, o an object, g a function; r is a positive smooth number. In a production <x> is an expression of a kind,
<X> a variable, <x:> a variable to assign to, <C> one for all of a production, <x!> a new one of the block that follows;
<b> is a condition, <1>, <2> are names of this statement alone, <block> and <loop> are statements.
"""

from __future__ import annotations

SIZE = 4

IMPORTS = {
    "bisect": "import bisect",
    "functools": "import functools",
    "heapq": "import heapq",
    "itertools": "import itertools",
    "math": "import math",
    "Counter": "from collections import Counter",
    "deque": "from collections import deque",
    "dataclass": "from dataclasses import dataclass",
    "np": "import numpy as np",
}

# What a program may call: by its name, written above it where it is used.
HELPERS = {
    "SCALES": "SCALES = [0.5, 2.0]\n",
    "cubed": """def cubed(x):
    y = x ** 3 / 4
    y += x
    return y
""",
    "scaled": """def scaled(x, n=2, *, by=1.0):
    if n > 1:
        return x * (x ** 3 / 4 + x) + by
    return (x + by) * n
""",
    "mixed": """def mixed(x, *more, by=0.5, **rest):
    for y in more:
        x = x * by + y
    return x + sum(rest.values())
""",
    "toss": """def toss(c, rng):
    hits = 0
    while hits < 2 and rng.random() < c:
        hits += 1
    return hits
""",
    "pair": """def pair(x, c, rng):
    n = rng.binomial(1, c)
    return n, x * n + c
""",
    "rest": """def rest(n, x, c, rng):
    if n <= 0:
        return x
    return rest(n - 1, x * c + rng.binomial(1, c), c, rng) + x
""",
    "steps": """def steps(x, n):
    for k in range(n):
        yield x * (k + 1)
        x /= 2
    yield x
""",
    "hits": """def hits(c, rng):
    for k in range(2):
        if rng.random() < c:
            yield k
""",
    "checked": """def checked(n, c, rng):
    if rng.random() < c and n != 1:
        raise ValueError(f"{int(n)}")
    return n + 1
""",
    "Box": """class Box:
    size = 2

    def __init__(self, x, n=1):
        self.x = x
        self.n = n

    def add(self, x):
        self.x += x * self.size
        return self

    def total(self):
        return self.x * (1 + self.n)

    def toss(self, c, rng):
        if rng.random() < c:
            self.n += 1
            self.x = self.x * 2 - 1
        return self.x

    @property
    def half(self):
        return self.x / 2
""",
    "Crate": """class Crate(Box):
    size = 3

    def __init__(self, x, c):
        super().__init__(x, 0)
        self.c = c

    def total(self):
        return super().total() + self.c * self.n

    def __add__(self, other):
        return Crate(self.x + other.x, self.c)
""",
    "Pair": """@dataclass
class Pair:
    x: float
    n: int = 1

    def add(self, x):
        return Pair(self.x + x, self.n + 1)

    def total(self):
        return self.x * self.n

    def toss(self, c, rng):
        self.n -= rng.binomial(1, c)
        return self.x * c

    @property
    def half(self):
        return self.x / 2
""",
}
NEEDS = {"Crate": ("Box",)}

# What a draw costs of the budget of draws that a path may make, beside 1 for each `rng`: what runs twice.
TWICE = ("range(2)", "in range(3)", "for v in", "for k in", "toss", "rest", "hits", "size=2", "def ", "lambda", "key=")

EXPRESSIONS: dict[str, tuple[str, ...]] = {
    "n": (
        *("0", "1", "2", "3", "<N>", "<N>", "<N>", "<N>", "<N>", "<N>"),
        *("<n> + <n>", "(<n> - <n>)", "((<n>) % 3)", "(<n> if <b> else <n>)", "int(<b>)", "max(<n>, <n>)", "abs(<n>)"),
        *("rng.binomial(1, <c>)", "rng.binomial(1, <c>)", "rng.binomial(2, p)", "rng.binomial(2, 1 - p)"),
        *("rng.choice(2, p=[1 - <C>, <C>])", "rng.choice([3, 1], p=(<C>, 1 - <C>))", "rng.integers(2)"),
        *("rng.choice(3, p=[q, 1 - 2 * q, q])", "rng.choice((0, 2, 5, 1), p=(0.0, p, 1 - p - q, q))"),
        *("rng.integers(1, 5)", "int(rng.random() < <c>)", "(rng.random() < <c>)", "(<c> >= rng.random())"),
        *("toss(<C>, rng)", "sum(rng.random() < <c> for _ in range(2))"),
        *("rng.binomial(n=1, p=<c>)", "rng.binomial(2 * ((<n>) % 2), p)", "rng.geometric(2 * p)", "rng.poisson(1 - 2 * p)"),
        *("rng.multinomial(2, [p, 1 - p])[<N> % 2]", "rng.binomial(1, <c>, size=2).sum()", "min(<n>, <n>)"),
        *("np.count_nonzero(rng.random(2) < <c>)", "rng.choice(3, size=2, p=[q, p, q])[1]", "len(<M>)", "sum(<M>)"),
        *("max(<M>, default=0)", "len(<S>)", "len(<W>)", "len({<n>, <n>})", "sum(k for k in <M> if k > <N>)"),
        *("sum(1 for k in <M> if rng.random() < <c>)", "len([k for k in range(2) if rng.random() < <c>])"),
        *("sorted([<n>, <n>, 1])[1]", "max([<n>, <n>], key=lambda k: (k - 1) ** 2)", "next((k for k in <M> if k), 1)"),
        *("bisect.bisect_left([0, 1, 3], <n>)", "heapq.nsmallest(1, [<n>, <n>])[0]", "int('1' + str(rng.binomial(1, <c>)))"),
        *("{0: <n>, 1: <n>}.get(<N>, 2)", "Counter([<n>, <n>])[<N>]", "(<n>) // 2", "(<n>) ** 2 % 5", "-(<n>)"),
        *("(<b>) * <n>", "(rng.random() < <c>) + (rng.random() < <c>)", "(not <b>) + 1", "len(list(hits(<C>, rng)))"),
        *("min(range(2), key=lambda k: (<N> - 1) * k)", "<O>.n", "functools.reduce(lambda s, k: s * 2 - k, <M>, 1)"),
        *("sum(rng.random() < k for k in (<c>, <c>))", "[rng.binomial(1, k) for k in (<C>, q)][<N> % 2]"),
        *("len([1 for k in [<c>, <C>] if rng.random() < k])", "sum({rng.binomial(1, k) for k in (p, <C>)})"),
        *("(<M>.append(<n>) or <M>.pop(0))", "heapq.heappushpop(<M>, <n>)"),
        *("(lambda k, c=<C>: k + (rng.random() < c))(<n>)", "[1, <n>, 3][rng.binomial(1, <c>):][0]"),
    ),
    "c": (
        *("<C>", "<C>", "<C>", "1 - <C>", "p * p", "2 * q", "p / 2", "p + q", "(p + p * q * 2)", "2 * p", "2 * p - 1"),
        *("q * (<N> % 3)", "[<C>, 1 - p][<N> % 2]", "(<C> if <b> else <C>)", "{'up': p, 'down': q}.get(<W>, 1 - q)"),
        *("(p if rng.random() < <C> else q)", "[p, q][rng.binomial(1, <C>)]", "p * bool(<b>)", "(p, q, 1 - q)[<N> % 3]"),
    ),
    "b": (
        *("<N> > 1", "<N> % 2", "<N> == 0", "0 < <N> <= 2", "<W> == 'up'", "(<b> and <b>)", "(<b> or <b>)"),
        *("(not <b>)", "rng.random() < <c>", "rng.random() >= <c>", "<C> > rng.random()", "rng.binomial(1, <c>)"),
        *("<n> in (0, 2)", "<N> in <S>", "<N> not in <M>", "bool(<M>)", "0 < rng.binomial(2, p) <= <n>", "<n> < <n> < 3"),
        *("any(rng.random() < <c> for _ in range(2))", "all(k > 0 for k in <M>)", "<O>.n > 1", "'o' in <W>"),
        *("(rng.random() < <c>) == (rng.random() < <c>)", "(<N> > 0) ^ (rng.random() < <c>)", "<W>.startswith('u')"),
        *("any(rng.random() < k for k in (<c>, <C>))", "True in (rng.random() < <c> for k in range(2))"),
        *("(rng.random() < <c> if <b> else <N> > 0)", "f'{<N>}' == '1'", "(rng.random() < <c>) != (<N> > 0)"),
    ),
    "x": (
        *("<X>", "<X>", "<X>", "<X>", "<X>", "<X>", "<C>", "<V>[<N> % 2]", "<A>[-1]", "<D>['a']", "<A>.sum()"),
        *("sum(<V>)", "<n>", "<n>", "<E>[-1]", "<O>.x", "<O>.half", "<O>.total()"),
        *("<x> + <x>", "(<x> - <x>)", "(<x>) * (<x>)", "(<n>) * <x>", "(<x>) / (2 + <N> % 2)", "(<x>) ** 2", "-(<x>)"),
        *("(<x>) ** (1 + <N> % 2)", "(<X> if <b> else <C> * <X>)", "math.sin(<x>)", "np.cos(<x>)"),
        *("scaled(<x>, <n>)", "scaled(by=<X>, x=<X>)", "sum([<x>, <x>])", "[<x>, <x>][<N> % 2]", "(<C>, <n>)[0]"),
        *("{'a': <x>, 'b': <x>}['b']", "<G>(<x>)", "<A>.dot(<A>)", "np.sum(<A> * <X>)", "(<x> * ((<n>) % 3))"),
        *("rng.choice([<X>, <x>])", "rng.choice([<C>, <X>])", "rng.choice([<X>, <x>], p=[1 - q, q])", "(<x>, <n>)[0]"),
        *("rest(2, <X>, <c>, rng)", "(<x> if rng.random() < <C> else <X>)", "(<x> if <b> else rng.choice([1, 2]))"),
        *("<x> * (<n> % 3 * <x>)", "sum(i * <X> for i in range(3))", "rng.choice([<x>, 1, <x>], p=[q, p, q])"),
        *("sum(k * <X> for k in <M>)", "sum(v * v for v in <V>)", "sum([v for v in <V> if rng.random() < <c>])"),
        *("math.exp(-((<x>) ** 2))", "(lambda z: z * <X>)(<x>)", "<x> * (rng.random() < <c>)", "mixed(<x>, *[<x>, <n>])"),
        *("min([(<n>, 0, <x>), (<n>, 1, <x>)])[2]", "sorted([(<n>, <X>), (1, <x>)], key=lambda t: t[0])[0][1]"),
        *("<A>[np.array([<n>, <n>]) > 0].sum()", "np.where(np.array([<n>, <n>]) > 0, <A>, <X>).sum()", "np.mean(<A>)"),
        *("<A>[rng.random(2) < <c>].sum()", "np.dot(<A>, rng.binomial(1, <c>, size=2))", "(<A> @ <A>)", "np.prod(<A>)"),
        *("(<A> * (rng.random(2) < <c>))[0]", "np.outer(<A>, <A>)[0, 1]", "np.concatenate([<A>, [<x>]])[-1]"),
        *("np.roll(<A>, <n>)[0]", "next(steps(<x>, <n>))", "sum(steps(<x>, 2))", "mixed(<x>, by=<x>, z=<X>)"),
        *("list(itertools.accumulate(<V>))[-1]", "functools.reduce(lambda s, v: s * <C> + v, <V>)", "SCALES[<N> % 2] * <x>"),
        *("{k: <X> * k for k in <M>}.get(1, <x>)", "Box(<x>, n=<n>).total()", "(Crate(<x>, <C>) + Crate(<X>, <C>)).x"),
        *("Pair(<x>).add(<x>).total()", "<O>.toss(<c>, rng)", "sum(<D>.values())", "<D>.get(<W>, <x>)"),
        *("(<V>.append(<x>) or <V>.pop(0))", "(<V>.append(<x>) or <V>.pop(0)) * <V>[-1]"),
        *("rng.exponential(<r>)", "rng.normal(<x>, <r>)", "rng.uniform(-(<r>), <r>) + <X>", "rng.random() * <x>"),
        *("rng.standard_normal() * <X>", "rng.gamma(2.0, <r>)", "rng.laplace(<x>, <r>)", "rng.lognormal(0.0, <C> / 4)"),
        *("rng.normal(<x>, 1.0, size=2).sum()", "rng.weibull(2.0) * <X>", "rng.logistic(scale=<r>, loc=<x>)"),
    ),
    "r": ("p", "1.0", "<C> + 0.5", "((<x>) ** 2 + 0.5)", "math.exp(-<C>)", "(0.5 + <N> % 2)", "(1 if <b> else q)"),
    "v": (
        *("[p, 1.0]", "[<x>, <x>]", "[<X> + k for k in range(2)]", "<V>", "list(<V>)", "<V>[::-1]", "[<x>] * 2"),
        *("[<x>] + [<n>]", "[*<V>]", "[v * <X> for v in <V>]", "list(map(lambda v: v + <X>, <V>))", "list(steps(<x>, 1))"),
        *("[rng.binomial(1, <c>) * v for v in <V>]", "[a * b for a, b in zip(<V>, <V>)]", "list(<A>)"),
    ),
    "a": (
        *("np.array([p, q])", "np.array([p * <x>, <x>])", "<A>", "<A>.copy()", "<A> * <X>", "<A>[::-1]", "np.cumsum(<A>)"),
        *("<A> + <A>", "-<A>", "np.array(<V>)", "<A> * rng.binomial(1, <c>, size=2)", "np.where(rng.random(2) < <c>, <A>, <X>)"),
        *("np.full(2, <x>)", "np.ones(2) * <X>", "<A> * (np.arange(2) == <N>)", "rng.normal(<X>, 1.0, size=2)"),
    ),
    "d": ("{'a': 1, 'b': q}", "{'a': <x>, 'b': <n>}", "{'b': <x>, 'a': p}", "dict(a=<x>, b=<x>)", "{**<D>, 'a': <x>}"),
    "w": (
        *("'up'", "'down'", "rng.choice(['up', 'down'], p=(<C>, 1 - <C>))", "('up' if <b> else 'down')"),
        *("f'u{rng.binomial(1, <C>)}'", "'u' * (<n>)", "<W>.replace('u', 'do')", "''.join(str(k) for k in <M>)"),
    ),
    "m": (
        *("[<n>, <n>]", "[k for k in range(2) if rng.random() < <c>]", "[rng.binomial(1, <c>) for _ in range(2)]"),
        *("sorted(<M>, key=lambda k: -k)", "<M>[::-1]", "<M>[:<n>]", "<M>[rng.binomial(1, <c>):]", "[*<M>[:2], <n>]"),
        *("[i for i, k in enumerate(<M>) if k]", "list(range(<N> % 3))", "sorted(<S>)[:2]", "list(hits(<C>, rng))"),
        *("[k + 1 for k in <M> if k not in <S>]", "rng.binomial(1, <c>, size=2).tolist()"),
    ),
    "s": ("{<n>, <n>}", "set(<M>)", "{k % 2 for k in <M>}", "<S> | {<n>}", "{k for k in range(2) if rng.random() < <c>}"),
    "e": ("deque([<x>, <n>])", "deque(<V>)", "deque(<V>, maxlen=2)"),
    "o": ("Box(<x>)", "Box(<x>, <n>)", "Crate(<x>, <C>)", "Pair(<x>, <n>)", "Pair(x=<x>)"),
}

SIMPLE = (
    *("<n:> = <n>", "<n:> = <n>", "<x:> = <x>", "<x:> = <x>", "<c:> = <c>", "<w:> = <w>", "<x:> = <x>", "<n:> = <n>"),
    *("<v:> = <v>", "<v:> = <v>", "<a:> = <a>", "<a:> = <a>", "<d:> = <d>", "<m:> = <m>", "<s:> = <s>", "<e:> = <e>"),
    *("<N> += <n>", "<N> //= 2", "<X> += <x>", "<X> -= <x>", "<X> *= <x>", "<X> /= 1 + p", "<X> **= 2", "<o:> = <o>"),
    *("<X>, <X> = <X>, <X>", "<1>, <2> = <x>, <n>\n<X> += <1>\n<N> = <2>", "<x:> = <X> = <x>", "<X>, <N> = <x>, <n>"),
    *("<X> = <X> * (<1> := <x>) + <1>", "<X> = <X> * (<1> := <n>) + <1>", "<x:>: float = <x>"),
    *("<1> = (<x>, <x>)\n<X>, <2> = <1>\n<X> -= <2>", "<x:>, <X> = pair(<x>, <C>, rng)", "<x:> = cubed(<x>)"),
    *("<1> = <X>; <X> = <x>; <X> += <1>", "(<1>, <2>), <3> = (<x>, <x>), <n>\n<X> = <1> - <2>\n<N> += <3>"),
    *("<X> = sum([<X> * k for k in <V>])", "<x:> = sum([rng.binomial(1, <c>) * <X> for _ in range(2)])"),
    *("<V>[(<n>) % 2] = <x>", "<V>[<N> % 2] += <x>", "<V>[0], <V>[1] = <V>[1], <V>[0]", "<V>.append(<V>.pop(0))"),
    *("<V>.reverse()", "<A>[<N> % 2] = <x>", "<A>[<N> % 2] *= <x>", "<A>[:] = <x>", "<A>[1:] = <A>[:1]", "<A> += <x>"),
    *("<A> *= <X>", "<A> -= <A>[0]", "<A>.fill(<x>)", "<D>['a'] = <x>", "<D>['b'] += <x>", "<D>['a'] = <D>['b']"),
    *("if <b>: <X> = <x>; <N> += 1", "<1>, *_ = [<n>, 1, 2]\n<N> = <1>", "<1>, *<2> = [<x>, <x>, <n>]\n<X> = <1> + <2>[0]"),
    "<1> = [[<x>, 1.0], [0, <X>]]\n<1>[1][<N> % 2] += <x>\n<X> = <1>[1][0] + <1>[0][1]",
    "<1> = []\nfor <2> in range(3):\n    <1>.append(<X> * <2>)\n<X> = <1>[-1] + len(<1>)",
    *("assert <N> > -1000, f'small {<N>}'", "<X> = (\n    <x>\n    + <X>  # why\n)"),
    *("def <g:>(b):\n    return b * <n> + <X>", "def <g:>(b):\n    c = b * <X>\n    return c + b", "<g:> = math.sin"),
    *("def <g:>(b):\n    nonlocal n\n    n += 1\n    return b * n", "<g:> = lambda b: b * <X>"),
    *("<g:> = lambda b: b * (rng.random() < <c>)", "<N>, <V>[<N> % 2] = <n>, <x>", "<V>[<N> % 2], <N> = <x>, <n>"),
    *("def <g:>(b, k=<n>):\n    return b * k", "def <g:>(b):\n    return b if rng.random() < <c> else b * b"),
    *("<1> = [<n>, <n>, 1]\nheapq.heapify(<1>)\n<N> = heapq.heappop(<1>)", "<1> = (v * <X> for v in <V>)\n<X> = sum(<1>)"),
    *("<V>[rng.binomial(1, <c>)] += rng.binomial(1, <c>) * <X>", "<A>[rng.binomial(1, <c>)] = rng.binomial(1, <c>) + <X>"),
    *("<D>['a' if rng.random() < <c> else 'b'] *= <x>", "<D>.update(a=<x>)", "<X> = <D>.pop('a'); <D>['a'] = <x>"),
    *("<V>[0], <N> = <x>, <n>", "<A>[rng.random(2) < <c>] = <x>", "<A>[rng.random(2) < <c>] += <X>", "<N> = <n>; <X> *= <N>"),
    *("<E>.append(<E>.popleft())", "<E>.appendleft(<x>); <X> = <E>.pop()", "<E>.rotate(<n>)", "<E>[0] += <x>"),
    *("<M>.append(<n>)", "<M>[:1] = [<n>]", "<M>.insert(0, <n>)", "if <M>: <N> = <M>.pop()", "del <M>[:1]", "<M>.sort()"),
    *("<S>.add(<n>)", "<S>.discard(<N>)", "<O>.x = <x>", "<O>.x += <x>", "<O>.add(<x>)", "<O>.n += rng.binomial(1, <c>)"),
    "heapq.heapify(<M>); heapq.heappush(<M>, <n>); <N> = heapq.heappop(<M>)",
    "<X> = <V>[0] * <n> + (<V>.append(<x>) or <V>.pop(0)) * <x>",
    *("<N> = (<N> + (<N> := <n>)) % 5", "<X> = <N> * <x> + (<N> := (<n>) % 3) * <x>", "<N> = (<N> + (<N> := <N> + 1)) % 3"),
    *("[<V>.append(v * <C>) for v in <V>[:1]]\ndel <V>[0]", "<X> = rng.laplace(scale=1 + (<E>.rotate(1) or 1), loc=<E>[0])"),
    "try:\n    <N> = [1, 2, 3][<n>]\nexcept IndexError:\n    <N> = 0",
    "try:\n    <N> = checked(<N>, <c>, rng)\nexcept ValueError as <1>:\n    <N> = int(str(<1>)) - 1",
    "for <1> in hits(<C>, rng):\n    <X> += <1> * <X>",
    "<1> = steps(<x>, 2)\n<X> = next(<1>) * next(<1>)",
    "<1> = rng.random()\nif <1> < q:\n    <N> = <n>\nelif <1> < q + p:\n    <X> = <x>\nelse:\n    <N> += 1",
    "<1> = rng.random()\n<N> = int(<1> < <c>)\n<X> *= 1 + (<1> < q)",
)  # fmt: skip
COMPOUND = (
    *("if <b>:\n    <block>", "if <b>:\n    <block>\nelse:\n    <block>", "if <b>:\n    <block>\nelif <b>:\n    <block>"),
    *("if (<1> := <n>) > 1:\n    <block>\nelse:\n    <X> += <1>", "if <b>:\n    <block>\nelif <b>:\n    <block>\nelse:\n    <block>"),
    "match <N>:\n    case 0 | 1:\n        <block>\n    case _:\n        <block>",
    "match <W>:\n    case 'up':\n        <block>\n    case <1> if len(<1>) > 2 and <b>:\n        <block>",
    "match (<n>, <x>):\n    case (0, <1>):\n        <X> = <1>\n    case (<n!>, <x!>):\n        <block>",
    *("for <n!> in range(2):\n    <loop>", "for <n!> in (1, 3):\n    <loop>", "for <x!> in <V>:\n    <loop>"),
    *("for <n!>, <x!> in enumerate(<V>):\n    <loop>", "for <x!>, <n!> in zip(<V>, [1, 0]):\n    <loop>"),
    *("for <x!> in [p, <X>]:\n    <loop>\nelse:\n    <X> += <x>", "for <x!> in <A>:\n    <loop>"),
    *("for <n!> in <M>[:2]:\n    <loop>", "for <w!>, <x!> in <D>.items():\n    <loop>", "for <x!> in list(<E>):\n    <loop>"),
    *("for <n!> in range(2):\n    if <b>:\n        break\n    <loop>\nelse:\n    <block>", "for <n!> in sorted(<S>)[:2]:\n    <loop>"),
    *("try:\n    <block>\nfinally:\n    <block>", "try:\n    if <b>:\n        raise ValueError\n    <block>\nexcept ValueError:\n    <block>"),
    "<1> = 0\nwhile <1> < 2 and <b>:\n    <1> += 1\n    <loop>",
    "<1> = 0\nwhile True:\n    <1> += 1\n    if <1> > 2 or <b>:\n        break\n    <loop>",
    "<1> = 2\nwhile <1>:\n    <1> -= 1\n    <loop>\nelse:\n    <block>",
)  # fmt: skip
RESULTS = ("<X>", "<X>", "<X> * <C>", "<X> + <N>", "(<X> if <b> else <x>)", "sum(<V>)", "<O>.total()", "toss(<C>, rng)")
LEAVE = ("if <b>:\n    return <result>",)
LEAVE_LOOP = (*LEAVE, "if <b>:\n    break", "if <b>:\n    continue")

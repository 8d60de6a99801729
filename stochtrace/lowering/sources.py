"""Carried programs whose draws are found as they run, written so that they read ω, which Numba can compile.

`rt.at(self.rng, 3).exponential(scale=p)` becomes `stochtrace_draw_3(self.rng, p)`, the call of a function that is made
for this place. A generator is a value that is passed on as in the program; a module that draws (`random.random()`) is
a parameter of each function that needs it. Interpreted code keeps the plain text.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stochtrace.lowering.trees import PREFIX, bound_in
from stochtrace.spellings import AMBIGUOUS, MAKERS, MODULES, SEEDING, SPELLINGS, Spelling

NAMES = "source", "omega", "source_of", "unseeded", "seeded"
SOURCE, OMEGA, SOURCE_OF, UNSEEDED, SEEDED = (f"{PREFIX}{name}" for name in NAMES)
HOME = "stochtrace.carried"
BUILTINS = {"largest": "max", "smallest": "min", "as_float": "float"}
LOOPS = (ast.For, ast.While, ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp, ast.FunctionDef, ast.Lambda)


class Place(NamedTuple):
    """A draw: its site, its row of the table of spellings (None: a decision of a fresh uniform), and how it is called.

    Positional arguments come first, then those by keyword.
    """

    site: int
    row: Spelling | None
    positional: int
    keywords: tuple[str, ...]
    negated: bool = False

    @property
    def name(self) -> str:
        """The name of the function that draws."""
        what = f"{self.row.method}_{SPELLINGS.index(self.row)}" if self.row else "miss" if self.negated else "flip"
        return "_".join([f"{PREFIX}draw", str(self.site), what, str(self.positional), *self.keywords])


class Sources(ast.NodeTransformer):
    """Writes draws as calls of functions; `places` are those draws, `seeds` the calls that take a constant as a seed.

    `once` are parts of the program that run once at most.
    """

    def __init__(self, tree: ast.Module, sources: Mapping[str, str], once: set[ast.AST]) -> None:
        self.paths, self.rt, self.brought = imported(tree), "", dict[str, str]()
        for node in ast.walk(tree):
            match node:
                case ast.ImportFrom(module="stochtrace", names=[ast.alias(name="carried", asname=name)]):
                    self.rt = name or "carried"
        own = bound_in(tree)
        self.paths = {name: path for name, path in self.paths.items() if name not in own}
        makes = {*sources.values()}
        for node in ast.walk(tree):
            path = self.path(node) if isinstance(node, ast.expr) else None
            makes |= {make} if (make := (MODULES | MAKERS).get(path or "")) else set()
        self.makes = makes
        seeding = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args and self.seeds_by(node)]
        ways = Counter(map(self.seeds_by, seeding))
        self.alone = {node for node in seeding if node in once and ways[self.seeds_by(node)] == 1}
        self.places, self.seeds = dict[str, Place](), list[ast.Call]()

    def path(self, node: ast.expr) -> str | None:
        """Return the path of a name of the standard library, NumPy, or of ours in their place."""
        match node:
            case ast.Name(id=name):
                return self.paths.get(name)
            case ast.Attribute(value=value, attr=name):
                path = self.path(value)
                return None if path is None else f"{path}.{name}"
        return None

    def seeds_by(self, node: ast.Call) -> str | None:
        """Return the path of what a call seeds or makes, if it does."""
        path = self.path(node.func)
        return path if path in MAKERS or path in SEEDING else None

    def visit_Import(self, node: ast.Import) -> ast.stmt:
        return ast.Pass()

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt:
        return ast.Pass()

    def visit_Call(self, node: ast.Call) -> ast.expr:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Call() as at, attr=method)) if self.is_ours(at, "at"):
                return self.draw(node, at, method) or self.parts(node)
            case ast.Call(func=ast.Call() as at) if self.is_ours(at, "at"):
                path = self.path(at.args[0]) or ""
                return self.draw(node, at, path.rpartition(".")[2]) or self.parts(node)
        word = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if word in ("flip", "miss") and self.is_ours(node, word):
            return self.flip(node, negated=word == "miss")
        if word in BUILTINS and self.is_ours(node, word):
            node.func = ast.Name(BUILTINS[word], ast.Load())
        if word == "as_type" and self.is_ours(node, word):
            array, *rest = node.args
            node.func, node.args = ast.Attribute(array, "astype", ast.Load()), rest
        if self.path(node.func) in MAKERS and not node.keywords and len(node.args) < 2:
            seed = node.args[0] if node.args else ast.Constant(None)
            if not isinstance(seed, ast.Constant):
                return self.seeded(node, seed)
            self.seeds += [node] if seed.value is not None else []
            return ast.Name(SOURCE, ast.Load())
        return self.parts(node)

    def seeded(self, node: ast.Call, seed: ast.expr) -> ast.expr:
        """Return the source for a seed that is no constant: any, where no other call seeds; else it has to be None."""
        name = SEEDED if node in self.alone else UNSEEDED
        return ast.Call(ast.Name(name, ast.Load()), [ast.Name(SOURCE, ast.Load()), self.visit(seed)], [])

    def parts(self, node: ast.Call) -> ast.expr:
        """Return a call with its parts written in another way."""
        self.generic_visit(node)
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        match node.value:
            case ast.Call(func=function, args=[seed], keywords=[]) if self.path(function) in SEEDING:
                if not isinstance(seed, ast.Constant):
                    return ast.Expr(self.seeded(node.value, seed))
                self.seeds.append(node.value)
                return ast.Pass()
        self.generic_visit(node)
        return node

    def is_ours(self, node: ast.Call, name: str) -> bool:
        """Tell whether a call is that of a function of `stochtrace.carried`."""
        match node.func:
            case ast.Attribute(value=ast.Name(id=rt), attr=attribute):
                return rt == self.rt and attribute == name
        return False

    def draw(self, node: ast.Call, at: ast.Call, method: str) -> ast.expr | None:
        """Return the call of the function that makes a draw; None where its meaning is not known from the text."""
        source, site = at.args
        rows = {row_of(make, method) for make in self.makes_of(source)}
        keywords = [keyword.arg for keyword in node.keywords if keyword.arg is not None]
        plain = len(keywords) == len(node.keywords) and not any(isinstance(a, ast.Starred) for a in node.args)
        (row,) = rows if len(rows) == 1 else (None,)
        if row is None or not plain:
            return None
        place = Place(number(site), row, len(node.args), tuple(keywords))
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        return self.call(place, source, values)

    def flip(self, node: ast.Call, negated: bool) -> ast.expr:
        source, site, q, *_ = node.args
        return self.call(Place(number(site), None, 1, (), negated), source, [q])

    def call(self, place: Place, source: ast.expr, values: list[ast.expr]) -> ast.Call:
        self.places[place.name] = place
        held = ast.Name(SOURCE, ast.Load()) if self.is_module(source) else self.visit(source)
        return ast.Call(ast.Name(place.name, ast.Load()), [held, *map(self.visit, values)], [])

    def makes_of(self, source: ast.expr) -> set[str]:
        """Return the makes that a source may have: that of a module, or those that values of the program have."""
        path = self.path(source) or ""
        make = MODULES.get(path) or MODULES.get(path.rpartition(".")[0])
        return {make} if make else self.makes

    def is_module(self, source: ast.expr) -> bool:
        """Tell whether a source is a module, or a function of one."""
        path = self.path(source) or ""
        return path in MODULES or path.rpartition(".")[0] in MODULES


def number(site: ast.expr) -> int:
    """Return a site."""
    assert isinstance(site, ast.Constant) and isinstance(site.value, int)
    return site.value


def row_of(makes: str, method: str) -> Spelling | None:
    """Return the row of a method of a source of some makes, as `carried.sources.method`."""
    rows = [row for row in SPELLINGS if row.method == method and {*row.makers.split()} & {*makes.split()}]
    unclear = method in AMBIGUOUS and len({row.draw for row in rows}) > 1
    return rows[0] if rows and not unclear else None


def imported(tree: ast.AST) -> dict[str, str]:
    """Return the paths of imported names, those of ours as what they stand for; other meanings in two places: none."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    found.setdefault(alias.asname or alias.name.partition(".")[0], set()).add(
                        alias.name if alias.asname else alias.name.partition(".")[0]
                    )
            case ast.ImportFrom(module=str(module), names=names, level=0):
                home = "" if module == HOME else f"{module.removeprefix(f'{HOME}.')}."
                for alias in names:
                    found.setdefault(alias.asname or alias.name, set()).add(home + alias.name)
    return {name: path for name, (path, *more) in ((n, [*p]) for n, p in found.items()) if not more}


def run_once(tree: ast.Module, entry: ast.FunctionDef) -> set[ast.AST]:
    """Return the parts of a program that run once at most, when its function `entry` is called once.

    They are in no loop, and in a function or constructor that one such part calls, and nothing else mentions.
    """
    kept = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    named = Counter(part.id for node in kept for part in ast.walk(node) if isinstance(part, ast.Name))
    made = [(node.name, part) for node in kept if isinstance(node, ast.ClassDef) for part in node.body]
    bodies = {node.name: node for node in kept if isinstance(node, ast.FunctionDef)}
    bodies |= {name: part for name, part in made if isinstance(part, ast.FunctionDef) and part.name == "__init__"}
    found, waiting = set[ast.AST](), [entry] if not named[entry.name] else []
    while waiting:
        parts = outside_loops(waiting.pop())
        found |= parts
        called = {part.func.id for part in parts if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)}
        waiting += [bodies[name] for name in called if name in bodies and named[name] == 1]
    return found


def outside_loops(function: ast.FunctionDef) -> set[ast.AST]:
    """Return the parts of a function that are in no loop, and in no function in it."""
    loops = [part for part in ast.walk(function) if isinstance(part, LOOPS) and part is not function]
    looped = {part for loop in loops for part in ast.walk(loop)}
    return {*ast.walk(function)} - looped


def seeded_once(seeds: list[ast.Call], once: set[ast.AST]) -> bool:
    """Tell whether each of the constants that are seeds is used once in a sample."""
    given = [ast.unparse(call) for call in seeds]
    return all(call in once for call in seeds) and len(given) == len(set(given))


class Passing(ast.NodeTransformer):
    """Passes the source of the modules that draw to each function and method that needs it, as its first argument."""

    def __init__(self, functions: set[str], methods: set[str], classes: set[str]) -> None:
        self.functions, self.methods = functions, methods
        self.made = classes if "__init__" in methods else set()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node.func:
            case ast.Name(id=name) if name in self.functions | self.made:
                node.args.insert(0, ast.Name(SOURCE, ast.Load()))
            case ast.Attribute(attr=name) if name in self.methods:
                node.args.insert(0, ast.Name(SOURCE, ast.Load()))
        return node


def passed_on(tree: ast.Module, entry: str) -> None:
    """Write the source of modules as a parameter, in place; the function `entry` makes it of ω."""
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    methods = [part for node in classes for part in node.body if isinstance(part, ast.FunctionDef)]
    made = {node.name for node in classes}
    needing: tuple[set[str], set[str]] = (set(), set())
    while True:
        before = tuple(map(len, needing))
        for group, nodes in zip(needing, (functions, methods), strict=True):
            group |= {node.name for node in nodes if needs(node, *needing, made)}
        if before == tuple(map(len, needing)):
            break
    needing[0].discard(entry)
    Passing(*needing, made).visit(tree)
    for group, nodes, place in zip(needing, (functions, methods), (0, 1), strict=True):
        for node in nodes:
            if node.name in group:
                node.args.args.insert(place, ast.arg(SOURCE))


def needs(node: ast.FunctionDef, functions: set[str], methods: set[str], classes: set[str]) -> bool:
    """Tell whether a function needs the source of modules."""
    called = functions | (classes if "__init__" in methods else set())
    for part in ast.walk(node):
        match part:
            case ast.Name(id=name) if name == SOURCE:
                return True
            case ast.Call(func=ast.Name(id=name)) if name in called:
                return True
            case ast.Call(func=ast.Attribute(attr=name)) if name in methods:
                return True
    return False


def in_order(entry: ast.FunctionDef, sources: Mapping[str, str]) -> Iterator[ast.stmt]:
    """Yield the statements that a function begins with: its sources, made of ω."""
    made = ast.Call(ast.Name(SOURCE_OF, ast.Load()), [ast.Name(OMEGA, ast.Load())], [])
    for name in [SOURCE, *(a.arg for a in entry.args.args if a.arg in sources)]:
        yield ast.Assign([ast.Name(name, ast.Store())], made)


def reading(tree: ast.Module, entry: str, sources: Mapping[str, str]) -> Sources | None:
    """Write a program so that it reads ω, in place; None where its text does not say enough."""
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == entry)
    once = run_once(tree, function)
    written = Sources(tree, sources, once)
    written.visit(tree)
    arguments = function.args
    if arguments.kwonlyargs or arguments.vararg or arguments.kwarg or arguments.posonlyargs:
        return None
    if not seeded_once(written.seeds, once):
        return None
    passed_on(tree, entry)
    function.body[:0] = in_order(function, sources)
    arguments.args = [a for a in arguments.args if a.arg not in sources] + [ast.arg(OMEGA)]
    arguments.defaults = []
    return written

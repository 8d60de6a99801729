"""Generator expressions that are used up where they stand, for Numba: as lists, or as functions that stop in time.

`any(x > 1 for x in xs)` becomes a function before the statement, which looks at no more elements than Python does:

    def stochtrace_any_0():
        for x in xs:
            if x > 1:
                return True
        return False
"""

from __future__ import annotations

import ast

from stochtrace.lowering.inlining import Renaming
from stochtrace.lowering.trees import PREFIX, Statements, bound_in, helper, listed, names_in, reads_only

WHOLE = ("sum", "sorted", "list", "tuple", "set", "mean", "fmean", "median", "median_low", "median_high", "fsum")
BEST = ("max", "min")
TAKING = ("join", "extend")  # methods
STOPPING = ("any", "all", "next")


class Generators(Statements):
    """Writes generator expressions in another way; `made` counts the places."""

    def __init__(self, tree: ast.Module) -> None:
        super().__init__()
        self.own = bound_in(tree)
        brought = [alias for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
        self.modules = {a.asname or a.name for a in brought if a.name in ("statistics", "math")} - self.own

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        name = self.called(node.func)
        if name in (*WHOLE, *BEST, *STOPPING) and node.args:
            node.args[0] = self.generating(node.args[0])
        generator = node.args[0] if node.args else None
        if isinstance(generator, ast.ListComp) and name in ("any", "all"):
            return self.of_list(name, node)
        if not isinstance(generator, ast.GeneratorExp):
            other = name in BEST and len(node.args) == 1 and [k.arg for k in node.keywords] == ["default"]
            return self.or_default(name, node, node.args[0]) if other else node
        items = listed(generator)
        if isinstance(node.func, ast.Attribute) and len(node.args) == 1 and node.func.attr in TAKING:
            apart = not names_in(node.func) & names_in(generator)
            self.made += apart
            node.args = [items] if apart else node.args
            return node
        match name, node.args[1:], node.keywords:
            case _, [], [] if name in WHOLE:
                node.args = [items]
            case _, [], [] if name in BEST and decides_nothing(generator):
                node.args = [items]
            case _, [], [ast.keyword("default")] if name in BEST and decides_nothing(generator):
                return self.or_default(name, node, items)
            case _, rest, [] if name in STOPPING and len(rest) <= (name == "next") and not self.inside:
                return self.stopping(name, generator, rest)
            case _:
                return node
        self.made += 1
        return node

    def generating(self, values: ast.expr) -> ast.expr:
        """Return `map` and `filter` as generator expressions, what is in a dictionary as a list, others as they are."""
        item = ast.Name(f"{PREFIX}item", ast.Load())
        match values:
            case ast.Call(func=ast.Attribute(attr="values" | "keys"), args=[], keywords=[]):
                self.made += 1
                return helper("listed", values)
            case ast.Call(func=ast.Name(id="map"), args=[by, through], keywords=[]) if "map" not in self.own:
                if made := applied(by, item):
                    return generated(made[1], made[0], self.generating(through))
            case ast.Call(func=ast.Name(id="filter"), args=[by, through], keywords=[]) if "filter" not in self.own:
                if isinstance(by, ast.Constant) and by.value is None:
                    return generated(item, item.id, through, item)
                if made := applied(by, item):
                    return generated(ast.Name(made[0], ast.Load()), made[0], through, made[1])
        return values

    def or_default(self, name: str, node: ast.Call, values: ast.expr) -> ast.expr:
        """Return the largest or smallest of some values, or what stands for them where there are none."""
        self.made += 1
        node.func, node.args = ast.Name(f"{PREFIX}{name}_or", ast.Load()), [values, node.keywords[0].value]
        node.keywords = []
        return node

    def called(self, function: ast.expr) -> str:
        """Return the name of a builtin, or of a function of a module that takes all of its values; "" for others."""
        match function:
            case ast.Name(id=name) if name not in self.own:
                return name
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module in self.modules and name in WHOLE:
                return name
        return ""

    def of_list(self, name: str, node: ast.Call) -> ast.expr:
        """Return `any` or `all` of a list, all of whose elements are made."""
        if node.keywords or len(node.args) > 1:
            return node
        self.made += 1
        node.func = ast.Name(f"{PREFIX}{name}_of", ast.Load())
        return node

    def stopping(self, name: str, generator: ast.GeneratorExp, rest: list[ast.expr]) -> ast.expr:
        """Return the call of a function that stops at the first element that decides."""
        generator = with_own_names(generator, f"{PREFIX}in_{self.made}_")
        element = generator.elt
        if name == "next":
            found: ast.stmt = ast.Return(element)
        else:
            test = element if name == "any" else ast.UnaryOp(ast.Not(), element)
            found = ast.If(test, [ast.Return(ast.Constant(name == "any"))], [])
        for loop in reversed(generator.generators):
            for condition in reversed(loop.ifs):
                found = ast.If(condition, [found], [])
            found = ast.For(loop.target, loop.iter, [found], [], lineno=1)
        last: ast.stmt = ast.Return(rest[0] if rest else ast.Constant(name == "all"))
        if name == "next" and not rest:
            last = ast.Raise(ast.Call(ast.Name("StopIteration", ast.Load()), [], []))
        called = f"{PREFIX}{name}_{self.made}"
        self.made += 1
        arguments = ast.arguments([], [], None, [], [], None, [])
        self.before.append(ast.FunctionDef(called, arguments, [found, last], [], lineno=1))
        return ast.Call(ast.Name(called, ast.Load()), [], [])


def with_own_names(generator: ast.GeneratorExp, prefix: str) -> ast.GeneratorExp:
    """Return a generator expression whose variables have other names than what it goes through."""
    first, *others = generator.generators
    own = {name for loop in generator.generators for name in names_in(loop.target)}
    if not own & names_in(first.iter):
        return generator
    renaming = Renaming(own, prefix)
    loops = [
        ast.comprehension(renaming.visit(first.target), first.iter, [*map(renaming.visit, first.ifs)], first.is_async),
        *map(renaming.visit, others),
    ]
    return ast.GeneratorExp(renaming.visit(generator.elt), loops)


def generated(element: ast.expr, name: str, values: ast.expr, *conditions: ast.expr) -> ast.GeneratorExp:
    """Return a generator expression of one loop, or of those of the values and one more."""
    before = values.generators if isinstance(values, ast.GeneratorExp) else []
    through = ast.Tuple([values.elt], ast.Load()) if isinstance(values, ast.GeneratorExp) else values
    loop = ast.comprehension(ast.Name(name, ast.Store()), through, [*conditions], 0)
    return ast.GeneratorExp(element, [*before, loop])


def applied(by: ast.expr, item: ast.Name) -> tuple[str, ast.expr] | None:
    """Return what a function gives for an item, after the name of that; None where the function is not known."""
    match by:
        case ast.Lambda(args=ast.arguments(args=[argument], vararg=None, kwarg=None, kwonlyargs=[]), body=body):
            return argument.arg, body
        case ast.Name():
            return item.id, ast.Call(by, [item], [])
    return None


def decides_nothing(generator: ast.GeneratorExp) -> bool:
    """Tell whether the elements of a generator and its conditions make no decision and no draw."""
    parts = [generator.elt, *(part for loop in generator.generators for part in (loop.iter, *loop.ifs))]
    return all(map(without_order, parts))


def without_order(node: ast.expr) -> bool:
    """Tell the same of an expression, which may ask whether values are the same."""
    match node:
        case ast.Compare(left=left, ops=ops, comparators=others):
            same = all(isinstance(op, ast.Is | ast.IsNot | ast.Eq | ast.NotEq) for op in ops)
            return same and all(map(reads_only, [left, *others]))
        case ast.BoolOp(values=values):
            return all(map(without_order, values))
        case ast.Call(func=ast.Attribute(attr="items" | "values" | "keys"), args=[]):
            return True
    return reads_only(node)

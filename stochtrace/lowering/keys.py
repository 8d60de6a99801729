"""`min`, `max` and `sorted` by a key, for Numba: by a list of keys, or as functions that keep the best as they go.

`min(times, key=times.get)` becomes the first of these, `max(range(n), key=lambda i: score(i))` a function before the
statement, whose keys and comparisons come in Python's order:

    def stochtrace_max_0():
        pool = [v for v in range(n)]
        ...
        i = pool[0]
        kept, best = i, score(i)
        for i in pool[1:]:
            key = score(i)
            if key > best:
                kept, best = i, key
        return kept
"""

from __future__ import annotations

import ast
import copy
from typing import Any

from stochtrace.lowering.trees import PREFIX, Filled, Statements, bound_in, functions_of, helper, listed, reads_only

BEST = {"min": ast.Lt, "max": ast.Gt}
GETTERS = ("itemgetter", "attrgetter")


class Keys(Statements):
    """Writes calls with a key in another way."""

    def __init__(self, tree: ast.Module) -> None:
        super().__init__()
        self.own = bound_in(tree)
        self.getters = functions_of(tree, "operator", GETTERS)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name(id=name), args=[values], keywords=keywords) if (
                (name in BEST or name == "sorted") and name not in self.own and (by := self.by(name, keywords))
            ):
                argument, value, *down = by
                if reads_only(values) and reads_only(value):
                    self.made += 1
                    return lists(name, values, argument, value, *down)
                if name == "sorted" and not self.inside:
                    return self.pooled(values, argument, value, *down)
                if name in BEST and not self.inside and not isinstance(values, ast.GeneratorExp):
                    return self.kept(name, values, argument, value)
            case ast.Call(func=ast.Name(id="sorted"), args=[values], keywords=keywords) if (
                "sorted" not in self.own and all(keyword.arg == "reverse" for keyword in keywords)
            ):
                self.made += 1
                return helper("sorted", listed(values), *downwards(keywords))
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        """`jobs.sort(key=...)` of a list that has a name, and `times.sort()`."""
        self.generic_visit(node)
        match node.value:
            case ast.Call(func=ast.Attribute(value=held, attr="sort"), args=[], keywords=keywords):
                pass
            case _:
                return node
        if all(keyword.arg == "reverse" for keyword in keywords):
            self.made += 1
            return ast.Expr(helper("sort_in_place", held, *downwards(keywords)))
        if not isinstance(held, ast.Name) or (by := self.by("sorted", keywords)) is None or not reads_only(by[1]):
            return node
        self.made += 1
        target = ast.Subscript(ast.Name(held.id, ast.Load()), ast.Slice(), ast.Store())
        return ast.Assign([target], lists("sorted", held, *by), lineno=1)

    def by(self, name: str, keywords: list[ast.keyword]) -> tuple[Any, ...] | None:
        """Return the name of the value in a key, the key of it, and whether to sort downwards; None where not known."""
        down = downwards(keywords) if name == "sorted" else []
        keys = [keyword.value for keyword in keywords if keyword.arg == "key"]
        if len(keys) != 1 or len(keywords) > 1 + len(down) or not all(map(reads_only, down)):
            return None
        known = self.key(keys[0])
        return None if known is None else (*known, *down)

    def key(self, key: ast.expr) -> tuple[str, ast.expr] | None:
        """Return the name of the value in a key, and the key of it; None where it is no key that is known."""
        value = ast.Name(f"{PREFIX}value", ast.Load())
        match key:
            case ast.Lambda(args=ast.arguments(args=[argument], defaults=[], vararg=None, kwonlyargs=[]), body=body):
                return argument.arg, body
            case ast.Attribute(value=ast.Name() as held, attr="get"):
                return value.id, ast.Subscript(held, value, ast.Load())
            case ast.Call(func=function, args=[given], keywords=[]) if (
                getter := self.getters.get(ast.unparse(function))
            ) and isinstance(given, ast.Constant):
                if getter == "itemgetter":
                    return value.id, ast.Subscript(value, given, ast.Load())
                return value.id, ast.Attribute(value, str(given.value), ast.Load())
            case ast.Name(id=name):
                return value.id, ast.Call(ast.Name(name, ast.Load()), [value], [])
        return None

    def pooled(self, values: ast.expr, argument: str, value: ast.expr, *down: ast.expr) -> ast.expr:
        """Return the call of a function that sorts a list which it makes first."""
        called, pool = f"{PREFIX}sorted_{self.made}", ast.Name(f"{PREFIX}pool", ast.Load())
        self.made += 1
        result = lists("sorted", pool, argument, value, *down)
        text = f"""
def {called}():
    {pool.id} = [{PREFIX}v for {PREFIX}v in {PREFIX}values]
    return {PREFIX}result
"""
        (function,) = ast.parse(text).body
        self.before.append(Filled({f"{PREFIX}values": listed(values), f"{PREFIX}result": result}).visit(function))
        return ast.Call(ast.Name(called, ast.Load()), [], [])

    def kept(self, name: str, values: ast.expr, argument: str, value: ast.expr) -> ast.expr:
        """Return the call of a function that keeps the best value as it goes."""
        called = f"{PREFIX}{name}_{self.made}"
        self.made += 1
        text = f"""
def {called}():
    {PREFIX}pool = [{PREFIX}v for {PREFIX}v in {PREFIX}values]
    if len({PREFIX}pool) == 0:
        raise ValueError("arg is an empty sequence")
    {argument} = {PREFIX}pool[0]
    {PREFIX}kept, {PREFIX}best = {argument}, {PREFIX}keyed
    for {PREFIX}i in range(1, len({PREFIX}pool)):
        {argument} = {PREFIX}pool[{PREFIX}i]
        {PREFIX}key = {PREFIX}keyed
        if {PREFIX}key {"<" if name == "min" else ">"} {PREFIX}best:
            {PREFIX}kept, {PREFIX}best = {argument}, {PREFIX}key
    return {PREFIX}kept
"""
        (function,) = ast.parse(text).body
        self.before.append(Filled({f"{PREFIX}values": values, f"{PREFIX}keyed": value}).visit(function))
        return ast.Call(ast.Name(called, ast.Load()), [], [])


def downwards(keywords: list[ast.keyword]) -> list[ast.expr]:
    """Return whether to sort downwards."""
    return [keyword.value for keyword in keywords if keyword.arg == "reverse"] or [ast.Constant(False)]


def lists(name: str, values: ast.expr, argument: str, value: ast.expr, *down: ast.expr) -> ast.expr:
    """Return the call of a function of a list of values and of that of their keys."""
    loop = ast.comprehension(ast.Name(argument, ast.Store()), values, [], 0)
    each, keys = ast.ListComp(ast.Name(argument, ast.Load()), [loop]), ast.ListComp(value, [copy.deepcopy(loop)])
    return helper(f"{name}_by", each, keys, *down)

"""`functools.reduce`, `takewhile` and `dropwhile`, for Numba: as loops, in functions before the statement.

`reduce(lambda a, b: a * x + b, values, 0.0)` becomes a call of

    def stochtrace_folded_0():
        a = 0.0
        for b in values:
            a = a * x + b
        return a
"""

from __future__ import annotations

import ast

from stochtrace.lowering.trees import PREFIX, Filled, Statements, bound_in, functions_of, names_in

VALUES, NEXT, FIRST, POOL, PLACE = (f"{PREFIX}{word}" for word in ("values", "next", "first", "pool", "place"))
USING = ("sum", "list", "tuple", "max", "min", "sorted", "len", "set")  # builtins that take all that they are given
REDUCE = f"""
    {POOL} = [{PLACE} for {PLACE} in {VALUES}]
    if len({POOL}) == 0:
        raise TypeError("reduce() of empty iterable with no initial value")
    one = {POOL}[0]
    for {PLACE} in range(1, len({POOL})):
        other = {POOL}[{PLACE}]
        one = {NEXT}
    return one
"""
REDUCE_FROM = f"""
    one = {FIRST}
    for other in {VALUES}:
        one = {NEXT}
    return one
"""
TAKEWHILE = f"""
    {POOL} = []
    for one in {VALUES}:
        if not {NEXT}:
            break
        {POOL}.append(one)
    return {POOL}
"""
DROPWHILE = f"""
    {POOL} = []
    {FIRST} = False
    for one in {VALUES}:
        {FIRST} = {FIRST} or not {NEXT}
        if {FIRST}:
            {POOL}.append(one)
    return {POOL}
"""
PARTS = {"takewhile": TAKEWHILE, "dropwhile": DROPWHILE}


class Folds(Statements):
    """Writes such calls in another way; `made` counts them."""

    def __init__(self, tree: ast.Module) -> None:
        super().__init__()
        self.own = bound_in(tree)
        self.reduced = functions_of(tree, "functools", ("reduce",))
        self.parts = functions_of(tree, "itertools", PARTS)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(args=[by, values, *first], keywords=[]) if ast.unparse(node.func) in self.reduced:
                return self.written(node, REDUCE_FROM if first else REDUCE, by, [values, *first], 2)
            case ast.Call(func=ast.Name(id=name), args=[ast.Call(args=[by, values], keywords=[]) as part, *_]) if (
                name in USING and name not in self.own and ast.unparse(part.func) in self.parts
            ):
                node.args[0] = self.written(part, PARTS[self.parts[ast.unparse(part.func)]], by, [values], 1)
        return node

    def written(self, node: ast.Call, text: str, by: ast.expr, given: list[ast.expr], count: int) -> ast.expr:
        """Return the call of a function of a text, the call as it stands where its function is not known."""
        names = ["one", "other"][:count]
        match by:
            case ast.Lambda(args=ast.arguments(args=args, vararg=None, kwarg=None, kwonlyargs=[]), body=value) if (
                len(args) == count
            ):
                own = [argument.arg for argument in args]
            case ast.Name() | ast.Attribute(value=ast.Name()):
                own = [f"{PREFIX}{word}" for word in names]
                value = ast.Call(by, [ast.Name(word, ast.Load()) for word in own], [])
            case _:
                return node
        if self.inside or len(given) > 2 or any({*own} & names_in(part) for part in given):
            return node
        called = f"{PREFIX}folded_{self.made}"
        self.made += 1
        (function,) = ast.parse(f"def {called}():\n{text}").body
        for part in ast.walk(function):
            if isinstance(part, ast.Name) and part.id in names:
                part.id = own[names.index(part.id)]
        parts = {NEXT: value, **dict(zip((VALUES, FIRST), given, strict=False))}
        self.before.append(Filled(parts).visit(function))
        return ast.Call(ast.Name(called, ast.Load()), [], [])

"""Generators that are kept and asked for one value after the other, for Numba: as functions that change variables.

    def arrivals(p, rng):                 def stochtrace_kept_arrivals(p, rng):
        t = 0.0                               t = 0.0
        while True:                           stochtrace_begun = 0
            t += rng.exponential(p)
            yield t                           def stochtrace_following():
            p = 0.9 * p            →              nonlocal stochtrace_begun, t, p
                                                  if stochtrace_begun:
    stream = arrivals(p, rng)                         p = 0.9 * p
    t = next(stream)                              stochtrace_begun = 1
                                                  t += rng.exponential(p)
                                                  return t

                                              return stochtrace_following

Such a generator has no end and yields in one place; what comes before its loop makes no draw. What becomes of functions
that are made and kept is written in `closures`.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stochtrace.lowering.cells import split_pairs
from stochtrace.lowering.function_values import names_of, plain
from stochtrace.lowering.trees import LOOPS, PREFIX, blocks_of
from stochtrace.scopes import SCOPES, bound_by, bound_in, own_names, own_nodes

BEGUN, FOLLOWING, SENT = f"{PREFIX}begun", f"{PREFIX}following", f"{PREFIX}sent"


class Form(NamedTuple):
    """A generator without an end: what comes before its loop, in it before the yield, the yield, and what follows."""

    node: ast.FunctionDef
    before: list[ast.stmt]
    first: list[ast.stmt]
    yielding: ast.stmt
    value: ast.expr
    last: list[ast.stmt]


def without_kept_generators(tree: ast.Module) -> None:
    """Write generators that are kept in another way, in place."""
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    bound = [name for name, _ in bound_in(tree)]
    forms = {node.name: form for node in functions if bound.count(node.name) == 1 if (form := form_of(node))}
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    methods = [part for node in classes for part in node.body if isinstance(part, ast.FunctionDef)]
    known = forms and "next" not in bound
    used = {name for owner in (*functions, *methods) if known for name in kept_in(owner, forms)}
    tree.body += [as_function(forms[name]) for name in sorted(used)]


def form_of(node: ast.FunctionDef) -> Form | None:
    """Return the parts of a generator without an end, None where a function is none."""
    yields = [part for part in own_nodes(node) if isinstance(part, ast.Yield | ast.YieldFrom)]
    loop = node.body[-1]
    if len(yields) != 1 or not plain(node) or not isinstance(loop, ast.While):
        return None
    endless = isinstance(loop.test, ast.Constant) and loop.test.value and not loop.orelse
    leaves = any(isinstance(part, (*SCOPES, ast.Return, ast.Nonlocal)) for part in own_nodes(node))
    calls = any(isinstance(part, ast.Call) for statement in node.body[:-1] for part in ast.walk(statement))
    if not endless or leaves or calls or leaves_loop(loop.body):
        return None
    for i, statement in enumerate(loop.body):
        match statement:
            case ast.Expr(value=ast.Yield(value=value)) | ast.Assign(
                targets=[ast.Name()], value=ast.Yield(value=value)
            ) if value is not None:
                parts = copy.deepcopy((node.body[:-1], loop.body[:i], statement, value, loop.body[i + 1 :]))
                form = Form(node, *parts)
                known = all(is_local(name, form.first) for name in remembered(form) - bound_before(form))
                return form if known and remembered(form) - bound_before(form) <= bound_names(form.first) else None
    return None


def leaves_loop(statements: Sequence[ast.stmt]) -> bool:
    """Tell whether statements leave the loop in which they stand, or begin its next round."""
    for statement in statements:
        if isinstance(statement, ast.Break | ast.Continue):
            return True
        blocks = [statement.orelse] if isinstance(statement, LOOPS) else blocks_of(statement)
        if any(leaves_loop(block) for block in blocks):
            return True
    return False


def kept_in(owner: ast.FunctionDef, forms: dict[str, Form]) -> Iterator[str]:
    """Yield the generators that a function keeps and only asks for values; what it does so is written, in place."""
    own = own_names(owner)

    def makes(value: ast.expr) -> bool:
        return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in forms.keys() - own

    split_pairs(owner.body, makes)
    bound = [name for name, _ in bound_in(owner)]
    around = {part: node for node in ast.walk(owner) for part in ast.iter_child_nodes(node)}
    for statement in [part for part in own_nodes(owner) if isinstance(part, ast.Assign)]:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id=made)) as call) if (
                makes(call) and bound.count(name) == 1
            ):
                asked = [asking(n, around) for n in names_of(owner) if n.id == name and isinstance(n.ctx, ast.Load)]
                if None in asked or not sent_right(forms[made], [each for each in asked if each], around):
                    continue
                call.func = ast.Name(f"{PREFIX}kept_{made}", ast.Load())
                for each in asked:
                    assert each is not None
                    each.args = each.args if isinstance(each.func, ast.Attribute) else []
                    each.func = ast.Name(name, ast.Load())
                yield made


def asking(node: ast.Name, around: dict[ast.AST, ast.AST]) -> ast.Call | None:
    """Return the call by which a generator is asked for a value, None for another use of it."""
    match around[node], around.get(around[node]):
        case ast.Call(func=ast.Name(id="next"), args=[value], keywords=[]) as call, _ if value is node:
            return call
        case ast.Attribute(attr="send"), ast.Call(args=[_], keywords=[]) as call:
            return call
    return None


def sent_right(form: Form, asked: list[ast.Call], around: dict[ast.AST, ast.AST]) -> bool:
    """Tell whether a generator gets values if it takes them: all but the first time, outside of loops."""
    sends = [call for call in asked if isinstance(call.func, ast.Attribute)]
    if isinstance(form.yielding, ast.Expr):
        return not sends
    first = [call for call in asked if call not in sends]
    node: ast.AST | None = first[0] if len(first) == 1 else None
    while node is not None and not isinstance(node, (*SCOPES, ast.For, ast.While)):
        node = around.get(node)
    return isinstance(node, ast.FunctionDef)


def as_function(form: Form) -> ast.FunctionDef:
    """Return the function that makes the function that gives the next value."""
    made = copy.deepcopy(form.node)
    new, later = remembered(form) - bound_before(form), [*taking(form), *form.last]
    body: list[ast.stmt] = [ast.Nonlocal([BEGUN, *sorted(remembered(form))])]
    body += [ast.If(ast.Name(BEGUN, ast.Load()), later, [])] if later else []
    body += [begin(BEGUN, 1), *form.first, ast.Return(form.value)]
    given = ast.arguments([], [], None, [], [], None, [])
    if taking(form):
        given.args, given.defaults = [ast.arg(SENT)], [ast.Constant(0.0)]
    following = ast.FunctionDef(FOLLOWING, given, body, [])
    begins = [*(begin(name, 0.0) for name in sorted(new)), begin(BEGUN, 0)]
    made.name = f"{PREFIX}kept_{form.node.name}"
    made.body = [*form.before, *begins, following, ast.Return(ast.Name(FOLLOWING, ast.Load()))]
    for part in made.body:
        ast.copy_location(part, form.node)
    return made


def remembered(form: Form) -> set[str]:
    """Return the names whose values are kept from one value that is asked for to the next."""
    statements = [*taking(form), *form.last, *form.first]
    stored = bound_names(statements)
    local = {name for name in stored - bound_before(form) if is_local(name, [*statements, ast.Expr(form.value)])}
    return (bound_names(form.before) | stored) - local


def bound_before(form: Form) -> set[str]:
    """Return the names that have a value before the loop."""
    return bound_names(form.before) | {argument.arg for argument in form.node.args.args}


def taking(form: Form) -> list[ast.stmt]:
    """Return the assignment of what is sent to a generator, nothing where it takes none."""
    if not isinstance(form.yielding, ast.Assign):
        return []
    return [ast.Assign(copy.deepcopy(form.yielding.targets), ast.Name(SENT, ast.Load()))]


def begin(name: str, number: float) -> ast.stmt:
    """Return the assignment of a number."""
    return ast.Assign([ast.Name(name, ast.Store())], ast.Constant(number))


def bound_names(statements: Sequence[ast.stmt]) -> set[str]:
    """Return the names that statements bind."""
    return {name for name, _ in bound_in(ast.Module([*statements], []))}


def is_local(name: str, statements: Sequence[ast.stmt]) -> bool:
    """Tell whether a name is given a value before it is read, each time that a value is asked for."""
    for part in statements:
        if not any(n.id == name for n in names_of(part)):
            continue
        match part:
            case ast.Assign(targets=targets, value=value):
                given = {bound for target in targets for n in ast.walk(target) for bound, _ in bound_by(n)}
                return name in given and all(n.id != name for n in names_of(value))
            case ast.For(target=ast.Name(id=target), iter=values):
                return target == name and all(n.id != name for n in names_of(values))
        return False
    return True

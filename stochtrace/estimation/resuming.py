"""Replays that begin where their draw was made: what came before it is that of the sample, and need not run again.

A program draws in one loop, and what goes from round to round is a few numbers. Its derivative program notes them when
a jump is kept, and its primal begins with that round. Both are made from the text, for compiled code only.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any, NamedTuple

from stochtrace.carried.rebinding import rebound
from stochtrace.estimation.functions import Functions

SITES = 4  # whose visits are noted: each costs a little in every round
ENTERED = "stochtrace_entered"  # goes on with a visit of a site
NUMBER = "stochtrace_number"  # what it takes is a number, or Numba refuses the program
NEITHER: tuple[type[ast.AST], ...] = (ast.Return, ast.Try, ast.With, ast.Delete, ast.Global, ast.Nonlocal, ast.Lambda)
NEITHER += (ast.FunctionDef, ast.ClassDef, ast.Match, ast.NamedExpr, ast.Import, ast.ImportFrom)


@dataclass(frozen=True)
class Resumable(Functions):
    """Functions of which the derivative program returns what it has noted beside its result, and `resumed` takes it.

    That begins with the site and the visit of the jump: where these are not the kept one's, the replay is the primal.
    """

    resumed: Callable[..., Any] | None = None


class Parts(NamedTuple):
    """A function whose draws are in one loop, and perhaps before and after it."""

    names: list[str]
    before: list[ast.stmt]
    loop: ast.For | ast.While
    after: list[ast.stmt]

    @property
    def round(self) -> str:
        """The number of a round that is begun."""
        return self.loop.target.id if isinstance(self.loop, ast.For) and isinstance(self.loop.target, ast.Name) else "0"

    @property
    def header(self) -> str:
        """What decides on the rounds."""
        return ast.unparse(self.loop.iter if isinstance(self.loop, ast.For) else self.loop.test)


def resumable(functions: Functions, tree: ast.Module, helpers: Mapping[str, Any]) -> Resumable | None:
    """Return functions whose replays begin late, None where their text does not allow it."""
    own = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    primal, derivative = (own.get(f.__name__) for f in (functions.primal, functions.derivative))
    if functions.sites > SITES or primal is None or derivative is None:
        return None
    one, other = parts_of(primal, 1), parts_of(derivative, 2)
    if one is None or other is None or (one.round, one.header) != (other.round, other.header):
        return None
    state = state_of(one)
    if state is None or not set(state) <= given(other):
        return None
    body: list[ast.stmt] = [_noting(derivative, other, state, functions.sites), _resumed(primal, one, state)]
    filename = functions.primal.__code__.co_filename
    whole = compile(ast.fix_missing_locations(ast.Module(body, [])), filename, "exec", dont_inherit=True)
    again = rebound(functions.primal, {}, {})
    again.__globals__.update(helpers)
    noting, resumed = (FunctionType(c, again.__globals__) for c in whole.co_consts if isinstance(c, CodeType))
    fixed = (functions.name, again, noting, functions.smooth, functions.sites)
    return Resumable(*fixed, resumed=resumed)


def parts_of(function: ast.FunctionDef, own: int) -> Parts | None:
    """Return the parts of a function, of which the last parameters are `own` ones: ω, and jumps."""
    names = [argument.arg for argument in function.args.args]
    omega, body = names[-own], function.body[1:] if ast.get_docstring(function) else function.body
    places = [i for i, each in enumerate(body) if isinstance(each, ast.For | ast.While) and omega in mentioned([each])]
    if len(places) != 1:
        return None
    before, loop, after = body[: places[0]], body[places[0]], body[places[0] + 1 :]
    assert isinstance(loop, ast.For | ast.While)
    plain = not loop.orelse and not any(isinstance(n, NEITHER) for each in (*before, loop) for n in ast.walk(each))
    if not plain or any(isinstance(n, NEITHER[1:]) for each in after for n in ast.walk(each)):
        return None
    match loop:
        case ast.While() if omega not in mentioned([loop.test]):
            return Parts(names, before, loop, after)
        case ast.For(ast.Name(target), ast.Call(ast.Name("range"), ends, [])) if target not in stored(loop.body):
            fixed = not any(isinstance(n, ast.Call | ast.Starred) for end in ends for n in ast.walk(end))
            changed = mentioned(ends) & stored([loop])
            return Parts(names, before, loop, after) if fixed and not changed else None
    return None


def state_of(parts: Parts) -> list[str] | None:
    """Return the names whose values go from round to round, or from before the loop into it; None if others may."""
    body, had = parts.loop.body, stored(parts.before)
    used = read([parts.loop, *parts.after])
    state = used & (had | (stored(body) & set(parts.names)))
    leaves = any(isinstance(node, ast.Continue | ast.Break) for each in body for node in ast.walk(each))
    for name in (used & stored(body)) - state:
        if not temporary(name, body) or (leaves and name in read(parts.after)):
            return None
    plain = not any(keeps(node) for each in (*parts.before, *body) for node in ast.walk(each))
    return sorted(state) if plain and state <= given(parts) and parts.round not in state else None


def keeps(node: ast.AST) -> bool:
    """Tell whether a node stores something in a container, or makes one: state that is no number."""
    if isinstance(node, ast.Subscript | ast.Attribute):
        return isinstance(node.ctx, ast.Store)
    made = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
    return isinstance(node, ast.Assign) and isinstance(node.value, made)


def given(parts: Parts) -> set[str]:
    """Return the names that have a value when the loop begins."""
    return set(parts.names) | assigned(parts.before)


def assigned(statements: Iterable[ast.stmt]) -> set[str]:
    """Return the names that these statements assign, whatever is decided in them."""
    found = set[str]()
    for statement in statements:
        if isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign):
            found |= stored([statement])
        elif isinstance(statement, ast.If):
            found |= assigned(statement.body) & assigned(statement.orelse)
    return found


def temporary(name: str, body: Sequence[ast.stmt]) -> bool:
    """Tell whether each round assigns a name before it reads it."""
    places = [each for each in body if name in mentioned([each])]
    first = places[0]
    if name in assigned([first]) and name not in read([first]):
        return True
    match first:
        case ast.For() | ast.While() | ast.If() if len(places) == 1:
            head = first.iter if isinstance(first, ast.For) else first.test
            ends = [part for part in (first.body, first.orelse) if name in mentioned(part)]
            target = isinstance(first, ast.For) and name in mentioned([first.target])
            return name not in mentioned([head]) and (target or all(temporary(name, part) for part in ends))
    return False


def mentioned(nodes: Iterable[ast.AST]) -> set[str]:
    """Return all names in nodes."""
    return {node.id for each in nodes for node in ast.walk(each) if isinstance(node, ast.Name)}


def stored(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the names that nodes assign."""
    names = (node for each in nodes for node in ast.walk(each) if isinstance(node, ast.Name))
    return {name.id for name in names if isinstance(name.ctx, ast.Store)}


def read(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the names whose values nodes read."""
    found = set[str]()
    for node in (node for each in nodes for node in ast.walk(each)):
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.add(node.id)
    return found


def _noting(function: ast.FunctionDef, parts: Parts, state: Sequence[str], sites: int) -> ast.FunctionDef:
    """Return a derivative program that notes where its kept jump is, and the state with which that round began."""
    omega, jumps = parts.names[-2:]
    values = [*(f"{NUMBER}({name})" for name in state), *(f"{omega}.visits[{s}]" for s in range(1, sites + 1))]
    begin = f"{jumps}.fresh = 0; stochtrace_round = (0, {', '.join(values)})"
    noted = f"({jumps}.site, {jumps}.visit) + stochtrace_round"
    note = f"if {jumps}.fresh != 0:\n  {jumps}.fresh = 0\n  stochtrace_noted = {noted}"
    loop = copy.deepcopy(parts.loop)
    each = f"{note}\nstochtrace_round = ({parts.round}, {', '.join(values)})"
    loop.body = [*parsed(each), *loop.body]
    nothing = "stochtrace_noted = (-1, -1) + stochtrace_round"
    after = [_Returning().visit(copy.deepcopy(each)) for each in parts.after]
    made = copy.deepcopy(function)
    made.body = [*parts.before, *parsed(begin), *parsed(nothing), loop, *parsed(note), *after]
    return made


class _Returning(ast.NodeTransformer):
    """Returns what is noted beside each result."""

    def visit_Return(self, node: ast.Return) -> ast.Return:
        noted = ast.Name("stochtrace_noted", ast.Load())
        return ast.Return(ast.Tuple([node.value or ast.Constant(None), noted], ast.Load()))


def _resumed(function: ast.FunctionDef, parts: Parts, state: Sequence[str]) -> ast.FunctionDef:
    """Return a primal that begins with the round that was noted."""
    omega, noted, first = parts.names[-1], "stochtrace_noted", 3
    lines = [f"{name} = {noted}[{first + i}]" for i, name in enumerate(state)]
    lines.append(f"{ENTERED}({omega}, {noted}[{first + len(state)}:])")
    loop = copy.deepcopy(parts.loop)
    if isinstance(loop, ast.For) and isinstance(loop.iter, ast.Call):
        ends = loop.iter.args
        loop.iter.args = [ast.parse(f"{noted}[2]", mode="eval").body, *(ends[1:] or ends)]
    made = copy.deepcopy(function)
    made.args.args.append(ast.arg(noted))
    made.args.defaults = []
    made.body = [*parsed("\n".join(lines)), loop, *copy.deepcopy(parts.after)]
    return made


def parsed(text: str) -> list[ast.stmt]:
    """Return the statements of a text."""
    return ast.parse(text).body

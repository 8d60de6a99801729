"""Write out draws that have another name: `rand = random.random`, `exp = rng.exponential`, `u = partial(rng.normal)`.

Accepts Python that compiles. Guarantees a text with the same lines, in which such a name stands nowhere, if nothing can
give it, or what it is made of, another value before its calls; in a function its line is a comment. So each call is a
place of its own that draws, and `rand() < p` a coin.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from stochtrace.scopes import bound_by, bound_in, imported, is_stored, own_nodes
from stochtrace.spellings import MODULES, find, makers_of

Owner = ast.Module | ast.FunctionDef
Lines = defaultdict[str, list[int]]
FIXED = (ast.Constant, ast.Name, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.Load)
PARTIAL = "functools.partial"


class Alias(NamedTuple):
    """A name of a draw: the draw, what a `partial` gives to it, and whether it may be passed on as it is."""

    name: str
    drawn: ast.expr
    given: list[ast.expr]
    named: list[ast.keyword]
    passed: bool


class Edit(NamedTuple):
    """A place in the text, in bytes of its line, and what is to stand there."""

    line: int
    start: int
    end: int
    text: str


def draws_written_out(text: str) -> str:
    """Return the text with draws in the place of their names."""
    lines, module = text.split("\n"), Module(ast.parse(text))
    edits = [edit for owner in module.owners for edit in module.edits(owner, lines)]
    for line, start, end, new in sorted(edits, reverse=True):
        old = lines[line - 1].encode()
        lines[line - 1] = (old[:start] + new.encode() + old[end:]).decode()
    return "\n".join(lines)


class Module:
    """What is known of the names of a module."""

    def __init__(self, tree: ast.Module) -> None:
        nodes = [*ast.walk(tree)]
        self.own, self.whole = dict[ast.AST, Lines](), dict[ast.AST, Lines]()
        self.around = {part: node for node in nodes for part in ast.iter_child_nodes(node)}
        self.owners: list[Owner] = [tree, *(node for node in nodes if isinstance(node, ast.FunctionDef))]
        self.kept = {name for n in nodes if isinstance(n, ast.Global | ast.Nonlocal) for name in n.names}
        self.defined = {n.attr for n in nodes if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)}
        bodies = [part for node in nodes if isinstance(node, ast.ClassDef) for part in node.body]
        self.defined |= {name for part in bodies for name, _ in (*bound_by(part), *bound_in(part))}

    def lines_of(self, owner: ast.AST, name: str) -> list[int]:
        """Return the lines in which a function, or the module, binds a name for itself."""
        return self.noted(self.own, owner, (pair for node in own_nodes(owner) for pair in bound_by(node)))[name]

    def lines_in(self, owner: ast.AST, name: str) -> list[int]:
        """Return the lines in which it, or what is inside it, binds a name."""
        return self.noted(self.whole, owner, bound_in(owner))[name]

    def noted(self, table: dict[ast.AST, Lines], owner: ast.AST, pairs: Iterable[tuple[str, int]]) -> Lines:
        """Return the lines of names of a function, found once."""
        if owner not in table:
            table[owner] = defaultdict(list)
            for name, line in pairs:
                table[owner][name].append(line)
        return table[owner]

    # -- which names are those of draws ------------------------------------------------------------------------------

    def aliases(self, owner: Owner, statement: ast.stmt) -> list[Alias]:
        """Return the names that a statement gives to draws, none where it gives others too."""
        match statement:
            case ast.Assign(targets=[ast.Name() as target], value=value):
                pairs: list[tuple[ast.expr, ast.expr]] = [(target, value)]
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                pairs = [*zip(targets, values, strict=False)] if len(targets) == len(values) else []
            case _:
                pairs = []
        found = [self.alias(owner, statement, *pair) for pair in pairs]
        return [] if None in found else [alias for alias in found if alias is not None]

    def alias(self, owner: Owner, statement: ast.stmt, target: ast.expr, value: ast.expr) -> Alias | None:
        """Return the draw that a name is given, None where it is none, or may become another one."""
        name = target.id if isinstance(target, ast.Name) else ""
        if not isinstance(value, ast.Name | ast.Attribute | ast.Call) or name in self.kept:
            return None
        if len(self.lines_in(owner, name)) != 1:
            return None
        given, named = list[ast.expr](), list[ast.keyword]()
        match value:
            case ast.Call(func=func, args=[drawn, *given], keywords=named) if self.path(owner, func) == PARTIAL:
                parts = [*given, *(keyword.value for keyword in named)]
                if not all(self.is_fixed(owner, statement, part) for part in parts) or any(not k.arg for k in named):
                    return None
                value = drawn
        passed = self.draws(owner, statement, value)
        return None if passed is None else Alias(name, value, given, named, passed and not (given or named))

    def draws(self, owner: Owner, statement: ast.stmt, value: ast.expr) -> bool | None:
        """Tell whether a value is surely a draw, or one if it is called; None where it may be another value later."""
        module, _, method = (self.path(owner, value) or "").rpartition(".")
        if module in MODULES or module.startswith("scipy.stats."):
            known = find(method, MODULES[module]) if module in MODULES else method == "rvs"
            return True if known and self.is_settled(owner, statement, root(value)) else None
        match value:
            case ast.Attribute(value=held, attr=method) if makers_of(method) and method not in self.defined:
                changed = {n.attr for n in ast.walk(owner) if isinstance(n, ast.Attribute) and is_stored(n)}
                base = held.value if isinstance(held, ast.Attribute) and held.attr not in changed else held
                plain = isinstance(base, ast.Name) and not module
                return False if plain and self.is_settled(owner, statement, root(value)) else None
        return None

    def is_settled(self, owner: Owner, statement: ast.stmt, name: str) -> bool:
        """Tell whether a name has its value before a statement of a function, and keeps it."""
        everywhere, own = self.lines_in(owner, name), self.lines_of(owner, name)
        if everywhere or name in self.kept:
            return name not in self.kept and len(own) == len(everywhere) and max(own) < statement.lineno
        around = self.binder(owner, name)
        return around is not None and len(self.lines_of(around, name)) == 1

    def is_fixed(self, owner: Owner, statement: ast.stmt, value: ast.expr) -> bool:
        """Tell whether an expression is the same number, or the same object, wherever the function evaluates it."""
        parts = [*ast.walk(value)]
        names = {part.id for part in parts if isinstance(part, ast.Name)}
        held = {root(n.value) for n in ast.walk(owner) if isinstance(n, ast.Subscript | ast.Attribute)}
        changing = isinstance(value, ast.BinOp | ast.UnaryOp) and names & held
        plain = all(isinstance(part, FIXED) for part in parts) and not changing
        return plain and all(self.is_settled(owner, statement, name) for name in names)

    def binder(self, owner: ast.AST, name: str) -> Owner | None:
        """Return the function around another one, or the module, that binds a name for it."""
        around = self.around.get(owner)
        while around is not None and not (isinstance(around, Owner) and self.lines_of(around, name)):
            around = self.around.get(around)
        return around

    def path(self, owner: Owner, node: ast.expr) -> str | None:
        """Return the path under which an expression was imported."""
        if isinstance(node, ast.Attribute):
            base = self.path(owner, node.value)
            return base and f"{base}.{node.attr}"
        if not isinstance(node, ast.Name):
            return None
        home = owner if self.lines_of(owner, node.id) else self.binder(owner, node.id)
        paths = [path for part in own_nodes(home) for name, path in imported(part) if name == node.id] if home else []
        return paths[0] if len(paths) == 1 else None

    # -- the text ----------------------------------------------------------------------------------------------------

    def edits(self, owner: Owner, lines: list[str]) -> Iterator[Edit]:
        """Yield the changes of the text by which the draws of one function have their own names."""
        for statement in owner.body:
            line = lines[statement.lineno - 1]
            alone = statement.lineno == statement.end_lineno and not line.encode()[: statement.col_offset].strip()
            if not alone or ";" in line or "stochtrace:" in line or len(owner.body) < 2:
                continue
            made = [self.written(owner, alias, lines) for alias in self.aliases(owner, statement)]
            if made and None not in made:
                start, ends, word = statement.col_offset, statement.col_offset, "# "
                if isinstance(owner, ast.Module):
                    ends, word = len(line.encode()), ""
                yield Edit(statement.lineno, start, ends, word)
                yield from (edit for edits in made for edit in edits or ())

    def written(self, owner: Owner, alias: Alias, lines: list[str]) -> list[Edit] | None:
        """Return the changes that write a draw in the place of its name; None where it is used in another way."""
        made: list[Edit] = []
        for node in ast.walk(owner):
            if not isinstance(node, ast.Name) or node.id != alias.name or is_stored(node):
                continue
            call = self.around[node]
            called = isinstance(call, ast.Call) and call.func is node
            if self.in_string(node) or not (called or alias.passed) or node.lineno != node.end_lineno:
                return None
            made.append(Edit(node.lineno, node.col_offset, node.end_col_offset or 0, ast.unparse(alias.drawn)))
            if isinstance(call, ast.Call) and (alias.given or alias.named):
                given = with_arguments(alias, call, lines)
                if given is None:
                    return None
                made += given
        return made or None

    def in_string(self, node: ast.AST) -> bool:
        """Tell whether an expression stands in a string, where its place is not known."""
        while not isinstance(node, ast.stmt | ast.JoinedStr):
            node = self.around[node]
        return isinstance(node, ast.JoinedStr)


def with_arguments(alias: Alias, call: ast.Call, lines: list[str]) -> list[Edit] | None:
    """Return the changes that give a call what a `partial` gives; None where that cannot be told, or not be written."""
    again = {keyword.arg for keyword in call.keywords} & {None, *(keyword.arg for keyword in alias.named)}
    opened = lines[call.func.lineno - 1].encode()[call.func.end_col_offset or 0 :]
    end = (call.end_col_offset or 0) - 1
    before = lines[(call.end_lineno or 0) - 1].encode()[:end].rstrip()
    if again or any(isinstance(part, ast.Starred) for part in call.args) or not opened.startswith(b"("):
        return None
    first = ", ".join(map(ast.unparse, alias.given))
    last = ", ".join(f"{keyword.arg}={ast.unparse(keyword.value)}" for keyword in alias.named)
    more = bool(call.args or call.keywords)
    if before.endswith(b",") or (last and call.lineno != call.end_lineno):
        return None
    start = (call.func.end_col_offset or 0) + 1
    if not more:
        return [Edit(call.func.lineno, start, start, ", ".join(filter(None, (first, last))))]
    made = [Edit(call.func.lineno, start, start, f"{first}, ")] if first else []
    return made + ([Edit(call.end_lineno or 0, end, end, f", {last}")] if last else [])


def root(node: ast.expr) -> str:
    """Return the name that an expression of attributes begins with."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""

"""Resolve names: what each name of each function is bound to, and which names are still free to use.

Accepts a parsed module. Guarantees, for every function (nested ones too), its parameters, its local names and its
parent, and for every dotted name the path under which it was imported, whatever alias the program uses.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import libcst as cst

from stochtrace.transform.nodes import code, inside, walk
from stochtrace.transform.source import Source

STAR = "*"


@dataclass(frozen=True)
class Parameter:
    """One parameter of a function: its name, annotation and default, as written."""

    name: str
    annotation: str | None
    default: cst.BaseExpression | None


@dataclass(eq=False, repr=False)
class Scope:
    """A function, or the module: what its names are bound to."""

    name: str
    node: cst.FunctionDef | cst.Module
    parent: Scope | None
    parameters: tuple[Parameter, ...] = ()
    bound: set[str] = field(default_factory=set)
    imports: dict[str, str] = field(default_factory=dict)
    functions: dict[str, Scope] = field(default_factory=dict)
    classes: dict[str, cst.ClassDef] = field(default_factory=dict)
    outer: set[str] = field(default_factory=set)
    times_bound: Counter[str] = field(default_factory=Counter)

    def owner(self, name: str) -> Scope | None:
        """Return the scope in which a name used here is bound, None for builtins and unknown names."""
        if name in self.bound and name not in self.outer:
            return self
        return self.parent.owner(name) if self.parent else None

    def function(self, node: cst.BaseExpression) -> Scope | None:
        """Return the function of this module that an expression names."""
        if not isinstance(node, cst.Name):
            return None
        owner = self.owner(node.value)
        return owner.functions.get(node.value) if owner else None

    def dotted(self, node: cst.BaseExpression) -> str | None:
        """Return the path under which an expression was imported (`numpy.random.rand`), `builtins.len` for builtins."""
        if isinstance(node, cst.Attribute):
            base = self.dotted(node.value)
            return f"{base}.{node.attr.value}" if base and not base.startswith("builtins.") else None
        if not isinstance(node, cst.Name):
            return None
        owner = self.owner(node.value)
        if owner is None:
            return f"builtins.{node.value}" if hasattr(builtins, node.value) else None
        return owner.imports.get(node.value)

    @property
    def top(self) -> Scope:
        """The function at the top level of the module that contains this one."""
        return self if self.parent is None or self.parent.parent is None else self.parent.top

    def module_names(self) -> set[str]:
        """Return the names that the module binds."""
        return self.bound if self.parent is None else self.parent.module_names()

    def walk(self) -> Iterator[Scope]:
        """Yield this scope and all functions inside it, in source order."""
        yield self
        for inner in self.functions.values():
            yield from inner.walk()


class _Binder(cst.CSTVisitor):
    """Fills the scope of one function or module, and those of the functions inside it."""

    def __init__(self, scope: Scope, scopes: dict[cst.CSTNode, Scope]) -> None:
        self.scope = scope
        self.scopes = scopes

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        name = node.name.value
        self.scope.bound.add(name)
        self.scope.times_bound[name] += 1
        inner = Scope(name, node, self.scope, parameters_of(node))
        inner.bound.update(p.name.value for p in all_parameters(node))
        self.scope.functions[name] = inner
        self.scopes[node] = inner
        walk(node.body, _Binder(inner, self.scopes))
        return False

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        self.scope.bound.add(node.name.value)
        self.scope.classes[node.name.value] = node
        return False

    def visit_Import(self, node: cst.Import) -> None:
        for alias in node.names:
            path = code(alias.name)
            if alias.asname:
                self._import(cst.ensure_type(alias.asname.name, cst.Name).value, path)
            else:
                first = path.split(".")[0]
                self._import(first, first)

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:
        module = "." * len(node.relative) + (code(node.module) if node.module else "")
        if isinstance(node.names, cst.ImportStar):
            self.scope.imports[STAR] = module
            return
        for alias in node.names:
            name = cst.ensure_type(alias.name, cst.Name).value
            bound = cst.ensure_type(alias.asname.name, cst.Name).value if alias.asname else name
            self._import(bound, f"{module}.{name}")

    def _import(self, name: str, path: str) -> None:
        self.scope.bound.add(name)
        self.scope.times_bound[name] += 1
        self.scope.imports[name] = path

    def _bind(self, target: cst.CSTNode) -> None:
        names = [n.value for n in target_names(target)]
        self.scope.bound.update(names)
        self.scope.times_bound.update(names)

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        self._bind(node.target)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        self._bind(node.target)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self._bind(node.target)

    def visit_For(self, node: cst.For) -> None:
        self._bind(node.target)

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        self._bind(node.target)

    def visit_AsName(self, node: cst.AsName) -> None:
        self._bind(node.name)

    def visit_MatchAs(self, node: cst.MatchAs) -> None:
        if node.name:
            self._bind(node.name)

    def visit_Global(self, node: cst.Global) -> None:
        self.scope.outer.update(item.name.value for item in node.names)

    def visit_Nonlocal(self, node: cst.Nonlocal) -> None:
        self.scope.outer.update(item.name.value for item in node.names)

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        return True


def methods(names: Names) -> Iterator[Scope]:
    """Yield the methods of the module's classes as functions, and the functions inside them."""
    for cls in names.module.classes.values():
        scopes: dict[cst.CSTNode, Scope] = {}
        walk(cls.body, _Binder(Scope(cls.name.value, names.module.node, names.module), scopes))
        yield from scopes.values()


def target_names(target: cst.CSTNode) -> list[cst.Name]:
    """Return the names that an assignment to `target` binds (not those of `x[i] = ` or `x.a = `)."""
    if isinstance(target, cst.Name):
        return [target]
    if isinstance(target, cst.Tuple | cst.List):
        return [name for element in target.elements for name in target_names(element.value)]
    return []


def all_parameters(node: cst.FunctionDef) -> list[cst.Param]:
    """Return all parameters of a function, `*args` and `**kwargs` too."""
    p = node.params
    stars = [x for x in (p.star_arg, p.star_kwarg) if isinstance(x, cst.Param)]
    return [*p.posonly_params, *p.params, *p.kwonly_params, *stars]


def parameters_of(node: cst.FunctionDef) -> tuple[Parameter, ...]:
    """Return the plain parameters of a function, in order."""
    p = node.params
    return tuple(
        Parameter(
            x.name.value,
            code(x.annotation.annotation) if x.annotation else None,
            x.default,
        )
        for x in (*p.posonly_params, *p.params, *p.kwonly_params)
    )


@dataclass(frozen=True)
class Names:
    """The module's scope, and that of each function by its node."""

    module: Scope
    scopes: dict[cst.CSTNode, Scope]
    taken: frozenset[str]

    def fresh(self) -> Fresh:
        """Return a supply of names that the module does not use."""
        return Fresh(set(self.taken))


class Fresh:
    """Hands out names: the wanted one where it is free, else `name_2`, `name_3`, ... in the order of asking."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = taken

    def __call__(self, wanted: str) -> str:
        name, count = wanted, 1
        while name in self.taken or keyword.iskeyword(name) or hasattr(builtins, name):
            count += 1
            name = f"{wanted}_{count}"
        self.taken.add(name)
        return name


def resolve(source: Source) -> Names:
    """Bind every name of a module."""
    module = Scope("<module>", source.module, None)
    scopes: dict[cst.CSTNode, Scope] = {source.module: module}
    walk(source.module, _Binder(module, scopes))
    return Names(module, scopes, frozenset(re.findall(r"[^\W\d]\w*", source.text)))


def has_methods(scope: Scope, node: cst.Name) -> bool:
    """Tell whether a name means a class of this file that has methods, of its own or by inheritance."""
    owner = scope.owner(node.value)
    kind = owner.classes.get(node.value) if owner else None
    if owner is None or kind is None:
        return False
    bases = [base.value for base in kind.bases if isinstance(base.value, cst.Name)]
    return any(True for _ in inside(kind, cst.FunctionDef)) or any(has_methods(owner, base) for base in bases)

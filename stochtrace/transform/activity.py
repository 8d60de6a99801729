"""Classify values: which names move smoothly with the parameters, in every function that is reached.

Accepts the draws and the entry functions with their `wrt`. Guarantees that every assignment of a smooth value has made
its target smooth, through calls, returns, loops, containers and closures; flow-insensitive, so a name that is smooth
anywhere in a function is so everywhere. What would need a decision on a smooth value is refused.
"""

from __future__ import annotations

import libcst as cst

from stochtrace.transform.binding import bind
from stochtrace.transform.facts import Facts, Function
from stochtrace.transform.guards import only_raises
from stochtrace.transform.names import target_names
from stochtrace.transform.nodes import everything, inside, walk
from stochtrace.transform.sharing import MUTATORS, aliases, changes_in_place
from stochtrace.transform.tangents import Tangents
from stochtrace.transform.terms import Term
from stochtrace.transform.whole import Whole


def classify(facts: Facts) -> None:
    """Fill in the smooth names, lists and returns of every function, until nothing changes."""
    for entry in facts.entries:
        function = facts.functions[entry]
        function.smooth.update(facts.wrt[entry])
    before = None
    while before != (now := _size(facts)):
        before = now
        for function in list(facts.functions.values()):
            body = function.scope.node.body
            assert isinstance(body, cst.BaseSuite)
            walk(body, _Classifier(facts, function))
    _all_seen(facts)
    facts.changes_in_place = any(changes_in_place(facts, scope) for scope in facts.functions)


def _all_seen(facts: Facts) -> None:
    """Refuse a draw that no expression's analysis has met: it would be drawn, and its jumps would be lost."""
    for draw in facts.draws.by_node.values():
        if draw not in facts.seen:
            facts.source.refuse(
                draw.call,
                "a draw stands where stochtrace does not look",
                "Its jumps would be lost.",
                "Draw it on a line of its own.",
            )


def _size(facts: Facts) -> tuple[int, ...]:
    functions = facts.functions.values()
    return (
        sum(len(f.smooth) + len(f.changed) + f.reaches_out + len(f.lists) + f.returns_smooth for f in functions),
        len(facts.jumping) + len(facts.pathwise),
    )


class _Classifier(cst.CSTVisitor):
    def __init__(self, facts: Facts, function: Function) -> None:
        self.facts, self.function, self.scope = facts, function, function.scope
        self.tangents = Tangents(facts, self.scope, text=_any)
        self.aliases = aliases(facts, function.scope)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        return False

    def visit_Assert(self, node: cst.Assert) -> bool:
        if self.facts.draws.inside(node):
            self.tangents.decided(node.test)
        return False

    def visit_Assign(self, node: cst.Assign) -> bool:
        if node in self.facts.draws.dropped:
            return False
        if isinstance(node.value, cst.GeneratorExp):
            self.facts.source.refuse(
                node.value,
                "a generator expression is kept",
                "It runs when it is used, after what has changed since.",
                "Write a list: [...].",
            )
        for target in node.targets:
            self._assign(target.target, node.value)
        return True

    def visit_AnnAssign(self, node: cst.AnnAssign) -> bool:
        if node.value is None or node in self.facts.draws.dropped:
            return False
        self._assign(node.target, node.value)
        return True

    def visit_AugAssign(self, node: cst.AugAssign) -> bool:
        smooth = self.tangents.of(node.value) is not None
        moving = self.tangents.of(node.target) is not None
        linear = isinstance(node.operator, cst.AddAssign | cst.SubtractAssign | cst.MultiplyAssign | cst.DivideAssign)
        if (smooth or moving) and not linear and not isinstance(node.operator, cst.PowerAssign):
            self.facts.source.refuse(
                node,
                "this operator jumps, and is applied to a value that moves smoothly",
                self.tangents.provenance(node),
                "Use +, -, *, / or **.",
            )
        self._mark(node.target, smooth, node)
        if smooth and isinstance(node.target, cst.Name) and self._seen_elsewhere(node.target):
            self._grow_in_place(node.target.value, node)
        return True

    def _seen_elsewhere(self, name: cst.Name) -> bool:
        """Tell whether what a name holds may be changed in place under another one: here, or by who calls."""
        passed = name.value in {p.name for p in self.scope.parameters} and self.facts.depths.of(self.scope, name).high
        return name.value in self.aliases or bool(passed)

    def _assign(self, target: cst.BaseExpression, value: cst.BaseExpression) -> None:
        match target, value:
            case cst.Tuple() | cst.List(), cst.Tuple() | cst.List() if len(target.elements) == len(value.elements):
                for t, v in zip(target.elements, value.elements, strict=True):
                    self._assign(t.value, v.value)
                return
        smooth = self.tangents.of(value) is not None
        self._mark(target, smooth, value)
        if isinstance(target, cst.Name) and self.tangents.is_list(value):
            self._owner_of(target.value, value).lists.add(target.value)

    def _owner_of(self, name: str, node: cst.CSTNode) -> Function:
        owner = self.scope.owner(name)
        function = self.facts.functions.get(owner) if owner else None
        if function is None:
            self.facts.source.refuse(
                node,
                f"`{name}` belongs to the module, and would survive the sample",
                "Every sample must start from the same state, or its average is not an expectation.",
                "Pass it in, and return what changes.",
            )
        return function

    def _mark(self, target: cst.BaseExpression, smooth: bool, node: cst.CSTNode) -> None:
        match target:
            case cst.Name() | cst.Tuple() | cst.List():
                if smooth and any(isinstance(e, cst.StarredElement) for e in getattr(target, "elements", ())):
                    self._unknown(target)
                for name in target_names(target):
                    self._reach(name.value)
                    if smooth or self.scope.owner(name.value) is self.facts.names.module:
                        self._grow(name.value, node)
                for element in getattr(target, "elements", ()):
                    if not isinstance(element.value, cst.Name):
                        self._mark(element.value, smooth, node)
            case cst.Subscript():
                self.tangents.of(target)
                base = base_name(target)
                if base is None and smooth:
                    self._unknown(target)
                if base is not None:
                    self._local(base, node, target)
                if base is not None and smooth:
                    self._grow_in_place(base, node)
            case cst.StarredElement():
                if smooth:
                    self._unknown(target)
            case _:
                self.facts.source.refuse(
                    target,
                    "an attribute is stored",
                    "Objects are not followed yet.",
                    "Use a variable, a list or a dict.",
                )

    def _local(self, name: str, node: cst.CSTNode, target: cst.CSTNode | None = None) -> None:
        self._reach(name)
        owner = self._owner_of(name, node).scope
        if owner in self.facts.entries and name in {p.name for p in owner.parameters}:
            targets = (t.target for t in inside(owner.node, cst.AssignTarget))
            rebound = any(isinstance(t, cst.Name) and t.value == name for t in targets)
            if not rebound:
                self.facts.source.refuse(
                    target or node,
                    f"the argument `{name}` is changed in place",
                    "The change would survive the sample.",
                    f"Copy it first: `{name} = {name}.copy()`.",
                )

    def _grow_in_place(self, name: str, node: cst.CSTNode) -> None:
        """Mark what is changed in place, under all its names."""
        if Whole(self.facts).name(self.scope, name):
            self.facts.source.refuse(
                node,
                "a value that moves smoothly is stored in an array of whole numbers",
                f"NumPy cuts off its fraction, as `{name}` holds no fractions.",
                "Make it an array of floats: `dtype=float`.",
            )
        for each in (name, *sorted(self.aliases.get(name, ()))):
            self._grow(each, node)
            owner = self._owner_of(each, node)
            if each in {p.name for p in owner.parameters}:
                owner.changed.add(each)

    def _reach(self, name: str) -> None:
        """Note that this function changes a smooth name of the function around it."""
        if self.scope.owner(name) is not self.scope and self.tangents.smooth(name):
            self.function.reaches_out = True

    def _grow(self, name: str, node: cst.CSTNode) -> None:
        function = self._owner_of(name, node)
        if name not in function.smooth:
            function.smooth.add(name)
            self.facts.origins.setdefault((function.scope, name), self.facts.source.line(node))

    def _unknown(self, target: cst.BaseExpression) -> None:
        self.facts.source.refuse(
            target,
            "a value that moves smoothly is stored where it cannot be followed",
            "",
            "Store it in a variable, a list, a dict or an array.",
        )

    def visit_TryStar(self, node: cst.TryStar) -> None:
        self.visit_Try(node)

    def visit_Try(self, node: cst.Try | cst.TryStar) -> None:
        for part in everything(node.body) if node.handlers else ():
            if part not in self.facts.draws.by_node and self._may_raise(part):
                self.facts.source.refuse(
                    part,
                    "this may raise, inside a `try`, for a value that moves smoothly",
                    f"Whether it does is a decision. {self.tangents.provenance(part)}",
                    "Do the smooth arithmetic outside the `try`.",
                )

    def _may_raise(self, node: cst.CSTNode) -> bool:
        """Tell whether a smooth value decides if this raises: in a function, as a divisor or exponent, in a test."""
        match node:
            case cst.BinaryOperation(operator=cst.Divide() | cst.Power(), right=right):
                decider: cst.CSTNode = right if isinstance(node.operator, cst.Divide) else node
            case cst.Call() if self.scope.dotted(node.func) not in ("builtins.float", "builtins.abs", "builtins.len"):
                decider = node
            case cst.Assert(test=test) | cst.If(test=test) if isinstance(node, cst.Assert) or only_raises(node):
                decider = test
            case _:
                return False
        return any(self.tangents.smooth(name.value) for name in inside(decider, cst.Name))

    def visit_For(self, node: cst.For) -> None:
        for part in [node.target, *(e.value for e in getattr(node.target, "elements", ()))]:
            if not isinstance(part, cst.Name | cst.Tuple | cst.List):
                self._unknown(part)
        for part, smooth in self.tangents.loop_pairs(node.target, node.iter):
            self._mark(part, smooth, node.iter)

    def visit_If(self, node: cst.If) -> bool:
        if node in self.facts.draws.dropped:
            return False
        if only_raises(node) and not self.facts.draws.inside(node):
            return False
        self.tangents.decided(node.test)
        return True

    def visit_While(self, node: cst.While) -> None:
        self.tangents.decided(node.test)

    def visit_Match(self, node: cst.Match) -> None:
        self.tangents.plain(node.subject, "is matched")

    def visit_MatchCase(self, node: cst.MatchCase) -> None:
        if node.guard is not None:
            self.tangents.decided(node.guard)
        names = [part.name for part in inside(node.pattern, cst.MatchAs)]
        names += [part.name for part in inside(node.pattern, cst.MatchStar)]
        names += [part.rest for part in inside(node.pattern, cst.MatchMapping)]
        for name in names:
            if name is not None and self.tangents.smooth(name.value):
                self._unknown(name)

    def visit_WithItem(self, node: cst.WithItem) -> None:
        self.tangents.plain(node.item, "is a context")

    def visit_Raise(self, node: cst.Raise) -> None:
        if node.exc is not None:
            self.tangents.plain(node.exc, "is raised")

    def visit_Del(self, node: cst.Del) -> None:
        for element in inside(node.target, cst.SubscriptElement):
            self.tangents.parts(element)

    def visit_Return(self, node: cst.Return) -> bool:
        if node.value is not None and self.tangents.of(node.value) is not None:
            self.function.returns_smooth = True
        return True

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        if isinstance(node.target, cst.Name) and self.tangents.of(node.value) is not None:
            self._grow(node.target.value, node)

    def visit_Call(self, node: cst.Call) -> None:
        self._passed(node)
        draw = self.facts.draws.by_node.get(node)
        if draw is not None and draw.in_place and draw.values is not None:
            base = base_name(draw.values)
            if base is None:
                self._unknown(draw.values)
            else:
                self._local(base, node)
        if (
            isinstance(node.func, cst.Attribute)
            and node.func.attr.value in MUTATORS
            and not self.scope.dotted(node.func)
        ):
            base = base_name(node.func.value)
            smooth = any([self.tangents.of(a.value) is not None for a in node.args])
            if node.func.attr.value in ("sort", "remove") and self.tangents.of(node.func.value) is not None:
                self.tangents.decision(node, f"`.{node.func.attr.value}` compares")
            if smooth and base is None:
                self._unknown(node)
            if base is not None and self.scope.owner(base) is not None:
                self._local(base, node)
            if base is not None and smooth:
                self._grow_in_place(base, node)

    def _passed(self, node: cst.Call) -> None:
        """Mark what a call changes in place under its own parameters' names."""
        callee = self.facts.called(self.scope, node)
        if callee is None or not callee.changed:
            return
        bound = bind(self.facts.source, node, callee.parameters, callee.name)
        for name in callee.changed & bound.keys():
            base = base_name(bound[name])
            if base is not None:
                self._local(base, node)
                self._grow_in_place(base, node)

    def visit_Expr(self, node: cst.Expr) -> None:
        if node not in self.facts.draws.dropped:
            self.tangents.of(node.value)

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        return False

    def visit_ListComp(self, node: cst.ListComp) -> bool:
        return False

    def visit_GeneratorExp(self, node: cst.GeneratorExp) -> bool:
        return False


def _any(node: cst.BaseExpression) -> Term:
    """Stand for the text of any expression: here only what is zero matters."""
    return Term("value")


def base_name(node: cst.BaseExpression) -> str | None:
    """Return the variable that holds the container of `x[i][j]`."""
    while isinstance(node, cst.Subscript):
        node = node.value
    return node.value if isinstance(node, cst.Name) else None

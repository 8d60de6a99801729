"""Simple statements: each with what must stand before it and the tangent line that belongs to it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst

from stochtrace.transform.draws import Draw
from stochtrace.transform.facts import Facts, Function
from stochtrace.transform.hoistable import mention, mention_all, runs_once
from stochtrace.transform.hoisting import Hoister, uses, without_outcome, word
from stochtrace.transform.loops import bare
from stochtrace.transform.names import Fresh, target_names
from stochtrace.transform.nodes import code, expression, inside, small_statement
from stochtrace.transform.primal import Rewriter
from stochtrace.transform.sequence import takes
from stochtrace.transform.sharing import MUTATORS, bindings, never_lists, shared_names, stored
from stochtrace.transform.spelled import Spelled
from stochtrace.transform.terms import Level, Term, term

OPERATORS: dict[type[cst.BaseAugOp], type[cst.BaseBinaryOp]] = {
    cst.AddAssign: cst.Add,
    cst.SubtractAssign: cst.Subtract,
    cst.MultiplyAssign: cst.Multiply,
    cst.DivideAssign: cst.Divide,
    cst.PowerAssign: cst.Power,
}

Lines = tuple[list[str], cst.BaseSmallStatement | None, list[str]]


class Statements:
    """Turns the simple statements of one function into lines before, the statement, and lines after."""

    def __init__(self, facts: Facts, function: Function, spelled: Spelled, fresh: Fresh) -> None:
        self.facts, self.function, self.scope, self.spelled = facts, function, function.scope, spelled
        self.hoister = Hoister(facts, function, spelled, fresh)
        self.shared = shared_names(function.scope)
        self.no_lists = never_lists(function.scope)
        self.rewriter, self.tangents, self.analysis = (
            self.hoister.rewriter,
            self.hoister.tangents,
            self.hoister.analysis,
        )

    def small(self, node: cst.BaseSmallStatement) -> Lines:
        """Return the lines before a statement, the statement (None where it is written out), and the lines after."""
        lines = self._written(node)
        self.hoister.in_sequence(node, getattr(node, "value", None))
        return lines

    def _written(self, node: cst.BaseSmallStatement) -> Lines:
        match node:
            case cst.Assign(targets=targets, value=value):
                return self._assign(node, [t.target for t in targets], value)
            case cst.AnnAssign(target=target, value=value) if value is not None:
                return self._assign(node, [target], value)
            case cst.AugAssign():
                return self._augmented(node)
            case cst.Return(value=value) if value is not None and self.function.returns_smooth:
                return self._return(value)
            case cst.Return(value=None) if self.function.returns_smooth:
                return [], None, ["return None, 0.0"]
            case cst.Expr(value=value):
                draw = self.facts.draws.by_node.get(value)
                if draw is not None:
                    return self._drawn_only(draw), None, []
                taken = isinstance(value, cst.Call) and takes(self.scope, value)
                again = mention(self.analysis, value) if taken else ""
                before = [*self.hoister.hoist(value, again), *self._mutation(value)]
                kept = self._kept(node)
                bare_value = isinstance(kept, cst.Expr) and isinstance(kept.value, cst.Name)
                return before, None if bare_value and before else kept, []
            case cst.Del(target=target):
                before = self.hoister.hoist(target, None)
                return before, self._kept(node), self._deleted(target)
            case cst.Nonlocal(names=names):
                dots = [self.spelled.dot(n.name.value) for n in names if self.tangents.smooth(n.name.value)]
                return [], self._kept(node), [f"nonlocal {', '.join(dots)}"] if dots else []
            case cst.Return(value=value) if value is not None:
                return self.hoister.hoist(value), self._kept(node), []
        return [], self._kept(node), []

    def _kept(self, node: cst.BaseSmallStatement) -> cst.BaseSmallStatement:
        return small_statement(node.visit(self.rewriter))

    def _return(self, value: cst.BaseExpression) -> tuple[list[str], cst.BaseSmallStatement, list[str]]:
        before = self.hoister.hoist(value, mention_all(self.analysis, value))
        tangent = self.tangents.of(value) or self.tangents.zero(value)
        text = f"return {self.tangents.text(value).at(Level.TERNARY)}, {tangent}"
        line = cst.ensure_type(cst.parse_statement(text), cst.SimpleStatementLine)
        return before, small_statement(line.body[0]), []

    def _assign(
        self, node: cst.BaseSmallStatement, targets: list[cst.BaseExpression], value: cst.BaseExpression
    ) -> tuple[list[str], cst.BaseSmallStatement | None, list[str]]:
        self._nothing_moved(targets, before=False)
        self._no_lambda(value)
        again = mention(self.analysis, value)
        only = targets[0].value if len(targets) == 1 and isinstance(targets[0], cst.Name) else None
        draw = self.facts.draws.by_node.get(value)
        before = [line for t in targets for line in self.hoister.hoist(t, None if self._place(t) else "")]
        bare_draw = draw and not draw.negated and not any((draw.values, draw.shift, draw.stretch, draw.table))
        if only and draw and bare_draw and self.facts.depths.many(draw):
            before += self.hoister.given(draw)
            return [*before, *self.hoister.shared(value)], None, self._array(draw, only)
        if only and draw and bare_draw and self.hoister.writable(draw) and not uses(draw, only):
            before += self.hoister.given(draw) + self.hoister.shared(value)
            lines = before + self.hoister.arguments(draw) + self.hoister.written(draw, only)
            zero = self.tangents.smooth(only) and not draw.continuous
            return lines, None, [f"{self.spelled.dot(only)} = 0.0"] if zero else []
        before += self.hoister.hoist(value, again, named=bool(only) and not word(only or "", code(value)))
        kept = self._kept(node)
        result = Term(only) if only and not word(only, self.tangents.text(value).text) else None
        lines = self._tangent_lines(targets, value, result)
        if result is None and any(self._overwritten(target, line) for target in targets for line in lines):
            self._nothing_moved(targets, before=True)
            return [*before, *lines], kept, []
        return before, kept, lines

    def _no_lambda(self, value: cst.BaseExpression) -> None:
        """Refuse a name for a lambda that draws: a call of it beside its tangent would draw again."""
        if isinstance(value, cst.Lambda) and runs_once(self.facts, self.scope, value) is not None:
            self.facts.source.refuse(
                value,
                "a draw stands where stochtrace does not look",
                "A call of this lambda in a smooth expression would draw again in its tangent.",
                "Write a function with `def`.",
            )

    def _nothing_moved(self, targets: list[cst.BaseExpression], before: bool) -> None:
        """Refuse an index that its statement assigns, where a tangent line after it, or before, sees another value."""
        parts = [part for target in targets for part in elements(target)]
        for at, part in enumerate(parts):
            others = parts[:at] if before else parts[at + 1 :]
            bound = {name.value for other in others for name in target_names(other)}
            for place in inside(part, cst.Subscript):
                used = {name.value for name in inside(place, cst.Name)} & bound
                if used and self.tangents.of(place.value) is not None:
                    self.facts.source.refuse(
                        place,
                        f"`{min(used)}` is assigned by this statement, and used in another of its targets",
                        "The tangent line beside it would use another value.",
                        "Write two statements.",
                    )

    def _drawn_only(self, draw: Draw) -> list[str]:
        """Return the lines of a draw whose outcome is not used: a shuffle brings its values into another order."""
        dot = self.tangents.of(draw.values) if draw.in_place and draw.values is not None else None
        if dot is None:
            return [str(Rewriter.sampled(self.rewriter, draw))]
        order = Term(self.hoister.temporary("order"))
        drawn = Rewriter.sampled(self.rewriter, without_outcome(draw))
        changed = self.rewriter.chosen(draw, self.tangents.text(expression(draw.values)), order)
        return [f"{order} = {drawn}", str(changed), str(self.rewriter.chosen(draw, dot, order))]

    def _array(self, draw: Draw, name: str) -> list[str]:
        """Return the lines that draw an array."""
        dot = self.spelled.dot(name) if self.tangents.smooth(name) else None
        if draw in self.facts.pathwise:
            lines = self.hoister.long_arguments(draw)
            return [*lines, f"{name}, {dot} = {self.hoister.rewriter.pair_call(draw)}"]
        zero = [f"{dot} = {self.spelled.rt}.zero_like({name})"] if dot is not None else []
        return [f"{name} = {self.hoister.rewriter.sampled(draw)}", *zero]

    def _tangent_lines(
        self, targets: list[cst.BaseExpression], value: cst.BaseExpression, result: Term | None
    ) -> list[str]:
        lines: list[str] = []
        names: list[str] = []
        if len(targets) > 1 and any(isinstance(t, cst.Tuple | cst.List) for t in targets):
            return self._chained(targets, value)
        for target in targets:
            if isinstance(target, cst.Tuple | cst.List):
                lines += self._unpacked(target, value)
            elif (place := self._place(target)) is not None:
                names.append(place)
        if names:
            tangent = self.tangents.of(value, result)
            right = tangent if tangent is not None else self._zero(targets, value)
            lines.append(f"{' = '.join(names)} = {right}")
        return [line for line in lines if len(set(line.split(" = "))) > 1]

    def _chained(self, targets: list[cst.BaseExpression], value: cst.BaseExpression) -> list[str]:
        """Return the tangents of a chain that unpacks: what all targets share, their tangents share."""
        smooth = [self.tangents.smooth(name) for target in targets for name in stored([target])]
        if not any(smooth):
            return []
        if not all(smooth) or not all(isinstance(t, cst.Name | cst.Tuple | cst.List) for t in targets):
            self.facts.source.refuse(
                value,
                "a chain of assignments unpacks values of which some move smoothly",
                "",
                "Write an assignment each.",
            )
        tangent = self.tangents.of(value) or self.tangents.zero(value)
        return [" = ".join([*(self.hoister.loops.dotted(target) for target in targets), str(tangent)])]

    def _zero(self, targets: list[cst.BaseExpression], value: cst.BaseExpression) -> Term:
        zero = self.tangents.zero(value)
        if "zero_like" in zero.text and isinstance(targets[-1], cst.Name):
            return Term(f"{self.spelled.rt}.zero_like({targets[-1].value})")
        return zero

    def _place(self, target: cst.BaseExpression) -> str | None:
        """Return where the tangent of a target goes, None where the target is not smooth."""
        if isinstance(target, cst.Name):
            return self.spelled.dot(target.value) if self.tangents.smooth(target.value) else None
        tangent = self.tangents.of(target) if isinstance(target, cst.Subscript) else None
        return str(tangent) if tangent is not None else None

    def _unpacked(self, target: cst.Tuple | cst.List, value: cst.BaseExpression) -> list[str]:
        elements = [e.value for e in target.elements]
        if isinstance(value, cst.Tuple | cst.List) and len(value.elements) == len(elements):
            places, tangents = self._beside(elements, [e.value for e in value.elements])
            return [f"{', '.join(places)} = {', '.join(tangents)}"] if places else []
        tangent = self.tangents.of(value)
        if tangent is not None:
            return [f"{bare(cst.parse_expression(self.hoister.loops.dotted(target)))} = {tangent}"]
        return [
            f"{place} = {self.spelled.rt}.zero_like({term(e)})"
            for e in elements
            if (place := self._place(e)) is not None
        ]

    def _beside(
        self, targets: Sequence[cst.BaseExpression], values: Sequence[cst.BaseExpression]
    ) -> tuple[list[str], list[str]]:
        """Return the places of the smooth ones among these targets, nested ones too, and what each gets."""
        places: list[str] = []
        tangents: list[str] = []
        for target, value in zip(targets, values, strict=True):
            match target, value:
                case cst.Tuple() | cst.List(), cst.Tuple() | cst.List() if len(target.elements) == len(value.elements):
                    inner = self._beside([e.value for e in target.elements], [e.value for e in value.elements])
                    places += inner[0]
                    tangents += inner[1]
                case cst.Tuple() | cst.List(), _ if self.tangents.of(value) is not None:
                    places.append(self.hoister.loops.dotted(target))
                    tangents.append(str(self.tangents.of(value)))
                case _ if (place := self._place(target)) is not None:
                    places.append(place)
                    tangents.append(str(self.tangents.of(value) or self.tangents.zero(value)))
        return places, tangents

    def _augmented(self, node: cst.AugAssign) -> tuple[list[str], cst.BaseSmallStatement, list[str]]:
        place = self._place(node.target)
        linear = isinstance(node.operator, cst.AddAssign | cst.SubtractAssign) and not self.tangents.is_list(
            node.target
        )
        again = mention(self.analysis, node.value) if linear or place is None else None
        before = self.hoister.hoist(node.target, None if place is not None else "") + self.hoister.hoist(
            node.value, again
        )
        place = self._place(node.target)
        kept = self._kept(node)
        if place is None:
            return before, kept, []
        shared = not isinstance(node.target, cst.Name) or node.target.value in self.shared
        lines = self._changed(node, place, shared)
        linear = isinstance(node.operator, cst.AddAssign | cst.SubtractAssign)
        if linear and not any(self._overwritten(node.target, line, shared) for line in lines):
            return before, kept, lines
        return [*before, *lines], kept, []

    def _changed(self, node: cst.AugAssign, place: str, shared: bool) -> list[str]:
        """Return the lines that change a tangent as its value is changed: in place where other names may share it."""
        v, v_dot = self.tangents.text(node.value), self.tangents.of(node.value)
        operator = OPERATORS[type(node.operator)]
        sign = code(node.operator).strip()
        if operator in (cst.Add, cst.Subtract):
            if v_dot is None and not self.tangents.is_number(node.value):
                return [f"{place} += {self.tangents.zero(node.value)}"]
            return [] if v_dot is None else [f"{place} {sign} {v_dot}"]
        if v_dot is None and operator is not cst.Power:
            return [f"{place} {sign} {v}"]
        whole = self.tangents.of(cst.BinaryOperation(expression(node.target), operator(), node.value))
        if isinstance(node.target, cst.Name) and shared:
            change = self.hoister.temporary("change")
            return [f"{change} = {whole} - {place}", f"{place} += {change}"]
        return [f"{place} = {whole}"]

    def _overwritten(self, target: cst.BaseExpression, line: str, shared: bool = False) -> bool:
        """Tell whether a tangent line reads a value that an assignment to the target may have overwritten.

        A name is overwritten under its own name; what is changed in place may be `shared` under others.
        """
        if isinstance(target, cst.Tuple | cst.List):
            return any(self._overwritten_beside(part, line, shared) for part in elements(target))
        right = line.partition("= ")[2]
        if re.fullmatch(r"(\w+ = )*\w+\.zero_like\(\w+\)", right):
            return False
        if any(word(name, right) for name in stored([target])):
            return True
        if isinstance(target, cst.Name) and not shared:
            return False
        read = set(re.findall(r"(?<![\w.])[^\W\d]\w*(?![\w.(])", right)) - set(self.spelled.dots.values())
        return bool(read - set(re.findall(r"\w+", code(target))))

    def _overwritten_beside(self, part: cst.BaseExpression, line: str, shared: bool) -> bool:
        """Tell it of one target of several: no parameter that is no list has a part in one made here."""
        made = all(
            isinstance(value, cst.List | cst.ListComp)
            for target, value in bindings(self.scope)
            if set(stored([part])) & {name.value for name in target_names(target)}
        )
        if isinstance(part, cst.Subscript) and isinstance(part.value, cst.Name) and made:
            for name in self.no_lists - set(stored([part])):
                line = re.sub(rf"(?<![\w.]){re.escape(name)}(?!\w)", "0", line)
        return self._overwritten(part, line, shared)

    def _mutation(self, value: cst.BaseExpression) -> list[str]:
        """Return the same change of a container for its tangents."""
        if not isinstance(value, cst.Call) or not isinstance(value.func, cst.Attribute):
            return []
        name, receiver = value.func.attr.value, self.tangents.of(value.func.value)
        if receiver is None or name not in MUTATORS | {"pop", "popleft"}:
            return []
        arguments = [str(self.tangents.text(a.value)) for a in value.args]
        if name in ("append", "insert", "extend", "fill"):
            last = value.args[-1].value
            arguments[-1] = str(self.tangents.of(last) or self.tangents.zero(last))
        return [f"{receiver.at(Level.ATOM)}.{name}({', '.join(arguments)})"]

    def _deleted(self, target: cst.BaseExpression) -> list[str]:
        places = [place for part in elements(target) if (place := self._place(part)) is not None]
        return [f"del {', '.join(places)}"] if places else []


def elements(target: cst.BaseExpression) -> list[cst.BaseExpression]:
    """Return the parts of a target in the order in which they are assigned."""
    if isinstance(target, cst.Tuple | cst.List):
        return [part for element in target.elements for part in elements(element.value)]
    return [target]

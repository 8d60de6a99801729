"""Emit the primal: the user's own function, with each draw reading ω; only the signature and the draws differ."""

from __future__ import annotations

import libcst as cst

from stochtrace.transform.binding import bind
from stochtrace.transform.canonical import COUNTING, parenthesised
from stochtrace.transform.draws import Draw
from stochtrace.transform.facts import Facts, Function
from stochtrace.transform.guards import compared_as
from stochtrace.transform.names import Scope
from stochtrace.transform.nodes import code, everything, expression, inside, suite
from stochtrace.transform.spelled import Spelled
from stochtrace.transform.templates import present
from stochtrace.transform.terms import Level, Term, add, call, mul, term

CONSUMERS = {f"builtins.{name}" for name in ("sum", "min", "max", "sorted")}
STOPPING = {"builtins.any", "builtins.all"}
SIMPLE = (cst.Name, cst.BaseNumber, cst.Comparison, cst.BooleanOperation, cst.UnaryOperation)
SIMPLE_OPERATORS = (cst.Add, cst.Subtract, cst.Multiply)
OPERATIONS = (cst.BinaryOperation, cst.UnaryOperation)
OPERANDS: dict[type[cst.CSTNode], tuple[str, ...]] = {
    cst.BinaryOperation: ("left", "right"),
    cst.UnaryOperation: ("expression",),
    cst.Attribute: ("value",),
    cst.Subscript: ("value",),
}
Left = cst.CSTNode | cst.RemovalSentinel


class Rewriter(cst.CSTTransformer):
    """Replaces nodes, told by their identity in the source, and calls of functions that got other signatures."""

    def __init__(self, facts: Facts, scope: Scope, spelled: Spelled) -> None:
        super().__init__()
        self.facts, self.scope, self.spelled = facts, scope, spelled
        self.replaced: dict[cst.CSTNode, cst.BaseExpression] = {}

    def on_visit(self, node: cst.CSTNode) -> bool:
        if node in self.facts.names.scopes:
            self.scope = self.facts.names.scopes[node]
        draws = self.facts.draws
        return not any(node in known for known in (self.replaced, draws.by_node, draws.dropped, draws.densities))

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> Left:  # type: ignore[override]
        if original_node in COUNTING:
            return cst.parse_expression(f"{self.spelled.rt}.{COUNTING[original_node]}")
        if original_node in self.replaced:
            return kept_parentheses(original_node, self.replaced[original_node])
        if original_node in self.facts.draws.by_node:
            draw = self.facts.draws.by_node[original_node]
            return kept_parentheses(original_node, cst.parse_expression(str(self.sampled(draw))))
        if original_node in self.facts.draws.densities:
            density = self.facts.draws.densities[original_node]
            function = f"{self.spelled.rt}.stats.{density.function}"
            return cst.parse_expression(str(call(function, *map(self.text, density.given))))
        updated_node = held_together(original_node, updated_node)
        if original_node in self.facts.passing:
            return compared_as(cst.ensure_type(updated_node, cst.Comparison), f"{self.spelled.rt}.passing")
        if isinstance(original_node, cst.Call):
            return self.called(original_node, cst.ensure_type(updated_node, cst.Call))
        if isinstance(original_node, cst.FunctionDef):
            assert self.scope.parent
            self.scope = self.scope.parent
            return self.defined(original_node, cst.ensure_type(updated_node, cst.FunctionDef))
        if isinstance(original_node, cst.If) and original_node in self.facts.draws.dropped:
            return cst.RemoveFromParent()
        if isinstance(original_node, cst.SimpleStatementLine):
            return self.line(original_node, cst.ensure_type(updated_node, cst.SimpleStatementLine))
        return updated_node

    def line(self, original: cst.SimpleStatementLine, updated: cst.SimpleStatementLine) -> Left:
        """Return a line without the statements that are dropped."""
        dropped = self.facts.draws.dropped
        kept = [u for o, u in zip(original.body, updated.body, strict=True) if o not in dropped]
        if not kept:
            return cst.RemoveFromParent()
        if len(kept) < len(original.body):
            kept[-1] = kept[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
        return updated.with_changes(body=kept)

    def text(self, node: cst.BaseExpression) -> Term:
        """Return the term of an expression, with everything in it replaced."""
        return term(expression(node.visit(self)))

    def sampled(self, draw: Draw) -> Term:
        """Return the call of the sampler that replaces a draw."""
        arguments = [str(self.parameter(draw, a)) for a in draw.arguments.values()]
        return self.outcome(draw, self.draw_call(draw, draw.distribution, "each", [self.spelled.omega], arguments))

    def draw_call(self, draw: Draw, function: str, each: str, ours: list[str], arguments: list[str]) -> Term:
        """Return the call of a function of the runtime that draws, or one for each element of an array."""
        rt = self.spelled.rt
        if not self.facts.depths.vector(draw):
            return Term(f"{rt}.{function}({', '.join([*ours, str(draw.site), *arguments])})")
        size = "None" if draw.size is None else str(self.text(draw.size))
        return Term(f"{rt}.{each}({', '.join([f'{rt}.{function}', *ours, str(draw.site), size, *arguments])})")

    def parameter(self, draw: Draw, node: cst.BaseExpression) -> Term:
        """Return one argument of a sampler; probabilities written as a list become a tuple, which costs nothing."""
        if draw.distribution == "categorical" and isinstance(node, cst.List):
            node = cst.Tuple(node.elements) if len(node.elements) > 1 else node
        return self.text(node)

    def outcome(self, draw: Draw, drawn: Term) -> Term:
        """Return what the program sees of a draw: a number, or the one of its values that this chooses."""
        if draw.shift is not None or draw.stretch is not None:
            stretched = drawn if draw.stretch is None else mul(self.stretch(draw, draw.stretch), drawn)
            return present(stretched if draw.shift is None else add(self.shift(draw, draw.shift), stretched))
        if draw.values is None:
            return self.turned(draw, drawn)
        return self.chosen(draw, self.text(draw.values), drawn)

    def shift(self, draw: Draw, node: cst.BaseExpression) -> Term:
        """Return what is added to a draw: to one draw of scipy.stats a number, to its counts what is whole."""
        text = self.text(node)
        if draw.called == "rvs" and not draw.continuous and not isinstance(node, cst.Integer):
            return Term(
                f"{self.spelled.rt}.{'moved_count' if draw.size is None else 'moved_counts'}({draw.site}, {text})"
            )
        if draw.called != "rvs" or draw.size is not None or self.facts.depths.of(self.scope, node).high == 0:
            return text
        return Term(f"{self.spelled.rt}.moved({draw.site}, {text})")

    def stretch(self, draw: Draw, node: cst.BaseExpression) -> Term:
        """Return what a draw is multiplied with: the step of a range, or a scale, which is not negative."""
        text = self.text(node)
        if draw.called != "rvs" or isinstance(node, cst.BaseNumber):
            return text
        name = "scaled" if draw.size is None else "scaled_each"
        return Term(f"{self.spelled.rt}.{name}({draw.site}, {text})")

    def turned(self, draw: Draw, drawn: Term) -> Term:
        """Return the outcome of a draw that the program asks for the other way round."""
        if draw.table is not None:
            return Term(f"{drawn.at(Level.ATOM)}.reshape({self.text(draw.table)})")
        if not draw.negated:
            return drawn
        if draw.distribution != "flip":
            return Term(f"1 - {drawn}", Level.SUM)
        array = self.facts.depths.vector(draw)
        return Term(f"~{drawn}", Level.UNARY) if array else Term(f"not {drawn}", Level.LOGIC)

    def chosen(self, draw: Draw, values: Term, drawn: Term) -> Term:
        """Return what an outcome chooses of the values of a draw, or of their tangents."""
        index = self.turned(draw, drawn)
        if draw.in_place or draw.listed:
            name = "reorder" if draw.in_place else "take_list"
            return Term(f"{self.spelled.rt}.{name}({values}, {index}{self.along(draw)})")
        if draw.axis is not None:
            return Term(f"{self.spelled.rt}.take({values}, {index}{self.along(draw)})")
        if self.facts.depths.many(draw):
            return Term(f"{self.spelled.rt}.{'take_flat' if draw.flat else 'take'}({values}, {index})")
        if isinstance(draw.values, cst.List | cst.Tuple | cst.SimpleString):
            return Term(f"{values.at(Level.ATOM)}[{index}]")
        return Term(f"{self.spelled.rt}.pick({values}, {index})")

    def along(self, draw: Draw) -> str:
        """Return the last argument of a choice along another axis than the first."""
        return "" if draw.axis is None else f", {self.text(draw.axis)}"

    def called(self, original: cst.Call, updated: cst.Call) -> cst.BaseExpression:
        """Return a call of one of our functions with its new name and arguments; the derivative has its own."""
        function = self.facts.called(self.scope, original)
        if function is None or not self.facts.reads_omega(function):
            path = self.scope.dotted(original.func)
            return listed(updated) if path in CONSUMERS or (path in STOPPING and is_simple(updated)) else updated
        arguments = [str(self.text(a)) for a in self.arguments(original, function).values()]
        return self.new_call(function, self.spelled.primal(function), arguments, [self.spelled.omega])

    def new_call(self, function: Function, name: str, arguments: list[str], ours: list[str]) -> cst.Call:
        """Return a call; functions inside functions see omega and jumps as they are."""
        extra = ours if function.scope.top is function.scope else []
        return cst.ensure_type(cst.parse_expression(f"{name}({', '.join(arguments + extra)})"), cst.Call)

    def arguments(self, call: cst.Call, function: Function) -> dict[str, cst.BaseExpression]:
        """Return the arguments of a call by parameter, generators left out."""
        bound = bind(self.facts.source, call, function.scope.parameters, function.name)
        given = [argument.value for argument in call.args]
        moved = [a for a in bound.values() if a in given] != given
        if moved and sum(any(True for _ in inside(a, cst.Call)) for a in given) > 1:
            self.facts.source.refuse(
                call,
                f"the arguments of `{function.name}` stand in another order than its parameters, and some are calls",
                "They would be evaluated in another order.",
                "Write them in order.",
            )
        for default in (argument for argument in bound.values() if argument not in given):
            for name in inside(default, cst.Name):
                if self.scope.owner(name.value) is not function.scope.owner(name.value):
                    self.facts.source.refuse(
                        call,
                        f"`{name.value}`, a default of `{function.name}`, is another variable here",
                        "The default would be read from here.",
                        "Write the argument.",
                    )
        generators = self.facts.generators.parameters(function.scope)
        return {name: argument for name, argument in bound.items() if name not in generators}

    def defined(self, original: cst.FunctionDef, updated: cst.FunctionDef) -> cst.BaseStatement:
        """Return the definition of a function inside the one that is rewritten: without its generators."""
        function = self.facts.functions[self.facts.names.scopes[original]]
        if not function.draws:
            return updated
        return updated.with_changes(params=parameters(self.facts, function, []))


def emit_primal(facts: Facts, function: Function, spelled: Spelled) -> cst.FunctionDef:
    """Return the primal of a top-level function; one that does not draw stays, but for densities and guards."""
    node = cst.ensure_type(function.scope.node, cst.FunctionDef)
    densities = any(inner in facts.draws.densities for inner in inside(node, cst.Call))
    guards = any(test in facts.passing for test in inside(node, cst.Comparison))
    if not facts.reads_omega(function) and not densities and not guards:
        return node
    body = suite(node.body.visit(Rewriter(facts, function.scope, spelled)))
    if not facts.reads_omega(function):
        return node.with_changes(body=body)
    return node.with_changes(
        name=cst.Name(spelled.primal(function)),
        body=body,
        params=parameters(facts, function, [spelled.omega]),
        leading_lines=spaced(node),
    )


def is_simple(call: cst.Call) -> bool:
    """Tell whether a call is given elements that may all be computed, though it stops at one of them.

    They neither draw nor raise.
    """
    generators = [a.value for a in call.args if isinstance(a.value, cst.GeneratorExp)]
    roots = [root for g in generators for root in (g.elt, *(test.test for test in g.for_in.ifs))]
    return not any(g.for_in.inner_for_in for g in generators) and all(
        isinstance(part, SIMPLE)
        or (isinstance(part, cst.BinaryOperation) and isinstance(part.operator, SIMPLE_OPERATORS))
        for root in roots
        for part in everything(root)
        if isinstance(part, cst.BaseExpression)
    )


def listed(call: cst.Call) -> cst.Call:
    """Return a call with a list for the generator expression that it is given, as Numba compiles lists only.

    For functions that take all elements before they return, and do nothing to be seen between two of them; or whose
    elements do nothing to be seen.
    """
    first = call.args[0] if call.args else None
    if first is None or first.star or not isinstance(first.value, cst.GeneratorExp):
        return call
    generator = first.value
    items = cst.ListComp(generator.elt, generator.for_in)
    return call.with_changes(args=[first.with_changes(value=items), *call.args[1:]])


def spaced(node: cst.FunctionDef | cst.ClassDef) -> list[cst.EmptyLine]:
    """Return two blank lines and the comments above a definition."""
    comments = [line for line in node.leading_lines if line.comment is not None]
    return [cst.EmptyLine(indent=False), cst.EmptyLine(indent=False), *comments]


def parameters(facts: Facts, function: Function, ours: list[str]) -> cst.Parameters:
    """Return a signature without generators and defaults, which callers fill in, and with what we add."""
    generators = facts.generators.parameters(function.scope)
    ours = ours if function.scope.top is function.scope else []
    node = cst.ensure_type(function.scope.node, cst.FunctionDef).params
    if not node.posonly_params and not node.kwonly_params and "\n" in code(node):
        return laid_out(node, generators, ours)
    kept = [
        f"{p.name}: {p.annotation}" if p.annotation else p.name
        for p in function.scope.parameters
        if p.name not in generators
    ]
    return signature([*kept, *ours])


def laid_out(node: cst.Parameters, generators: list[str], ours: list[str]) -> cst.Parameters:
    """Return a signature over several lines, with its lines and comments kept."""
    plain = [p.with_changes(default=None, equal=cst.MaybeSentinel.DEFAULT) for p in node.params]
    kept = [p for p in plain if p.name.value not in generators] + [cst.Param(cst.Name(name)) for name in ours]
    between = plain[0].comma if isinstance(plain[0].comma, cst.Comma) else cst.Comma()
    commas = [p.comma if isinstance(p.comma, cst.Comma) else between for p in kept[:-1]]
    last = plain[-1].comma
    return cst.Parameters([p.with_changes(comma=c) for p, c in zip(kept, [*commas, last], strict=True)])


def signature(names: list[str]) -> cst.Parameters:
    """Return parsed parameters."""
    return cst.ensure_type(cst.parse_statement(f"def f({', '.join(names)}): pass"), cst.FunctionDef).params


def held_together(original: cst.CSTNode, updated: cst.CSTNode) -> cst.CSTNode:
    """Return a node with parentheses around each operand that was none of an operator, and is a sum or product now."""
    changed = {}
    for operand in OPERANDS.get(type(original), ()):
        old, new = getattr(original, operand), getattr(updated, operand)
        if isinstance(new, OPERATIONS) and not isinstance(old, OPERATIONS):
            changed[operand] = parenthesised(new)
    return updated.with_changes(**changed) if changed else updated


def kept_parentheses(original: cst.CSTNode, new: cst.BaseExpression) -> cst.BaseExpression:
    """Return the replacement of an expression, in parentheses where the original had some or it needs them."""
    atom = isinstance(new, cst.Name | cst.Call | cst.Subscript | cst.Attribute)
    if isinstance(original, cst.BaseExpression) and original.lpar and not new.lpar and not atom:
        return new.with_changes(lpar=original.lpar, rpar=original.rpar)
    return new

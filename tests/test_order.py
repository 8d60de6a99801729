"""Modules import only what stands before them; LibCST and Numba live in one place each; no file is long."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NUMBA = tuple(
    f"stochtrace.runtime.numba_{name}"
    for name in (
        "arrays", "leaves", "meaning", "recording", "results", "resuming", "scipy", "side", "special", "stats", "tape",
        "taped", "unbound", "values", "words",
    )
)  # fmt: skip
NUMBA += tuple(
    f"stochtrace.carried.numba_{name}"
    for name in (
        "memory", "smooth", "functions", "families", "tape", "tangency", "quadratics", "roots", "ranges",
        "factors", "noting", "decisions", "kept", "intervals", "library", "trace", "arrays", "special", "densities",
        "values", "records", "draws", "vectors", "keys",
    )
)  # fmt: skip
NUMBA += ("stochtrace.estimation.compiled", "stochtrace.estimation.compiled_carried")
PACKAGES = ("stochtrace", "cli")

# Every module, in order: each may import those above it only.
ORDER = (
    "stochtrace.version",
    "stochtrace",
    "stochtrace.files",
    "stochtrace.highlighting",
    "stochtrace.refusals",
    "stochtrace.diagnostics",
    "stochtrace.rules",
    "stochtrace.spellings",
    "stochtrace.forms",
    "stochtrace.runtime.checks",
    "stochtrace.runtime.functions",
    "stochtrace.runtime.distributions",
    "stochtrace.runtime.functions.gauss_legendre",
    "stochtrace.runtime.functions.scipy_special",
    "stochtrace.runtime.functions.special",
    "stochtrace.runtime.special",
    "stochtrace.runtime.tape",
    "stochtrace.runtime.taped",
    "stochtrace.runtime.taped_functions",
    "stochtrace.runtime.philox",
    "stochtrace.runtime.ahead",
    "stochtrace.runtime.uniforms",
    "stochtrace.runtime.sobol",
    "stochtrace.runtime.values",
    "stochtrace.runtime.cuts",
    "stochtrace.runtime.functions.cornish_fisher",
    "stochtrace.runtime.functions.inversion",
    "stochtrace.runtime.jumps",
    "stochtrace.runtime.distributions.continuous",
    "stochtrace.runtime.functions.gamma_slopes",
    "stochtrace.runtime.distributions.gammas",
    "stochtrace.runtime.functions.beta_slopes",
    "stochtrace.runtime.functions.beta_quantiles",
    "stochtrace.runtime.functions.t_slopes",
    "stochtrace.runtime.distributions.betas",
    "stochtrace.runtime.distributions.location_scale",
    "stochtrace.runtime.distributions.power_laws",
    "stochtrace.runtime.distributions.bounded",
    "stochtrace.runtime.distributions.inverse_gaussian",
    "stochtrace.runtime.distributions.skewed",
    "stochtrace.runtime.distributions.circular",
    "stochtrace.runtime.functions.mixtures",
    "stochtrace.runtime.distributions.noncentral",
    "stochtrace.runtime.distributions.discrete",
    "stochtrace.runtime.arrays",
    "stochtrace.runtime.numba_words",
    "stochtrace.runtime.numba_unbound",
    "stochtrace.runtime.numba_meaning",
    "stochtrace.runtime.numba_tape",
    "stochtrace.runtime.numba_leaves",
    "stochtrace.runtime.numba_arrays",
    "stochtrace.runtime.distributions.beta_binomial",
    "stochtrace.runtime.distributions.discrete_exponential",
    "stochtrace.runtime.distributions.hypergeometrics",
    "stochtrace.runtime.distributions.logarithmic",
    "stochtrace.runtime.distributions.negative_binomials",
    "stochtrace.runtime.distributions.zipf_law",
    "stochtrace.runtime.distributions.vectors",
    "stochtrace.runtime.functions.mixture_scores",
    "stochtrace.runtime.densities",
    "stochtrace.runtime.densities.family",
    "stochtrace.runtime.densities.norm",
    "stochtrace.runtime.densities.expon",
    "stochtrace.runtime.densities.uniform",
    "stochtrace.runtime.densities.gamma",
    "stochtrace.runtime.densities.chi2",
    "stochtrace.runtime.densities.invgamma",
    "stochtrace.runtime.densities.beta",
    "stochtrace.runtime.densities.f",
    "stochtrace.runtime.densities.t",
    "stochtrace.runtime.densities.lognorm",
    "stochtrace.runtime.densities.laplace",
    "stochtrace.runtime.densities.logistic",
    "stochtrace.runtime.densities.gumbel_r",
    "stochtrace.runtime.densities.cauchy",
    "stochtrace.runtime.densities.rayleigh",
    "stochtrace.runtime.densities.weibull_min",
    "stochtrace.runtime.densities.pareto",
    "stochtrace.runtime.densities.lomax",
    "stochtrace.runtime.densities.powerlaw",
    "stochtrace.runtime.densities.triang",
    "stochtrace.runtime.densities.halfnorm",
    "stochtrace.runtime.densities.truncnorm",
    "stochtrace.runtime.densities.skewnorm",
    "stochtrace.runtime.densities.invgauss",
    "stochtrace.runtime.densities.vonmises",
    "stochtrace.runtime.densities.ncx2",
    "stochtrace.runtime.densities.ncf",
    "stochtrace.runtime.densities.bernoulli",
    "stochtrace.runtime.densities.binom",
    "stochtrace.runtime.densities.poisson",
    "stochtrace.runtime.densities.geom",
    "stochtrace.runtime.densities.nbinom",
    "stochtrace.runtime.densities.hypergeom",
    "stochtrace.runtime.densities.betabinom",
    "stochtrace.runtime.densities.logser",
    "stochtrace.runtime.densities.zipf",
    "stochtrace.runtime.densities.randint",
    "stochtrace.runtime.densities.planck",
    "stochtrace.runtime.densities.boltzmann",
    "stochtrace.runtime.densities.dlaplace",
    "stochtrace.runtime.stats",
    "stochtrace.runtime.numba_scipy",
    "stochtrace.runtime.numba_special",
    "stochtrace.runtime.numba_results",
    "stochtrace.runtime.numba_values",
    "stochtrace.runtime.numba_side",
    "stochtrace.runtime.numba_resuming",
    "stochtrace.runtime.numba_stats",
    "stochtrace.runtime",
    "stochtrace.runtime.recording",
    "stochtrace.runtime.numba_taped",
    "stochtrace.runtime.numba_recording",
    "stochtrace.carried.running",
    "stochtrace.carried.operations",
    "stochtrace.carried.intervals",
    "stochtrace.carried.smooth",
    "stochtrace.carried.evaluation",
    "stochtrace.carried.families",
    "stochtrace.carried.atoms",
    "stochtrace.carried.arguments",
    "stochtrace.carried.roots",
    "stochtrace.carried.scores",
    "stochtrace.carried.tangency",
    "stochtrace.carried.factors",
    "stochtrace.carried.ranges",
    "stochtrace.carried.reservoir",
    "stochtrace.carried.replay",
    "stochtrace.carried.drawing",
    "stochtrace.carried.still",
    "stochtrace.carried.trace",
    "stochtrace.carried.probing",
    "stochtrace.carried.checks",
    "stochtrace.carried.densities",
    "stochtrace.carried.shared",
    "stochtrace.carried.hashes",
    "stochtrace.carried.linear",
    "stochtrace.carried.draws",
    "stochtrace.carried.builtins",
    "stochtrace.carried.marked",
    "stochtrace.carried.sources",
    "stochtrace.carried",
    "stochtrace.carried.math",
    "stochtrace.carried.random",
    "stochtrace.carried.statistics",
    "stochtrace.carried.stochtrace",
    "stochtrace.carried.numpy.functions",
    "stochtrace.carried.numpy.random",
    "stochtrace.carried.numpy",
    "stochtrace.carried.vector_densities",
    "stochtrace.carried.scipy.special",
    "stochtrace.carried.scipy.stats",
    "stochtrace.carried.scipy",
    "stochtrace.carried.sample",
    "stochtrace.carried.runtime",
    "stochtrace.carried.replaying",
    "stochtrace.carried.rebinding",
    "stochtrace.carried.numba_memory",
    "stochtrace.carried.numba_smooth",
    "stochtrace.carried.numba_functions",
    "stochtrace.carried.numba_families",
    "stochtrace.carried.numba_tape",
    "stochtrace.carried.numba_tangency",
    "stochtrace.carried.numba_quadratics",
    "stochtrace.carried.numba_roots",
    "stochtrace.carried.numba_intervals",
    "stochtrace.carried.numba_ranges",
    "stochtrace.carried.numba_factors",
    "stochtrace.carried.numba_noting",
    "stochtrace.carried.numba_decisions",
    "stochtrace.carried.numba_kept",
    "stochtrace.carried.numba_library",
    "stochtrace.carried.numba_trace",
    "stochtrace.carried.numba_arrays",
    "stochtrace.carried.numba_vectors",
    "stochtrace.carried.numba_keys",
    "stochtrace.carried.numba_special",
    "stochtrace.carried.numba_densities",
    "stochtrace.carried.numba_values",
    "stochtrace.carried.numba_records",
    "stochtrace.carried.numba_draws",
    "stochtrace.transform.depth",
    "stochtrace.transform.nodes",
    "stochtrace.transform.prune",
    "stochtrace.transform.terms",
    "stochtrace.transform.stars",
    "stochtrace.transform.source",
    "stochtrace.transform.names",
    "stochtrace.transform.paths",
    "stochtrace.transform.guards",
    "stochtrace.transform.poles",
    "stochtrace.transform.binding",
    "stochtrace.transform.truths",
    "stochtrace.transform.templates",
    "stochtrace.transform.pairs",
    "stochtrace.transform.generators",
    "stochtrace.transform.functions",
    "stochtrace.transform.closed",
    "stochtrace.transform.seeds",
    "stochtrace.transform.frozen",
    "stochtrace.transform.densities",
    "stochtrace.transform.canonical",
    "stochtrace.transform.options",
    "stochtrace.transform.draws",
    "stochtrace.transform.depths",
    "stochtrace.transform.bindings",
    "stochtrace.transform.facts",
    "stochtrace.transform.iterators",
    "stochtrace.transform.sharing",
    "stochtrace.transform.state",
    "stochtrace.transform.sequence",
    "stochtrace.transform.smooth",
    "stochtrace.transform.spelled",
    "stochtrace.transform.expressions",
    "stochtrace.transform.plan",
    "stochtrace.transform.stages",
    "stochtrace.transform.toplevel",
    "stochtrace.transform.primal",
    "stochtrace.transform.cuts",
    "stochtrace.transform.header",
    "stochtrace.transform.tangents",
    "stochtrace.transform.hoistable",
    "stochtrace.transform.products",
    "stochtrace.transform.activity",
    "stochtrace.transform.rewriting",
    "stochtrace.transform.loops",
    "stochtrace.transform.hoisting",
    "stochtrace.transform.lines",
    "stochtrace.transform.derivative",
    "stochtrace.transform.reads",
    "stochtrace.transform.sites",
    "stochtrace.transform.carried_world",
    "stochtrace.transform.overrides",
    "stochtrace.transform.carried_text",
    "stochtrace.transform.carried_module",
    "stochtrace.transform.explain",
    "stochtrace.transform.pipeline",
    "stochtrace.transform",
    "stochtrace.estimation.compiled_loop",
    "stochtrace.estimation.functions",
    "stochtrace.estimation.reached",
    "stochtrace.estimation.words",
    "stochtrace.estimation.moments",
    "stochtrace.estimation.nested",
    "stochtrace.estimation.numbers",
    "stochtrace.estimation.shapes",
    "stochtrace.estimation.tails",
    "stochtrace.estimation.parts",
    "stochtrace.estimation.summary",
    "stochtrace.estimation.schemes",
    "stochtrace.estimation.quasi",
    "stochtrace.estimation.estimator",
    "stochtrace.estimation.folding",
    "stochtrace.estimation.goal",
    "stochtrace.estimation.checkpoint",
    "stochtrace.estimation.progress",
    "stochtrace.estimation.travelling",
    "stochtrace.estimation.work",
    "stochtrace.estimation.scheduling",
    "stochtrace.estimation.averaging",
    "stochtrace.estimation.tables",
    "stochtrace.estimation.results",
    "stochtrace.estimation.gradient_estimate",
    "stochtrace.estimation.columns",
    "stochtrace.estimation.sites",
    "stochtrace.estimation.state",
    "stochtrace.estimation.places",
    "stochtrace.estimation.resuming",
    "stochtrace.estimation.compiled",
    "stochtrace.estimation.carried_loop",
    "stochtrace.estimation.lowering",
    "stochtrace.estimation.movable",
    "stochtrace.estimation.records",
    "stochtrace.estimation.anchored",
    "stochtrace.estimation.compiled_carried",
    "stochtrace.estimation.interpreted",
    "stochtrace.estimation.recorded",
    "stochtrace.estimation.recorded_loop",
    "stochtrace.estimation.compiled_recorded",
    "stochtrace.estimation.values",
    "stochtrace.estimation.sampling",
    "stochtrace.estimation.reverse",
    "stochtrace.estimation.gradients",
    "stochtrace.estimation.options",
    "stochtrace.estimation.averages",
    "stochtrace.estimation.bridges",
    "stochtrace.estimation.objective",
    "stochtrace.estimation.gradient_methods",
    "stochtrace.estimation.pilot",
    "stochtrace.estimation.survey",
    "stochtrace.estimation.differences",
    "stochtrace.estimation.verification",
    "stochtrace.estimation.scoring",
    "stochtrace.estimation.verifying",
    "stochtrace.estimation.verify_method",
    "stochtrace.estimation.program",
    "stochtrace.estimation.tuning",
    "stochtrace.estimation.loading",
    "stochtrace.estimation",
    "stochtrace.jax",
    "stochtrace.optimize",
    "stochtrace.torch",
    "stochtrace.plots.style",
    "stochtrace.plots.coupling",
    "stochtrace.plots.curves",
    "stochtrace.plots.contributions",
    "stochtrace.plots.traces",
    "stochtrace.plots",
    "stochtrace.report.linking",
    "stochtrace.report.plans",
    "stochtrace.report.charts",
    "stochtrace.report.page",
    "stochtrace.report",
    "stochtrace.notebook",
    "stochtrace.magics",
    "stochtrace_cli",
    "stochtrace_cli.failures",
    "stochtrace_cli.outputs",
    "stochtrace_cli.annotations",
    "stochtrace_cli.completion",
    "stochtrace_cli.estimate",
    "stochtrace_cli.sweep",
    "stochtrace_cli.transform",
    "stochtrace_cli.project",
    "stochtrace_cli.check",
    "stochtrace_cli.explain",
    "stochtrace_cli.tune",
    "stochtrace_cli.verify",
    "stochtrace_cli.plot",
    "stochtrace_cli.report",
    "stochtrace_cli.main",
    "stochtrace_cli.__main__",
)


def modules() -> dict[str, Path]:
    """All modules by their name; the folder cli is the package stochtrace_cli."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            parts = parts[:-1] if parts[-1] == "__init__" else parts
            found[".".join(parts).replace("cli", "stochtrace_cli", 1) if parts[0] == "cli" else ".".join(parts)] = path
    return found


class RunTime(ast.NodeTransformer):
    """Leaves out what stands under `if TYPE_CHECKING`."""

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return node.orelse
        return self.generic_visit(node)


def imported(name: str, path: Path) -> set[str]:
    """The modules of ours that a module imports, wherever in its text; not those for type checkers only."""
    known = modules()
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(RunTime().visit(ast.parse(path.read_text()))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            found |= {f"{base}.{a.name}" if f"{base}.{a.name}" in known else base for a in node.names}
    return {other for other in found if other in known and other != name}


def outside(path: Path) -> set[str]:
    """The first names of all packages that a module imports."""
    tree = ast.walk(ast.parse(path.read_text()))
    return {
        name.split(".")[0]
        for node in tree
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }


def test_every_module_has_its_place() -> None:
    assert sorted(ORDER) == sorted(modules())


@pytest.mark.parametrize("name", ORDER)
def test_imports_what_stands_before(name: str) -> None:
    before = set(ORDER[: ORDER.index(name)])
    assert imported(name, modules()[name]) <= before


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("libcst", lambda name: name.startswith("stochtrace.transform.")),
        ("numba", lambda name: name in NUMBA),
        ("llvmlite", lambda name: name in NUMBA),
        ("click", lambda name: name.startswith("stochtrace_cli")),
        ("jax", lambda name: name == "stochtrace.jax"),
        ("numpy", lambda name: not name.startswith("stochtrace.transform")),
        ("torch", lambda name: name == "stochtrace.torch"),
    ],
    ids=["libcst", "numba", "llvmlite", "click", "jax", "numpy", "torch"],
)
def test_package_is_imported_in_its_place_only(package: str, allowed: object) -> None:
    using = {name for name, path in modules().items() if package in outside(path)}
    assert {name for name in using if not allowed(name)} == set()  # type: ignore[operator]


@pytest.mark.parametrize("path", modules().values(), ids=modules())
def test_file_is_not_long(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400

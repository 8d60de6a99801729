"""Draws of scipy.stats: every row of the table against SciPy's quantiles, programs against exact derivatives."""

from __future__ import annotations

import numpy as np
import pytest
from harness import program_of
from programs.stats import STATS
from programs.table import Case
from scipy import stats
from stubs import Queue
from tree import assert_exact

from stochtrace.diagnostics import Refusal
from stochtrace.estimation.program import Program
from stochtrace.runtime.checks import DomainError
from stochtrace.spellings import SPELLINGS, Spelling

# by name: the shape parameters, as expressions in p = 0.6
SHAPES = {
    **{name: "" for name in ("norm", "expon", "uniform", "laplace", "logistic", "gumbel_r", "cauchy", "rayleigh")},
    **{
        name: "2 * p" for name in ("gamma", "chi2", "invgamma", "lognorm", "weibull_min", "pareto", "lomax", "powerlaw")
    },
    **{name: "p" for name in ("triang", "vonmises", "invgauss", "skewnorm", "bernoulli", "geom", "logser")},
    **{name: "p, 2 + p" for name in ("beta", "f")},
    "halfnorm": "",
    "t": "4 + p",
    "ncx2": "2 + p, p",
    "ncf": "3 + p, 7.0, p",
    "truncnorm": "-p, 2 * p",
    "binom": "7, p",
    "poisson": "5 * p",
    "nbinom": "2.5, p",
    "hypergeom": "20, 7, 12",
    "betabinom": "9, p, 2.0",
    "zipf": "1.5 + p",
    "randint": "-1, 6",
    "boltzmann": "p, 8",
    "planck": "p",
    "dlaplace": "p",
}
ROWS = [row for row in SPELLINGS if row.makers == "scipy" and hasattr(getattr(stats, row.method), "ppf")]


def test_every_row_has_shapes() -> None:
    assert {row.method for row in ROWS} == set(SHAPES)


@pytest.mark.parametrize("frame", ["", "loc=3", "loc=-1.5, scale=2.0"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.method)
def test_draw_is_the_quantile_of_scipy(row: Spelling, frame: str) -> None:
    if ("scale" in frame and "scale" not in row.call) or (frame and row.method == "vonmises"):
        pytest.skip("no scale here; an angle that is moved wraps around")
    given = ", ".join(part for part in (SHAPES[row.method], frame) if part)
    call = f"stats.{row.method}({given}).rvs(random_state=rng)"
    program = program_of(f"from scipy import stats\n\ndef f(p, rng):\n    return {call}\n", wrt=("p",))
    frozen = eval(f"stats.{row.method}({given})", {"stats": stats, "p": 0.6})
    for seed in range(8):
        w = Queue(seed).next(0)
        expected = frozen.ppf(1 - w if row.method == "bernoulli" else w)  # 1 where w < p
        assert program.primal(0.6, Queue(seed)) == pytest.approx(float(expected), rel=2e-9, abs=1e-12)


FRAMED_ROWS = [row for row in ROWS if "scale" in row.call]


@pytest.mark.parametrize("moving", ["loc", "scale"])
@pytest.mark.parametrize("row", FRAMED_ROWS, ids=lambda row: row.method)
def test_location_and_scale_move_alone(row: Spelling, moving: str) -> None:
    """The tangents of all other parameters are zero, and leave nothing behind in the generated program."""
    shapes = SHAPES[row.method].replace("p", "0.6")
    given = ", ".join(part for part in (shapes, f"{moving}=p") if part)
    call = f"stats.{row.method}({given}).rvs(random_state=rng)"
    program = program_of(f"from scipy import stats\n\ndef f(p, rng):\n    return {call}\n")
    for sample in range(4):
        at = [program.sample(p, seed=1, sample=sample) for p in (1.0, 1.5)]
        assert program.triple(1.0, seed=1, sample=sample).delta == pytest.approx((at[1] - at[0]) / 0.5, rel=1e-9)


# what is drawn, as a value between operators, and the value of a name that it was given before
BETWEEN = [
    ("p * {}", "stats.expon.rvs(1.0, p, random_state=rng)"),
    ("{} ** 2", "stats.binom.rvs(5, p, 1, random_state=rng)"),
    ("-{} - {}", "stats.randint.rvs(0, 9, loc=-3, random_state=rng)"),
    ("{}.mean() * p", "stats.poisson.rvs(p, 2, size=3, random_state=rng)"),
    ("{}[1] / {}[0]", "stats.chi2.rvs(3.0, 2.0, p, size=3, random_state=rng)"),
    ("p - {} % 4", "rng.randrange(1, 9, 2)"),
    ("p * {}", "rng.choice(2, p=[p, 1 - p])"),
    ("p * {} - (1 - p) * {}", "stats.lognorm.rvs(p, -2.0, random_state=rng)"),
]


@pytest.mark.parametrize(("whole", "call"), BETWEEN, ids=[f"{whole} of {call[:12]}" for whole, call in BETWEEN])
def test_a_draw_that_is_moved_and_stretched_is_one_operand(whole: str, call: str) -> None:
    parts = whole.count("{}")
    kind = "random.Random" if "randrange" in call else "np.random.Generator"
    head = f"import random\nimport numpy as np\nfrom scipy import stats\n\ndef f(p, rng: {kind}):\n    "
    named = "\n    ".join(f"x{i} = {call}" for i in range(parts))
    once, before = (
        program_of(f"{head}{text}\n")
        for text in (
            f"return {whole.format(*[call] * parts)}",
            f"{named}\n    return {whole.format(*(f'x{i}' for i in range(parts)))}",
        )
    )
    for seed in range(20):
        assert once.primal(0.4, Queue(seed)) == before.primal(0.4, Queue(seed))
    found, wanted = (program.estimate(0.4, samples=200, seed=1, mode="interpreted") for program in (once, before))
    assert found.value == pytest.approx(wanted.value, rel=1e-12)
    assert found.derivative == pytest.approx(wanted.derivative, rel=1e-12)


@pytest.mark.parametrize("given", ["", "3", "3, rng", "size=3, random_state=rng", "3, random_state=rng", "None, rng"])
@pytest.mark.parametrize("carried", [False, True], ids=["tangent lines", "carried"])
def test_size_and_generator_may_be_given_by_position(given: str, carried: bool) -> None:
    decision = "if heapq.nsmallest(1, [rng.exponential(p)])[0] < 0:\n        return 0.0\n    " if carried else ""
    found = []
    for call in (f"stats.norm(p, 2.0).rvs({given})", f"rng.normal(p, 2.0{', size=3' if '3' in given else ''})"):
        head = f"import heapq\nimport numpy as np\nfrom scipy import stats\n\ndef f(p, rng):\n    {decision}"
        found.append(program_of(f"{head}return np.sum({call})\n").estimate(0.4, samples=8, seed=1, mode="interpreted"))
    assert found[0].value == pytest.approx(found[1].value, rel=1e-13)
    assert found[0].derivative == found[1].derivative == (3.0 if "3" in given else 1.0)


FRAMES: dict[str, tuple[list[float] | list[list[float]] | float, list[float] | float]] = {
    "np.array([0.0, 50.0]), p": ([0.0, 50.0], 0.4),
    "0.0, [1.0, 2.0]": (0.0, [1.0, 2.0]),
    "[[0.0], [p]], np.array([1.0, 2.0])": ([[0.0], [0.4]], [1.0, 2.0]),
}
FRAMED = ("stats.chi2.rvs(3.0, {frame}, {size}random_state=rng)", "stats.expon({frame}).rvs({size}random_state=rng)")


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("call", FRAMED)
def test_arrays_move_and_stretch_as_many_draws(call: str, frame: str) -> None:
    """As SciPy draws them, from uniforms of their own."""
    loc, scale = map(np.array, FRAMES[frame])
    shape = np.broadcast_shapes(loc.shape, scale.shape)
    calls = (call.format(frame=frame, size=""), call.format(frame="0.0, 1.0", size=f"size={shape}, "))
    head = "import numpy as np\nfrom scipy import stats\n\ndef f(p, rng):\n    "
    found, drawn = (program_of(f"{head}return p * 0 + {x}\n").sample(0.4, seed=1) for x in calls)
    assert found.shape == shape
    assert found.astype(float) == pytest.approx(loc + scale * drawn, rel=1e-13)


@pytest.mark.parametrize("given", ["[20, 30], 7, 12", "[20, 30], [7, 8], 12", "np.array([20, 30]), 7, [12, 12]"])
def test_lists_with_which_a_row_computes_are_arrays(given: str) -> None:
    """The second parameter of the hypergeometric, nbad, is M - n: element by element."""
    head = "import numpy as np\nfrom scipy import stats\n\ndef f(p, rng):\n    "
    program = program_of(f"{head}return p * stats.hypergeom.rvs({given}, random_state=rng)\n")
    M, n, N = np.broadcast_arrays(*eval(f"({given})", {"np": np}))
    arrays = ", ".join(f"np.array({each.tolist()})" for each in (M, n, N))
    wanted = program_of(f"{head}return p * stats.hypergeom.rvs({arrays}, size=2, random_state=rng)\n")
    for seed in range(20):
        assert program.sample(1.0, seed=seed).tolist() == wanted.sample(1.0, seed=seed).tolist()


NAMES_AGAIN = """
    m = 1.0
    d = stats.norm(m, 0.0)

    def inner(m):
        return d.rvs(random_state=rng) + m

    return inner(p) * p
"""


def test_frozen_parameters_keep_what_they_were() -> None:
    """`m` is another name where the distribution draws: p (1 + p), and not 2 p²."""
    program = program_of(f"from scipy import stats\n\ndef f(p, rng):{NAMES_AGAIN}")
    found = program.estimate(0.3, samples=3, seed=1, mode="interpreted")
    assert found.value == pytest.approx(0.3 * 1.3, rel=1e-15)
    assert found.derivative == pytest.approx(1.6, rel=1e-15)


def test_an_array_that_moves_one_draw_is_refused(mode: str) -> None:
    """Where nothing before the run says that it is an array."""
    head = "import numpy as np\nfrom scipy import stats\n\ndef f(p, q, rng):\n    "
    for name, call in (("loc", "stats.expon.rvs(q, 2.0, random_state=rng)"), ("scale", "stats.beta(2, p, 0, q).rvs()")):
        program = program_of(f"{head}return p * np.sum({call})\n", wrt=("p",))
        assert np.isfinite(program.estimate(0.4, 2.0, samples=5, seed=1, mode=mode).value)
        with pytest.raises(DomainError, match=rf"model.py:5: rvs: {name} = .* \(an array needs a `size`\)"):
            program.estimate(0.4, np.array([1.0, 2.0]), samples=5, seed=1, mode="interpreted")


SCALED = [row for row in ROWS if "scale" in row.call]
SHIFTED = "z + stats.{}.rvs({}loc=0.5, scale=s, random_state=rng)"


@pytest.mark.parametrize("row", SCALED, ids=lambda row: row.method)
def test_a_scale_is_not_negative(row: Spelling) -> None:
    """SciPy raises there, and so does every form; it takes 0, and so do we, but for an inverse Gaussian draw."""
    shapes = f"{SHAPES[row.method]}, " if SHAPES[row.method] else ""
    call = SHIFTED.format(row.method, shapes)
    decision = "if heapq.nsmallest(1, [rng.exponential(z + 1.0)])[0] < 0:\n        return 0.0\n    "
    for before in ("", decision):
        source = f"import heapq\nfrom scipy import stats\n\ndef f(z, s, rng):\n    p = 0.6\n    {before}return {call}\n"
        program = program_of(source, wrt=("z", "s"))
        assert np.isfinite(program.sample(0.0, 2.0, seed=1)) and program.sample(1.0, 0.0, seed=1) == 1.5
        for bad in (-1.0, -1e-9, np.nan):
            for run in (program.sample, program.triple):
                with pytest.raises(DomainError, match=r"model.py:\d: rvs: .* is outside .*[\[(]0, inf\)"):
                    run(0.0, bad, seed=1)


@pytest.mark.parametrize("scale", ["s", "np.array([1.0, s])"], ids=["number", "array"])
def test_a_negative_scale_is_an_error_where_it_is_compiled(scale: str) -> None:
    pytest.importorskip("numba", reason="what compiles is seen with Numba only")
    call = f"stats.chi2.rvs(3.0, scale={scale}, size=2, random_state=rng)"
    source = f"import numpy as np\nfrom scipy import stats\n\ndef f(s, rng):\n    return {call}.sum()\n"
    program = program_of(source)
    compiled, plain = (program.estimate(2.0, samples=20, seed=1, mode=m) for m in ("compiled", "interpreted"))
    assert compiled.derivative == pytest.approx(plain.derivative, rel=1e-11)
    assert program.gradient(2.0, samples=20, seed=1).gradient == pytest.approx(plain.derivative, rel=1e-11)
    with pytest.raises(DomainError, match=r"model.py:5: rvs: scale = .* is outside \[0, inf\)"):
        program.estimate(-2.0, samples=20, seed=1, mode="compiled")


COUNTS = [row for row in ROWS if "scale" not in row.call and row.method != "vonmises"]
DECISION = "if heapq.nsmallest(1, [rng.exponential(z + 1.0)])[0] < 0:\n        return 0.0\n    "


def counting(row: Spelling, before: str, end: str) -> Program:
    """A program that moves counts by q, which may be given as one number or for each of two draws."""
    call = f"stats.{row.method}.rvs({SHAPES[row.method]}, loc={end}, random_state=rng)"
    source = "import heapq\nimport numpy as np\nfrom scipy import stats\n\ndef f(z, q, rng):\n    p = 0.6\n    "
    return program_of(f"{source}{before}return z + np.sum({call})\n", wrt=("z",))


@pytest.mark.parametrize("row", COUNTS, ids=lambda row: row.method)
def test_counts_are_moved_by_whole_numbers(row: Spelling) -> None:
    """SciPy raises at NaN and infinity, and cuts off what is not whole of each count and its place: both are errors."""
    for before, end in ((before, end) for before in ("", DECISION) for end in ("q", "q, size=2", "[q, 1], size=2")):
        program = counting(row, before, end)
        assert program.sample(0.0, 3.0, seed=1) == program.sample(0.0, 1.0, seed=1) + (4 if end == "q, size=2" else 2)
        for bad in (0.5, -1e-9, np.nan, np.inf):
            for run in (program.sample, program.triple):
                with pytest.raises(DomainError, match=r"model.py:\d: rvs: loc = .* is outside the numbers, whole ones"):
                    run(0.0, bad, seed=1)


@pytest.mark.parametrize("end", ["q", "np.array([q, 1.0]), size=2"])
@pytest.mark.parametrize("before", ["", DECISION], ids=["alone", "beside a decision"])
def test_compiled_counts_are_moved_by_whole_numbers(before: str, end: str) -> None:
    pytest.importorskip("numba", reason="what compiles is seen with Numba only")
    program = counting(COUNTS[0], before, end)
    assert program.estimate(0.0, 2.0, samples=5, seed=1, mode="compiled").derivative == 1.0
    for bad in (0.5, np.nan, np.inf):
        with pytest.raises(DomainError, match=r"model.py:\d: rvs: loc = .* is outside the numbers, whole ones"):
            program.estimate(0.0, bad, samples=5, seed=1, mode="compiled")


@pytest.mark.parametrize("before", ["", DECISION], ids=["alone", "beside a decision"])
@pytest.mark.parametrize("end", ["z", "z, size=2", "[z, 1], size=2", "np.array([z, 1.0]), size=2"])
def test_counts_that_move_smoothly_are_refused(before: str, end: str) -> None:
    with pytest.raises(Refusal, match="`loc` of this draw is an integer"):
        counting(COUNTS[0], before, end).estimate(2.0, 0.0, samples=5, seed=1, mode="interpreted")


# parameters of vectors, and NumPy's name of them
VECTORS = {
    "multinomial": ("5, [p, 0.3, 0.7 - p]", "multinomial"),
    "dirichlet": ("[p, 1.0, 2.0]", "dirichlet"),
    "multivariate_normal": ("[p, 1.0], [[1.0, p / 2], [p / 2, 2.0]]", "multivariate_normal"),
    "multivariate_hypergeom": ("[3, 4, 5], 6", "multivariate_hypergeometric"),
}
SIZES = ("", "size=None", "size=1", "3", "size=(2, 3)", "size=(1, 3)")


def test_every_row_of_vectors_is_here() -> None:
    assert {row.method for row in SPELLINGS if row.makers == "scipy"} == set(SHAPES) | set(VECTORS)


@pytest.mark.parametrize("carried", [False, True], ids=["tangent lines", "carried"])
@pytest.mark.parametrize("frozen", [False, True], ids=["called", "frozen"])
@pytest.mark.parametrize("name", VECTORS)
def test_vectors_have_the_shape_of_scipy_and_the_numbers_of_numpy(name: str, frozen: bool, carried: bool) -> None:
    parameters, twin = VECTORS[name]
    head = f"stats.{name}({parameters}).rvs(" if frozen else f"stats.{name}.rvs({parameters}, "
    calls = [f"{head}{size}{', ' if size else ''}random_state=rng)" for size in SIZES]
    rng = np.random.default_rng(1)
    shapes = [np.shape(eval(call, {"stats": stats, "rng": rng, "p": 0.2})) for call in calls]
    decision = "if heapq.nsmallest(1, [rng.exponential(p)])[0] < 0:\n        return 0\n    " if carried else ""
    source = f"import heapq\nfrom scipy import stats\n\ndef f(p, rng):\n    {decision}return ({', '.join(calls)})\n"
    twins = ", ".join(f"rng.{twin}({parameters}, size={shape[:-1]})" for shape in shapes)
    plain = f"def f(p, rng):\n    {decision and 'x = rng.exponential(p)'}\n    return ({twins})\n"
    ours, theirs = (program_of(text) for text in (source, plain))
    found, wanted = (p.estimate(0.2, samples=4, seed=2, mode="interpreted") for p in (ours, theirs))
    assert [np.shape(x) for x in found.value] == shapes
    for part in ("value", "derivative"):
        pairs = zip(getattr(found, part), getattr(wanted, part), strict=True)
        assert all(np.asarray(x) == pytest.approx(np.asarray(y), rel=1e-12, abs=1e-13) for x, y in pairs)


# parameters of vectors of one element
SHORT = {
    "multinomial": "5, [1.0]",
    "dirichlet": "[p]",
    "multivariate_normal": "[p], [[2.0]]",
    "multivariate_hypergeom": "[7], 3",
}
RUNNING = ("n", "(1, n)", "s", "(2, 0)", "(2, 1, 3)")


@pytest.mark.parametrize(("frozen", "carried"), [(False, False), (True, True)], ids=["called", "frozen and carried"])
@pytest.mark.parametrize("name", VECTORS)
def test_sizes_that_are_known_when_it_runs(name: str, frozen: bool, carried: bool) -> None:
    """They give SciPy's shape, or are refused: SciPy leaves out axes of length 1 of normal vectors.

    No vectors of one element are not refused, and keep their axis of length 1: their draws are not asked.
    """
    decision = "if heapq.nsmallest(1, [rng.exponential(p)])[0] < 0:\n        return 0\n    " if carried else ""
    refused = set()
    for parameters in (VECTORS[name][0], SHORT[name]):
        for size in ("1", *RUNNING):
            if name == "multivariate_normal" and parameters == SHORT[name] and "0" in size:
                continue
            head = f"stats.{name}({parameters}).rvs(" if frozen else f"stats.{name}.rvs({parameters}, "
            call = f"{head}size={size}, random_state=rng)"
            head = "import heapq\nfrom scipy import stats\n\ndef f(p, n: int, rng):\n    s = (n, 3)\n    "
            program = program_of(f"{head}{decision}return p * {call}\n", wrt=("p",))
            for n in (1, 2):
                given = {"stats": stats, "rng": np.random.default_rng(1), "p": 0.2, "n": n, "s": (n, 3)}
                try:
                    assert np.shape(program.sample(0.2, n, seed=1)) == np.shape(eval(call, given)), (call, n)
                except DomainError as error:
                    assert f"model.py:{8 if carried else 6}: rvs: " in str(error)
                    assert "outside 0, 2, 3, ..." in str(error) or "mean = 1 is outside 2, 3, ..." in str(error)
                    refused.add((parameters, size, n))
    normal = name == "multivariate_normal" and not carried
    one = {(VECTORS[name][0], size, 1) for size in RUNNING if "n" in size or size == "s"}
    assert {r for r in refused if r[0] == VECTORS[name][0]} == (one if normal else set())
    assert bool(refused) == normal


def test_a_size_of_one_is_refused_where_it_is_compiled() -> None:
    pytest.importorskip("numba", reason="what compiles is seen with Numba only")
    call = "stats.multivariate_normal.rvs([p, 1.0], [[2.0, 0.0], [0.0, 1.0]], size=n, random_state=rng)"
    source = f"from scipy import stats\n\ndef f(p, n: int, rng):\n    return {call}.sum()\n"
    program = program_of(source, wrt=("p",))
    assert program.estimate(0.2, 2, samples=50, seed=1, mode="compiled").derivative == pytest.approx(2.0)
    with pytest.raises(DomainError, match=r"model.py:4: rvs: size = 1 is outside 0, 2, 3"):
        program.estimate(0.2, 1, samples=50, seed=1, mode="compiled")


@pytest.mark.parametrize("case", STATS, ids=lambda case: case.name)
def test_derivative_is_exact(case: Case) -> None:
    program = program_of(case.source)
    assert_exact(program, case.at)
    pytest.importorskip("numba", reason="compares with compiled samples")
    compiled, plain = (program.estimate(**case.at, samples=200, seed=3, mode=m) for m in ("compiled", "interpreted"))
    assert compiled.value == pytest.approx(plain.value, rel=1e-12)
    assert compiled.derivative == pytest.approx(plain.derivative, rel=1e-11)

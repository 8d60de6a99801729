"""Samples that share ω: no bias, an error bar from what is independent, and the same bits wherever they run."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from coin import written
from harness import program_of
from scipy import stats
from statistics_checks import Rates

from stochtrace.estimation import CheckpointError, Program
from stochtrace.estimation.estimator import Estimator
from stochtrace.estimation.goal import CHUNK
from stochtrace.estimation.quasi import Sobol
from stochtrace.estimation.schemes import others
from stochtrace.runtime import sobol
from stochtrace.runtime.uniforms import Omega
from stochtrace_cli.main import main

SHARED = [pytest.param({"antithetic": True}, id="antithetic"), pytest.param({"omega": "sobol"}, id="sobol")]


def below_one(p: float) -> float:
    """d/dp P(x + y < 1) for x and y exponential with means p and 1."""
    rest, slope = math.exp(-1) - p * math.exp(-1 / p), -math.exp(-1 / p) * (1 + 1 / p)
    return -(slope * (1 - p) + rest) / (1 - p) ** 2


# A program, its parameter, the exact derivative, and the bias that is seen in 2^13 samples.
EXACT: dict[str, tuple[str, float, float, float]] = {
    "jumps": ("return rng.binomial(5, p) ** 2 + rng.poisson(2 * p)", 0.4, 23.0, 4.0),
    "smooth": ("return rng.exponential(p) * rng.normal(p, 1.0)", 0.7, 1.4, 0.3),
    "decisions": (
        "x = rng.exponential(p) + rng.exponential(1.0)\nreturn 1.0 if x < 1 else 0.0",
        0.5,
        below_one(0.5),
        0.1,
    ),
    "a score": ("x = rng.normal(p, 1.0)  # stochtrace: score\nreturn x * x", 0.5, 1.0, 0.5),
    "a loop": ("n = 0\nfor _ in range(300):\n    n += rng.binomial(1, p)\nreturn n * n / 300", 0.3, 180.4, 9.0),
}
RATES = Rates(tests=2 * len(EXACT) * len(SHARED))


def source(body: str) -> str:
    return "def f(p, rng):\n    " + body.replace("\n", "\n    ") + "\n"


@pytest.mark.parametrize("options", SHARED)
@pytest.mark.parametrize("case", EXACT)
def test_no_bias(case: str, options: dict[str, Any], mode: str) -> None:
    body, p, exact, resolved = EXACT[case]
    if case == "a score" and mode == "compiled":
        mode = "interpreted"  # a form is followed there alone
    found = program_of(source(body)).estimate(p, samples=2**13, seed=5, mode=mode, **options)
    RATES.check(case, found.derivative, found.derivative_stderr, exact, resolved)


@pytest.mark.parametrize("options", SHARED)
@pytest.mark.parametrize("case", ["jumps", "a loop"])
def test_the_same_numbers_compiled(case: str, options: dict[str, Any]) -> None:
    pytest.importorskip("numba")
    body, p, _, _ = EXACT[case]
    program = program_of(source(body))
    found = [program.estimate(p, samples=512, seed=6, mode=mode, **options) for mode in ("compiled", "interpreted")]
    assert found[0].derivative == found[1].derivative and found[0].value == found[1].value


@pytest.mark.parametrize("options", SHARED)
def test_the_same_decisions_compiled(options: dict[str, Any]) -> None:
    pytest.importorskip("numba")
    body, p, _, _ = EXACT["decisions"]
    program = program_of(source(body))
    found = [program.estimate(p, samples=512, seed=6, mode=mode, **options) for mode in ("compiled", "interpreted")]
    assert program.fallback is None
    assert found[0].derivative == pytest.approx(found[1].derivative, rel=1e-9)


@pytest.mark.parametrize("options", SHARED)
def test_the_same_bits_wherever_it_runs(coin: Program, tmp_path: Path, options: dict[str, Any]) -> None:
    asked: dict[str, Any] = {"samples": 8 * CHUNK, "seed": 3, **options}
    expected = coin.estimate(0.4, 2.0, threads=1, **asked)
    assert coin.estimate(0.4, 2.0, threads=3, **asked).to_dict() == expected.to_dict()
    with ThreadPoolExecutor(2) as pool:
        assert coin.estimate(0.4, 2.0, executor=pool, **asked).to_dict() == expected.to_dict()
    for samples in (2 * CHUNK, 8 * CHUNK):
        found = coin.estimate(0.4, 2.0, checkpoint=tmp_path / "c", **(asked | {"samples": samples}))
    assert found.to_dict() == expected.to_dict()
    with pytest.raises(CheckpointError, match="belongs to another"):
        coin.estimate(0.4, 2.0, samples=8 * CHUNK, seed=3, checkpoint=tmp_path / "c")


@pytest.mark.parametrize("options", SHARED)
def test_one_sample_of_an_estimate_again(coin: Program, options: dict[str, Any]) -> None:
    found = coin.estimate(0.4, 2.0, samples=64, seed=3, mode="interpreted", **options)
    triples = [coin.triple(0.4, 2.0, seed=3, sample=i, **options) for i in range(64)]
    values = [coin.sample(0.4, 2.0, seed=3, sample=i, **options) for i in range(64)]
    assert [t["p"].value for t in triples] == values
    assert np.mean(values, axis=0) == pytest.approx(found.value, rel=1e-12)
    assert np.mean([t["p"].derivative for t in triples], axis=0) == pytest.approx(found.derivative["p"], rel=1e-12)


# -- pairs ------------------------------------------------------------------------------------------------------------


def test_pairs_mirror_each_other(mode: str) -> None:
    program = program_of(source("return (rng.random(), rng.random() + p)"))
    values = [program.sample(0.0, seed=2, sample=i, antithetic=True) for i in range(40)]
    assert all(a + b == 1.0 for i in range(0, 40, 2) for a, b in zip(values[i], values[i + 1], strict=True))
    assert len(set(values)) == 40
    found = program.estimate(0.0, samples=40, seed=2, mode=mode, antithetic=True)
    assert (found.value, found.value_stderr) == ((0.5, 0.5), (0.0, 0.0)) and "40 samples in antithetic pairs" in str(
        found
    )


def test_the_error_bar_is_that_of_pairs(coin: Program) -> None:
    found = coin.estimate(0.4, 2.0, samples=3 * CHUNK, seed=3, antithetic=True)
    each = np.array([coin.sample(0.4, 2.0, seed=3, sample=i, antithetic=True) for i in range(3 * CHUNK)])
    pairs = (each[0::2] + each[1::2]) / 2
    assert found.value_stderr == pytest.approx(pairs.std(axis=0, ddof=1) / math.sqrt(len(pairs)), rel=1e-9)
    assert found.samples == 3 * CHUNK and found.scheme == "antithetic"


def test_pairs_of_a_monotonic_program_have_less_variance(coin: Program) -> None:
    plain, pairs = (coin.estimate(0.4, 2.0, samples=4096, seed=3, antithetic=a) for a in (False, True))
    assert all(b < 0.8 * a for a, b in zip(plain.value_stderr, pairs.value_stderr, strict=True))


def test_the_mean_of_others_leaves_out_what_depends_on_a_sample() -> None:
    values = np.array([[1.0], [2.0], [4.0], [8.0]])
    assert others(values, np.arange(4))[:, 0].tolist() == [14 / 3, 13 / 3, 11 / 3, 7 / 3]
    assert others(values, np.arange(4) // 2)[:, 0].tolist() == [6.0, 6.0, 1.5, 1.5]
    assert others(values, np.zeros(4))[:, 0].tolist() == [0.0] * 4


def test_pairs_that_are_not_finite_are_told_so_that_they_run_again() -> None:
    program = program_of(source("n = rng.poisson(p)\nreturn float('nan') if n > 6 else n"))
    found = program.estimate(1.0, samples=3 * CHUNK, seed=2, mode="interpreted", antithetic=True)
    told = next(w for w in found.warnings if "not finite" in w)
    number = int(told.split("first is sample ")[1].split(":")[0])
    assert f"of {3 * CHUNK} samples" in told and told.endswith(f"sample={number}, antithetic=True)")
    triple = program.triple(1.0, seed=2, sample=number, antithetic=True)
    assert not (math.isfinite(triple.value) and math.isfinite(triple.derivative))


def test_a_target_is_reached_in_pairs(coin: Program) -> None:
    found = coin.estimate(0.4, 2.0, target_stderr=0.05, max_samples=10**6 + 1, seed=3, antithetic=True)
    assert found.stopped == "target_stderr" and found.samples % 2 == 0
    most = coin.estimate(0.4, 2.0, target_stderr=1e-9, max_samples=101, seed=3, mode="interpreted", antithetic=True)
    assert (most.samples, most.stopped) == (100, "max_samples")


# -- Sobol points -----------------------------------------------------------------------------------------------------


def test_direction_numbers_are_those_of_scipy() -> None:
    columns = sobol.directions()[:10]
    order = [n ^ (n >> 1) for n in range(1024)]  # SciPy goes through the points by their Gray code
    ours = np.array([sobol.combined(columns[None], n)[0] for n in order]) * 2.0**-sobol.BITS
    theirs = stats.qmc.Sobol(sobol.DIMENSIONS, scramble=False, bits=sobol.BITS).random_base2(10)
    assert (ours == theirs).all()


def test_each_scramble_is_a_net_and_differs_from_the_others() -> None:
    points = sobol.points(8)
    for scramble in range(sobol.SCRAMBLES):
        found = np.array([points.uniforms(sobol.SCRAMBLES * n + scramble) for n in range(1024)])
        assert (np.sort(found, axis=0) * 1024 // 1 == np.arange(1024)[:, None]).all()
        cells = found[:, :2] * 32 // 1  # a net in base 2: a point in each square
        assert len({tuple(cell) for cell in cells}) == 1024
    first = np.array([points.uniforms(i)[0] for i in range(sobol.SCRAMBLES)])
    assert len(set(first)) == sobol.SCRAMBLES and ((first * 2**52) % 1 == 0.5).all()


def test_a_scrambled_coordinate_is_uniform_over_scrambles() -> None:
    first = [w for seed in range(40) for i in range(sobol.SCRAMBLES) for w in sobol.points(seed).uniforms(i)[:3]]
    assert stats.kstest(first, "uniform").pvalue > 1e-6


def test_points_stand_for_the_first_uniforms_of_sites_and_visits(mode: str) -> None:
    body = "n = 0.0\nfor i in range(60):\n    n += (rng.random() + 3 * rng.random()) * (i + 1)\nreturn n * p"
    program, number = program_of(source(body)), sobol.BLOCK + 21
    points, ordinary = sobol.points(4).uniforms(number), Omega(4, 2)
    ordinary.start(number)
    expected = 0.0
    for i in range(60):
        own = [ordinary.next(1), ordinary.next(2)]
        first = points[2 * i : 2 * i + 2] if 2 * i < sobol.DIMENSIONS else own
        expected += (first[0] + 3 * first[1]) * (i + 1)
    assert program.sample(1.0, seed=4, sample=number, omega="sobol") == expected
    value, slope = np.zeros((2, 1, 1))
    ready = program.prepared({"p": 1.0}, program.wrt, mode, Estimator(scheme=Sobol()))
    ready.run(ready.given[0], 4, number, value, slope)
    assert (value[0, 0], slope[0, 0]) == (expected, expected)


def test_the_error_bar_is_that_of_scrambles(coin: Program) -> None:
    asked: dict[str, Any] = {"samples": 2 * CHUNK, "seed": 3, "omega": "sobol"}
    found = coin.estimate(0.4, 2.0, **asked)
    each = np.array([coin.sample(0.4, 2.0, seed=3, sample=i, omega="sobol") for i in range(2 * CHUNK)])
    means = each.reshape(-1, 16, 2).mean(axis=0)
    assert found.value == pytest.approx(means.mean(axis=0), rel=1e-9)
    assert found.value_stderr == pytest.approx(means.std(axis=0, ddof=1) / 4, rel=1e-9)
    slopes = [[coin.triple(0.4, 2.0, seed=3, sample=i, omega="sobol")["q"].derivative[0] for i in range(2 * CHUNK)]]
    slopes = np.reshape(slopes, (-1, 16)).mean(axis=0)
    assert found.covariance["q"][0] == pytest.approx(np.cov(means[:, 0], slopes)[0, 1] / 16, rel=1e-9)
    assert found.samples == 2 * CHUNK and "on Sobol points" in str(found)


def test_a_smooth_program_gains_more_with_more_points() -> None:
    program = program_of(source("return rng.exponential(p) * rng.normal(p, 1.0)"))
    errors = []
    for omega in (None, "sobol"):
        found = [program.estimate(0.7, samples=2**k, seed=5, omega=omega).derivative_stderr for k in (10, 16)]
        errors.append(found)
    (plain, plain_more), (points, points_more) = errors
    assert points < plain / 2 and points_more < plain_more / 8


def test_a_target_is_looked_at_where_points_double(coin: Program) -> None:
    found = coin.estimate(0.4, 2.0, target_stderr=0.002, seed=3, omega="sobol")
    chunks = found.samples // CHUNK
    assert found.stopped == "target_stderr" and chunks & (chunks - 1) == 0
    assert coin.estimate(0.4, 2.0, target_stderr=0.002, seed=3, omega="sobol", threads=1).to_dict() == found.to_dict()
    most = coin.estimate(0.4, 2.0, target_stderr=1e-9, max_samples=100, seed=3, mode="interpreted", omega="sobol")
    assert (most.samples, most.stopped) == (64, "max_samples")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param({"samples": 7, "antithetic": True}, "samples = 7 is odd", id="odd"),
        pytest.param({"samples": 48, "omega": "sobol"}, "48 is not 16 times a power of two", id="no power of two"),
        pytest.param({"samples": 8, "omega": "sobol"}, "8 is not 16 times", id="too few"),
        pytest.param({"samples": 64, "omega": "halton"}, "omega = 'halton'", id="unknown points"),
        pytest.param({"samples": 64, "omega": "sobol", "antithetic": True}, "exclude each other", id="both"),
    ],
)
def test_numbers_that_cannot_be_shared_out_are_refused(coin: Program, options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        coin.estimate(0.4, 2.0, **options)


@pytest.mark.parametrize("options", [["--antithetic"], ["--omega", "sobol"]], ids=["antithetic", "sobol"])
def test_commands(tmp_path: Path, options: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path)
    at = ["coin_d.py:f", "--at", "p=0.4", "--at", "q=2.0", *options]
    plain, shared = (CliRunner().invoke(main, ["estimate", *at[:n], "--samples", "64"]) for n in (5, None))
    assert shared.exit_code == 0 and shared.stdout != plain.stdout
    sweep = CliRunner().invoke(main, ["sweep", *at, "--samples", "64"])
    assert sweep.exit_code == 0 and len(sweep.stdout.splitlines()) == 2
    for command in ("estimate", "sweep"):
        odd = CliRunner().invoke(main, [command, *at, "--samples", "7"])
        assert odd.exit_code == 2 and "samples = 7" in odd.stderr and "Traceback" not in odd.stderr

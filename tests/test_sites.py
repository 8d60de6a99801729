"""The derivative in parts, a row for each draw: `estimate(per_site=True)`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from coin import written
from harness import program_of
from statistics_checks import Rates

from stochtrace.estimation import Program
from stochtrace.estimation.checkpoint import CheckpointError
from stochtrace.estimation.goal import CHUNK
from stochtrace.estimation.parts import Parts
from stochtrace_cli.main import main

# By exactly what each part contributes: a smooth part, then the draws in the order of their lines.
SUM = "def f(p, rng):\n    a = rng.binomial(1, p)\n    b = rng.binomial(3, p)\n    return 2 * a + b + p * p\n"
CROSSED = """
def f(p, rng):
    t = rng.exponential(p)
    late = 5.0 if t > 1.0 else 0.0
    return late + t + 2 * (rng.random() < p)
"""
SCORED = "def f(p, rng):\n    x = rng.exponential(p)  # stochtrace: score\n    return x + (rng.random() < p)\n"
TAIL = float(5 * np.exp(-1 / 0.6) / 0.6**2)
CASES = [
    pytest.param(SUM, 0.3, [0.6, 2.0, 3.0], id="jumps"),
    pytest.param(CROSSED, 0.6, [1.0, TAIL, 2.0], id="crossings"),
    pytest.param(SCORED, 0.6, [0.0, 1.0, 1.0], id="scores"),
]
RATES = Rates(tests=3 * 3)


@pytest.mark.parametrize(("source", "p", "exact"), CASES)
def test_each_part_has_its_mean(source: str, p: float, exact: list[float]) -> None:
    found = program_of(source).estimate(p, samples=20_000, seed=2, per_site=True)
    assert [site.site for site in found.sites] == [0, 1, 2] and found.sites[0].draw == "smooth part"
    for site, mean in zip(found.sites, exact, strict=True):
        RATES.check(f"site {site.site}", site.contribution, site.stderr, mean, 0.4)


@pytest.mark.parametrize("replays", [1, 2, "all"])
@pytest.mark.parametrize(("source", "p", "exact"), CASES)
def test_parts_add_up(source: str, p: float, exact: list[float], replays: int | str) -> None:
    program = program_of(source)
    asked: dict[str, Any] = {"samples": 3 * CHUNK, "seed": 3, "replays": replays, "mode": "interpreted"}
    plain, found = program.estimate(p, **asked), program.estimate(p, **asked, per_site=True)
    assert plain.sites == ()
    assert sum(site.contribution for site in found.sites) == pytest.approx(found.derivative, rel=1e-13)
    assert sum(site.share for site in found.sites) == pytest.approx(1.0, rel=1e-12)
    assert found.derivative == pytest.approx(plain.derivative, rel=1e-13)
    assert found.derivative_stderr == pytest.approx(plain.derivative_stderr, rel=1e-12)


@pytest.mark.parametrize(("source", "p"), [(SUM, 0.3), (CROSSED, 0.6)], ids=["jumps", "crossings"])
def test_compiled_parts_are_those_of_plain_python(source: str, p: float) -> None:
    pytest.importorskip("numba")
    program = program_of(source)
    one, other = (program.estimate(p, samples=500, seed=3, mode=m, per_site=True) for m in ("compiled", "interpreted"))
    assert one.derivative == program.estimate(p, samples=500, seed=3, mode="compiled").derivative
    for a, b in zip(one.sites, other.sites, strict=True):
        assert (a.site, a.line, a.draw) == (b.site, b.line, b.draw)
        assert (a.contribution, a.stderr, a.share) == pytest.approx((b.contribution, b.stderr, b.share), rel=1e-9)


def test_parts_are_those_of_the_triples() -> None:
    program = program_of(SUM)
    triples = [program.triple(0.3, seed=5, sample=i) for i in range(200)]
    found = program.estimate(0.3, samples=200, seed=5, per_site=True).sites
    assert found[0].contribution == pytest.approx(np.mean([t.delta for t in triples]), rel=1e-12)
    for site in found[1:]:
        jumps = [sum(j.weight * j.change for j in t.jumps if j.line == site.line) for t in triples]
        assert site.contribution == pytest.approx(np.mean(jumps), rel=1e-12)
        assert site.stderr == pytest.approx(np.std(jumps, ddof=1) / 200**0.5, rel=1e-12)
        whole = [t.derivative for t in triples]
        assert site.share == pytest.approx(np.cov(jumps, whole)[0, 1] / np.var(whole, ddof=1), rel=1e-10)


def test_shapes_are_those_of_the_derivative(mode: str) -> None:
    source = (
        "import numpy as np\n\ndef f(p, q: float, rng):\n"
        "    return np.array([p[0] * q, q]) * rng.binomial(2, p[1]), rng.exponential(q)\n"
    )
    found = program_of(source).estimate([0.5, 0.4], 2.0, samples=300, seed=1, mode=mode, per_site=True)
    for name in ("p", "q"):
        for at in (0, 1):
            parts = [site.contribution[name][at] for site in found.sites]
            np.testing.assert_allclose(sum(parts), found.derivative[name][at], rtol=1e-12, atol=1e-12)
    shown = str(found.sites)
    assert "contribution to d/dp" in shown and "contribution to d/dq" in shown and "-" in shown
    assert found.sites._repr_html_().count("<table>") == 2


def test_digits_do_not_depend_on_threads_and_checkpoints(coin: Program, tmp_path: Path) -> None:
    asked: dict[str, Any] = {"q": 2.0, "seed": 3, "per_site": True}
    whole = coin.estimate(0.4, samples=5 * CHUNK, threads=2, **asked)
    coin.estimate(0.4, samples=2 * CHUNK, threads=1, checkpoint=tmp_path / "c", **asked)
    resumed = coin.estimate(0.4, samples=5 * CHUNK, checkpoint=tmp_path / "c", **asked)
    assert json.dumps(whole.to_dict()) == json.dumps(resumed.to_dict())
    with pytest.raises(CheckpointError, match="belongs to another"):
        coin.estimate(0.4, samples=5 * CHUNK, checkpoint=tmp_path / "c", **{**asked, "per_site": False})


def test_moments_merge() -> None:
    rows = np.random.default_rng(1).normal(3.0, 1.0, (50, 4, 2))
    whole, merged = Parts.of([rows]), Parts.of([rows[:20]]).merge(Parts.of([rows[20:]]))
    np.testing.assert_allclose(merged.moments.mean, whole.moments.mean, rtol=1e-12)
    np.testing.assert_allclose(merged.shares, whole.shares, rtol=1e-10)


def test_no_variance_has_no_shares() -> None:
    found = program_of("def f(p, rng):\n    rng.random()\n    return p * p\n").estimate(
        2.0, samples=10, seed=1, per_site=True
    )
    assert [site.contribution for site in found.sites] == [4.0, 0.0] and np.isnan(found.sites[0].share)


def test_command(tmp_path: Path) -> None:
    command = ["estimate", f"{written(tmp_path)}:f", "--at", "p=0.4", "--at", "q=2.0", "--samples", "500"]
    plain, table = (CliRunner().invoke(main, [*command, *more]) for more in ((), ("--per-site",)))
    assert table.exit_code == 0 and table.stdout.startswith(plain.stdout)
    assert "share of variance" in table.stdout and "exponential" in table.stdout
    fields = json.loads(CliRunner().invoke(main, [*command, "--per-site", "--json"]).stdout)
    assert [site["line"] for site in fields["sites"]] == [0, 2, 2] and "share" in fields["sites"][0]

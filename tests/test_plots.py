"""Pictures: what they are drawn from, exactly; that they are drawn; and what is said where they cannot be."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from coin import written
from harness import program_of
from matplotlib.image import imread

from stochtrace.plots import PlotError, coupled, plot_coupling, plot_sites, plot_sweep, plot_trace, read_trace, rendered
from stochtrace_cli.main import main

TWO = "def f(p, rng):\n    n = rng.poisson(7.0)\n    return n + rng.exponential(p)\n"
STEP = np.arange(5)
TRACE = {"step": STEP, "value": STEP**2.0, "gradient_norm": STEP + 1.0, "parameters": np.ones((5, 2))}


def texts(figure: Any) -> str:
    """All labels of a figure."""
    axes = figure.get_axes()
    parts = [text for ax in axes for text in (ax.get_title(), ax.get_xlabel(), ax.get_ylabel())]
    parts += [label.get_text() for ax in axes for label in ax.get_yticklabels()]
    return " | ".join([*parts, figure.get_supxlabel()])


# -- data -------------------------------------------------------------------------------------------------------------


def test_coupled_samples_read_the_same_uniform() -> None:
    program = program_of(TWO)
    found = coupled(program, {"p": 2.0}, 0.5, line=3, seed=4, points=50)
    held = program_of(TWO.replace(" + rng.exponential(p)", " + 0 * rng.exponential(p)")).sample(2.0, seed=4)
    np.testing.assert_allclose(found.before, held - 2.0 * np.log1p(-found.omega), rtol=1e-12)
    np.testing.assert_allclose(found.after, held - 2.5 * np.log1p(-found.omega), rtol=1e-12)


def test_independent_samples_share_nothing() -> None:
    """All draws of an independent result are those of another sample; the one that moves covers ω from 0 to 1."""
    program, without = program_of(TWO), program_of(TWO.replace(" + rng.exponential(p)", " + 0 * rng.exponential(p)"))
    found = coupled(program, {"p": 2.0}, 0.5, line=3, seed=4, points=50)
    counts = np.array([without.sample(2.5, seed=4, sample=i) for i in range(1, 51)])
    uniforms = -np.expm1((counts - found.independent) / 2.5)
    np.testing.assert_allclose(np.sort(uniforms), found.omega, rtol=1e-9)
    assert len(set(counts)) > 3 and abs(np.corrcoef(uniforms, found.omega)[0, 1]) < 0.5


def test_a_coin_jumps_where_its_probability_moves() -> None:
    found = coupled(program_of("def f(p, rng):\n    return rng.binomial(1, p)\n"), {"p": 0.4}, 0.2, points=100)
    assert (found.after - found.before).sum() == 20 and (found.line, found.draw) == (2, "bernoulli")


def test_carried_programs_are_drawn_too() -> None:
    program = program_of("def f(p, rng):\n    t = rng.exponential(p)\n    return 5.0 if t > 1.0 else t\n")
    found = coupled(program, {"p": 0.5}, 0.1, points=40)
    assert set(found.before[found.omega > 1 - np.exp(-2)]) == {5.0}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param({}, "draws on 2, 3", id="several draws"),
        pytest.param({"line": 9}, "line 9 has 0 draws", id="a line without"),
        pytest.param({"line": 3, "parameter": "q"}, "q is not a parameter", id="no such parameter"),
    ],
)
def test_coupling_that_cannot_be_drawn(options: dict[str, Any], words: str) -> None:
    with pytest.raises(PlotError, match=words):
        coupled(program_of(TWO), {"p": 2.0}, 0.5, **options)


def test_trace_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "fit.csv"
    file.write_text("step,value,gradient_norm,a\n0,3.5,1,2\n1,2.5,0.5,1\n")
    assert read_trace(str(file))["a"].tolist() == [2.0, 1.0]
    for text in ("", "step,value\n1,2\n", "step,value,gradient_norm\n1,2\n", "step,value,gradient_norm\n1,x,2\n"):
        file.write_text(text)
        with pytest.raises(PlotError, match="is no trace"):
            read_trace(str(file))


# -- pictures ---------------------------------------------------------------------------------------------------------


def test_figures_say_what_they_show() -> None:
    program = program_of(TWO)
    found = program.estimate(2.0, samples=50, seed=1, mode="interpreted", per_site=True)
    shown = texts(plot_coupling(coupled(program, {"p": 2.0}, 0.5, line=3, points=20)))
    assert "independent samples" in shown and "δX = X(p + δp) − X(p)" in shown and "line 3" in shown
    assert "line 3: exponential" in texts(plot_sites(found)) and "d/dp" in texts(plot_sites(found))
    assert "50 samples" in texts(plot_sweep("p", [2.0, 3.0], [found, found]))
    assert "size of gradient" in texts(plot_trace(TRACE))
    with pytest.raises(PlotError, match="per_site=True"):
        plot_sites(program.estimate(2.0, samples=5, seed=1, mode="interpreted"))


def test_several_parameters_and_results() -> None:
    program = program_of("def f(p, q: float, rng):\n    return rng.binomial(2, p), rng.exponential(q)\n")
    found = program.estimate(0.5, 2.0, samples=50, seed=1, mode="interpreted", per_site=True)
    assert "d/dq" in texts(plot_sites(found)) and "d/dq" in texts(plot_sweep("q", [2.0, 3.0], [found, found]))


def test_pictures_are_the_same_bytes_and_transparent() -> None:
    one, other = (rendered(plot_trace(TRACE), "svg") for _ in range(2))
    assert one == other and b"dc:date" not in one
    pixels = imread(io.BytesIO(rendered(plot_trace(TRACE), "png")))
    assert pixels.shape == (660, 800, 4) and pixels[0, 0, 3] == 0 and pixels[..., 3].max() == 1


def test_without_matplotlib_it_says_which_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    done = plot("coupling", f"{file}:f", *AT, "--step", "0.1", "--line", "2", "-o", str(tmp_path / "a.svg"))
    assert done.exit_code == 2 and "has 2 draws" in done.stderr
    done = plot("sites", f"{file}:f", *AT, "--samples", "20", "-o", str(tmp_path / "a.svg"))
    assert done.exit_code == 2 and "pip install 'stochtrace[plot]'" in done.stderr and "Traceback" not in done.stderr


# -- the commands -----------------------------------------------------------------------------------------------------

AT = ("--at", "p=0.4", "--at", "q=2.0")


def plot(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["plot", *arguments])


def test_commands(tmp_path: Path) -> None:
    target = f"{written(tmp_path)}:f"
    (tmp_path / "fit.csv").write_text("step,value,gradient_norm,a\n0,3.5,1,2\n1,2.5,0.5,1\n")
    asked = {
        "sites.svg": ("sites", target, *AT, "--samples", "20"),
        "sweep.png": ("sweep", target, "--at", "p=0.2:0.4:2", "--at", "q=2.0", "--samples", "20"),
        "trace.svg": ("trace", str(tmp_path / "fit.csv")),
    }
    for name, command in asked.items():
        for _ in range(2):
            done = plot(*command, "-o", str(tmp_path / name))
            assert done.exit_code == 0, done.stderr
        start = (tmp_path / name).read_bytes()[:5]
        assert start == b"<?xml" if name.endswith("svg") else start[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("sites", *AT, "-o", "a.pdf"), id="a kind that is not drawn"),
        pytest.param(("sites", *AT, "--samples", "9", "-o", "notes.svg"), id="a file that is no picture"),
        pytest.param(("sweep", *AT, "-o", "a.svg"), id="no grid"),
        pytest.param(("coupling", *AT, "--step", "0.1", "-o", "a.svg"), id="no line"),
        pytest.param(("coupling", "--at", "p=0.4", "--step", "0.1", "-o", "a.svg"), id="no argument"),
    ],
)
def test_command_that_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path)
    Path("notes.svg").write_text("notes")
    done = plot(command[0], "coin_d.py:f", *command[1:])
    assert done.exit_code == 2 and "Traceback" not in done.stderr and Path("notes.svg").read_text() == "notes"

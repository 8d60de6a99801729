"""`stochtrace estimate` to a standard error and with a checkpoint, and `stochtrace sweep`."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from coin import written

from stochtrace.estimation import Program, load
from stochtrace_cli.main import main

AT = ("--at", "q=2.0")


def command(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    written(tmp_path)
    return tmp_path


def test_command_with_a_target_and_a_checkpoint(folder: Path) -> None:
    asked = ["estimate", "coin_d.py:f", "--at", "p=0.4", *AT, "--target-stderr", "0.1", "--checkpoint", "c"]
    first, again = command(*asked), command(*asked, "--threads", "1")
    assert first.exit_code == 0 and "standard error reached" in first.stdout and first.stdout == again.stdout
    other = command(*asked, "--seed", "5")
    assert other.exit_code == 2 and "belongs to another" in other.stderr and "Traceback" not in other.stderr
    nowhere = command(*asked[:-1], "no/such/folder")
    assert nowhere.exit_code == 2 and "cannot write 'no/such/folder'" in nowhere.stderr


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["--samples", "5", "--target-stderr", "0.1"], id="two ends"),
        pytest.param(["--max-samples", "5"], id="a limit of nothing"),
        pytest.param(["--target-stderr", "0"], id="an error of zero"),
    ],
)
def test_command_that_is_refused(folder: Path, options: list[str]) -> None:
    done = command("estimate", "coin_d.py:f", "--at", "p=0.4", *AT, *options)
    assert done.exit_code == 2 and done.stderr and not done.stdout


def test_sweep(folder: Path) -> None:
    asked = ["sweep", "coin_d.py:f", "--at", "p=0.1:0.5:3", *AT, "--samples", "200", "--seed", "4"]
    done = command(*asked, "-o", "sweep.csv")
    assert done.exit_code == 0 and done.stderr == "wrote sweep.csv\n"
    header, *rows = (folder / "sweep.csv").read_text().splitlines()
    names = header.split(",")
    assert names[:4] == ["p", "q", "value[0]", "value[1]"] and names[-2:] == ["samples", "seed"]
    assert [row.split(",")[0] for row in rows] == ["0.1", "0.3", "0.5"]
    program: Program = load(str(folder / "coin_d.py")).f
    found = program.estimate(0.3, 2.0, samples=200, seed=4)
    middle = dict(zip(names, rows[1].split(","), strict=True))
    assert float(middle["value[1]"]) == found.value[1] and float(middle["d/dp[0]"]) == found.derivative["p"][0]
    (folder / "other.csv").write_text("a,b\n")
    assert command(*asked, "-o", "other.csv").exit_code == 2
    assert command(*asked, "-o", "sweep.csv").exit_code == 0


@pytest.mark.parametrize("at", ["p=0.1:0.9", "p=0.1:0.9:1", "p=a:b:3", "p=0.1:0.9:2.5"])
def test_grid_that_is_refused(folder: Path, at: str) -> None:
    done = command("sweep", "coin_d.py:f", "--at", at, *AT)
    assert done.exit_code == 2 and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        pytest.param('return float(f"{t}")', 3, "model.py:4:9: a value that moves smoothly is written", id="refused"),
        pytest.param('raise ValueError("late")', 1, "model.py:4: ValueError: late", id="failed"),
    ],
)
def test_explain_at_names_the_source(tmp_path: Path, line: str, code: int, said: str) -> None:
    source = tmp_path / "model.py"
    source.write_text(f"def f(p, rng):\n    t = rng.exponential(p)\n    if t > 1:\n        {line}\n    return 0.0\n")
    result = CliRunner().invoke(main, ["explain", str(source), "--at", "p=2.0"])
    assert (result.exit_code, result.stderr.partition(said)[1]) == (code, said), result.output

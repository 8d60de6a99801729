"""A small change of a source is a small change of what is generated: the diff can be reviewed."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

from stochtrace.transform.pipeline import transform

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
LISTED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["stochtrace"]["files"]


class Edit(NamedTuple):
    """A line of a sample is changed: `lines` of the generated file follow, beside the hash of the source."""

    sample: str
    old: str
    new: str
    lines: int


# A line of the primal, and what was made of it in the derivative program; a draw has a row in the header, whose table
# is set anew where that is its widest.
EDITS = [
    Edit("bernoulli", "return rng.binomial(1, p)", "return 2 * rng.binomial(1, p)", 2),
    Edit("contacts", "/ (1 + seen)", "/ (2 + seen)", 2),
    Edit("crazy", "c = 2 * b", "c = 5 * b", 2),
    Edit("deadline", "jobs += 1", "jobs += 2", 1),
    Edit("discrete_vae", "z - 0.5", "2 * z - 1", 2),
    Edit("epidemic", "if rng.random() < gamma", "if rng.random() < gamma / 2", 9),
    Edit("exponential", "return rng.exponential(p)", "return 3 * rng.exponential(p)", 2),
    Edit("exponential_squared", "** 2", "** 3", 2),
    Edit("game_of_life", "range(3)", "range(4)", 2),
    Edit("kl_poisson", "0.25", "0.5", 2),
    Edit("lecture_walk", "(n + i) / 200", "(n + i) / 300", 4),
    Edit("particle_filter", "spread * rng", "2 * spread * rng", 3),
    Edit("policy", "worth *= DISCOUNT", "worth *= DISCOUNT / 2", 2),
    Edit("state_walk", "return", "return 2 *", 2),
]


def generated(name: str, source: str) -> list[str]:
    wrt = next(file.get("wrt") for file in LISTED if file["source"] == f"samples/{name}.py")
    made = transform(source.encode(), filename=f"{name}.py", output=f"{name}_d.py", wrt=wrt and tuple(wrt))
    return made.code.splitlines()


def added(before: list[str], after: list[str]) -> list[str]:
    """The lines of a diff that are new."""
    return [line[1:] for line in difflib.unified_diff(before, after, n=0) if line[:1] == "+" and line[:3] != "+++"]


def test_every_sample_is_edited() -> None:
    assert [e.sample for e in EDITS] == sorted(
        p.stem for p in SAMPLES.glob("*.py") if not p.stem.endswith(("_d", "_fit"))
    )


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.sample)
def test_one_line_changes_what_is_made_of_it(edit: Edit) -> None:
    source = (SAMPLES / f"{edit.sample}.py").read_text(encoding="utf-8")
    head, function = source.split("\ndef ", 1)
    changed = f"{head}\ndef {function.replace(edit.old, edit.new, 1)}"
    assert len(added(source.splitlines(), changed.splitlines())) == 1
    hashed, *lines = added(generated(edit.sample, source), generated(edit.sample, changed))
    assert hashed.startswith("# sha256") and len(lines) == edit.lines, "\n".join(lines)


def placeless(lines: list[str]) -> list[str]:
    """Lines below the header, without the places that notes and the table of draws tell."""
    below = lines[lines.index("") :]
    return [re.sub(r"  # \w+\.py:\d+$|(?<=: \()\d+(?=, )", "", line) for line in below]


@pytest.mark.parametrize("name", [edit.sample for edit in EDITS])
def test_a_line_more_changes_places_alone(name: str) -> None:
    source = (SAMPLES / f"{name}.py").read_text(encoding="utf-8")
    head, function = source.split("\ndef ", 1)
    before, after = generated(name, source), generated(name, f"{head}\n# more\ndef {function}")
    assert set(added(placeless(before), placeless(after))) == {"# more"}

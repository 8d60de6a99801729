"""`stochtrace report` without a browser: which lines belong together, what the page says, where it is written."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from harness import generate

from stochtrace.highlighting import highlighted
from stochtrace.report.charts import Point, convergence, ticks
from stochtrace.report.linking import links, places, stand_in
from stochtrace_cli.main import main

ROOT = Path(__file__).parents[1]
SAMPLES = sorted(path.stem for path in (ROOT / "samples").glob("*.py") if not path.stem.endswith(("_d", "_fit")))
VOID = {"meta", "path", "circle", "polygon", "polyline"}


def report(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["report", *arguments])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the walk and its generated file that is the current one."""
    monkeypatch.chdir(tmp_path)
    for name in ("lecture_walk.py", "lecture_walk_d.py"):
        shutil.copy(ROOT / "samples" / name, name)
    return tmp_path


WALK = ("lecture_walk_d.py:walk", "--at", "p=0.5", "--samples", "200", "--seed", "1")


# -- linked lines --------------------------------------------------------------------------------------------------


def texts(name: str) -> tuple[list[str], list[str]]:
    return tuple((ROOT / "samples" / f"{name}{end}.py").read_text(encoding="utf-8").split("\n") for end in ("", "_d"))


@pytest.mark.parametrize("name", SAMPLES)
def test_lines_that_belong_together(name: str) -> None:
    """A noted line leads where its note says; a line of the source that was kept leads to the same text."""
    source, generated = texts(name)
    found = links("\n".join(source), "\n".join(generated), f"{name}.py")
    for i, line in enumerate(generated, 1):
        if note := re.search(rf"  # {name}\.py:(\d+)$", line):
            assert found[i] == int(note[1])
    kept = {i for i in found if generated[i - 1] == source[found[i] - 1]}
    same = [i for i, line in enumerate(generated, 1) if line.startswith("    ") and source.count(line) == 1]
    assert same and set(same) <= kept


@pytest.mark.parametrize("name", SAMPLES)
def test_every_line_of_the_model_is_linked(name: str) -> None:
    source, generated = texts(name)
    found = set(links("\n".join(source), "\n".join(generated), f"{name}.py").values())
    first = next(i for i, line in enumerate(source, 1) if line.startswith("def "))
    assert {i for i, line in enumerate(source, 1) if i >= first and line.strip()} <= found


MODEL = '''from math import sqrt

SCALE = 2.0


def half(x):
    return x / 2


def f(p, rng):
    """A model."""
    x = half(p)
    b = rng.binomial(4, x)
    y = sqrt(p)
    return b * y + SCALE
'''


def test_the_primal_stands_in() -> None:
    """It has the lines of its source, as far as they are needed, and no derivative."""
    generated = generate(MODEL, functions=("f",))
    primal = stand_in(generated)
    assert "b = rt.binomial(omega, 1, 4, x)" in primal and "SCALE = 2.0" in primal
    assert "_dot" not in primal and "Program" not in primal and "stochtrace" not in primal
    lines = generated.split("\n")
    found = links(primal, generated, "model.py", places(primal, {1: (13, "binomial", "binomial")}))
    for part, goal in (("up = ", "b = rt.binomial"), ("y_dot = ", "y = sqrt"), ("x_dot = ", "x = half")):
        i = next(i for i, line in enumerate(lines, 1) if line.strip().startswith(part))
        assert goal in primal.split("\n")[found[i] - 1]


def test_highlighted_text_is_the_text() -> None:
    class Text(HTMLParser):
        text = ""

        def handle_data(self, data: str) -> None:
            self.text += data

    for file in [*(ROOT / "samples").glob("*.py"), Path(__file__)]:
        code, reader = file.read_text(encoding="utf-8"), Text()
        reader.feed("\n".join(highlighted(code)))
        reader.close()
        assert reader.text == code
    assert highlighted("def f(:\n  '") == ["def f(:", "  &#x27;"]
    assert highlighted("x = '<' # &") == ['x = <span class="s">&#x27;&lt;&#x27;</span> <span class="c"># &amp;</span>']


# -- pictures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.0, 1.0, [0.0, 0.5, 1.0]), (-1.1, 1.1, [-1.0, 0.0, 1.0]), (56.19, 56.81, [56.2, 56.4, 56.6, 56.8])],
)
def test_ticks_are_round(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == expected


@pytest.mark.parametrize("scale", [1e-12, 0.3, 7.0, 1e9])
def test_there_are_a_few_ticks_of_any_range(scale: float) -> None:
    for low in (-1.0, 0.0, 0.937):
        assert 2 <= len(ticks(low * scale, (low + 1) * scale)) <= 6


def test_picture_of_what_does_not_move_or_is_not_finite() -> None:
    flat = convergence("d/dp", [Point(64, 3.0, 0.0), Point(128, 3.0, 0.0)])
    assert "<polyline" in flat and "nan" not in flat
    assert "<polyline" in convergence("d/dp", [Point(2, 3.0, 1.0)])
    gone = [Point(64, 1.0, 0.5), Point(128, float("nan"), float("nan"))]
    assert "after 64: 1" in convergence("a < b", gone) and "a &lt; b" in convergence("a < b", gone)
    assert "finite" in convergence("d/dp", gone[1:])


# -- the page ------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """Checks that elements are closed in order, and collects ids, and what links lead to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.goals: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"]] if "id" in given else []
        self.goals += [given["href"]] if "href" in given else []
        self.open += [] if tag in VOID else [tag]

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def test_page_is_whole(folder: Path) -> None:
    result = report(*WALK)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "wrote report.html\n")
    text = Path("report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert len(set(page.ids)) == len(page.ids)
    assert {goal.removeprefix("#") for goal in page.goals} <= set(page.ids)
    assert "$" not in re.sub(r"(?s)<script>.*</script>", "", text)
    assert not re.search(r"https?:|//\w|@import|url\(", text)
    for shown in ("E[walk(p=0.5)]", "jump, leaving mass", "and its probabilities move", "200 samples, seed 1"):
        assert shown in text
    verdicts = set(re.findall(r"<td>(agrees|wrong|too noisy to say)</td>", text))
    assert verdicts and verdicts <= {"agrees", "too noisy to say"}
    assert re.search(r'<td><a href="#s12">12</a></td><td>bernoulli</td><td>[^<]* ± [^<]*</td><td>100.0 %</td>', text)
    triple = re.search(r"<td>0</td><td>d/dp</td><td>(\d+)</td>", text)
    assert triple[1] == "33"  # as in the README
    assert report(*WALK, "-o", "-").stdout == text


def test_source_is_missing_or_has_changed(folder: Path) -> None:
    Path("lecture_walk.py").write_text(Path("lecture_walk.py").read_text() + "\n")
    assert "lecture_walk.py has changed since" in report(*WALK, "-o", "-").stdout
    Path("lecture_walk.py").unlink()
    text = report(*WALK, "-o", "-").stdout
    assert "lecture_walk.py is not beside lecture_walk_d.py" in text
    assert "bernoulli(p=p * (1 - (n + i) / 200))" in text  # from the header
    assert {goal.removeprefix("#") for goal in Page(text).goals} <= set(Page(text).ids)


def test_several_parameters_and_results(tmp_path: Path) -> None:
    """Names that HTML would read as its own, a result of two numbers, an array of parameters."""
    source = tmp_path / "a&b.py"
    source.write_text("def f(p, q: float, rng):\n    return (rng.binomial(3, p) * q, rng.exponential(p))\n")
    assert CliRunner().invoke(main, ["transform", str(source)]).exit_code == 0
    text = report(f"{tmp_path / 'a&b_d.py'}:f", "--at", "p=0.5", "--at", "q=2.0", "--samples", "100", "-o", "-").stdout
    Page(text)
    for name in ("E[X][0]", "E[X][1]", "d/dp[0]", "d/dq[1]"):
        assert f"<figcaption>{name}</figcaption>" in text
    assert "a&amp;b.py" in text and "a&b" not in text


CARRIED = """
def late(p, rng):
    waits = {"first": [rng.exponential(p)], "second": []}
    return 1 if waits["first"][0] > 1 else 0
"""


def test_carried_program_says_why(tmp_path: Path) -> None:
    source = tmp_path / "late.py"
    source.write_text(CARRIED)
    assert CliRunner().invoke(main, ["transform", str(source)]).exit_code == 0
    text = report(f"{tmp_path / 'late_d.py'}:late", "--at", "p=0.5", "--samples", "50", "-o", "-").stdout
    assert "Tangent lines cannot be written: line " in text and "interpreted" in text
    assert "pathwise, its decisions two-sided" in text


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["lecture_walk_d.py:walk"], 2, "no value for 'p'"),
        (["lecture_walk.py:walk", "--at", "p=0.5"], 2, "was not generated by stochtrace"),
        (["lecture_walk_d.py:walk", "--at", "p=1.5"], 1, "lecture_walk.py:12: binomial: p = "),
        ([*WALK, "-o", "lecture_walk.py"], 2, "was not generated by stochtrace"),
        ([*WALK, "-o", "no/such/folder.html"], 2, "cannot write"),
    ],
    ids=["no parameter", "not generated", "outside the domain", "no report", "no folder"],
)
def test_report_that_cannot_be_written(folder: Path, arguments: list[str], code: int, message: str) -> None:
    result = report(*arguments)
    assert result.exit_code == code
    assert message in result.stderr and "Traceback" not in result.stderr
    assert sorted(path.name for path in folder.iterdir() if path.suffix == ".html") == []

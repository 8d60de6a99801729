"""The page: what is known of a program, filled into `page.html`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

from stochtrace.estimation.columns import columns
from stochtrace.estimation.results import Triple, show
from stochtrace.estimation.sites import row
from stochtrace.estimation.verifying import NoDifferencesError
from stochtrace.highlighting import highlighted
from stochtrace.report.charts import Point, convergence
from stochtrace.report.plans import Sources, sources
from stochtrace.version import __version__

if TYPE_CHECKING:
    from stochtrace.estimation import Estimate, Program
    from stochtrace.estimation.verification import Verification

# How every report begins: no other file is overwritten.
MARK = "<!DOCTYPE html>\n<!-- A report of stochtrace -->\n"
FIRST = 64
TRIPLES = 8
MOST_CHARTS = 12


@dataclass(frozen=True)
class Asked:
    """A program, where to look at it, and how long."""

    program: Program
    arguments: Mapping[str, Any]
    samples: int
    seed: int

    def call(self, method: Callable[..., Any], **options: Any) -> Any:
        """Return what a method of the program returns; parameters may have the names of options."""
        given = self.program.__signature__.bind(**self.arguments)
        return method(*given.args, **given.kwargs, **options)


def render(asked: Asked) -> str:
    """Return the page. Raises what `Program.estimate` raises."""
    program = asked.program
    found, estimates = sources(program), list(_estimates(asked))
    last = estimates[-1]
    source, generated = listings(found, program.text)
    fields = {
        "title": escape(last.title),
        "wrt": escape(", ".join(program.wrt)),
        "estimate": last._repr_html_(),
        "source_name": escape(found.name),
        "generated_name": escape(program.luggage.filename.rpartition("/")[2]),
        "missing": f'<p class="note">{escape(found.missing)}; its primal stands in.</p>' if found.missing else "",
        "source": source,
        "generated": generated,
        "plan": plan(found),
        "triples": triples(asked, found),
        "sites": sites(last, found),
        "charts": charts(estimates),
        "verification": verification(asked, last.mode),
        "version": __version__,
        "seed": str(asked.seed),
        "css": part("page.css"),
        "js": part("page.js"),
    }
    return MARK + Template(part("page.html")).substitute(fields)


def part(name: str) -> str:
    """Return the text of a file beside this one."""
    return files("stochtrace.report").joinpath(name).read_text(encoding="utf-8")


def _estimates(asked: Asked) -> Iterator[Estimate]:
    """Yield the estimate after 64, 128, … samples, and the one that is asked for."""
    counts = [n for k in range(40) if (n := FIRST << k) < asked.samples]
    for samples in counts:
        yield asked.call(asked.program.estimate, samples=samples, seed=asked.seed)
    yield asked.call(asked.program.estimate, samples=asked.samples, seed=asked.seed, per_site=True)


# -- code ----------------------------------------------------------------------------------------------------------


def listing(side: str, text: str, lines: Mapping[int, int], goals: Mapping[int, str]) -> str:
    """Return a program line by line.

    `lines` has the line of the source of each line that has one, `goals` where its number leads to: the page works
    without its script, too.
    """
    html = []
    for i, code in enumerate(highlighted(text.rstrip("\n")), 1):
        number = f'<a class="no" href="#{goals[i]}">{i}</a>' if i in goals else f'<span class="no">{i}</span>'
        linked = f' data-line="{lines[i]}"' if i in lines else ""
        html.append(f'<span class="line" id="{side}{i}"{linked}>{number}<code>{code}</code></span>')
    return "".join(html)


def listings(found: Sources, generated: str) -> tuple[str, str]:
    """Return source and generated module, linked to each other."""
    first = {line: i for i, line in sorted(found.links.items(), reverse=True)}
    source = listing("s", found.text, {line: line for line in first}, {line: f"g{i}" for line, i in first.items()})
    return source, listing("g", generated, found.links, {i: f"s{line}" for i, line in found.links.items()})


def place(found: Sources, line: int) -> str:
    """Return the number of a line of the source, leading there if the page has it."""
    return str(line) if found.missing else f'<a href="#s{line}">{line}</a>'


# -- tables --------------------------------------------------------------------------------------------------------


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table; the cells of its rows are HTML."""
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def plan(found: Sources) -> str:
    """Return the plan of each draw; what it meets and why, where that is known."""
    width = 3 if found.missing else 5
    rows = [
        (place(found, d.line), f"<code>{escape(d.draw)}</code>", escape(d.by), escape(d.meets), escape(d.why))[:width]
        for d in found.draws
    ]
    carried = f"<p>Tangent lines cannot be written: {escape(found.carried)}.</p>" if found.carried else ""
    return carried + table(("line", "draw", "differentiated by", "meets", "why")[:width], rows)


def triples(asked: Asked, found: Sources) -> str:
    """Return the triples of the first samples as a table."""
    rows = []
    for sample in range(min(TRIPLES, asked.samples)):
        triple = asked.call(asked.program.triple, seed=asked.seed, sample=sample)
        several = triple if isinstance(triple, dict) else {asked.program.wrt[0]: triple}
        rows += [(str(sample), f"d/d{escape(name)}", *cells(each, found)) for name, each in several.items()]
    return table(("sample", "by", "value", "smooth part", "jump", "derivative"), rows)


def cells(triple: Triple, found: Sources) -> tuple[str, ...]:
    """Return the cells of a triple."""
    jumps = [
        f"{escape(show(j.change))} with probability {j.weight:.4g} ε, line {place(found, j.line)}" for j in triple.jumps
    ]
    shown = [escape(show(quantity)) for quantity in (triple.value, triple.delta, triple.derivative)]
    return shown[0], shown[1], "; ".join(jumps) or "none", shown[2]


def sites(estimate: Estimate, found: Sources) -> str:
    """Return what each draw contributes, a table for each parameter."""
    several = isinstance(estimate.derivative, dict)
    tables = []
    for name in estimate.wrt:
        rows = []
        for site in estimate.sites:
            _, called, contribution, share = map(escape, row(site, name if several else None))
            rows.append((place(found, site.line) if site.line else "", called, contribution, share))
        tables.append(table(("line", "draw", f"contribution to d/d{name}", "share of variance"), rows))
    return "".join(tables)


def verification(asked: Asked, mode: str) -> str:
    """Return the verdict on the derivative, or why there is none; compiled samples are as many as it takes."""
    samples = None if mode == "compiled" else asked.samples
    try:
        found: Verification = asked.call(asked.program.verify, samples=samples, seed=asked.seed)
        return found._repr_html_()
    except NoDifferencesError as error:
        return f"<p>{escape(str(error))}</p>"


# -- pictures ------------------------------------------------------------------------------------------------------


def charts(estimates: Sequence[Estimate]) -> str:
    """Return a picture of each number of the estimate, up to a dozen."""
    numbers = [dict(columns(each)) for each in estimates]
    names = [name for name in numbers[-1] if not name.partition("[")[0].endswith("_stderr")]
    pictures = []
    for name in names[:MOST_CHARTS]:
        head, bracket, index = name.partition("[")
        points = [Point(e.samples, n[name], n[f"{head}_stderr{bracket}{index}"])
                  for e, n in zip(estimates, numbers, strict=True)]  # fmt: skip
        title = name.replace("value", "E[X]", 1) if head == "value" else name
        pictures.append(f"<figure><figcaption>{escape(title)}</figcaption>{convergence(title, points)}</figure>")
    more = len(names) - len(pictures)
    return "".join(pictures) + (f"<p>{more} more numbers of the result have no picture here.</p>" if more else "")

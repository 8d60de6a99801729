"""Codes of refusals: each message by its text, `{}` standing for what it names. A code keeps its meaning for ever."""

from __future__ import annotations

import re
from functools import cache

CODES: dict[str, str] = {
    # reading, and what is asked for
    "ST101": "`{}` is ambiguous",
    "ST102": "no function at the top level of this file draws",
    "ST103": "there is no function `{}` at the top level of this file",
    "ST104": "`score` of a draw that has no parameter of its own",
    "ST105": "`{}` is no way to differentiate a draw",
    "ST106": "this is not Python that can be read",
    "ST107": "an expression in this file is nested too deeply to be read",
    "ST108": "this file cannot be decoded",
    "ST109": "`{}` stands on a line without {}",
    "ST110": "`from {} import *` brings names that cannot be known here",
    # draws
    "ST201": "the seed {} repeats draws that were made before",
    "ST202": "a generator is entered by `with`",
    "ST204": "the option `{}={}` of `{}`",
    "ST205": "`{}` in a call of `{}`",
    "ST206": "`{}` has no place for this argument",
    "ST207": "this call of `{}` lacks `{}`",
    "ST209": "`replace` must be written as True or False",
    "ST211": "`endpoint` must be written as True or False",
    "ST212": "a choice with weights and with their sums",
    "ST213": "`{}` of this draw is used twice, and is a call",
    "ST214": "a bound of this draw is used twice, and is a call",
    "ST215": "the distribution `{}` is not known here",
    "ST216": "`{}` is {}, and has no `{}`",
    "ST217": "`{}` is not known here",
    "ST218": "`{}` is no draw of numbers",
    "ST219": "the generator `{}` goes where its draws cannot be followed",
    "ST220": "stochtrace does not know the draw `{}` yet",
    "ST221": "`{}` of which generator? It means one thing in random, another in numpy",
    "ST222": "the value of a shuffle is used",
    "ST223": "a default is drawn",
    "ST224": "`{}`, a frozen `{}`, is used in another way than by a method that is known here",
    "ST225": "this `random_state` is no generator of the model",
    "ST226": "a choice among values that this call makes",
    "ST227": "a draw of a distribution that is not known here",
    "ST228": "a frozen distribution with parameters that may change before it is used",
    "ST229": "the option `{}={}` of a draw",
    "ST230": "`{}` repeats draws that were made before",
    "ST231": "`axis` of `{}` must be written as a number",
    "ST232": "a list in a draw that computes with it",
    "ST233": "an array is compared with fewer uniforms than it has elements",
    # the language, and state that would survive a sample
    "ST301": "`global` lets a sample change the state of the next one",
    "ST302": "this belongs to the module, or to a class, and would survive the sample",
    "ST303": "an asynchronous function cannot be run once per sample",
    "ST304": "a cache survives the sample",
    "ST305": "a decorator changes what this function does",
    "ST306": "`{}` in a model",
    "ST307": "stochtrace cannot see into `{}`",
    "ST308": "a default that can be changed",
    "ST309": "this seed is computed in the model",
    "ST310": "the class `{}` holds something that its objects may change",
    "ST311": "stochtrace cannot see what the method `{}` does here",
    "ST312": "`{}` of the module is more than data",
    "ST313": "a statement that stochtrace does not know",
    "ST314": "stochtrace cannot see what `{}` calls here",
    "ST315": "`{}` has no parameter to differentiate by",
    "ST316": "`{}` is defined more than once, or in a branch",
    "ST317": "`*args` and `**kwargs` of a model are not followed yet",
    "ST318": "a class inside a model is not followed yet",
    "ST319": "a generator function (`yield`) is not followed yet",
    "ST320": "`{}` is not defined in this file",
    "ST321": "nothing is asked for to differentiate `{}` by",
    "ST322": "Python reads this name as another one",
    "ST323": "a default of a function inside a function",
    "ST324": "the function `{}` is used as a value",
    "ST325": "objects of the class `{}` are not followed yet",
    "ST326": "`{}` has no parameter `{}` to differentiate by",
    "ST327": "this expression is nested too deeply",
    "ST328": "this changes {} in the middle of a statement",
    "ST329": "this stands in a part of a smooth expression that may not be reached, and may run only once",
    "ST330": "this comprehension's variable `{}` is also a name of the function",
    "ST331": "a chain of assignments unpacks values of which some move smoothly",
    "ST332": "the arguments of `{}` stand in another order than its parameters, and some are calls",
    "ST333": "`{}`, a default of `{}`, is another variable here",
    "ST334": "this changes in place what is older than the sample",
    "ST335": "this assigns a smooth value inside an expression, and no line of its tangent can stand before",
    "ST336": "the tangent of this line would make its draw again",
    "ST337": "`{}` is assigned by this statement, and used in another of its targets",
    "ST338": "a sum of two truth values",
    "ST339": "`~` of one truth value",
    # values that move smoothly, and decisions on them
    "ST401": "this decision is marked `constant`, and compares a draw",
    "ST402": "a score of this draw ({}) is not known",
    "ST403": "a score of this function of the draw ({}), which has parameters of its own",
    "ST404": "the support of this draw ({}) moves with the parameter, so its score is biased",
    "ST405": "a value that moves smoothly goes into a function that has no rule, or into an array of plain floats",
    "ST406": "a value that moves smoothly is used as a size, an index or a trip count",
    "ST407": "a value that moves smoothly is written into a text",
    "ST453": "a value that moves smoothly is hashed",
    "ST454": "an argument draws for itself, where stochtrace does not see it",
    "ST408": "complex arithmetic has no rule for values that move smoothly",
    "ST409": "a discrete draw ({}) has no form `{}` here",
    "ST410": "this decision changes where its draw ({}) solves an equation that stochtrace cannot solve",
    "ST411": "the draw ({}) that this value ends with is not the one that is marked",
    "ST412": "`{}` of this draw ({}) is an integer, and gets a value that moves smoothly",
    "ST413": "this decision compares a parameter, without a draw in it",
    "ST414": "a parameter is rounded, without a draw in it",
    "ST415": "a value that moves smoothly is stored where it cannot be followed",
    "ST416": "a draw stands where stochtrace does not look",
    "ST417": "a generator expression is kept",
    "ST418": "this operator jumps, and is applied to a value that moves smoothly",
    "ST419": "`{}` belongs to the module, and would survive the sample",
    "ST420": "an attribute is stored",
    "ST421": "the argument `{}` is changed in place",
    "ST422": "this may raise, inside a `try`, for a value that moves smoothly",
    "ST423": "a starred element beside values that move smoothly",
    "ST424": "a dict is unpacked beside values that move smoothly",
    "ST425": "an assignment inside a comprehension is not followed",
    "ST426": "this value moves smoothly and {}",
    "ST427": "an array moves one number that is drawn",
    "ST428": "`{}` of this draw is an integer",
    "ST429": "this draw moves smoothly, and stands where its tangent cannot be written",
    "ST452": "a value that moves smoothly is stored in an array of whole numbers",
    "ST451": "this moves smoothly, and stands where its tangent cannot be written",
    "ST430": "{} has no rule, and gets a value that moves smoothly",
    "ST431": "a value that moves smoothly is a trip count",
    "ST432": "`{}` of this function moves smoothly",
    "ST433": "`{}` of this function is a list that moves smoothly",
    "ST434": "a function of all elements of a list that moves smoothly",
    "ST435": "a value that moves smoothly goes where it cannot be followed ({}: {})",
    "ST436": "{} a value that moves smoothly with the parameters",
    "ST437": "{}, applied to a value that moves smoothly with the parameters",
    # carried values, in the programs of people
    "ST438": "`numpy.interp` of values that move smoothly takes x, xp and fp only",
    "ST439": "`numpy.{}` has no rule for values that move smoothly",
    "ST440": "`{}` has no rule for values that move smoothly",
    "ST441": "`{}` of a generator is called under another name, or passed on as a function",
    "ST442": "stochtrace does not know the draw `{}`",
    "ST443": "the samples change `{}`, which survives them",
    "ST444": "this norm has no rule for values that move smoothly",
    "ST445": "a density of several vectors at once",
    "ST446": "the draw ({}) has no row of tails and density, and stands where decisions are followed",
    "ST447": "`{}` jumps at an end of its support, which moves, and x is outside",
    "ST448": "the iterator `{}` would be read again",
    "ST449": "this rounds a sum with a product of draws, which one of them makes whole for all others",
    "ST450": "`numpy.{}` of values that move smoothly takes no {}",
    "ST455": "this decision compares numbers that are so large that its draw is lost in their last digits",
    "ST456": "this rounds a number that is so large that a step of it is lost in its last digits",
    "ST457": "this decision compares a value that moves smoothly, and is not a number",
}
WAYS_OUT = {  # by the begin of the path of a function
    "tqdm.": "Leave the bar out of the model, or put it around the loop over samples.",
    "queue.Priority": "Use a list with `heapq.heappush` and `heapq.heappop`.",
    "queue.": "Use `collections.deque` with `append` and `popleft`.",
    "": "Move the function into this file, or call it outside and pass the result in.",
}


def way_out(path: str) -> str:
    """Return what to write in the place of a function that stochtrace cannot see into."""
    return next(way for begin, way in WAYS_OUT.items() if path.startswith(begin))


@cache
def code_of(what: str) -> str:
    """Return the code of a message, the first whose text it is; nothing for a message that has none yet."""
    return next((code for code, pattern in _patterns().items() if pattern.fullmatch(what)), "")


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Return the texts as patterns, the most particular first."""
    ordered = sorted(CODES.items(), key=lambda row: -len(row[1].replace("{}", "")))
    return {code: re.compile(".+?".join(map(re.escape, text.split("{}"))), re.DOTALL) for code, text in ordered}


def listing() -> str:
    """Return the page of the documentation that lists all codes."""
    rows = [f"| {code} | {text.replace('{}', '…').replace('|', chr(92) + '|')} |" for code, text in CODES.items()]
    return "\n".join(["# Refusals", "", INTRODUCTION, "", "| code | message |", "|---|---|", *rows, ""])


INTRODUCTION = """What stochtrace cannot differentiate without bias it refuses. The first line of a message
has the place, what is refused, and its code; then come the source line, why, and the way out. Codes are
stable: `ST1` reading, and what is asked for; `ST2` draws; `ST3` the language, and state that would survive a
sample; `ST4` values that move smoothly, and decisions on them."""

"""Refuse source whose expressions are too deep: the parser recurses in C and would end the process, not raise.

The scan is a rough one (brackets, operators, strings, comments), and its limits are far beyond what people write.
"""

from __future__ import annotations

import re

BRACKETS, OPERATORS = 200, 1000
TOKEN = re.compile(
    r"""
    (?P<skipped> [rbuf]{0,2} (?: \"{3}[\s\S]*?\"{3} | '{3}[\s\S]*?'{3} | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' )
                 | \#[^\n]* )
  | (?P<open> [(\[{] )
  | (?P<close> [)\]}] )
  | (?P<end> [,;\n] )
  | (?P<operator> \*\* | // | [-+*/%@&|^~.] | \b(?:and|or|not|if|lambda)\b )
    """,
    re.VERBOSE | re.IGNORECASE,
)


def too_deep(text: str) -> int | None:
    """Return the position of the first place where brackets or chained operators go too deep, None where none do."""
    chains = [0]
    for token in TOKEN.finditer(text):
        match token.lastgroup:
            case "open":
                chains.append(0)
            case "close":
                chains = chains[:-1] or [0]
                chains[-1] += 1
            case "end" if token[0] != "\n" or len(chains) == 1:
                chains[-1] = 0
            case "operator":
                chains[-1] += 1
        if len(chains) > BRACKETS or chains[-1] > OPERATORS:
            return token.start()
    return None

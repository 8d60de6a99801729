"""Small programs. Those of LANGUAGE must be differentiated, exactly; those of NASTY must be so too, or be refused."""

from programs.arithmetic import ARITHMETIC
from programs.arrays import ARRAYS
from programs.assignments import ASSIGNMENTS
from programs.branches import BRANCHES
from programs.comprehensions import COMPREHENSIONS
from programs.containers import CONTAINERS
from programs.draws import DRAWS
from programs.functions import FUNCTIONS
from programs.generators import GENERATORS
from programs.hidden_decisions import HIDDEN_DECISIONS
from programs.hidden_draws import HIDDEN_DRAWS
from programs.hidden_state import HIDDEN_STATE
from programs.loops import LOOPS
from programs.modules import MODULES
from programs.names import NAMES
from programs.odd_constants import ODD_CONSTANTS
from programs.odd_functions import ODD_FUNCTIONS
from programs.odd_orders import ODD_ORDERS
from programs.odd_places import ODD_PLACES
from programs.odd_values import ODD_VALUES
from programs.once import ONCE
from programs.shared_arrays import SHARED_ARRAYS
from programs.shared_lists import SHARED_LISTS
from programs.syntax import SYNTAX
from programs.table import Case
from programs.vectors import VECTORS

LANGUAGE = [
    *ASSIGNMENTS,
    *BRANCHES,
    *LOOPS,
    *COMPREHENSIONS,
    *CONTAINERS,
    *ARRAYS,
    *MODULES,
    *FUNCTIONS,
    *DRAWS,
    *GENERATORS,
    *ARITHMETIC,
    *NAMES,
    *VECTORS,
    *ONCE,
]
# Their means are at most quadratic in p, so that a wide central difference has no bias.
NASTY = [
    *HIDDEN_DRAWS,
    *HIDDEN_STATE,
    *ODD_PLACES,
    *HIDDEN_DECISIONS,
    *ODD_VALUES,
    *SHARED_LISTS,
    *SHARED_ARRAYS,
    *ODD_FUNCTIONS,
    *ODD_ORDERS,
    *ODD_CONSTANTS,
    *SYNTAX,
]

__all__ = ["LANGUAGE", "NASTY", "Case"]

"""Germany's public holidays, from the library that keeps them, without those of all the world.

Its package for countries loads every one of them: 250 modules, 8 MB and a third of a second at each
start. Germany's module needs none of the others.
"""

from datetime import date
from functools import lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import holidays


def _germany() -> ModuleType:
    path = Path(holidays.__file__).parent / "countries/germany.py"
    spec = spec_from_file_location("germany", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"no module in {path}")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_GERMANY = _germany().Germany

STATES = frozenset[str](_GERMANY.subdivisions)
"""The federal states by their letters ("MV"), and the one town with a day of its own."""


@lru_cache(maxsize=64)
def public_holidays(state: str, year: int) -> frozenset[date]:
    """Return the days of a year on which a federal state rests."""
    return frozenset(_GERMANY(subdiv=state, years=year))

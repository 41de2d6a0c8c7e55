"""Print the oldest releases that pyproject.toml allows, as pip requirements, for a lowest-version run of the tests.

Usage: pip install . $(python scripts/floors.py) && python -m pytest -W default
"""

import re
import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
requirements = [*project["dependencies"], *project["optional-dependencies"]["test"]]
print(" ".join(re.sub(r">=", "==", requirement) for requirement in requirements))

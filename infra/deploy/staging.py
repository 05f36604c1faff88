"""The directory Chalice packages: it bundles `app.py` and `vendor/` and nothing else.

It holds the project's sources alone, because Chalice imports the application from it: the libraries
of the functions' runtime join afterwards (infra/deploy/libraries.py).
"""

import shutil
from pathlib import Path

_IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc")


def stage_project(project: Path, staged: Path) -> None:
    """Lay out the sources of `project` in `staged` the way Chalice bundles them."""
    shutil.rmtree(staged, ignore_errors=True)
    vendor = staged / "vendor"
    shutil.copytree(project / "layers/core/python", vendor, ignore=_IGNORED)
    shutil.copytree(project / "functions", vendor / "functions", ignore=_IGNORED)
    shutil.copytree(project / ".chalice", staged / ".chalice", ignore=_IGNORED)
    shutil.copy(project / "app.py", staged)
    (staged / "requirements.txt").write_text("")

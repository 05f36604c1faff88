"""Whether a kept stack still is what would be deployed: code alone needs no deployment here."""

import hashlib
import re
from pathlib import Path

from infra.deploy.target import Target

# What the packaged template depends on; the functions' code runs from the work tree.
_WHOLE = ("template.yaml", "app.py", ".chalice/config.json", "functions/workers.py")
_DECLARATION = re.compile(r"@\w+\.(?:lambda_function|on_\w+|schedule)\([^)]*\)|binary_types.*")


def fingerprint(project: Path, deploy: Path, target: Target) -> str:
    """A digest of everything that makes a deployment differ, but for the functions' code.

    `deploy` is the directory of the deploy path's own modules.
    """
    digest = hashlib.sha256(repr(target).encode())
    for name in _WHOLE:
        path = project / name
        digest.update(path.read_bytes() if path.exists() else b"-")
    for path in sorted((project / "functions").rglob("*.py")):
        digest.update(str(_DECLARATION.findall(path.read_text())).encode())
    for path in sorted(deploy.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()

"""The dependency rules of docs/architecture.md as functions: a tree of sources in, offences out.

A tree maps module names (`firstspawn.auth.service`) to sources, so that each rule can be tried on
a small tree made up for it. Imports inside functions and under TYPE_CHECKING count as imports:
where they are is a matter of cost, not of who may know whom.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

TRIGGERS = frozenset({"api", "plugin", "queues", "scheduled", "streams", "uploads", "websocket"})
SHARED = frozenset({"clients", "db", "kit", "wiring"})
AWS = frozenset({"boto3", "botocore"})
VENDORS = AWS | {"authlib", "dns", "mcstatus", "opensearchpy", "resend", "sentry_sdk", "stripe",
    "webauthn"}  # fmt: skip
HEAVY = frozenset({"PIL", "authlib", "dns", "mcstatus", "opensearchpy", "stripe", "webauthn"})


class Import(NamedTuple):
    """One imported module. `eager`: importing the importer runs it."""

    target: str
    eager: bool

    @property
    def library(self) -> str:
        """The first part of its name."""
        return self.target.partition(".")[0]


class Module:
    """A parsed module of a tree."""

    def __init__(self, name: str, source: str, names: Iterable[str]) -> None:
        self.name, self._names = name, frozenset(names)
        self.syntax = ast.parse(source)

    @cached_property
    def parts(self) -> list[str]:
        """`firstspawn.auth.service` as a list."""
        return self.name.split(".")

    @cached_property
    def feature(self) -> str:
        """The feature it belongs to; empty for kernel and entry points."""
        package = ".".join(self.parts[:2])
        is_package = any(name.startswith(f"{package}.") for name in self._names)
        is_ours = self.parts[0] == "firstspawn" and len(self.parts) > 1
        return self.parts[1] if is_ours and is_package and self.parts[1] not in SHARED else ""

    @cached_property
    def is_storage(self) -> bool:
        """Whether it is a repository or holds models."""
        return is_repository(self.name) or is_models(self.name)

    @cached_property
    def imports(self) -> list[Import]:
        """Everything it imports, resolved to modules of the tree where it is one."""
        found = (
            Import(target, eager)
            for node, eager in _walk(self.syntax, eager=True)
            for target in self._targets(node)
        )
        return list(dict.fromkeys(found))

    def _targets(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join([*self.parts[: -node.level], *([base] if base else [])])
            inner = [f"{base}.{alias.name}" for alias in node.names]
            yield from (name if name in self._names else base for name in inner)


class Tree:
    """All modules of the code that is deployed."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.modules = {name: Module(name, text, sources) for name, text in sources.items()}

    def under(self, prefix: str) -> list[Module]:
        """A package and everything in it."""
        return [
            module
            for name, module in self.modules.items()
            if name == prefix or name.startswith(f"{prefix}.")
        ]

    def feature_of(self, name: str) -> str:
        """The feature a module name points into."""
        first = ".".join(name.split(".")[:2])
        candidates = self.under(first)
        return candidates[0].feature if candidates else ""


def read_tree(root: Path) -> Tree:
    """Read `app.py`, `functions/` and the domain under a checkout."""
    layer = root / "layers" / "core" / "python"
    paths = [(root, root / "app.py"), *((root, p) for p in (root / "functions").rglob("*.py"))]
    paths += [(layer, p) for p in (layer / "firstspawn").rglob("*.py")]
    return Tree(
        {
            ".".join(path.relative_to(base).with_suffix("").parts).removesuffix(".__init__"): (
                path.read_text()
            )
            for base, path in paths
        }
    )


def is_repository(name: str) -> bool:
    """Whether a module name is a repository's."""
    return name.rpartition(".")[2].endswith("repository")


def is_models(name: str) -> bool:
    """Whether a module name is one of a feature's models of items."""
    parts = name.split(".")
    return parts[0] == "firstspawn" and parts[-1] == "models" and parts[1] not in SHARED


def is_in(name: str, *packages: str) -> bool:
    """Whether a module is one of these, or inside one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def _walk(node: ast.AST, *, eager: bool) -> Iterator[tuple[ast.AST, bool]]:
    for child in ast.iter_child_nodes(node):
        inside = eager and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            inside = False
        yield child, inside
        yield from _walk(child, eager=inside)

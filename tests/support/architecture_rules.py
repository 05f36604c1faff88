"""Each dependency rule: a tree in, its offences out as `module: what it does wrong`."""

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from tests.support.architecture import (
    AWS,
    HEAVY,
    TRIGGERS,
    VENDORS,
    Module,
    Tree,
    is_in,
    is_models,
    is_repository,
)

_KEYS = "firstspawn.db.keys"


def app_imports_functions_alone(tree: Tree) -> list[str]:
    """Rule 1."""
    return [
        f"app: imports {found.target}"
        for found in tree.modules["app"].imports
        if found.library != "functions"
    ]


def functions_know_services_alone(tree: Tree) -> list[str]:
    """Rule 2: no models, repositories, tables or AWS behind the services' backs."""
    return [
        f"{module.name}: imports {found.target}"
        for module in tree.under("functions")
        for found in module.imports
        if found.library in VENDORS | {"pynamodb"}
        or is_models(found.target)
        or is_repository(found.target)
        or is_in(found.target, "firstspawn.db", "firstspawn.clients", "infra", "tests")
    ]


def triggers_are_strangers(tree: Tree) -> list[str]:
    """Rule 2: a Lambda of one trigger never loads another's code."""
    return [
        f"{module.name}: imports {found.target}"
        for module in tree.under("functions")
        for found in module.imports
        if found.library == "functions"
        and _trigger(module.name)
        and _trigger(found.target)
        and _trigger(found.target) != _trigger(module.name)
    ]


def _trigger(name: str) -> str:
    second = [*name.split("."), ""][1]
    return second if second in TRIGGERS else ""


def services_know_no_technology(tree: Tree) -> list[str]:
    """Rule 3: what is neither repository nor models knows no Chalice, AWS, table or edge."""
    forbidden = AWS | {"chalice", "pynamodb", "opensearchpy", "functions"}
    return [
        f"{module.name}: imports {found.target}"
        for module in tree.under("firstspawn")
        if module.feature and not module.is_storage
        for found in module.imports
        if found.library in forbidden or is_in(found.target, "firstspawn.wiring")
    ]


def services_keep_to_their_own_repositories(tree: Tree) -> list[str]:
    """Rule 3: another feature is asked through its service, if it has one."""
    return [
        f"{module.name}: imports {found.target}"
        for module in tree.under("firstspawn")
        if module.feature and not module.is_storage
        for found in module.imports
        if is_repository(found.target)
        and (other := tree.feature_of(found.target)) != module.feature
        and f"firstspawn.{other}.service" in tree.modules
    ]


def only_repositories_touch_models(tree: Tree) -> list[str]:
    """Rule 4."""
    return [
        f"{module.name}: imports {found.target}"
        for module in tree.modules.values()
        if not module.is_storage
        for found in module.imports
        if is_models(found.target)
    ]


def only_keys_formats_keys(tree: Tree) -> list[str]:
    """Rule 4: no string that starts like a key is put together outside `db/keys.py`.

    Some features have a part of it of their own, `db/*_keys.py`.
    """
    homes = [module for module in tree.modules.values() if _formats_keys(module.name)]
    prefixes = tuple(prefix for module in homes for prefix in _prefixes(module))
    return [
        f"{module.name}:{node.lineno}: formats a key"
        for module in tree.modules.values()
        if module not in homes
        for node in ast.walk(module.syntax)
        if isinstance(node, ast.expr) and _start_of_formatted(node).startswith(prefixes)
    ]


def _formats_keys(name: str) -> bool:
    return name == _KEYS or (is_in(name, "firstspawn.db") and name.endswith("_keys"))


def _prefixes(keys: Module) -> Iterator[str]:
    """`USER#` of `f"USER#{id}"`: every start of a formatted string, and every constant `X#`."""
    for node in ast.walk(keys.syntax):
        text = ""
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            text = str(node.values[0].value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value if node.value.endswith("#") else ""
        head, mark, _ = text.partition("#")
        if head and mark:
            yield head + mark


def _start_of_formatted(node: ast.expr) -> str:
    """The literal a put-together string starts with; empty for anything else."""
    first: ast.expr | None = None
    if isinstance(node, ast.JoinedStr) and node.values:
        first = node.values[0]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
        first = node.left
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        first = node.func.value if node.func.attr == "format" else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def only_adapters_know_vendors(tree: Tree) -> list[str]:
    """Rule 5."""
    return [
        f"{module.name}: imports {found.target}"
        for module in tree.modules.values()
        if not is_in(module.name, "firstspawn.clients", "firstspawn.db")
        for found in module.imports
        if found.library in VENDORS
    ]


def the_kernel_knows_nothing_above_it(tree: Tree) -> list[str]:
    """Rule 6: `kit`, `errors`, `config` stand alone; `db` and `clients` know no feature."""
    alone = ("firstspawn.kit", "firstspawn.errors", "firstspawn.config")
    lower = (*alone, "firstspawn.db", "firstspawn.clients")
    return [
        f"{module.name}: imports {found.target}"
        for package in lower
        for module in tree.under(package)
        for found in module.imports
        if found.library in {"firstspawn", "functions", "infra"}
        and not is_in(found.target, *((package,) if package in alone else lower))
    ]


def features_form_no_cycle(tree: Tree) -> list[str]:
    """Rule 7: eager, lazy and type-only imports alike."""
    graph: dict[str, set[str]] = {}
    for module in tree.under("firstspawn"):
        if module.feature:
            known = {tree.feature_of(found.target) for found in module.imports}
            graph.setdefault(module.feature, set()).update(known - {module.feature, ""})
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [" -> ".join(reversed(error.args[1]))]
    return []


def entries_load_nothing_heavy(tree: Tree) -> list[str]:
    """Rule 7: no chain of eager imports leads from an entry point to a heavy library."""
    return [
        f"{module.name}: loads {chain}"
        for module in [tree.modules["app"], *tree.under("functions")]
        for chain in _heavy_chains(tree.modules, module, frozenset())
    ]


def _heavy_chains(modules: Mapping[str, Module], module: Module, seen: frozenset[str]) -> list[str]:
    for found in module.imports:
        if found.eager and found.library in HEAVY:
            return [found.target]
        for name in _loaded_with(found.target) if found.eager else ():
            if name in modules and name not in seen:
                chains = _heavy_chains(modules, modules[name], seen | {module.name, name})
                if chains:
                    return [f"{name} -> {chains[0]}"]
    return []


def _loaded_with(name: str) -> list[str]:
    """A module and the packages around it, whose `__init__` runs first."""
    parts = name.split(".")
    return [".".join(parts[: count + 1]) for count in range(len(parts))]


RULES = (
    app_imports_functions_alone,
    functions_know_services_alone,
    triggers_are_strangers,
    services_know_no_technology,
    services_keep_to_their_own_repositories,
    only_repositories_touch_models,
    only_keys_formats_keys,
    only_adapters_know_vendors,
    the_kernel_knows_nothing_above_it,
    features_form_no_cycle,
    entries_load_nothing_heavy,
)

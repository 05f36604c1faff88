"""The dependency rules of docs/architecture.md hold, and each of them can fail."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import architecture_rules as rules
from tests.support.architecture import Tree, read_tree

ROOT = Path(__file__).parents[2]
Rule = Callable[[Tree], list[str]]

# The one way through the house, as short as it can be said.
GOOD = {
    "app": "from functions.api import ROUTES",
    "functions": "",
    "functions.api": "from functions.api import things\nROUTES = [things]",
    "functions.api.things": "from firstspawn.wiring import container\n"
    "from firstspawn.things.schemas import Thing\nfrom functions.http import Routes",
    "functions.http": "from chalice.app import Blueprint as Routes",
    "functions.queues": "",
    "functions.queues.mail": "from functions.worker import edge",
    "functions.worker": "",
    "firstspawn": "",
    "firstspawn.errors": "",
    "firstspawn.config": "import pydantic",
    "firstspawn.wiring": "def container():\n    from firstspawn.things.service import Things",
    "firstspawn.kit": "",
    "firstspawn.kit.clock": "from firstspawn.kit import ids",
    "firstspawn.kit.ids": "",
    "firstspawn.db": "",
    "firstspawn.db.keys": 'OWNER = "OWNER#"\ndef thing(name):\n    return f"THING#{name}"',
    "firstspawn.db.item": "import boto3\nfrom firstspawn.errors import NotFound",
    "firstspawn.clients": "",
    "firstspawn.clients.search": "def connect():\n    import opensearchpy",
    "firstspawn.things": "",
    "firstspawn.things.models": "import pynamodb\nfrom firstspawn.db.item import Item",
    "firstspawn.things.repository": "from firstspawn.things.models import Thing",
    "firstspawn.things.schemas": "",
    "firstspawn.things.service": "from firstspawn.things.repository import ThingRepository\n"
    "from firstspawn.others.service import Others\nfrom firstspawn.clients import search",
    "firstspawn.others": "",
    "firstspawn.others.repository": "from firstspawn.db.item import Item",
    "firstspawn.others.service": "",
}
# Rule, the module that breaks it, and how.
BAD: list[tuple[Rule, str, str]] = [
    (rules.app_imports_functions_alone, "app", "import firstspawn.errors"),
    (rules.app_imports_functions_alone, "app", "import os"),
    (rules.functions_know_services_alone, "functions.api.things", "import boto3"),
    (
        rules.functions_know_services_alone,
        "functions.api.things",
        "def view():\n    from firstspawn.things.models import Thing",
    ),
    (
        rules.functions_know_services_alone,
        "functions.worker",
        "from firstspawn.things import repository",
    ),
    (rules.functions_know_services_alone, "functions.worker", "from firstspawn.db import item"),
    (rules.triggers_are_strangers, "functions.queues.mail", "from functions.api import things"),
    (rules.triggers_are_strangers, "functions.queues.mail", "from ..api.things import routes"),
    (rules.services_know_no_technology, "firstspawn.things.service", "import pynamodb.models"),
    (rules.services_know_no_technology, "firstspawn.things.schemas", "from chalice import Chalice"),
    (
        rules.services_know_no_technology,
        "firstspawn.things.service",
        "def now():\n    from firstspawn.wiring import container",
    ),
    (
        rules.services_keep_to_their_own_repositories,
        "firstspawn.things.service",
        "from firstspawn.others.repository import OtherRepository",
    ),
    (
        rules.only_repositories_touch_models,
        "firstspawn.others.service",
        "from firstspawn.things.models import Thing",
    ),
    (
        rules.only_repositories_touch_models,
        "firstspawn.things.service",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from . import models",
    ),
    (rules.only_keys_formats_keys, "firstspawn.things.service", 'key = f"THING#{1}"'),
    (rules.only_keys_formats_keys, "firstspawn.things.repository", 'key = "THING#" + "1"'),
    (rules.only_keys_formats_keys, "firstspawn.things.models", 'key = "OWNER#%s" % 1'),
    (rules.only_keys_formats_keys, "functions.worker", 'key = "OWNER#{}".format(1)'),
    (rules.only_adapters_know_vendors, "firstspawn.things.repository", "import botocore.config"),
    (
        rules.only_adapters_know_vendors,
        "firstspawn.things.service",
        "def ping():\n    import mcstatus",
    ),
    (
        rules.the_kernel_knows_nothing_above_it,
        "firstspawn.kit.clock",
        "from firstspawn.errors import NotFound",
    ),
    (
        rules.the_kernel_knows_nothing_above_it,
        "firstspawn.clients.search",
        "from firstspawn.things import schemas",
    ),
    (rules.the_kernel_knows_nothing_above_it, "firstspawn.config", "import firstspawn.kit.ids"),
    (
        rules.features_form_no_cycle,
        "firstspawn.others.service",
        "def lazily():\n    from firstspawn.things.service import Things",
    ),
    (rules.entries_load_nothing_heavy, "functions.worker", "import dns.resolver"),
    (
        rules.entries_load_nothing_heavy,
        "firstspawn.things.schemas",
        "from firstspawn.clients import search\nclass Loaded:\n    import stripe",
    ),
    (rules.entries_load_nothing_heavy, "firstspawn", "from PIL import Image"),
]


@pytest.fixture(scope="module")
def tree() -> Tree:
    """The code of this checkout."""
    return read_tree(ROOT)


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_the_code_keeps_the_rule(rule: Rule, tree: Tree) -> None:
    found = rule(tree)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_a_good_tree_breaks_no_rule(rule: Rule) -> None:
    assert rule(Tree(GOOD)) == []


@pytest.mark.parametrize(
    ("rule", "module", "line"), BAD, ids=[f"{rule.__name__}-{line[:40]}" for rule, _, line in BAD]
)
def test_the_rule_finds_what_breaks_it(rule: Rule, module: str, line: str) -> None:
    # Given the good tree with one line more
    broken = GOOD | {module: f"{GOOD[module]}\n{line}"}
    # When / Then
    assert rule(Tree(broken))


def test_every_rule_has_been_seen_to_fail() -> None:
    assert {rule for rule, _, _ in BAD} == set(rules.RULES)


def test_the_whole_of_the_deployed_code_is_looked_at(tree: Tree) -> None:
    # Given every source file that is deployed
    layer = ROOT / "layers" / "core" / "python" / "firstspawn"
    files = [*layer.rglob("*.py"), *(ROOT / "functions").rglob("*.py"), ROOT / "app.py"]
    # When / Then
    assert len(tree.modules) == len(files)
    assert {"app", "functions.http.api", "firstspawn.auth.service"} <= set(tree.modules)

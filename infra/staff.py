"""The operator's command: `python -m infra.staff NAME --role ADMIN --stack aws --stage prod` gives
an account a role, which is how a stack gets its first admin.

`NAME` is the account's name or id. It counts at once, and is in the audit log as the deed of
`operator`. Without `--stack` it takes the functions' variables from its environment.
"""

import argparse
import os
import sys

from pydantic import ValidationError

from firstspawn.audit.schemas import Actor
from firstspawn.errors import ProblemError
from firstspawn.moderation.schemas import ChangeRole
from firstspawn.users.schemas import Role
from firstspawn.wiring import container
from infra.deploy import prepare
from infra.deploy.target import Target

_OPERATOR = Actor("operator", Role.ADMIN, "")


def main(arguments: list[str] | None = None) -> int:
    """Give somebody a role. Returns the exit code: 1 if nothing was done."""
    parser = argparse.ArgumentParser(prog="python -m infra.staff", description=__doc__)
    parser.add_argument("name", help="the account's name or id")
    parser.add_argument("--role", type=Role, choices=list(Role), default=Role.ADMIN)
    parser.add_argument("--reason", default="appointed by an operator")
    parser.add_argument("--stack", choices=["embedded", "localstack", "aws"])
    parser.add_argument("--stage", choices=["dev", "staging", "prod"], default="dev")
    options = parser.parse_args(arguments)
    if options.stack:
        target = Target.from_environment(options.stack, options.stage, {})
        os.environ.update(prepare.environment(target))
    try:
        form = ChangeRole(role=options.role, reason=options.reason)
        container().staff.set_role(_OPERATOR, options.name, form)
    except (ProblemError, ValidationError) as error:
        print(f"Not done: {error}", file=sys.stderr)
        return 1
    print(f"{options.name} is {options.role} now")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What the API says of deletions, and what travels to the worker."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from firstspawn.kit.dto import Dto

GRACE = timedelta(days=7)

# What a feature removes of a person, given their id. It may have been done before, in part.
Erasures = Mapping[str, Callable[[str], None]]


class DeletionState(StrEnum):
    """A scheduled deletion can be cancelled; one that erases is carried on until it is done."""

    SCHEDULED = "SCHEDULED"
    ERASING = "ERASING"


class DeletionView(Dto):
    """When the account will be gone."""

    deletionAt: datetime


class DeletionMessage(BaseModel):
    """Asks the worker to carry a person's deletion out, if it is still due."""

    model_config = ConfigDict(frozen=True)

    userId: str

"""What the API says of exports, and what travels to the worker."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from firstspawn.kit.dto import Dto, Query

LINK_LIFE = timedelta(hours=24)
EVERY = timedelta(hours=24)

Record = Mapping[str, Any]
# What a feature contributes: a person's records, read page by page while they are written.
Section = Callable[[str], Iterable[Record]]
Sections = Mapping[str, Section]


class ExportState(StrEnum):
    """How far an export has come."""

    REQUESTED = "REQUESTED"
    READY = "READY"


class ExportView(Dto):
    """An export. Once it is ready, its link is mailed and good until `expiresAt`."""

    id: str
    state: ExportState
    requestedAt: datetime
    readyAt: datetime | None
    expiresAt: datetime
    sizeBytes: int | None


class ExportMessage(BaseModel):
    """Asks the worker for an export. Another `exportId` than the stored one is out of date."""

    model_config = ConfigDict(frozen=True)

    userId: str
    exportId: str


class DownloadQuery(Query):
    """The token of the mailed link."""

    token: Annotated[str, Field(max_length=128)]

"""The bases of all DTOs: one for what goes out, one for what comes in."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Dto(BaseModel):
    """What goes out: built from items by attribute, compiled when first used."""

    model_config = ConfigDict(from_attributes=True, defer_build=True)


class Input(BaseModel):
    """What comes in as a body: no coercion, no unknown fields, no NaN."""

    model_config = ConfigDict(
        strict=True, extra="forbid", allow_inf_nan=False, defer_build=True, frozen=True,
        hide_input_in_errors=True,
    )  # fmt: skip


class Query(BaseModel):
    """What comes in as a query string: everything is text there, so it is converted."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False, defer_build=True, frozen=True)


class Page(Query):
    """Which part of a list."""

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(max_length=1024)] | None = None


class Accepted(Dto):
    """The answer to a request that is carried out later, or that must not say what it found."""

    status: str = "accepted"

"""Uploads in the table, on every DynamoDB."""

from uuid import uuid4

import pytest

from firstspawn.media.models import Upload
from firstspawn.media.repository import UploadRepository
from firstspawn.media.schemas import PendingUpload, UploadState
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine

pytestmark = pytest.mark.usefixtures("engine")
uploads = UploadRepository()


@pytest.fixture
def pending() -> PendingUpload:
    return PendingUpload(uuid4().hex, "server", UploadState.GRANTED)


def test_a_granted_upload_is_known_for_a_day(pending: PendingUpload, clock: FrozenClock) -> None:
    uploads.store(pending, "user", clock())
    assert uploads.find(pending.id, clock()) == pending

    clock.advance(days=1)

    assert uploads.find(pending.id, clock()) is None


@pytest.mark.parametrize(
    ("state", "url", "reason"),
    [(UploadState.DONE, "https://cdn/x.webp", ""), (UploadState.REFUSED, "", "broken")],
)
def test_an_upload_remembers_how_it_ended(
    pending: PendingUpload, clock: FrozenClock, state: UploadState, url: str, reason: str
) -> None:
    uploads.store(pending, "user", clock())

    uploads.finish(pending.id, state, clock(), url=url, reason=reason)

    found = uploads.find(pending.id, clock())
    assert found is not None
    assert found.state is state
    item = Upload.get(f"UPLOAD#{pending.id}", "UPLOAD")
    assert (item.url, item.reason) == (url or None, reason or None)


def test_an_upload_costs_a_write_a_read_and_a_write(
    engine: Engine, pending: PendingUpload, clock: FrozenClock
) -> None:
    with count_calls() as costs:
        uploads.store(pending, "user", clock())
        uploads.find(pending.id, clock())
        uploads.finish(pending.id, UploadState.DONE, clock(), url="https://cdn/x.webp")

    operations = ["PutItem", "GetItem", "UpdateItem"]
    assert_cost(costs, operations=operations, read_units=1, write_units=2)

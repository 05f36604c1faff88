"""Owner analytics over HTTP."""

from firstspawn.wiring import Container
from tests.support.client import Client
from tests.support.factories import Accounts
from tests.support.servers import Owners


def test_an_owner_sees_who_looked(client: Client, accounts: Accounts, stack: Container) -> None:
    # Given a server whose page is asked for: by a guest, by its head alone, by its owner
    owner = accounts.create()
    server = Owners(stack).server(owner.caller)[1]
    client.get(f"/servers/{server.slug}")
    client.call("HEAD", f"/servers/{server.id}")
    client.get(f"/servers/{server.id}", token=owner.access)
    # When
    path = f"/analytics/servers/{server.slug}"
    query = [("from", "2026-11-20"), ("to", "2026-11-22"), ("granularity", "day")]
    answer = client.get(path, token=owner.access, query=query)
    # Then
    assert answer.status == 200
    assert [one["views"] for one in answer.json["points"]] == [0, 0, 1]
    assert answer.json["points"][0]["day"] == "2026-11-20"
    # And the future is empty
    ahead = [("from", "2026-12-01"), ("to", "2026-12-02")]
    future = client.get(path, token=owner.access, query=ahead).json["points"]
    assert [(one["views"], one["players"]) for one in future] == [(0, None)] * 2
    # And nobody else does
    assert client.get(path).status == 401
    assert client.get(path, token=accounts.create().access).code == "not_the_owner"
    for bad in ([("from", "yesterday")], [("granularity", "hour")], [("from", "2020-01-01")],
                [("from", "0001-01-01"), ("to", "9999-12-31")], [("from", "9999-12-31")],
                [("to", "0001-01-05")]):  # fmt: skip
        assert client.get(path, token=owner.access, query=bad).status == 422, bad

"""Sending to open websockets through API Gateway's management API."""

from firstspawn.clients.aws import aws_client


class ConnectionGone(Exception):
    """The client has disconnected."""


class Connections:
    """The websockets of a stack."""

    def __init__(self, region: str) -> None:
        self._region = region

    def post(self, connection_id: str, text: str, endpoint: str) -> None:
        """Send one message over the API at `endpoint`: one call. Raises ConnectionGone."""
        from botocore.exceptions import ClientError

        client = aws_client("apigatewaymanagementapi", self._region, endpoint)
        try:
            client.post_to_connection(ConnectionId=connection_id, Data=text.encode())
        except ClientError as error:
            if error.response["Error"]["Code"] in {"GoneException", "410"}:
                raise ConnectionGone(connection_id) from None
            raise

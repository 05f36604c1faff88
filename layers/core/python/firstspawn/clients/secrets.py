"""The stack's keys, from one encrypted parameter of the Systems Manager."""

from firstspawn.clients.aws import aws_client
from firstspawn.config import Secrets, Settings


def load_secrets(settings: Settings) -> Secrets:
    """Read and validate the keys: one call. Raises botocore's ClientError if they are missing."""
    client = aws_client("ssm", settings.region)
    answer = client.get_parameter(Name=settings.secrets_parameter, WithDecryption=True)
    return Secrets.from_json(answer["Parameter"]["Value"])

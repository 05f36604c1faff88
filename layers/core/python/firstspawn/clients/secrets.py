"""The stack's keys, from one encrypted parameter of the Systems Manager."""

from firstspawn.clients.aws import aws_client
from firstspawn.config import Secrets, Settings


class SecretsUnavailable(Exception):
    """The keys cannot be read again; the text never holds one."""


def load_secrets(settings: Settings) -> Secrets:
    """Read and validate the keys: one call. Raises botocore's ClientError if they are missing."""
    client = aws_client("ssm", settings.region)
    answer = client.get_parameter(Name=settings.secrets_parameter, WithDecryption=True)
    return Secrets.from_json(answer["Parameter"]["Value"])


def reload_secrets(settings: Settings) -> Secrets:
    """Read the keys once more: one call. Raises SecretsUnavailable, whatever stands in the way."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return load_secrets(settings)
    except (BotoCoreError, ClientError, ValueError) as error:
        raise SecretsUnavailable(type(error).__name__) from None

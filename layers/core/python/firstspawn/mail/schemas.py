"""The message that asks for a mail, between the event publisher and the mail worker."""

from pydantic import BaseModel, ConfigDict


class MailMessage(BaseModel):
    """Which text goes to whom. `id` makes it one mail however often it is delivered.

    After `expiresAt` (epoch seconds) nobody needs it any more. Never holds a secret: a link's
    token is made from `params["seed"]` with the stack's key when the mail is written.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    id: str
    template: str
    to: str
    params: dict[str, str] = {}
    expiresAt: int | None = None

"""What can be wrong with a message that asks for a mail."""


class UnknownTemplate(Exception):
    """No text has this name: a newer publisher wrote the message, or a broken one."""

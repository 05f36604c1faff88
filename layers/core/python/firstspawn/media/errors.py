"""What can be wrong with a picture."""


class BadPicture(Exception):
    """The upload is not shown to anybody; the text says why, for its owner."""

"""What can go wrong with a profile."""

from firstspawn.errors import Conflict, NotFound


class UsernameTaken(Conflict):
    """Another account has this name, or one that reads the same."""

    code = "username_taken"
    title = "This user name is taken"


class UserNotFound(NotFound):
    """No such user."""

    code = "user_not_found"
    title = "No such user"

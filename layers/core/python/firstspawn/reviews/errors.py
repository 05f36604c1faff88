"""What can go wrong with reviews."""

from firstspawn.errors import Conflict, Forbidden, NotFound


class ReviewNotFound(NotFound):
    """No such review, or it is hidden from the caller."""

    code = "review_not_found"
    title = "No such review"


class AlreadyReviewed(Conflict):
    """There is one review per user and server: edit it."""

    code = "already_reviewed"
    title = "You have reviewed this server"


class OwnServer(Forbidden):
    """Nobody reviews a server of their own."""

    code = "own_server"
    title = "This is your own server"


class NotTheAuthor(Forbidden):
    """Only the author changes a review; the staff hides it."""

    code = "not_the_author"
    title = "Not your review"


class OwnReview(Forbidden):
    """Nobody votes on a review of their own."""

    code = "own_review"
    title = "This is your own review"


class ReviewHidden(Conflict):
    """The staff has hidden it: until that is decided otherwise, its author leaves it as it is."""

    code = "review_hidden"
    title = "This review is hidden"


class Stale(Exception):
    """Somebody wrote the review between our read and our write."""

"""Reviews as the API shows them."""

from firstspawn.reviews.repository import Found
from firstspawn.reviews.schemas import Author, Reply, ReviewView
from firstspawn.users.schemas import PublicUser


def view(
    review: Found, author: PublicUser | None, vote: bool | None = None, *, staff: bool = False
) -> ReviewView:
    """Show a review, with its author unless the account is gone; flags are shown to the staff."""
    shown = None if review.authorDeleted or author is None else Author.model_validate(author)
    answered = None
    if review.reply is not None and review.repliedAt is not None:
        answered = Reply(content=review.reply, createdAt=review.repliedAt)
    return ReviewView.model_validate(
        {
            **review.attribute_values,
            "userId": None if review.authorDeleted else review.userId,
            "author": shown,
            "reply": answered,
            "myVote": vote,
            "isFlagged": review.isFlagged if staff else None,
            "flagReason": review.flagReason if staff else None,
            "title": review.title,
            "verifiedPlaytime": review.verifiedPlaytime,
            "editedAt": review.editedAt,
        }
    )

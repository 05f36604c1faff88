"""What can go wrong with tags."""

from firstspawn.errors import NotFound


class CategoryNotFound(NotFound):
    """The catalogue has no such category."""

    code = "category_not_found"
    title = "No such category of tags"

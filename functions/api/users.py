"""Profiles."""

from firstspawn.users.errors import UsernameTaken, UserNotFound
from firstspawn.users.schemas import OwnUser, PublicUser, UpdateProfile
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.request import Request
from functions.http.response import Reply
from functions.http.routes import Routes

routes = Routes("users")


@routes.get("/users/me", access=Access.USER, returns=OwnUser)
def get_own_profile(request: Request) -> Reply:
    """Get your own profile."""
    user, version = container().users.me(request.user)
    return Reply(user, version=version)


@routes.patch(
    "/users/me", access=Access.USER, verified=True, returns=OwnUser, errors=(UsernameTaken,)
)
def update_own_profile(request: Request, body: UpdateProfile) -> Reply:
    """Edit your own profile. Honours `If-Match`."""
    user, version = container().users.update(request.user, body, request.expected_version)
    return Reply(user, version=version)


@routes.get(
    "/users/{user}",
    access=Access.GUEST,
    returns=PublicUser,
    errors=(UserNotFound,),
    cache="public, max-age=30",
)
def get_profile(request: Request, user: str) -> Reply:  # noqa: ARG001
    """Get somebody's public profile, by id or user name."""
    found, version = container().users.public(user)
    return Reply(found, version=version)

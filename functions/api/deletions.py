"""The end of one's own account."""

from firstspawn.deletions.errors import NoDeletion
from firstspawn.deletions.schemas import DeletionView
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.request import Request
from functions.http.routes import Routes

routes = Routes("users")


@routes.delete("/users/me", access=Access.USER, scope=None, fresh=True, status=202)
def delete_own_account(request: Request) -> DeletionView:
    """Delete your account, in seven days. Until then you can sign in and cancel.

    Your servers are delisted. What you wrote for others stays, without you.
    """
    return container().deletions.schedule(request.user)


@routes.post(
    "/users/me/deletion/cancel", access=Access.USER, scope=None, status=204, errors=(NoDeletion,)
)
def cancel_deletion(request: Request) -> None:
    """Keep your account after all."""
    container().deletions.cancel(request.user)

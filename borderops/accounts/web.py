"""Who the request speaks for, and what a route demands of them."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from borderops.accounts.rules import Permission
from borderops.core.errors import NotAllowed
from borderops.core.messages import N_
from borderops.core.viewer import Viewer, viewer_in


async def request_viewer(request: Request) -> Viewer:
    """The viewer of a request, whom the middleware of signing in found."""
    return viewer_in(request.state)


ViewerDep = Annotated[Viewer, Depends(request_viewer)]

#: What a route's dependency carries so that the table of routes can be read (`permission_of`).
MARK = "borderops_permission"


def requires(permission: Permission) -> Callable[[Viewer], Awaitable[None]]:
    """A dependency that refuses whoever does not have the permission; every route has exactly one.

    `@router.get(..., dependencies=[Depends(requires(Permission.READ_REGISTER))])`
    """

    async def check(viewer: ViewerDep) -> None:
        if not viewer.may(permission):
            raise NotAllowed(N_("Your duties do not cover this."))

    setattr(check, MARK, permission)
    return check


async def public() -> None:
    """A dependency for the few routes that ask for no sign-in: signing in itself and the signs of life."""


setattr(public, MARK, None)

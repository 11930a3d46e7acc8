"""Who the request speaks for."""

from typing import Annotated

from fastapi import Depends

from borderops.core.viewer import LOCAL_OPERATOR, Viewer


async def request_viewer() -> Viewer:
    """The viewer of a request. The program listens on loopback only, so it is the machine's own operator."""
    return LOCAL_OPERATOR


ViewerDep = Annotated[Viewer, Depends(request_viewer)]

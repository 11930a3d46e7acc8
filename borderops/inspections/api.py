"""Inspections over HTTP: record, read, add photos, fetch photos."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile, status

from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.core.texts import KEEPABLE
from borderops.core.viewer import Sees
from borderops.core.web import FilesDep, NowDep, SessionDep
from borderops.inspections import actions, queries
from borderops.inspections.photos import preview
from borderops.inspections.schemas import InspectionIn, InspectionOut, InspectionReceipt, PhotoOut
from borderops.ui.frame import request_translator
from borderops.ui.problems import problems_documented

router = APIRouter(prefix="/api/v1", tags=["inspections"])


@router.post(
    "/inspections",
    status_code=status.HTTP_201_CREATED,
    responses={
        200: {"model": InspectionReceipt, "description": "The same record had been received before"},
        **problems_documented(404, 409, 422),
    },
    dependencies=[Depends(requires(Permission.RECORD_INSPECTION))],
)
def record_inspection(
    request: Request,
    response: Response,
    session: SessionDep,
    viewer: ViewerDep,
    now: NowDep,
    sent: InspectionIn,
) -> InspectionReceipt:
    """Record what was seen at a feature. Sending the same record again is safe and changes nothing."""
    recorded = actions.record_inspection(session, viewer=viewer, sent=sent, now=now)
    session.flush()
    if not recorded.created:
        response.status_code = status.HTTP_200_OK
    translator = request_translator(request)
    held = queries.get_inspection(session, viewer=viewer, inspection_id=recorded.inspection.id)
    return InspectionReceipt(
        inspection=queries.inspection_out(held),
        created=recorded.created,
        warnings=[translator.t(warning) for warning in recorded.warnings],
    )


@router.get(
    "/inspections/{inspection_id}",
    responses=problems_documented(404, 422),
    dependencies=[Depends(requires(Permission.READ_HISTORY))],
)
def get_inspection(session: SessionDep, viewer: ViewerDep, inspection_id: UUID) -> InspectionOut:
    """One inspection, with its photos and what corrects it."""
    return queries.inspection_out(queries.get_inspection(session, viewer=viewer, inspection_id=inspection_id))


@router.post(
    "/inspections/{inspection_id}/photos",
    status_code=status.HTTP_201_CREATED,
    responses=problems_documented(404, 409, 422),
    dependencies=[Depends(requires(Permission.RECORD_INSPECTION))],
)
def attach_photo(
    session: SessionDep,
    viewer: ViewerDep,
    files: FilesDep,
    inspection_id: UUID,
    id: Annotated[UUID, Form(description="Made by the sender, so that sending twice keeps it once.")],  # noqa: A002
    photo: Annotated[UploadFile, File(description="JPEG, PNG or WebP, at most 30 MB.")],
    caption: Annotated[str | None, Form(max_length=1000, pattern=KEEPABLE)] = None,
) -> PhotoOut:
    """Keep a photo with an inspection. Sending the same photo again is safe and changes nothing."""
    kept = actions.attach_photo(
        session,
        viewer=viewer,
        store=files,
        photo_id=id,
        inspection_id=inspection_id,
        content=photo.file.read(),
        caption=caption,
    )
    return queries.photo_out(kept)


@router.get(
    "/photos/{photo_id}",
    response_class=Response,
    responses={
        200: {"content": {"image/jpeg": {}, "image/png": {}, "image/webp": {}}, "description": "The photo"},
        **problems_documented(404, 422),
    },
    dependencies=[Depends(requires(Permission.READ_REGISTER))],
)
def get_photo(
    session: SessionDep,
    viewer: ViewerDep,
    files: FilesDep,
    photo_id: UUID,
    size: Annotated[Literal["full", "preview"], Query(description="As taken, or small.")] = "full",
) -> Response:
    """The photo as it was taken, or a small upright JPEG of it."""
    photo = queries.get_photo(session, viewer=viewer, photo_id=photo_id)
    content = files.read(photo.sha256)
    # What a camera writes into a file says where it stood; only our own people are sent the file itself.
    if size == "preview" or viewer.sees == Sees.SHARED:
        return Response(preview(content), media_type="image/jpeg")
    return Response(content, media_type=photo.media_type)

"""Reading a photo: what it is, how large, when it was taken."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from borderops.core.clock import BORDER_TIME
from borderops.core.errors import InvalidInput
from borderops.core.messages import N_

#: What phones make, by Pillow's name of the format.
MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}

LARGEST_BYTES = 30_000_000

#: The longer side of a preview, in pixels.
PREVIEW_PX = 480


class NotAPhoto(InvalidInput):
    """The file cannot be kept as a photo."""

    code = "not-a-photo"


@dataclass(frozen=True)
class PhotoFacts:
    """What a photo's file says of itself; `taken_at` is read as border time, which cameras there show."""

    media_type: str
    width_px: int
    height_px: int
    taken_at: datetime | None


def read_photo(content: bytes) -> PhotoFacts:
    """What the file is. Raises NotAPhoto for anything but a whole JPEG, PNG or WebP of at most 30 MB."""
    if len(content) > LARGEST_BYTES:
        raise NotAPhoto(
            N_("The photo is larger than %(limit)s MB."), field="photo", limit=LARGEST_BYTES // 1_000_000
        )
    try:
        with Image.open(BytesIO(content)) as image:
            image.load()
            media_type = MEDIA_TYPES.get(image.format or "")
            if media_type is None:
                raise NotAPhoto(N_("Photos are JPEG, PNG or WebP files."), field="photo")
            return PhotoFacts(media_type, image.width, image.height, _taken_at(image))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        raise NotAPhoto(N_("The file is not a whole photo; send it again."), field="photo") from None


def preview(content: bytes) -> bytes:
    """A small JPEG of the photo, upright."""
    with Image.open(BytesIO(content)) as image:
        small = ImageOps.exif_transpose(image)
        small.thumbnail((PREVIEW_PX, PREVIEW_PX))
        target = BytesIO()
        small.convert("RGB").save(target, "JPEG", quality=80)
        return target.getvalue()


def _taken_at(image: Image.Image) -> datetime | None:
    text = image.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
    if not isinstance(text, str):
        return None
    try:
        return datetime.strptime(text.strip("\0 "), "%Y:%m:%d %H:%M:%S").replace(tzinfo=BORDER_TIME)
    except ValueError:
        return None

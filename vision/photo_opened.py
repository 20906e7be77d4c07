"""An image whose pixels are still to be decoded, with all that bounds the work on it."""

from contextlib import AbstractContextManager
from dataclasses import dataclass

from PIL import Image

from vision.photo_codec import codec_errors
from vision.photo_formats import PhotoFormat
from vision.photo_limits import Deadline, PhotoLimits


@dataclass(frozen=True, eq=False)
class OpenedImage:
    """An open image.

    Attributes:
        image: of any format and mode.
        data, format: the file and its format; None for an image that the caller opened, which
            must be left as it is.
    """

    image: Image.Image
    limits: PhotoLimits
    deadline: Deadline
    data: bytes | None = None
    format: PhotoFormat | None = None

    @property
    def is_ours(self) -> bool:
        """Whether nobody else holds the image, so that decoding may change its size."""
        return self.data is not None

    @property
    def frames_build_on_others(self) -> bool:
        """Whether a frame may need all those before it."""
        return self.format is None or self.format.frames_build_on_others

    def codec_errors(self) -> AbstractContextManager[None]:
        """Turns whatever a codec raises into a PhotoError."""
        return codec_errors(self.data, self.format.name if self.format else "")

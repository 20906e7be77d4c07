"""Colours brought to sRGB, by the photo's ICC profile where it has a sound one.

Done at working size, where it costs a few milliseconds whatever the photo's size.
"""

from io import BytesIO

from PIL import Image, ImageCms

# The colour space that a profile must be for, by the mode of the pixels (ICC.1, section 7.2.6).
_PROFILE_SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK", "LAB": "Lab"}


def to_srgb(image: Image.Image, icc_profile: bytes | None) -> Image.Image:
    """The image in mode RGB and the sRGB colour space.

    Without a profile, or with one that is broken or made for another kind of pixels, L and RGB
    are taken for sRGB, CMYK is mixed as light through inks ((1 - ink)(1 - black)), LAB is
    CIE L*a*b* under D50.
    """
    if icc_profile:
        try:
            return _transform(image, ImageCms.ImageCmsProfile(BytesIO(icc_profile)))
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a broken profile says nothing about the colours
    if image.mode == "LAB":
        return _transform(image, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")))
    return image.convert("RGB")


def _transform(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    if profile.profile.xcolor_space.strip() != _PROFILE_SPACES[image.mode]:
        raise ValueError(f"the profile is not for {image.mode} pixels")
    transform = ImageCms.buildTransform(
        profile, ImageCms.createProfile("sRGB"), image.mode, "RGB", ImageCms.Intent.PERCEPTUAL
    )
    return transform.apply(image)

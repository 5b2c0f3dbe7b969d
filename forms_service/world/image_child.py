"""Re-encodes one photo in a process of its own: from standard input to standard output.

It is run as a file, without any environment, and imports nothing of ours. Its limits are set
before it reads the first byte of what somebody sent. Whatever goes wrong ends it; why is not told.
"""

import resource
import sys
import warnings
from io import BytesIO

import pillow_heif
from PIL import Image, ImageCms, ImageOps

LONGEST_SIDE = 2500
_MAX_PIXELS = 110_000_000
"""More than any telephone's camera takes at once; above it an image is a bomb."""
_MEMORY_BYTES = 1024 * 1024 * 1024
_CPU_SECONDS = 20
_QUALITY = 85


def limit_process() -> None:
    """Bound memory and time, and forbid to write files, a picture of the memory included."""
    for limit, most in (
        (resource.RLIMIT_AS, _MEMORY_BYTES),
        (resource.RLIMIT_CPU, _CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))


def reencoded(content: bytes, kind: str) -> bytes:
    """Return the photo as a JPEG: upright, at most 2,500 pixels wide or high, without metadata.

    Always a JPEG, because every program opens one and it holds nothing but the picture; colours
    at full resolution, so that the letters of a screenshot stay sharp. Of an animation the first
    frame remains; what was transparent becomes white.
    """
    with Image.open(BytesIO(content), formats=[kind]) as image:
        # A JPEG is decoded at the size that is needed, not at the camera's.
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        plain = _in_plain_colours(upright)
    plain.info.clear()
    out = BytesIO()
    plain.save(out, "JPEG", quality=_QUALITY, subsampling=0)
    return out.getvalue()


def _in_plain_colours(image: Image.Image) -> Image.Image:
    """Return the image in sRGB, on white."""
    if image.mode.startswith("I"):
        # 16 bits a pixel, as scanners write them; `convert` would cut them off instead.
        image = image.point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        layers = image.convert("RGBA")
        image = Image.new("RGB", layers.size, "white")
        image.paste(layers, mask=layers.getchannel("A"))
        return image
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "CMYK", "L"):
        try:
            converted = ImageCms.profileToProfile(
                image, BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except ImageCms.PyCMSError:
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")


def main() -> None:
    """Re-encode what comes in; `sys.argv[1]` is the only format it may be."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = _MAX_PIXELS
    pillow_heif.register_heif_opener()
    pillow_heif.options.DECODE_THREADS = 1
    limit_process()
    sys.stdout.buffer.write(reencoded(sys.stdin.buffer.read(), sys.argv[1]))


if __name__ == "__main__":
    main()

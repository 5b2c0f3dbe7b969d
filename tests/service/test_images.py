"""Photos leave the child upright, smaller, without metadata; what is hostile ends the child only."""

import asyncio
import re
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from forms_service.rules.files import format_of
from forms_service.world import image_child
from forms_service.world.images import Images, UnreadableImage
from tests.service import pictures
from tests.service.pictures import BLUE, MAKER, RED, WORDS, opened, photo, picture


@pytest.fixture
def images() -> Images:
    return Images()


async def develop(images: Images, content: bytes) -> Image.Image:
    """The photo after it went through the child."""
    kind = format_of(content)
    assert kind is not None
    developed = await images.reencode(content, kind)
    assert format_of(developed) == "JPEG"
    return opened(developed)


def near(image: Image.Image, at: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    pixel = image.getpixel(at)
    assert isinstance(pixel, tuple)
    return all(abs(one - other) < 30 for one, other in zip(pixel, colour, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
async def test_nothing_but_the_picture_is_left(images: Images, kind: str) -> None:
    # Given a photo with its camera, its place and a remark
    content = photo(kind)
    assert MAKER.encode() in content
    assert opened(content).getexif().get_ifd(0x8825)
    # When it is re-encoded
    developed = await images.reencode(content, kind)
    # Then none of it is there, and the picture is
    image = opened(developed)
    assert not dict(image.getexif())
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for secret in (MAKER, WORDS):
        assert secret.encode() not in developed
    assert not re.search(rb"Exif|XMP|ICC_PROFILE|Photoshop", developed)
    assert near(image, (100, 100), RED)
    assert near(image, (300, 100), BLUE)


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [(1, (400, 200), (50, 100)), (3, (400, 200), (350, 100)), (6, (200, 400), (100, 50)),
     (8, (200, 400), (100, 350))],
)  # fmt: skip
async def test_a_photo_stands_upright(
    images: Images, orientation: int, size: tuple[int, int], red_at: tuple[int, int]
) -> None:
    image = await develop(images, photo(orientation=orientation))
    assert image.size == size
    assert near(image, red_at, RED)


@pytest.mark.parametrize(
    ("size", "becomes"),
    [((4000, 3000), (2500, 1875)), ((1000, 5000), (500, 2500)), ((2500, 10), (2500, 10))],
)
async def test_a_photo_has_at_most_2500_pixels_a_side(
    images: Images, size: tuple[int, int], becomes: tuple[int, int]
) -> None:
    assert (await develop(images, photo(size=size))).size == becomes


async def test_an_animation_keeps_its_first_frame(images: Images) -> None:
    out = BytesIO()
    picture().save(
        out, "WEBP", save_all=True, append_images=[Image.new("RGB", pictures.SIZE)], lossless=True
    )
    assert near(await develop(images, out.getvalue()), (100, 100), RED)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
async def test_what_was_transparent_becomes_white(images: Images, kind: str) -> None:
    out, clear = BytesIO(), Image.new("RGBA", (60, 40), (0, 0, 0, 0))
    clear.paste((*RED, 255), (0, 0, 30, 40))
    clear.save(out, kind, lossless=True)
    image = await develop(images, out.getvalue())
    assert near(image, (10, 20), RED)
    assert near(image, (50, 20), (255, 255, 255))


async def test_a_scan_of_16_bits_keeps_its_greys(images: Images) -> None:
    out = BytesIO()
    Image.new("I;16", (40, 40), 128 * 256).save(out, "PNG")
    assert near((await develop(images, out.getvalue())).convert("RGB"), (20, 20), (128,) * 3)


HOSTILE = {
    "bomb": pictures.bomb(),
    "truncated": photo(size=(1000, 1000))[:-3000],
    "head only": b"\xff\xd8\xff\xe0",
    "noise": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
    "another format": b"RIFF\x00\x00\x00\x00WEBP" + photo(),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
async def test_what_is_hostile_or_broken_ends_the_child_alone(
    images: Images, content: bytes
) -> None:
    kind = format_of(content)
    assert kind is not None
    with pytest.raises(UnreadableImage):
        await images.reencode(content, kind)
    # And the next photo is taken
    assert (await develop(images, photo())).size == (400, 200)


async def test_only_the_picture_of_two_files_in_one_is_left(images: Images) -> None:
    developed = await images.reencode(photo() + b"PK\x03\x04" + pictures.PAGE, "JPEG")
    assert b"script" not in developed
    assert b"PK\x03\x04" not in developed


async def test_whoever_takes_too_long_is_stopped() -> None:
    with pytest.raises(UnreadableImage):
        await Images(seconds=0.01).reencode(photo(size=(4000, 3000)), "JPEG")


async def test_no_more_children_than_cores_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a machine with one core, and every child counted while it lives
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    images, start, alive, most = Images(), asyncio.create_subprocess_exec, set(), 0

    async def counted(*arguments: str, **named: object) -> asyncio.subprocess.Process:
        nonlocal most
        child = await start(*arguments, **named)  # type: ignore[arg-type]
        alive.add(child)
        most = max(most, sum(each.returncode is None for each in alive))
        return child

    monkeypatch.setattr(asyncio, "create_subprocess_exec", counted)
    await asyncio.gather(*(images.reencode(photo(), "JPEG") for _ in range(3)))
    assert len(alive) == 3
    assert most == 1


_PROBE = """
import sys, os, resource, tempfile
sys.path.insert(0, {folder!r})
import image_child
image_child.limit_process()
said = []
try:
    with open(os.path.join({writable!r}, "leak"), "wb") as leak:
        leak.write(b"x")
        leak.flush()
    said.append("wrote")
except OSError:
    said.append("could not write")
try:
    bytearray(2 * 1024**3)
    said.append("had memory")
except MemoryError:
    said.append("no memory")
said.append(str(resource.getrlimit(resource.RLIMIT_CORE)))
said.append(str(0 < resource.getrlimit(resource.RLIMIT_CPU)[1] < 60))
print("; ".join(said))
"""


async def test_the_child_can_write_no_file_and_take_no_more_memory(tmp_path: Path) -> None:
    folder = str(Path(image_child.__file__).parent)
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-c", _PROBE.format(folder=folder, writable=str(tmp_path)),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await child.communicate()
    assert said.decode().strip() == "could not write; no memory; (0, 0); True"


async def test_the_child_sees_nothing_of_our_environment(
    images: Images, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, object]] = []
    start = asyncio.create_subprocess_exec

    async def note(*arguments: str, **named: object) -> asyncio.subprocess.Process:
        seen.append(named)
        return await start(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", note)
    await images.reencode(photo(), "JPEG")
    assert seen[0]["env"] == {}
    assert seen[0]["stderr"] == asyncio.subprocess.DEVNULL


def test_the_samples_are_what_they_say() -> None:
    assert picture().getpixel((0, 0)) == RED
    assert len(pictures.bomb()) < 200_000

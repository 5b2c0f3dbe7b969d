"""Files on their way in and out: prepared, sealed with their entry, described, unsealed."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import files, sealing
from forms_service.rules.files import Document, Refusal, Upload
from forms_service.world.images import Images, UnreadableImage
from forms_service.world.store import attachments
from forms_service.world.store.attachments import Attachment
from forms_service.world.store.cases import new_id


@dataclass(frozen=True)
class File:
    """What both sides see of a file; `size_bytes` is that of what is kept."""

    id: str
    entry_id: str
    name: str
    media_type: str
    size_bytes: int


@dataclass(frozen=True)
class Prepared:
    """What can be kept of the files somebody sent, and what can't."""

    documents: Sequence[Document] = ()
    refusals: Sequence[Refusal] = ()


@dataclass(frozen=True)
class SealedFile:
    """A file as the database takes it."""

    attachment: Attachment
    chunks: Sequence[bytes]


async def prepare(images: Images, uploads: Sequence[Upload]) -> Prepared:
    """Look at what was sent, by its content: photos are re-encoded, a PDF stays as it is.

    What can't be taken is said for each file; it never costs the others, nor the text.
    """
    results = await asyncio.gather(
        *(_prepare(images, place, upload) for place, upload in enumerate(uploads, 1))
    )
    return Prepared(
        [each for each in results if isinstance(each, Document)],
        [each for each in results if isinstance(each, Refusal)],
    )


async def _prepare(images: Images, place: int, upload: Upload) -> Document | Refusal:
    if upload.problem:
        return Refusal(place, upload.problem)
    if not upload.content:
        return Refusal(place, files.EMPTY)
    kind = files.format_of(upload.content)
    if kind is None:
        return Refusal(place, files.UNKNOWN_KIND)
    if kind == "PDF":
        name = files.kept_name(upload.name, files.PDF)
        return Document(place, name, files.PDF, upload.content)
    try:
        photo = await images.reencode(upload.content, kind)
    except UnreadableImage:
        return Refusal(place, files.UNREADABLE)
    except OSError:
        return Refusal(place, files.NOT_NOW)
    return Document(place, files.kept_name(upload.name, files.JPEG), files.JPEG, photo)


async def seal_files(
    case_key: bytes, case_id: str, entry_id: str, documents: Iterable[Document]
) -> list[SealedFile]:
    """Seal the files of one entry, beside the event loop and before any transaction begins."""
    return [
        await asyncio.to_thread(_seal, sealing.files_key_of(case_key), case_id, entry_id, each)
        for each in documents
    ]


def _seal(key: bytes, case_id: str, entry_id: str, document: Document) -> SealedFile:
    attachment_id = new_id()
    content = sealing.seal_stream(key, document.content, _context(case_id, attachment_id))
    described = json.dumps(
        [document.name, document.media_type, len(document.content)], ensure_ascii=False
    )
    return SealedFile(
        Attachment(
            id=attachment_id,
            case_id=case_id,
            entry_id=entry_id,
            place=document.place,
            description_sealed=sealing.seal(
                key, described.encode(), f"{case_id}/{attachment_id}/description"
            ),
            header=content.header,
        ),
        content.chunks,
    )


async def store_files(connection: AsyncConnection, sealed: Iterable[SealedFile]) -> None:
    """Keep sealed files; their entry comes first."""
    for each in sealed:
        await attachments.add(connection, each.attachment, each.chunks)


def describe(case_key: bytes, kept: Attachment) -> File:
    """Return what a file is called and what it is."""
    described = sealing.unseal(
        sealing.files_key_of(case_key),
        kept.description_sealed,
        f"{kept.case_id}/{kept.id}/description",
    )
    name, media_type, size_bytes = json.loads(described)
    return File(kept.id, kept.entry_id, name, media_type, size_bytes)


async def unseal_file(case_key: bytes, kept: Attachment, chunks: Sequence[bytes]) -> bytes:
    """Return a file's content, unsealed beside the event loop."""
    return await asyncio.to_thread(
        sealing.unseal_stream,
        sealing.files_key_of(case_key),
        sealing.SealedStream(kept.header, chunks),
        _context(kept.case_id, kept.id),
    )


def _context(case_id: str, attachment_id: str) -> str:
    return f"{case_id}/{attachment_id}/content"

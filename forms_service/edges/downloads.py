"""A file that somebody sent, handed out: to be saved, never to be shown by the browser."""

from urllib.parse import quote

from starlette.responses import Response

from forms_service.usecases.files import File


class Download(Response):
    """An attachment (RFC 6266) that no cache keeps and that may do nothing where it is opened."""

    def __init__(self, file: File, content: bytes) -> None:
        plain = "datei." + file.name.rsplit(".", 1)[-1]
        super().__init__(
            content,
            media_type=file.media_type,
            headers={
                "Content-Disposition": (
                    f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}"
                ),
                "Content-Security-Policy": "sandbox; default-src 'none'",
                "Cache-Control": "no-store",
                "X-Robots-Tag": "noindex",
            },
        )

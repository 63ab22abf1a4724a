"""What a file truly is, told from its first bytes: a sender's word for it is only a hint."""

from dataclasses import dataclass

from bot.chat.messages import Medium

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"  # the workbooks that we make
_HEAD = 64


@dataclass(frozen=True, slots=True)
class _Form:
    """One container. `mimes` are what it may carry, the likeliest first; `mark` stands at `offset`."""

    mark: bytes
    mimes: tuple[str, ...]
    offset: int = 0
    and_at: int = 0
    and_mark: bytes = b""

    def fits(self, head: bytes) -> bool:
        """Whether the file starts so."""
        if not head.startswith(self.mark, self.offset):
            return False
        return head.startswith(self.and_mark, self.and_at)


_FORMS = (
    _Form(b"\xff\xd8\xff", ("image/jpeg",)),
    _Form(b"\x89PNG\r\n\x1a\n", ("image/png",)),
    _Form(b"RIFF", ("image/webp",), and_at=8, and_mark=b"WEBP"),
    _Form(b"ftyphei", ("image/heic",), offset=4),
    _Form(b"ftypmif1", ("image/heic",), offset=4),
    _Form(b"ftypavif", ("image/avif",), offset=4),
    _Form(b"ftypM4A", ("audio/mp4",), offset=4),
    _Form(b"ftypqt", ("video/quicktime",), offset=4),
    _Form(b"ftyp", ("video/mp4", "audio/mp4"), offset=4),
    _Form(b"\x1a\x45\xdf\xa3", ("video/webm", "audio/webm")),
    _Form(b"OggS", ("audio/ogg", "video/ogg")),
    _Form(b"RIFF", ("audio/wav",), and_at=8, and_mark=b"WAVE"),
    _Form(b"#!AMR", ("audio/amr",)),
    _Form(b"ID3", ("audio/mpeg",)),
    _Form(b"\xff\xfb", ("audio/mpeg",)),
    _Form(b"\xff\xf3", ("audio/mpeg",)),
    _Form(b"%PDF-", ("application/pdf",)),
)


def true_mime(content: bytes, claimed: str = "") -> str:
    """The MIME type that the bytes bear out, or "" for a kind that we do not take.

    Some containers carry sound or pictures alike; there `claimed` decides if it is one of the two.
    """
    head = content[:_HEAD]
    claimed = claimed.split(";", 1)[0].strip().lower()
    for form in _FORMS:
        if form.fits(head):
            return claimed if claimed in form.mimes else form.mimes[0]
    return ""


def medium_of(mime: str) -> Medium:
    """How a file of this type was said."""
    match mime.split("/", 1)[0]:
        case "image":
            return Medium.PHOTO
        case "audio":
            return Medium.VOICE
        case "video":
            return Medium.VIDEO
        case _:
            return Medium.DOCUMENT

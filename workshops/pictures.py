"""A logo's bytes: is it a PNG or JPEG, and how large? Its own headers say so, never its name. Pure."""

import struct
import zlib

PNG, JPEG = "image/png", "image/jpeg"
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Start of frame, in all its kinds (ISO/IEC 10918-1, table B.1), without those that are something else.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class NotAPicture(Exception):
    """Neither PNG nor JPEG, or broken off."""


def type_of(content: bytes) -> str:
    """Raises `NotAPicture`."""
    if content.startswith(_PNG_SIGNATURE):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    raise NotAPicture


def size_of(content: bytes) -> tuple[int, int]:
    """Width and height in pixels, of a file that is whole. Raises `NotAPicture`."""
    try:
        width, height = _png(content) if type_of(content) == PNG else _jpeg(content)
    except (struct.error, IndexError):
        raise NotAPicture from None
    if not (width and height):
        raise NotAPicture
    return width, height


def _png(content: bytes) -> tuple[int, int]:
    """Every chunk with its checksum, up to the last one (ISO/IEC 15948, 5)."""
    size: tuple[int, int] | None = None
    has_data = False
    place = len(_PNG_SIGNATURE)
    while True:
        length, kind = struct.unpack_from(">I4s", content, place)
        data = content[place + 8 : place + 8 + length]
        (checksum,) = struct.unpack_from(">I", content, place + 8 + length)
        if len(data) != length or zlib.crc32(kind + data) != checksum:
            raise NotAPicture
        if size is None:
            if kind != b"IHDR":
                raise NotAPicture
            size = struct.unpack_from(">II", data)
        has_data = has_data or kind == b"IDAT"
        if kind == b"IEND":
            if not has_data:
                raise NotAPicture
            return size
        place += 12 + length


def _jpeg(content: bytes) -> tuple[int, int]:
    """Segments up to the frame's, which says the size; the file ends with its own mark."""
    if b"\xff\xd9" not in content[-64:]:
        raise NotAPicture
    place = 2
    while True:
        if content[place] != 0xFF:
            raise NotAPicture
        kind = content[place + 1]
        if kind == 0xFF:  # fill bytes before a marker
            place += 1
            continue
        (length,) = struct.unpack_from(">H", content, place + 2)
        if kind in _FRAMES:
            height, width = struct.unpack_from(">HH", content, place + 5)
            return width, height
        if kind == 0xDA or length < 2:  # the picture's data, and no size before it
            raise NotAPicture
        place += 2 + length

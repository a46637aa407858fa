"""What ODT and ODS share (OASIS OpenDocument 1.3): the package, its metadata, text as XML. Pure."""

import datetime
import io
import re
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from workshops.exports.tree import clean

ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"

_NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "config": "urn:oasis:names:tc:opendocument:xmlns:config:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xlink": "http://www.w3.org/1999/xlink",
}
_NAMESPACES = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in _NAMES.items())
# Zip can't say earlier, and the same document gives the same bytes.
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)
# Where content alone would be ambiguous.
COUNTRIES = {"de": "DE", "en": "GB", "tr": "TR", "uk": "UA", "fr": "FR", "ar": "EG", "fa": "IR", "ru": "RU",
             "ro": "RO"}  # fmt: skip
_SPACES = re.compile(r"\n|\t| {2,}|^ | $")


def part(root: str, inner: str) -> str:
    """A part of the package: `<office:document-…>` around `inner`."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:{root} {_NAMESPACES} office:version="1.3">'
        f"{inner}</office:{root}>"
    )


def text(words: str) -> str:
    """Text inside a paragraph: spaces beyond one, tabs and line ends are elements (part 3, 6.1)."""
    pieces: list[str] = []
    end = 0
    for found in _SPACES.finditer(words):
        pieces.append(escape(words[end : found.start()]))
        end = found.end()
        if found[0] == "\n":
            pieces.append("<text:line-break/>")
        elif found[0] == "\t":
            pieces.append("<text:tab/>")
        else:
            pieces.append(f'<text:s text:c="{len(found[0])}"/>')
    return "".join([*pieces, escape(words[end:])])


def attribute(value: str) -> str:
    """With its quotation marks; white space in it would be made spaces otherwise."""
    return quoteattr(" ".join(clean(value).split()))


def language(code: str, *, is_complex: bool) -> str:
    """The attributes of `style:text-properties` that say the language; scripts like Arabic have their own."""
    short, country = code.split("-")[0], COUNTRIES.get(code.split("-")[0], "none")
    if is_complex:
        return (
            f'style:language-complex={attribute(short)} style:country-complex="{country}" '
            f'fo:language={attribute(short)} fo:country="{country}"'
        )
    return f'fo:language={attribute(short)} fo:country="{country}"'


def meta(title: str, *, creator: str, language: str, made_at: datetime.datetime) -> str:
    moment = made_at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return part(
        "document-meta",
        f"<office:meta><dc:title>{escape(clean(title))}</dc:title><dc:creator>{escape(clean(creator))}"
        f"</dc:creator><meta:creation-date>{moment}</meta:creation-date><dc:date>{moment}</dc:date>"
        f"<dc:language>{escape(language)}</dc:language></office:meta>",
    )


def package(media_type: str, parts: Mapping[str, str], files: Mapping[str, tuple[str, bytes]]) -> bytes:
    """`parts`: XML by name; `files`: media type and bytes by name.

    "mimetype" comes first and isn't compressed, so that a look at the first bytes tells the type (part 2,
    2.3).
    """
    entries = [f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" '
               f'manifest:media-type="{media_type}"/>']  # fmt: skip
    entries += [
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml"/>' for name in parts
    ]
    entries += [
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>'
        for name, (kind, _content) in files.items()
    ]
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
        f"{''.join(entries)}</manifest:manifest>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        _add(archive, "mimetype", media_type.encode(), zipfile.ZIP_STORED)
        for name, content in parts.items():
            _add(archive, name, content.encode(), zipfile.ZIP_DEFLATED)
        for name, (_kind, raw) in files.items():
            _add(archive, name, raw, zipfile.ZIP_STORED)
        _add(archive, "META-INF/manifest.xml", manifest.encode(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes, compression: int) -> None:
    archive.writestr(zipfile.ZipInfo(name, _ZIP_DAY), content, compress_type=compression)

"""The town's look: a colour that can be read, a logo that is one."""

import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import cast
from tests.workshops.documents.conftest import png
from workshops.errors import Refusal
from workshops.models import Branding
from workshops.operations import branding

pytestmark = pytest.mark.django_db
ADDRESS = "/staff/integrationsplan/settings/branding/"


@pytest.mark.parametrize(
    ("colour", "ratio"), [("#ffffff", 1.0), ("#000000", 21.0), ("#767676", 4.54), ("#0b4a6f", 9.4)]
)
def test_contrast_is_what_wcag_says(colour: str, ratio: float) -> None:
    assert branding.contrast_with_white(colour) == pytest.approx(ratio, abs=0.06)


@pytest.mark.parametrize(
    ("colour", "code"),
    [("red", "bad_colour"), ("#12345", "bad_colour"), ("#ffff00", "pale_colour"), ("#777777", "pale_colour")],
)
def test_a_colour_that_cannot_be_read_on_white_is_refused(colour: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        branding.checked_colour(colour)
    assert refused.value.code == code


def _broken_data() -> bytes:
    """Right headers and checksums around data that isn't compressed."""
    header = struct.pack(">IIBBBBB", 40, 20, 8, 2, 0, 0, 0)
    made = b"\x89PNG\r\n\x1a\n"
    for kind, data in ((b"IHDR", header), (b"IDAT", b"nothing"), (b"IEND", b"")):
        made += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return made


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture"),
        (b"GIF89a" + b"x" * 100, "not_a_picture"),
        (png()[:-6], "not_a_picture"),
        (png().replace(b"IDAT", b"IDAX"), "not_a_picture"),
        (b"\xff\xd8\xff\xe0" + b"x" * 100, "not_a_picture"),
        (_broken_data(), "not_a_picture"),
        (png(8, 8), "logo_size"),
        (png(4001, 20), "logo_size"),
        (b"x" * 500_001, "logo_too_large"),
    ],
)
def test_what_is_no_logo_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        branding.checked_logo(content)
    assert refused.value.code == code


def test_a_picture_is_known_by_its_bytes() -> None:
    assert branding.checked_logo(png()).media_type == "image/png"


def signed_in(people: cast.Cast) -> Client:
    client = Client()
    client.force_login(people.sabine)
    return client


def posted(client: Client, **fields: object) -> int:
    data = {"colour": "#1F6F54", "logo_text": "Wappen", "licence": "cc-by-4.0", **fields}
    return client.post(ADDRESS, data).status_code


def test_staff_upload_a_logo_and_look_at_it(people: cast.Cast) -> None:
    client = signed_in(people)
    assert posted(client, logo=SimpleUploadedFile("../x.html", png(), "text/html")) == 302
    found = Branding.objects.get()
    assert (found.colour, found.logo_type, found.logo_text, found.licence) == (
        *("#1f6f54", "image/png", "Wappen", "cc-by-4.0"),
    )
    shown = client.get(f"{ADDRESS}logo/")
    assert (shown.content, shown["Content-Type"], shown["X-Content-Type-Options"]) == (
        *(png(), "image/png", "nosniff"),
    )
    # Saved again without a file: it stays; until somebody takes it away.
    assert posted(client) == 302
    assert Branding.objects.get().logo is not None
    assert posted(client, remove_logo="on") == 302
    assert (Branding.objects.get().logo, Branding.objects.get().logo_type) == (None, "")


def test_a_refused_form_shows_what_was_typed_and_changes_nothing(people: cast.Cast) -> None:
    client = signed_in(people)
    answer = client.post(ADDRESS, {"colour": "#ffff00", "logo_text": "Wappen", "licence": "cc-by-4.0"})
    page = answer.content.decode()
    assert 'value="#ffff00"' in page
    assert "zu hell zum Lesen" in page
    assert 'value="Wappen"' in page
    assert not Branding.objects.exists()


def test_a_logo_without_words_is_refused(people: cast.Cast) -> None:
    client = signed_in(people)
    assert posted(client, logo=SimpleUploadedFile("x.png", png()), logo_text="") == 200
    assert not Branding.objects.exists()

"""The logo as pages load it: small in bytes, of a known size, the whole one only for paper and sharing."""

import importlib
import random
import re
import struct
import zlib

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import cast
from tests.workshops.documents.conftest import png
from workshops import pictures
from workshops.exports import logo
from workshops.models import Branding
from workshops.operations import branding

ADDRESS = "/staff/integrationsplan/settings/branding/"


def noise(width: int, height: int) -> bytes:
    """A picture that no compression makes smaller."""
    rows = b"".join(b"\0" + random.Random(row).randbytes(width * 4) for row in range(height))
    made = b"\x89PNG\r\n\x1a\n"
    for kind, data in (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ):
        made += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return made


@pytest.mark.parametrize(
    ("width", "height", "shown"),
    [
        (40, 20, (40, 20)),
        (400, 88, (200, 44)),
        (4000, 16, (204, 1)),
        (300, 400, (33, 44)),
        (60, 30, (60, 30)),
    ],
)
def test_pages_say_the_size_in_which_they_show_it(width: int, height: int, shown: tuple[int, int]) -> None:
    assert logo.shown_size(png(width, height)) == shown


@pytest.mark.parametrize("size", [(300, 400), (350, 350), (600, 130), (1, 1000), (103, 45)])
def test_no_picture_costs_a_page_more_than_ten_kilobytes(size: tuple[int, int]) -> None:
    whole = noise(*size)
    made = logo.for_pages(whole)
    assert len(made) <= logo.MOST_BYTES
    width, height = pictures.size_of(made)
    assert min(width, height) >= 1
    assert max(width - 408, height - 88) <= 0 or made == whole


def test_a_plain_one_is_sharp_on_dense_screens() -> None:
    assert pictures.size_of(logo.for_pages(png(3000, 660))) == (400, 88)


def test_what_is_small_stays_as_it_is() -> None:
    assert logo.for_pages(png(200, 88)) == png(200, 88)


@pytest.mark.django_db
def test_pages_load_the_small_one_and_those_who_share_the_whole(people: cast.Cast) -> None:
    staff, whole = Client(), noise(350, 77)
    staff.force_login(people.sabine)
    upload = SimpleUploadedFile("logo.png", whole, "image/png")
    data = {"colour": "", "logo_text": "Wappen", "licence": "cc-by-4.0", "logo": upload}
    assert staff.post(ADDRESS, data).status_code == 302
    page = Client().get("/integrationsplan/").content.decode()
    (image,) = re.findall(r'<img class="brand__logo"[^>]*>', page)
    assert 'width="200" height="44"' in image
    small = Client().get(re.findall(r'src="([^"]+)"', image)[0])
    assert (len(small.content) <= logo.MOST_BYTES, small["Content-Type"]) == (True, "image/png")
    (shared,) = re.findall(r'<meta property="og:image" content="[^"]*?(/integrationsplan/[^"]+)"', page)
    assert Client().get(shared.replace("&amp;", "&")).content == whole
    assert staff.get(f"{ADDRESS}logo/").content == whole


@pytest.mark.django_db
def test_logos_from_before_say_their_size_too(people: cast.Cast) -> None:
    process = people.process
    look = Branding.objects.create(
        process=process, colour="#1f6f54", logo=png(400, 88), logo_type="image/png"
    )
    process.look = {"colour": "#1f6f54", "logo": branding.look_of(look)["logo"]}
    process.save(update_fields=["look"])
    migration = importlib.import_module("workshops.migrations.0044_size_of_the_logo")
    migration.keep_the_size(apps, None)
    process.refresh_from_db()
    assert process.look == branding.look_of(look)

"""The town's look: a colour that can be read, a logo that is one."""

import re
import struct
import zlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import cast
from tests.workshops.documents.conftest import png
from workshops import colours
from workshops.errors import Refusal
from workshops.models import Branding
from workshops.operations import branding

pytestmark = pytest.mark.django_db
ADDRESS = "/staff/integrationsplan/settings/branding/"
STYLES = Path(__file__).parents[3] / "config" / "static" / "css"


@pytest.mark.parametrize(
    ("colour", "ratio"), [("#ffffff", 1.0), ("#000000", 21.0), ("#767676", 4.54), ("#0b4a6f", 9.4)]
)
def test_contrast_is_what_wcag_says(colour: str, ratio: float) -> None:
    assert colours.contrast(colour, "#ffffff") == pytest.approx(ratio, abs=0.06)
    assert colours.contrast("#ffffff", colour) == colours.contrast(colour, "#ffffff")


@pytest.mark.parametrize(
    ("colour", "code"),
    [("red", "bad_colour"), ("#12345", "bad_colour"), ("#ffff00", "pale_colour"), ("#777777", "pale_colour")],
)
def test_a_colour_that_cannot_be_read_on_light_ground_is_refused(colour: str, code: str) -> None:
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
    assert "zu hell zum Lesen: Der Kontrast ist 1,0 : 1, nötig sind mindestens 4,5 : 1." in page
    assert 'value="Wappen"' in page
    assert not Branding.objects.exists()


def test_a_logo_without_words_is_refused(people: cast.Cast) -> None:
    client = signed_in(people)
    assert posted(client, logo=SimpleUploadedFile("x.png", png()), logo_text="") == 200
    assert not Branding.objects.exists()


def test_whoever_corrects_something_else_is_told_to_choose_the_picture_again(people: cast.Cast) -> None:
    client = signed_in(people)
    details = {"colour": "#ffff00", "logo_text": "Wappen", "licence": "cc-by-4.0"}
    answer = client.post(ADDRESS, {**details, "logo": SimpleUploadedFile("x.png", png())})
    assert "Bitte wählen Sie auch das Bild noch einmal aus." in answer.text
    answer = client.post(ADDRESS, {**details, "logo": SimpleUploadedFile("x.png", b"no picture")})
    assert "noch einmal aus" not in answer.text
    assert "noch einmal aus" not in client.post(ADDRESS, details).text


@pytest.mark.parametrize("colour", ["#000000", "#0b4a6f", "#1f6f54", "#a8201a", "#6a3d00", "#4b0082"])
def test_a_colour_is_readable_on_every_ground_of_the_pages(colour: str) -> None:
    light, dark = (
        re.findall(
            r"--(?:bg|surface|tint|tint-2): (#[0-9a-f]{3,6})", (STYLES / name).read_text().split("}")[0]
        )
        for name in ("site.css", "dark.css")
    )
    as_hex = {"#fff": "#ffffff"}
    assert branding.checked_colour(colour) == colour
    grounds = [as_hex.get(each, each) for each in light if each != "#dde9f1"]  # that one has --deep on it
    assert min(colours.contrast(colour, ground) for ground in grounds) >= colours.LEAST_CONTRAST
    assert min(colours.contrast(colours.on_dark(colour), ground) for ground in dark[:4]) >= 4.5
    # White on the brand's colour, and the dark letters on its light shade.
    assert colours.contrast("#ffffff", colour) >= 4.5
    assert colours.contrast("#06202f", colours.on_dark(colour)) >= 4.5


def _limits() -> list[str]:
    """Of many hues, the palest that is taken."""
    found = []
    for hue in ("#ff0000", "#00ff00", "#0000ff", "#ff00ff", "#00ffff", "#ffff00", "#ffffff", "#1f6f54"):
        tones = (colours.mixed("#000000", hue, share / 200) for share in range(201))
        found.append([each for each in tones if colours.weakest(each) >= colours.LEAST_CONTRAST][-1])
    return found


@pytest.mark.parametrize("colour", _limits())
def test_the_palest_colour_that_is_taken_is_read_on_heroes_and_alerts(colour: str) -> None:
    """With the tones as the stylesheet has them now: another one there must fail here."""
    css = (STYLES / "site.css").read_text()
    assert branding.checked_colour(colour) == colour
    (hero,) = re.findall(r"\.hero--brand \{ (--[^}]*background: var\(--hero\)[^}]*)\}", css)
    tones = dict(re.findall(r"(--[\w-]+): (#[0-9a-f]+)", hero))
    assert tones.keys() == {"--brand", "--deep", "--quiet", "--hue", "--focus", "--tint-2"}
    letters = [tones["--deep"], tones["--quiet"], tones["--hue"], "#ffffff"]
    assert min(colours.contrast(colour, each) for each in letters) >= colours.LEAST_CONTRAST
    assert colours.contrast(colour, tones["--focus"]) >= 3  # 1.4.11: no letters, a frame
    assert tones["--tint-2"] == "#fff2"
    assert colours.contrast("#ffffff", colours.mixed(colour, "#ffffff", 0x22 / 0xFF)) >= 4.5
    light, dark = css, (STYLES / "dark.css").read_text()
    alerts = [re.findall(r"--(?:ok|warn|bad|info)-bg: (#[0-9a-f]{6})", each) for each in (light, dark)]
    assert [len(each) for each in alerts] == [4, 4]
    assert min(colours.contrast(colour, each) for each in alerts[0]) >= colours.LEAST_CONTRAST
    assert min(colours.contrast(colours.on_dark(colour), each) for each in alerts[1]) >= 4.5


def test_staff_read_that_the_look_is_of_every_page_at_once(people: cast.Cast) -> None:
    client = signed_in(people)
    page = client.get(ADDRESS).content.decode()
    assert "alle öffentlichen Seiten aus, sobald Sie speichern" in page
    assert "auf jeder Seite und jedem Dokument" in page
    assert "Auf Weiß" not in page
    posted(client)
    assert "So sehen jetzt alle öffentlichen Seiten" in client.get(ADDRESS).content.decode()


def test_every_page_wears_the_towns_colour_and_logo(people: cast.Cast) -> None:
    client = signed_in(people)
    plain = Client().get("/integrationsplan/").content.decode()
    assert "look/" not in plain
    assert Client().get("/integrationsplan/look/style.css").status_code == 404
    assert Client().get("/integrationsplan/look/logo").status_code == 404
    posted(client, logo=SimpleUploadedFile("logo.png", png(), "image/png"))
    page = Client().get("/ar/integrationsplan/").content.decode()
    style, logo = re.findall(r'(?:href|src)="(/integrationsplan/look/[^"]+)"', page)
    assert style == "/integrationsplan/look/style.css?1f6f54"
    found = Client().get(style)
    assert found["Content-Type"] == "text/css; charset=utf-8"
    assert found.content.decode().startswith(":root{--brand:#1f6f54;")
    picture = Client().get(logo)
    assert (picture.content, picture["Content-Type"]) == (png(), "image/png")
    assert "immutable" in picture["Cache-Control"]
    # Another logo has another address, none has none.
    posted(client, logo=SimpleUploadedFile("logo.png", png(60, 30), "image/png"))
    assert f'src="{logo}"' not in Client().get("/integrationsplan/").content.decode()
    posted(client, colour="", remove_logo="on")
    assert "look/" not in Client().get("/integrationsplan/").content.decode()


def test_the_look_of_a_process_that_is_not_public_is_for_staff(people: cast.Cast) -> None:
    client = signed_in(people)
    posted(client, logo=SimpleUploadedFile("logo.png", png(), "image/png"))
    type(people.process).objects.update(is_public=False)
    addresses = ["/integrationsplan/look/style.css", "/integrationsplan/look/logo"]
    assert [Client().get(each).status_code for each in addresses] == [404, 404]
    assert [client.get(each)["Cache-Control"].split(",")[0] for each in addresses] == ["private", "private"]

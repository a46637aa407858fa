"""Letters: what stands on them, in which order and direction, and that nothing in them is read as markup."""

import io
import os
import re
import subprocess
import sys
from typing import Any

import pypdf
import pytest

from notifications import letters
from notifications.letters import Letter, Part, Unprintable
from workshops.exports import typesetting

LINK = "https://beteiligung.example/de/my/" + "a-_Z" * 10 + "xyz/"


def a_letter(**fields: Any) -> Letter:
    given: dict[str, Any] = {
        "recipient": ["Olga Petrova", "Marktplatz 1", "72379 Hechingen"],
        "sender": "Hechingen · Integrationsplan",
        "information": ["Hechingen", "07471 930-0", "20. Juni 2020"],
        "language": "de",
        "is_right_to_left": False,
        "subject": "Erinnerung: Bildung und Sprache",
        "greeting": "Guten Tag Olga Petrova,",
        "parts": [Part("", f"wir erinnern Sie an:\n\nBildung\n7. Juli 2020\n\nZur Konferenz:\n{LINK}")],
        "link": LINK,
        "link_text": "Ihre Anmeldungen:",
        "qr_text": "QR-Code mit Ihrem Link",
        "closing": ["Mit freundlichen Grüßen", "Hechingen"],
    }
    return Letter(**{**given, **fields})


def pages(*found: Letter) -> list[str]:
    document = pypdf.PdfReader(io.BytesIO(letters.pdf(found, title="Briefe")))
    return [page.extract_text() for page in document.pages]


def test_a_letter_says_everything_in_order() -> None:
    (page,) = pages(a_letter())

    assert page.split("\n") == [
        "Hechingen · Integrationsplan",
        "Olga Petrova",
        "Marktplatz 1",
        "72379 Hechingen",
        "Hechingen",
        "07471 930-0",
        "20. Juni 2020",
        "Erinnerung: Bildung und Sprache",
        "Guten Tag Olga Petrova,",
        "wir erinnern Sie an:",
        "Bildung",
        "7. Juli 2020",
        "Zur Konferenz:",
        LINK,
        "Ihre Anmeldungen:",
        LINK,
        "Mit freundlichen Grüßen",
        "Hechingen",
    ]


def test_the_address_stands_in_the_window() -> None:
    """DIN 5008 form B, DIN 680: 20 to 105 mm from the left, 45 to 90 mm from above."""
    found: list[tuple[str, float, float]] = []

    def look(text: str, matrix: Any, text_matrix: list[float], *_font: Any) -> None:
        if text.strip():
            # PDF counts from below, in points of 1/72 inch; the page's own matrix turns that around.
            x = matrix[0] * text_matrix[4] + matrix[2] * text_matrix[5] + matrix[4]
            y = matrix[1] * text_matrix[4] + matrix[3] * text_matrix[5] + matrix[5]
            found.append((text.strip(), x / 72 * 25.4, 297 - y / 72 * 25.4))

    document = pypdf.PdfReader(io.BytesIO(letters.pdf([a_letter()], title="Briefe")))
    document.pages[0].extract_text(visitor_text=look)
    for line in ("Hechingen · Integrationsplan", "Olga Petrova", "Marktplatz 1", "72379 Hechingen"):
        (x, y), *_ = [(x, y) for text, x, y in found if text == line]
        assert 20 <= x <= 105, (line, x)
        assert 45 <= y <= 90, (line, y)


def test_each_letter_has_a_page_of_its_own() -> None:
    first, second = pages(a_letter(), a_letter(recipient=["Hans Vogel", "Gasse 2", "72379 Hechingen"]))
    assert "Olga Petrova" in first
    assert "Hans Vogel" not in first
    assert "Hans Vogel" in second


@pytest.mark.parametrize(
    "evil",
    [
        '#panic("boom") #sys.inputs',
        "*fett* _kursiv_ $x^2$ `roh` = Titel",
        '#image("/etc/passwd") \\u{41}',
        '"]; #let x = 1 //',
        "<label> @ref [Klammer] #{1+1}",
    ],
)
def test_nothing_is_read_as_markup(evil: str) -> None:
    (page,) = pages(
        a_letter(recipient=[evil, "Weg 1"], subject=evil, greeting=evil, parts=[Part(evil, evil)])
    )
    assert page.count(evil) == 5


def test_arabic_letters_are_written_from_the_right_with_a_font_that_has_them() -> None:
    arabic = a_letter(
        language="ar", is_right_to_left=True, greeting="مرحبا أمينة", parts=[Part("", "نذكركم بهذه الورشة")]
    )
    content = letters.pdf([arabic], title="Briefe")
    document = pypdf.PdfReader(io.BytesIO(content))
    fonts = {
        str(font.get_object()["/BaseFont"])
        for font in document.pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    assert any("NotoNaskhArabic" in name for name in fonts)
    assert set("نذكركم") <= set(document.pages[0].extract_text())


def test_a_character_that_no_font_has_is_named_and_not_printed_as_a_box() -> None:
    with pytest.raises(Unprintable) as refused:
        pages(a_letter(greeting="Guten Tag 中文"))
    assert refused.value.character in "中文"


def test_without_its_font_an_arabic_letter_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr(typesetting, "FONTS", tmp_path_factory.mktemp("no fonts"))
    assert len(pages(a_letter())) == 1
    with pytest.raises(Unprintable):
        pages(a_letter(greeting="مرحبا"))


def test_signs_that_nobody_sees_don_t_spoil_a_letter() -> None:
    (page,) = pages(a_letter(greeting="Guten\u202fTag\u200b \u202eOlga\u0007,"))
    assert re.search(r"Guten\s?Tag Olga,", page.replace("\u00a0", " "))


def test_the_document_is_accessible_and_speaks_its_languages() -> None:
    content = letters.pdf([a_letter()], title="Briefe: Integrationsplan")
    document = pypdf.PdfReader(io.BytesIO(content))
    catalog = document.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert str(catalog["/Lang"]) == "de"  # type: ignore[index]
    assert b"pdfuaid" in content
    assert document.metadata is not None
    assert document.metadata.title == "Briefe: Integrationsplan"


def test_workers_do_not_load_what_prints_letters() -> None:
    # typst is theirs, too, since they make documents: 6 MB, loaded once before their processes are forked.
    code = (
        "import django, sys; django.setup(); import notifications.tasks, workshops.tasks; "
        "print(sorted({'notifications.letters', 'qrcode'} & sys.modules.keys()))"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    said = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout.splitlines()[-1] == "[]"


def test_a_long_letter_goes_on_on_a_second_page() -> None:
    (first, second, third) = pages(
        a_letter(parts=[Part(f"Workshop {number}", "Text\n\n" * 3) for number in range(12)]), a_letter()
    )
    assert "Workshop 0" in first
    assert "Workshop 11" in second
    assert "Olga Petrova" in third

"""Does the search for secrets find what is hidden? Else it would be content with anything."""

import base64
import html
import json
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.runtime.searching import everything_in, forms_of, found, mails_in

SECRET = "geheim/nis+das=nirgends&stehen-darf"


@pytest.mark.parametrize(
    "write",
    [
        str,
        lambda word: quote(word, safe=""),
        html.escape,
        lambda word: json.dumps([word]),
        *(
            lambda word, before=before: base64.b64encode(f"{'x' * before}{word} and more".encode()).decode()
            for before in range(5)
        ),
        lambda word: base64.urlsafe_b64encode(json.dumps([[], {"key": word}]).encode()).decode(),
    ],
)
def test_a_secret_is_found_however_it_is_written(write: Callable[[str], str]) -> None:
    places = [("here", f"before {write(SECRET)} after".encode()), ("there", b"nothing")]
    assert found(places, [SECRET, "another-word"]) == [("here", SECRET)]


def test_a_secret_is_found_in_each_part_of_a_mail(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["Subject"] = f"Grüße, {SECRET}"
    mail.set_content(f"Grüße, {SECRET}", cte="quoted-printable")
    mail.add_alternative(f"<p>{'x' * 90} {SECRET}", subtype="html", cte="base64")
    mail.add_attachment(f"DESCRIPTION:{SECRET}".encode(), maintype="text", subtype="calendar")
    (tmp_path / "1").write_bytes(mail.as_bytes())

    assert [name for name, _word in found(mails_in(tmp_path), [SECRET])] == [
        *("1: headers", "1: text/plain", "1: text/html", "1: text/calendar")
    ]
    assert len(list(everything_in(tmp_path))) == 1


def test_a_short_word_is_not_looked_for_in_base64() -> None:
    assert forms_of("jwt=") == {b"jwt=", b"jwt%3D"}

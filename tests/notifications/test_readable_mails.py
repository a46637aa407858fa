"""Every mail in every language, for whoever reads it with eyes, ears or in plain text.

WCAG 2.2 as far as it means mails: 1.3.1, 1.4.3, 2.4.4, 3.1.1; EN 301 549, 11 for the plain part.
"""

import re
from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest
from django.conf import settings

from notifications import emails
from notifications.models import Delivery, Kind
from tests.notifications.conftest import Stage
from tests.notifications.test_golden import owe
from workshops.colours import LEAST_CONTRAST, contrast
from workshops.models import Participant, User

# A link's words are read alone, from a list of all links: these say nothing there.
EMPTY_WORDS = {
    *("hier", "hier klicken", "klicken sie hier", "link", "mehr", "weiter"),
    *("here", "click here", "more", "هنا", "اضغط هنا", "buraya", "burada", "buraya tıklayın", "tıklayın"),
    *("тут", "натисніть тут", "здесь", "нажмите здесь", "aici", "clic aici", "ici", "cliquez ici"),
}
RIGHT_TO_LEFT = ("ar",)


def written(kind: Kind, language: str) -> tuple[str, str, str]:
    """The one mail of its kind that is owed, to a reader of that language: subject, text, HTML."""
    Participant.objects.update(language=language)
    User.objects.update(language=language)
    Delivery.objects.exclude(language="").update(language=language)
    mail = emails.Writer().write(emails.with_what_they_need(Delivery.objects.filter(kind=kind)).get())
    message = message_from_bytes(mail.content, policy=policy.default)
    text, html = (message.get_body((each,)) for each in ("plain", "html"))
    assert text is not None
    assert html is not None
    return message["Subject"], text.get_content(), html.get_content()


class _Html(HTMLParser):
    """What stands in a mail's HTML: its links, coloured places, languages, and the text that is seen."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.styles: list[dict[str, str]] = []
        self.languages: list[tuple[str, str | None, str | None]] = []
        self.seen = ""
        self._in_title = False
        self._link: str | None = None
        self._words = ""
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in_title = tag == "title"
        if tag in ("html", "body"):
            self.languages.append((tag, given.get("lang"), given.get("dir")))
        if style := given.get("style"):
            self.styles.append({name.strip(): value.strip() for name, _, value in
                                (each.partition(":") for each in style.split(";"))})  # fmt: skip
        if tag == "a":
            self._link, self._words = given.get("href"), ""

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False
        if tag == "a" and self._link:
            self.links.append((self._link, " ".join(self._words.split())))
            self._link = None

    def handle_data(self, data: str) -> None:
        self._words += data
        self.seen += "" if self._in_title else data


def what_is_wrong(text: str, html: str, language: str, *, is_written_by_staff: bool = False) -> list[str]:
    page = _Html(html)
    direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    wrong = [
        f"{tag}: lang={lang} dir={way}"
        for tag, lang, way in page.languages
        if (lang, way) != (language, direction)
    ]
    wrong += ["says its language in one place only"] * (len(page.languages) != 2)
    # Whoever reads the text alone can do the same, and knows the same times, numbers and addresses.
    wrong += [
        f"not in the text: {address}"
        for address, _words in page.links
        if address.removeprefix("mailto:") not in text
    ]
    wrong += [
        f"not in the text: {number}"
        for number in set(re.findall(r"\d+", page.seen)) - set(re.findall(r"\d+", text))
    ]
    wrong += ["a tag in the text"] * bool(re.search(r"</?(?:a|p|br|bdi|strong|div|span)\b", text))
    for address, words in page.links:
        if address.startswith("mailto:") or (is_written_by_staff and words == address):
            continue  # The address is its own name.
        if not words or words.casefold().strip(" .:!>»→") in EMPTY_WORDS or "://" in words:
            wrong.append(f"a link that says nothing: {words!r} to {address}")
    targets = {(words, address) for address, words in page.links}
    wrong += [
        f"two links of one name: {words}"
        for words in {words for words, _address in targets}
        if sum(each == words for each, _address in targets) > 1
    ]
    for style in page.styles:
        colour, ground = style.get("color"), style.get("background")
        if (colour is None) != (ground is None):
            wrong.append(f"one colour of two: on a dark screen nobody knows the other: {style}")
        elif colour and ground and contrast(colour, ground) < LEAST_CONTRAST:
            wrong.append(f"too little contrast: {colour} on {ground}")
        if (size := style.get("font-size", "14px")) and int(size.removesuffix("px")) < 14:
            wrong.append(f"too small: {size}")
    return wrong


@pytest.mark.parametrize("kind", list(Kind))
def test_a_mail_can_be_read_by_everyone_in_each_language(
    kind: Kind, stage: Stage, stable_links: None
) -> None:
    owe(kind, "de", stage)
    process = stage.cast.process
    process.contact_phone = "07471 930-0"
    process.save(update_fields=["contact_phone"])
    wrong, subjects = [], set()
    for language, _name in settings.LANGUAGES:
        subject, text, html = written(kind, language)
        # A campaign's words are the town's: where it puts a bare address, it stays one.
        found = what_is_wrong(
            text,
            html,
            language,
            is_written_by_staff=kind == Kind.INVITATION,
        )
        wrong += [f"{language}: {each}" for each in found]
        subjects.add(subject.strip() and language)
    assert wrong == []
    assert subjects == {language for language, _name in settings.LANGUAGES}


def test_what_is_looked_for_is_found() -> None:
    html = """<html lang="de" dir="rtl"><title>9</title><body lang="de" dir="rtl">
        <p style="color:#777777;background:#888888">18 Uhr</p><p style="color:#000000;font-size:9px">x</p>
        <a href="https://a.example/1">hier</a> <a href="https://a.example/2">Mehr</a>
        <a href="https://a.example/2">Anmelden</a> <a href="https://a.example/3">Anmelden</a></body></html>"""
    text = "https://a.example/1 https://a.example/2 <p>"
    assert what_is_wrong(text, html, "de") == [
        "html: lang=de dir=rtl",
        "body: lang=de dir=rtl",
        "not in the text: https://a.example/3",
        "not in the text: 18",
        "a tag in the text",
        "a link that says nothing: 'hier' to https://a.example/1",
        "a link that says nothing: 'Mehr' to https://a.example/2",
        "two links of one name: Anmelden",
        "too little contrast: #777777 on #888888",
        "one colour of two: on a dark screen nobody knows the other: "
        "{'color': '#000000', 'font-size': '9px'}",
        "too small: 9px",
    ]

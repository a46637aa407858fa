"""What stands in a mail in another language than the mail's own, and whose clock its times go by.

WCAG 2.2, 3.1.2 (language of parts): mails fall back as pages do, and somebody's words stay in their language.
"""

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.template import Context, Engine
from django.utils import translation

from notifications import emails
from notifications.models import Kind
from notifications.templatetags.direction import isolated
from tests.notifications.conftest import Stage
from tests.notifications.test_golden import owe
from tests.notifications.test_readable_mails import written
from workshops import dates
from workshops.models import ActionField, ProposedMeasure, Workshop, localised
from workshops.templatetags.localised import named, typed, typed_attributes

# German words of the stage, of which there is no Arabic: a process's and a field's name, what people wrote.
GERMAN = {
    *("Integrationsplan", "Bildung", "Sprache", "Moderation", "krank", "Kurse", "Abend", "abends", "nachts"),
    *("Bus", "Abendkurse", "Schule", "gemeint", "Arbeit"),
}


class _Parts(HTMLParser):
    """Each piece of text with the language and direction that hold for it."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self._around = [("", "", "")]
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("meta", "br", "hr"):
            return
        given = dict(attrs)
        _tag, language, direction = self._around[-1]
        self._around.append((tag, given.get("lang") or language, given.get("dir") or direction))

    def handle_endtag(self, tag: str) -> None:
        assert self._around.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        _tag, language, direction = self._around[-1]
        self.found.append((data, language, direction))


@pytest.mark.parametrize("kind", list(Kind))
def test_each_time_in_a_mail_stands_beside_whose_it_is(kind: Kind, stage: Stage, stable_links: None) -> None:
    owe(kind, "de", stage)
    _subject, text, html = written(kind, "de")
    for lines in (text.splitlines(), re.split(r"</(?:p|li|div)>", html)):
        timed = [line for line in lines if re.search(r"\d\d:\d\d", re.sub(r"<[^>]*>", "", line))]
        assert [line for line in timed if "Zeit in Hechingen" not in line] == []


@pytest.mark.parametrize(
    "kind", [Kind.PLEASE_CONFIRM, Kind.CONFIRM_ADDRESS, Kind.MINUTES_IN_REVIEW, Kind.PRIORITIES_OPEN]
)
def test_a_deadline_names_the_towns_time_in_each_part(kind: Kind, stage: Stage, stable_links: None) -> None:
    owe(kind, "de", stage)
    for part in written(kind, "de")[1:]:
        deadline = re.findall(
            r"bis \w+, \d+\. \w+ \d{4}, \d\d:\d\d Uhr (\([^)]*\))", part.replace("\u00a0", " ")
        )
        assert deadline == ["(Zeit in Hechingen)"]


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("kind", [Kind.PLEASE_CONFIRM, Kind.MINUTES_IN_REVIEW])
def test_no_bracket_stands_in_another(kind: Kind, language: str, stage: Stage, stable_links: None) -> None:
    """Some languages put the town in brackets."""
    owe(kind, language, stage)
    for part in written(kind, language)[1:]:
        assert "Hechingen" in part
        assert re.findall(r"\([^()]*\([^()]*\)", part) == []
    if language == "uk":
        assert "12:00 · Місцевий час (Hechingen)." in part


def test_a_town_with_brackets_of_its_own_stands_behind_a_dot(stage: Stage) -> None:
    process = stage.cast.process
    process.town = "Frankfurt (Oder)"
    said = dates.placed_moment_text(stage.workshop.starts_at, process).replace("\u00a0", " ")
    assert said == "Dienstag, 7. Juli 2020, 18:00 Uhr · Zeit in Frankfurt (Oder)"


def test_a_campaigns_date_names_it_in_the_text_and_not_in_the_subject(stage: Stage) -> None:
    campaign = stage.campaign(
        workshop=stage.workshop, subject=localised("Am {date}"), text=localised("Kommen Sie am {date}.")
    )
    preview = emails.preview(campaign, reader_language="de", reader=stage.cast.sabine)
    assert preview.subject.replace("\u00a0", " ") == "Am Dienstag, 7. Juli 2020, 18:00 bis 20:00 Uhr"
    for part in (preview.text, preview.html):
        assert "20:00 Uhr (Zeit in Hechingen)." in part.replace("\u00a0", " ")


@pytest.mark.parametrize("kind", list(Kind))
def test_german_words_in_an_arabic_mail_say_that_they_are(
    kind: Kind, stage: Stage, stable_links: None
) -> None:
    owe(kind, "ar", stage)
    _subject, _text, html = written(kind, "ar")
    german = {
        (language, direction)
        for words, language, direction in _Parts(html).found
        if GERMAN & set(re.findall(r"\w+", words))
    }
    # What an office gets is German as a whole.
    assert german == {("de", "ltr")}


def test_what_there_is_in_the_readers_language_is_not_marked(stage: Stage, stable_links: None) -> None:
    stage.cast.process.name = localised({"de": "Plan", "ar": "خطة"})
    stage.cast.process.save(update_fields=["name"])
    Workshop.objects.update(title=localised({"de": "Lernen", "ar": "تعلم"}))
    owe(Kind.CONFIRMED, "ar", stage)
    _subject, _text, html = written(Kind.CONFIRMED, "ar")
    assert "<strong>تعلم</strong>" in html
    assert {language for words, language, _way in _Parts(html).found if words.strip()} == {"ar"}


def test_a_workshops_name_is_marked_where_it_falls_back(stage: Stage) -> None:
    ActionField.objects.update(name=localised("A & B"))
    workshop = Workshop.objects.select_related("series__field").get()
    with translation.override("fr"):
        assert named(workshop) == '<bdi lang="de" dir="ltr">A &amp; B</bdi>\u00a0: atelier 1'
        workshop.title = localised({"ar": "تعلم"})
        assert named(workshop) == '<bdi lang="ar" dir="rtl">تعلم</bdi>'
    with translation.override("de"):
        workshop.title = localised("")
        assert named(workshop) == "A &amp; B: Workshop 1"


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [
        ("Die Moderation ist krank.", "", ' lang="de" dir="ltr"'),
        # The language that was said is the language.
        ("Pain", "en", ' lang="en" dir="ltr"'),
        ("خبز", "ar", ' lang="ar" dir="rtl"'),
        ("Du pain", "fr", ' dir="auto"'),
        # Nobody said it, and it isn't German: no voice is better than a wrong one.
        ("خبز", "", ' dir="auto"'),
        ("Больна", "", ' dir="auto"'),
        ("Ψωμί", "", ' dir="auto"'),
        ("The moderator of the evening is ill and we are sorry.", "", ' dir="auto"'),
    ],
)
def test_typed_words_are_in_the_language_that_was_said_else_in_german(
    text: str, language: str, shown: str
) -> None:
    with translation.override("fr"):
        assert typed_attributes(text, language) == shown


def test_typed_words_cannot_write_html() -> None:
    with translation.override("fr"):
        assert typed("<b>krank", '"') == '<bdi lang="&quot;" dir="ltr">&lt;b&gt;krank</bdi>'
    with translation.override("de-simple"):
        assert typed("krank & müde") == '<bdi dir="auto">krank &amp; müde</bdi>'


def test_a_decided_proposal_is_in_its_own_language(stage: Stage, stable_links: None) -> None:
    owe(Kind.PROPOSALS_DECIDED, "ar", stage)
    ProposedMeasure.objects.update(language="tr")
    _subject, _text, html = written(Kind.PROPOSALS_DECIDED, "ar")
    assert '<bdi lang="tr" dir="ltr">Kurse abends</bdi>' in html
    assert '<bdi lang="de" dir="ltr">Abendkurse</bdi>' in html


@pytest.mark.parametrize(("language", "german", "arabic"), [("ar", True, False), ("de", False, True)])
def test_in_plain_text_what_runs_the_other_way_stands_in_an_isolate(
    language: str, german: bool, arabic: bool
) -> None:
    with translation.override(language):
        assert isolated("Kurse\n12\nAbend.") == (
            "\u2068Kurse\u2069\n12\n\u2068Abend.\u2069" if german else "Kurse\n12\nAbend."
        )
        assert isolated("خبز.") == ("\u2068خبز.\u2069" if arabic else "خبز.")
        line = Engine.get_default().from_string("{% load direction %}{{ word|isolated }}: 1")
        said = line.render(Context({"word": localised("Kurse")}, autoescape=False))
        assert said == ("\u2068Kurse\u2069: 1" if german else "Kurse: 1")

"""Texts in a fallback language, and the frame's language switch."""

import datetime
import re

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import formats, translation

from tests import builders
from workshops.models import localised

pytestmark = pytest.mark.django_db

NAME = localised({"de": "Bildung & Sprache", "en": "Education & language"})


@pytest.mark.parametrize(
    ("language", "html"),
    [
        ("de", "Bildung &amp; Sprache|<p>"),
        ("en", "Education &amp; language|<p>"),
        ("ar", '<bdi lang="de" dir="ltr">Bildung &amp; Sprache</bdi>|<p lang="de" dir="ltr">'),
    ],
)
def test_only_a_fallback_is_marked_with_its_own_language(language: str, html: str) -> None:
    template = Template("{% load localised %}{{ name|marked }}|<p{{ name|lang_attributes }}>")
    with translation.override(language):
        assert template.render(Context({"name": NAME})) == html


def test_an_arabic_text_on_a_german_page_runs_from_right_to_left() -> None:
    template = Template("{% load localised %}{{ name|marked }}")
    shown = template.render(Context({"name": localised({"ar": "اسم"})}))
    assert shown == '<bdi lang="ar" dir="rtl">اسم</bdi>'


def test_a_plain_or_empty_text_is_only_escaped() -> None:
    template = Template(
        "{% load localised %}{{ plain|marked }}|{{ empty|marked }}|{{ empty|lang_attributes }}"
    )
    assert template.render(Context({"plain": "<b>", "empty": localised({})})) == "&lt;b&gt;||"


def test_the_switch_names_this_page_in_every_language_and_keeps_the_query() -> None:
    request = RequestFactory().get("/accounts/login/?next=/x/")
    template = Template(
        "{% load site %}{% languages as links %}"
        "{% for link in links %}{{ link.code }} {{ link.url }} {{ link.is_current }}\n{% endfor %}"
    )
    assert template.render(Context({"request": request})).splitlines() == [
        "de /accounts/login/?next=/x/ True",
        *(
            f"{code} /{code}/accounts/login/?next=/x/ False"
            for code in ("de-simple", "en", "tr", "ar", "uk", "ru", "ro", "fr")
        ),
    ]


def test_the_switch_on_an_unknown_page_leads_to_no_other_site() -> None:
    request = RequestFactory().get("/x/")
    request.path = request.path_info = "//elsewhere.example/"
    template = Template(
        "{% load site %}{% languages as links %}{% for link in links %}{{ link.url }} {% endfor %}"
    )
    urls = template.render(Context({"request": request})).split()
    assert [url.startswith("/%2F") for url in urls] == [True] * 9


def _process_of_page(**context: object) -> str:
    template = Template("{% load site %}{% process_of_page as process %}{{ process.slug }}")
    return template.render(Context(context))


def test_a_page_without_a_process_belongs_to_the_only_public_one() -> None:
    builders.a_process(slug="hidden", is_public=False)
    assert _process_of_page() == ""
    first = builders.a_process(slug="first")
    assert _process_of_page() == "first"
    builders.a_process(slug="second")
    assert _process_of_page() == ""
    assert _process_of_page(process=first) == "first"


def test_a_page_says_above_that_some_of_it_is_not_there_in_the_readers_language() -> None:
    template = Template(
        "{% load localised %}{% saying_fallbacks %}<h1>{{ name|marked }}</h1>{% endsaying_fallbacks %}"
    )
    said = {}
    for language in ("de", "en", "fr", "de-simple"):
        with translation.override(language):
            said[language] = template.render(Context({"name": NAME})).partition("<h1>")[0]
    assert (said["de"], said["en"]) == ("", "")
    assert [len(re.findall("<p ", said[language])) for language in ("fr", "de-simple")] == [1, 1]
    assert "allemand" in said["fr"]


def test_easy_german_falls_back_to_german_and_is_a_language_of_its_own() -> None:
    with translation.override("de-simple"):
        # What is not translated is German, dates too; what is translated to Easy German is shown.
        assert str(localised({"de": "Beteiligung", "de-simple": "Mit-machen", "en": "x"})) == "Mit-machen"
        assert str(localised({"de": "Beteiligung", "en": "x"})) == "Beteiligung"
        assert formats.date_format(datetime.date(2020, 6, 5)) == "5. Juni 2020"
    with translation.override("de"):
        assert str(localised({"de": "Beteiligung", "de-simple": "Mit-machen"})) == "Beteiligung"

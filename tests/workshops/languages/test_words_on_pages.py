"""What somebody typed stands on a page of another language with its own (WCAG 2.2, 3.1.2), as in mails."""

import datetime
import re
from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import timezone, translation

from tests import builders, cast, pages
from workshops import links
from workshops.links import Scope
from workshops.models import AgendaItem, ProposedMeasure, Registration, Workshop, localised
from workshops.operations import contributions, minutes, priorities, proposals, workshops
from workshops.operations.contributions import Said
from workshops.plans.comparison import FieldChange
from workshops.templatetags.plans import difference, words_attributes

pytestmark = pytest.mark.django_db
NOW = timezone.now()
HOUR = datetime.timedelta(hours=1)
REASON = "Die Moderation ist leider krank."
TITLE = "Kurse am Abend"
TEXT = "Wir haben über die Kurse gesprochen."
POINTS = "Die Kurse sind zu früh."
AGREED = "Wir treffen uns wieder."
TURKISH = "Akşam kursları"
TURKISH_TEXT = "Kurslar akşam olsun"
DECLINED = "Dafür ist kein Geld da."
ANSWER = "Das haben wir ergänzt."


@dataclass
class Evening:
    cast: cast.Cast
    workshop: Workshop
    item: AgendaItem
    proposal: ProposedMeasure
    registration: Registration

    @property
    def public(self) -> str:
        return f"/{self.cast.process.slug}/{self.workshop.field.slug}/{self.workshop.number}/"

    def get(self, path: str, user: object = None, *, language: str = "fr") -> pages.Page:
        client = Client()
        if user is not None:
            client.force_login(user)  # type: ignore[arg-type]
        page = client.get(path if language == "de" else f"/{language}{path}", follow=True)
        assert page.status_code == 200
        return page

    def own(self, scope: Scope, *parts: object) -> str:
        token = links.token_of(links.make(self.registration.participant, scope))
        return "/".join([f"/contribute/{token}", *map(str, parts), ""])


@pytest.fixture
def evening() -> Evening:
    people = cast.gather()
    begun = NOW - HOUR
    workshop = builders.a_workshop(builders.a_series(people.fields[0]), starts_at=begun)
    workshop.moderators.add(people.murat)
    item = builders.an_agenda_item(
        workshop, title=TITLE, text=TEXT, points=POINTS, agreements=AGREED, version=1, edited_at=NOW
    )
    proposal = builders.a_proposal(item, title=TURKISH, description=TURKISH_TEXT, language="tr")
    registration = builders.a_registration(
        workshop, people.amina, has_attended=True, attendance_source="ticked"
    )
    return Evening(people, workshop, item, proposal, registration)


def test_the_reason_why_a_workshop_is_off(evening: Evening) -> None:
    later = builders.a_workshop(evening.workshop.series, starts_at=NOW + 48 * HOUR)
    later.moderators.add(evening.cast.murat)
    seat = builders.a_registration(later, evening.cast.hans)
    workshops.cancel(later, by=evening.cast.sabine, reason=REASON)
    path = f"/{evening.cast.process.slug}/{later.field.slug}/{later.number}/"
    join = f"/join/{links.token_of(links.make(evening.cast.hans, Scope.JOIN, registration=seat))}/"
    readers = [
        (path, None),
        (join, None),
        (f"/moderation/{later.pk}/", evening.cast.murat),
        (f"/staff/{evening.cast.process.slug}/workshops/{later.pk}/", evening.cast.sabine),
    ]
    for address, user in readers:
        page = evening.get(address, user)
        assert pages.languages_of(page, REASON) == {"de"}, address
        # In its own language nobody need be told.
        assert f'<p dir="auto">{REASON}' in evening.get(address, user, language="de").content.decode()


def test_published_minutes(evening: Evening) -> None:
    minutes.submit(evening.workshop, by=evening.cast.murat)
    minutes.publish(evening.workshop, by=evening.cast.sabine, early=True)
    proposals.decline(evening.proposal, reason=DECLINED, by=evening.cast.sabine)
    page = evening.get(f"{evening.public}minutes/")
    for words in (TITLE, TEXT, POINTS, AGREED, DECLINED):
        assert pages.languages_of(page, words) == {"de"}, words
    for words in (TURKISH, TURKISH_TEXT):
        assert pages.languages_of(page, words) == {"tr"}, words
    # What is ours is the page's.
    assert pages.languages_of(page, "Ergebnisse") == set()
    # In Turkish nothing is said of the Turkish proposal.
    again = evening.get(f"{evening.public}minutes/", language="tr")
    assert f'<bdi dir="auto">{TURKISH}</bdi>' in again.content.decode()


def test_whoever_came_reads_comments_and_answers(evening: Evening) -> None:
    minutes.submit(evening.workshop, by=evening.cast.murat, review_days=7)
    (comment,) = contributions.comment(
        evening.registration, said=[Said(evening.item.pk, evening.item.version, "Der Bus fehlt.")]
    )
    contributions.answer(comment, text=ANSWER, by=evening.cast.murat)
    page = evening.get(evening.own(Scope.CONTRIBUTE, evening.workshop.pk, "minutes"))
    for words in (TITLE, TEXT, ANSWER):
        assert pages.languages_of(page, words) == {"de"}, words
    # What a citizen wrote is in whatever language they speak: nobody said which.
    assert pages.languages_of(page, "Der Bus fehlt.") == {"fr"}
    assert '<p class="preserve" dir="auto">Der Bus fehlt.</p>' in page.content.decode()
    for path in ("comments", f"comments/{comment.pk}", f"items/{evening.item.pk}"):
        found = evening.get(f"/moderation/{evening.workshop.pk}/{path}/", evening.cast.murat)
        assert pages.languages_of(found, ANSWER) == {"de"}, path


def test_what_is_weighed(evening: Evening) -> None:
    german = builders.a_proposal(evening.item, title="Ein Bus nach der Schule")
    priorities.open_(evening.workshop, by=evening.cast.murat, points_each=5)
    page = evening.get(evening.own(Scope.CONTRIBUTE, evening.workshop.pk, "priorities"))
    assert pages.languages_of(page, TURKISH) == {"tr"}
    assert pages.languages_of(page, TURKISH_TEXT) == {"tr"}
    assert pages.languages_of(page, german.title) == {"de"}
    priorities.close(evening.workshop, by=evening.cast.murat)
    shown = evening.get(f"/moderation/{evening.workshop.pk}/priorities/", evening.cast.murat)
    assert pages.languages_of(shown, TURKISH) == {"tr"}


def test_staffs_and_moderators_pages(evening: Evening) -> None:
    process, moderation = evening.cast.process.slug, f"/moderation/{evening.workshop.pk}"
    for path, user in [
        (f"{moderation}/", evening.cast.murat),
        (f"{moderation}/desk/", evening.cast.murat),
        (f"{moderation}/items/{evening.item.pk}/", evening.cast.murat),
        (f"/staff/{process}/measures/", evening.cast.sabine),
        (f"/staff/{process}/measures/{evening.proposal.pk}/", evening.cast.sabine),
    ]:
        page = evening.get(path, user)
        assert pages.languages_of(page, TURKISH) <= {"tr"}, path
        assert pages.languages_of(page, TITLE) <= {"de"}, path
        assert pages.languages_of(page, TITLE) | pages.languages_of(page, TURKISH), path


def test_a_workshops_name_says_what_it_falls_back_to(evening: Evening) -> None:
    evening.workshop.title = localised("Lernen im Alter")
    evening.workshop.save(update_fields=["title"])
    for path, user in [
        (f"/moderation/{evening.workshop.pk}/", evening.cast.murat),
        (f"/moderation/{evening.workshop.pk}/report/", evening.cast.murat),
        (f"/staff/{evening.cast.process.slug}/workshops/{evening.workshop.pk}/", evening.cast.sabine),
        (f"/staff/{evening.cast.process.slug}/", evening.cast.sabine),
    ]:
        assert pages.languages_of(evening.get(path, user), "Lernen im Alter") == {"de"}, path


def test_the_search_marks_what_nobody_said_a_language_of(evening: Evening) -> None:
    minutes.submit(evening.workshop, by=evening.cast.murat)
    minutes.publish(evening.workshop, by=evening.cast.sabine, early=True)
    page = evening.get(f"/{evening.cast.process.slug}/search/?q=gesprochen")
    assert pages.languages_of(page, "gesprochen") == {"de"}
    assert pages.languages_of(page, TITLE) == {"de"}


def test_what_changed_in_a_plan() -> None:
    with translation.override("fr"):
        known = FieldChange("description", "tr", "eski", "yeni")
        assert words_attributes(known) == ' lang="tr" dir="ltr"'
        assert words_attributes(FieldChange("cost", "", "", "Ungefähr zehn Euro")) == ' lang="de" dir="ltr"'
        # Our own word.
        assert words_attributes(FieldChange("status", "", "proposed", "adopted")) == ' dir="auto"'
        assert '<bdi class="visually-hidden" lang="fr">' in difference(known)


def test_lists_on_arabic_pages_have_arabic_commas(client: Client, people: cast.Cast) -> None:
    people.process.partners = ["Volkshochschule", "Arbeitskreis Asyl"]
    people.process.contact_phone = "07471 930-0"
    people.process.save(update_fields=["partners", "contact_phone"])
    for path in ("", "register/sent/"):
        page = client.get(f"/ar/integrationsplan/{path}").content.decode()
        assert "</bdi>، <bdi" in page or "</a>، <bdi" in page
        assert not re.search(r"</(bdi|a)>, <", page)

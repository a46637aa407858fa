"""Staff invite moderators and colleagues, and close accounts."""

from collections.abc import Mapping

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from notifications.models import Delivery, Kind
from tests import builders, cast, pages
from workshops.models import ModeratorProfile, User

pytestmark = pytest.mark.django_db

PEOPLE = "/staff/integrationsplan/people/"


@pytest.fixture
def people(client: Client) -> cast.Cast:
    cache.clear()
    people = cast.gather()
    client.force_login(people.sabine)
    return people


def after(client: Client, path: str, data: Mapping[str, object] | None = None) -> list[str]:
    return pages.messages(client.post(path, data or {}, follow=True))


def test_a_moderator_is_invited_once_and_told_by_mail(client: Client, people: cast.Cast) -> None:
    given: dict[str, object] = {
        "name": "Lena Maier",
        "email": "Lena@Example.org",
        "fields_led": [people.fields[0].pk, people.fields[2].pk],
        "languages": ["de", "fr"],
        "language": "en",
    }
    path = f"{PEOPLE}moderators/new/"
    assert after(client, path, given) == ["Lena Maier ist eingeladen und bekommt eine Mail."]
    lena = User.objects.get(email="lena@example.org")
    profile = lena.moderator_profiles.get()
    assert (lena.is_staff, lena.has_usable_password(), lena.language) == (False, False, "en")
    assert (list(profile.fields.all()), profile.languages) == (
        [people.fields[0], people.fields[2]],
        ["de", "fr"],
    )
    assert list(Delivery.objects.values_list("kind", "user")) == [(Kind.MODERATOR_INVITED, lena.pk)]
    assert pages.errors(client.post(path, given)) == [
        "E-Mail-Adresse – Diese Person gehört schon zur Moderation."
    ]
    assert Delivery.objects.count() == 1


def test_an_invitation_is_sent_again_until_the_first_sign_in(client: Client, people: cast.Cast) -> None:
    profile = people.murat.moderator_profiles.get()
    path = f"{PEOPLE}moderators/{profile.pk}/invite-again/"
    assert after(client, path) == ["Die Einladung geht noch einmal an Murat Yıldız."]
    assert list(Delivery.objects.values_list("kind", "user")) == [(Kind.MODERATOR_INVITED, people.murat.pk)]
    client_of_murat = Client()
    client_of_murat.force_login(people.murat)
    assert after(client, path) == ["Diese Person hat sich schon angemeldet."]


def test_a_colleague_may_moderate_too(client: Client, people: cast.Cast) -> None:
    given: dict[str, object] = {
        "name": "Egal",
        "email": people.sabine.email,
        "languages": ["de"],
        "language": "de",
    }
    after(client, f"{PEOPLE}moderators/new/", given)
    profile = ModeratorProfile.objects.get(user=people.sabine)
    assert (profile.user.name, profile.user.is_staff) == ("Sabine Keller", True)


def test_a_closed_account_is_not_invited(client: Client, people: cast.Cast) -> None:
    User.objects.filter(pk=people.stranger.pk).update(is_active=False)
    given = {"name": "Egal", "email": people.stranger.email, "languages": ["de"], "language": "de"}
    assert pages.errors(client.post(f"{PEOPLE}moderators/new/", given)) == [
        "E-Mail-Adresse – Das Konto dieser Person ist stillgelegt. Bitte zuerst wieder freigeben."
    ]
    assert not people.stranger.moderator_profiles.exists()


def test_what_planning_knows_of_a_moderator_is_changed(client: Client, people: cast.Cast) -> None:
    profile = people.murat.moderator_profiles.get()
    given: dict[str, object] = {
        "name": "Murat Yıldız-Öz",
        "fields_led": [people.fields[3].pk],
        "languages": ["de", "tr"],
    }
    assert after(client, f"{PEOPLE}moderators/{profile.pk}/", given) == ["Die Angaben sind gespeichert."]
    profile = ModeratorProfile.objects.get(pk=profile.pk)
    assert (profile.user.name, profile.languages, list(profile.fields.all())) == (
        "Murat Yıldız-Öz",
        ["de", "tr"],
        [people.fields[3]],
    )


def test_fields_of_another_process_cant_be_chosen(client: Client, people: cast.Cast) -> None:
    profile = people.murat.moderator_profiles.get()
    given = {"name": "Murat", "fields_led": [builders.a_field().pk], "languages": ["de"]}
    (error,) = pages.errors(client.post(f"{PEOPLE}moderators/{profile.pk}/", given))
    assert error.startswith("Handlungsfelder – Bitte eine gültige Auswahl treffen.")


def test_a_colleague_is_invited_by_a_mail_that_leads_to_a_password(client: Client, people: cast.Cast) -> None:
    path = f"{PEOPLE}colleagues/new/"
    given: dict[str, object] = {"name": "Timo Baur", "email": "timo@hechingen.example"}
    assert after(client, path, given) == ["Timo Baur gehört jetzt zur Verwaltung."]
    timo = User.objects.get(email="timo@hechingen.example")
    assert (timo.is_staff, timo.is_superuser, timo.has_usable_password()) == (True, False, False)
    invitations = Delivery.objects.filter(kind=Kind.COLLEAGUE_INVITED).values_list("user", flat=True)
    assert list(invitations) == [timo.pk]
    assert pages.errors(client.post(path, given)) == [
        "E-Mail-Adresse – Diese Person gehört schon zur Verwaltung."
    ]
    again = f"{PEOPLE}colleagues/{timo.pk}/invite-again/"
    assert after(client, again) == ["Die Einladung geht noch einmal an Timo Baur."]
    assert list(invitations.all()) == [timo.pk] * 2
    Client().force_login(timo)
    assert after(client, again) == ["Diese Person hat sich schon angemeldet."]
    assert list(invitations.all()) == [timo.pk] * 2


def test_an_account_is_closed_and_opened_again_but_not_ones_own(client: Client, people: cast.Cast) -> None:
    murat, sabine = people.murat, people.sabine
    closed = User.objects.filter(is_active=False)
    assert after(client, f"{PEOPLE}{murat.pk}/deactivate/") == ["Das Konto von Murat Yıldız ist stillgelegt."]
    assert list(closed) == [murat]
    assert after(client, f"{PEOPLE}{murat.pk}/reactivate/") == ["Murat Yıldız kann sich wieder anmelden."]
    assert list(closed.all()) == []
    assert after(client, f"{PEOPLE}{sabine.pk}/deactivate/") == [
        "Sie können Ihr eigenes Konto nicht stilllegen."
    ]
    assert list(closed.all()) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_people_needs_a_fixed_number_of_queries(
    client: Client, people: cast.Cast, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count - 1):
        builders.a_moderator(people.process, name=f"Zoe {number}")
        builders.a_staff_member(name=f"Zora {number}")
        builders.a_helper(people.process, name=f"Zita {number}")
    with django_assert_num_queries(7):
        response = client.get(PEOPLE)
    found = pages.lines(response)
    names = ["Murat Yıldız", "Sabine Keller", "Zoe 0", "Zoe 1", "Zora 0", "Zora 1"]
    assert [line for line in found if line in names] == [
        "Murat Yıldız",
        *(f"Zoe {number}" for number in range(count - 1)),
        "Sabine Keller",
        *(f"Zora {number}" for number in range(count - 1)),
    ]

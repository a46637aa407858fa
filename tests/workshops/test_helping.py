"""Someone outside the town hall registers people: in one process, people without e-mail, their own only."""

from typing import Any

import pytest
from django.test import Client

from notifications.models import Delivery
from tests import builders, cast, pages
from workshops.models import HelperProfile, ModeratorProfile, Participant, User, Workshop
from workshops.operations import people as accounts

pytestmark = pytest.mark.django_db

LIST = "/helping/"
REGISTER = "/helping/integrationsplan/register/"


@pytest.fixture
def town() -> cast.Cast:
    return cast.gather()


@pytest.fixture
def workshop(town: cast.Cast) -> Workshop:
    return builders.a_workshop(builders.a_series(town.fields[0]), dial_in="07471 000000")


@pytest.fixture
def vera(town: cast.Cast, client: Client) -> User:
    """Works for a welfare association."""
    vera = builders.a_helper(town.process, name="Vera Sommer")
    client.force_login(vera)
    return vera


def typed(workshop: Workshop, **fields: Any) -> dict[str, Any]:
    return {
        "workshops": [str(workshop.pk)],
        "name": "Olga Petrova",
        "contact_by": "phone",
        "phone": "07471 930-0",
        "language": "de",
        "consent_given": "desk",
        "has_agreed": "on",
        **fields,
    }


def test_a_helper_registers_someone_and_sees_them(client: Client, vera: User, workshop: Workshop) -> None:
    page = client.post(REGISTER, typed(workshop, organisation_kind="volunteers"), follow=True)
    assert pages.messages(page) == ["Die Person ist angemeldet."]
    olga = Participant.objects.get(name="Olga Petrova")
    assert olga.organisation_kind == "volunteers"
    assert (olga.consent_taken_by, olga.consent_given, olga.contact_by) == (vera, "desk", "phone")
    assert [row.status for row in olga.registrations.all()] == ["confirmed"]
    assert "07471 930-0" in pages.text(client.get(LIST))


def test_a_helper_sees_nobody_elses_people(
    client: Client, vera: User, workshop: Workshop, town: cast.Cast
) -> None:
    colleague = builders.a_helper(town.process)
    taken = {"email": "", "phone": "07471 930-0", "contact_by": "phone", "consent_given": "phone"}
    for name, helper in (("Hers", colleague), ("Staffs", town.sabine)):
        builders.a_participant(town.process, name=name, consent_taken_by=helper, **taken)
    builders.a_registration(workshop)

    assert "Noch haben Sie niemanden angemeldet." in pages.text(client.get(LIST))
    # The number is known, but not to her: nothing is said of it, and nothing merged.
    page = client.post(REGISTER, typed(workshop), follow=True)
    assert pages.messages(page) == ["Die Person ist angemeldet."]
    assert Participant.objects.with_phone("07471 9300").count() == 3
    assert "Hers" not in pages.text(page)


def test_a_double_click_takes_one_seat(client: Client, vera: User, workshop: Workshop) -> None:
    by_letter = typed(workshop, contact_by="letter", phone="", postal_address="Marktplatz 1\n72379 Hechingen")
    client.post(REGISTER, by_letter)
    page = client.post(REGISTER, by_letter)
    assert pages.errors(page) == [
        "Diese Person ist schon angemeldet: mit diesem Namen und dieser Nummer oder Anschrift."
    ]
    assert Participant.objects.filter(name="Olga Petrova").count() == 1


def test_a_helper_does_not_learn_who_is_registered_already(
    client: Client, vera: User, workshop: Workshop, town: cast.Cast
) -> None:
    client.post(REGISTER, typed(workshop), follow=True)
    Participant.objects.filter(name="Olga Petrova").update(consent_taken_by=town.sabine)
    page = client.post(REGISTER, typed(workshop), follow=True)
    assert pages.messages(page) == ["Die Person ist angemeldet."]


def test_ones_own_people_are_asked_about(client: Client, vera: User, workshop: Workshop) -> None:
    client.post(REGISTER, typed(workshop))
    second = builders.a_workshop(workshop.series, starts_at=workshop.ends_at)
    (said,) = pages.errors(client.post(REGISTER, typed(second)))
    assert said.startswith("Es gibt schon eine Anmeldung mit dieser Nummer.")
    olga = Participant.objects.get(name="Olga Petrova")
    client.post(REGISTER, typed(second, same_person=str(olga.pk)))
    assert olga.registrations.count() == 2
    assert Participant.objects.with_phone("07471 9300").count() == 1


def test_nobodys_address_can_be_typed(
    client: Client, vera: User, workshop: Workshop, town: cast.Cast
) -> None:
    assert 'name="email"' not in client.get(REGISTER).content.decode()
    client.post(REGISTER, typed(workshop, email="hans@example.org"))
    assert not town.hans.registrations.exists()
    assert pages.errors(client.post(REGISTER, typed(workshop, contact_by="email", phone="07471 2"))) != []


def test_a_draft_or_another_process_workshop_cannot_be_chosen(
    client: Client, vera: User, workshop: Workshop
) -> None:
    draft = builders.a_workshop(workshop.series, status="draft", starts_at=workshop.ends_at)
    for other in (draft, builders.a_workshop()):
        assert len(pages.errors(client.post(REGISTER, typed(other)))) == 1
    assert not Participant.objects.filter(name="Olga Petrova").exists()


def test_staff_let_a_helper_in_who_sets_their_own_password(client: Client, town: cast.Cast) -> None:
    client.force_login(town.sabine)
    where = "/staff/integrationsplan/people/helpers/new/"
    given = {"name": "Vera Sommer", "email": "vera@sozial.example", "organisation": "Sozialdienst"}
    page = client.post(where, given, follow=True)
    assert "Vera Sommer darf jetzt Menschen anmelden." in pages.messages(page)[0]
    assert "Sozialdienst · vera@sozial.example" in pages.text(page)
    assert pages.errors(client.post(where, given)) == [
        "E-Mail-Adresse – Diese Person darf schon für andere anmelden."
    ]
    vera = User.objects.get(email="vera@sozial.example")
    assert (vera.is_staff, vera.has_usable_password()) == (False, False)

    Client().post("/accounts/password/reset/", {"email": "vera@sozial.example"})
    assert list(Delivery.objects.values_list("kind", "user")) == [("password_reset", vera.pk)]


def test_staff_take_it_back(client: Client, town: cast.Cast, workshop: Workshop) -> None:
    vera = builders.a_helper(town.process)
    helper = Client()
    helper.force_login(vera)
    helper.post(REGISTER, typed(workshop))
    client.force_login(town.sabine)
    profile = HelperProfile.objects.get(user=vera)
    client.post(f"/staff/integrationsplan/people/helpers/{profile.pk}/remove/")

    assert helper.get(LIST).status_code == 403
    assert Participant.objects.get(name="Olga Petrova").registrations.count() == 1


def test_a_deactivated_account_helps_nobody(town: cast.Cast, workshop: Workshop) -> None:
    vera = builders.a_helper(town.process)
    accounts.deactivate(vera, by=town.sabine)
    helper = Client()
    helper.force_login(vera)
    assert helper.get(LIST).status_code in (302, 403)


def test_a_helper_is_led_to_no_page_that_refuses_them(client: Client, vera: User, town: cast.Cast) -> None:
    content = client.get(LIST).content.decode()
    assert 'href="/helping/"' in content
    assert 'href="/moderation/"' not in content
    ModeratorProfile.objects.create(user=vera, process=town.process, languages=["de"])
    assert 'href="/moderation/"' in client.get(LIST).content.decode()

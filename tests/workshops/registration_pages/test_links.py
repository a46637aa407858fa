"""Registration without an account, through HTTP: the confirm page; links that are over, mistyped or lost."""

import datetime
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from notifications.models import Delivery
from tests import builders, pages
from tests.workshops.ears import listening
from tests.workshops.registering import confirm_path, errors_of, send, typed, what_is_shown
from workshops import links
from workshops.models import (
    Participant,
    ParticipationProcess,
    PersonalLink,
    Registration,
    Workshop,
)

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def test_a_person_registers_confirms_and_sees_it(client: Client, workshop: Workshop) -> None:
    process = workshop.process
    response = send(client, process, typed(workshop, needs=["captions"], needs_note="Danke", language="en"))
    assert response.headers["Location"] == f"/{process.slug}/register/sent/"
    page = client.get(response.headers["Location"]).content.decode()
    assert "Bitte sehen Sie in Ihr Postfach" in page
    assert "höchstens 24 Stunden" in page
    assert "höchstens 3 solche E-Mails in der Stunde" in page

    registration = Registration.objects.get()
    assert (registration.status, registration.needs, registration.needs_note) == (
        "pending",
        ["captions"],
        "Danke",
    )
    path = confirm_path(registration.participant)
    for _scanner in range(2):
        page = client.get(path).content.decode()
        assert "Angemeldet wurde: Amina Haddad" in page
        assert "Ja, ich nehme teil" in page
    assert Registration.objects.get().status == "pending"

    response = client.post(path, what_is_shown(client.get(path)) | {"invitations": "on"})

    person = Participant.objects.get()
    manage = person.links.get(scope="manage")
    assert response.headers["Location"] == f"/my/{links.token_of(manage)}/?done=confirmed"
    page = client.get(response.headers["Location"]).content.decode()
    assert "Vielen Dank, Ihre Anmeldung ist bestätigt." in page
    assert Registration.objects.get().status == "confirmed"
    assert person.invitation_agreed_at is not None
    assert client.cookies == {}

    assert "Hier ist nichts mehr zu bestätigen" in client.get(path).content.decode()
    assert client.post(path).headers["Location"] == f"/my/{links.token_of(manage)}/"


def test_what_came_after_the_page_was_opened_is_shown_before_it_is_confirmed(
    client: Client, workshop: Workshop
) -> None:
    later = builders.a_workshop(workshop.series, starts_at=workshop.starts_at + DAY)
    send(client, workshop.process, typed(workshop))
    path = confirm_path(Participant.objects.get())
    opened = what_is_shown(client.get(path))
    send(client, workshop.process, typed(later))

    response = client.post(path, opened)

    (new,) = later.registrations.all()
    assert (workshop.registrations.get().status, new.status) == ("confirmed", "pending")
    page = pages.text(response)
    assert "Das ist bestätigt:\nHandlungsfeld 1: 1. Workshop" in page
    assert "ist etwas dazugekommen oder hat sich geändert" in page
    assert what_is_shown(response) == {"registration": [f"{new.pk}.0"]}
    # What the way to one's registrations opens is the person's own page.
    (manage,) = re.findall(r'href="(/my/[^"]+)"', response.content.decode())
    assert client.get(manage).status_code == 200

    response = client.post(path, what_is_shown(response))
    assert response.headers["Location"] == f"{manage}?done=confirmed"
    assert later.registrations.get().status == "confirmed"


@pytest.mark.parametrize(
    "sent", [{}, {"registration": "x"}, {"registration": ["1.", "-1.0", "٣.0", "9" * 30 + ".0"]}]
)
def test_a_button_that_showed_nothing_confirms_nothing(
    client: Client, workshop: Workshop, sent: dict[str, Any]
) -> None:
    send(client, workshop.process, typed(workshop))
    path = confirm_path(Participant.objects.get())

    response = client.post(path, sent | {"name": "Amina Haddad", "invitations": "on"})

    assert workshop.registrations.get().status == "pending"
    page = response.content.decode()
    assert "ist etwas dazugekommen oder hat sich geändert" in page
    assert 'id="id_invitations" checked' in page


def test_a_name_that_changed_since_is_shown_before_it_counts(client: Client, workshop: Workshop) -> None:
    send(client, workshop.process, typed(workshop))
    path = confirm_path(Participant.objects.get())
    opened = what_is_shown(client.get(path))
    send(client, workshop.process, typed(workshop, name="Eve"))

    page = pages.text(client.post(path, opened))

    assert "Angemeldet wurde: Eve." in page
    assert "hat sich geändert" in page
    assert workshop.registrations.get().status == "pending"


def test_what_there_is_no_room_for_stays_and_may_be_tried_again(client: Client, workshop: Workshop) -> None:
    for email in ("a@example.org", "b@example.org", "amina@example.org"):
        send(client, workshop.process, typed(workshop, email=email))
    path = confirm_path(Participant.objects.get(email="amina@example.org"))
    before = client.get(path)
    assert "Sie kommen auf die Warteliste, solange dort Platz ist." in pages.text(before)

    response = client.post(path, what_is_shown(before))

    page = pages.text(response)
    assert "Leider ist im Moment alles vergeben oder für andere zurückgelegt" in page
    assert "hat sich geändert" not in page
    workshop.registrations.filter(participant__email="b@example.org").update(held_until=timezone.now())
    response = client.post(path, what_is_shown(response))
    assert response.headers["Location"].endswith("?done=confirmed")
    mine = workshop.registrations.get(participant__email="amina@example.org")
    assert mine.status == "waiting"


def test_an_expired_confirm_link_says_what_to_do(client: Client, workshop: Workshop) -> None:
    send(client, workshop.process, typed(workshop))
    link = PersonalLink.objects.get()
    path = confirm_path(link.participant)
    PersonalLink.objects.update(expires_at=timezone.now())

    for response in (client.get(path), client.post(path)):
        assert response.status_code == 410
        page = response.content.decode()
        assert "Die Zeit zum Bestätigen ist abgelaufen." in page
        assert f'href="/{workshop.process.slug}/register/"' in page
    assert Registration.objects.get().status == "pending"


def test_a_mistyped_link_is_a_clear_page(client: Client, workshop: Workshop) -> None:
    for path in ("/confirm/abc/", "/my/abc/", "/join/abc/", "/my/abc/data/", "/en/my/abc/erase/"):
        response = client.get(path)
        assert response.status_code == 404
        assert response.context["is_known"] is False
    assert "Diesen Link gibt es nicht" in client.get("/my/abc/").content.decode()


def test_a_link_of_one_kind_opens_nothing_of_another(client: Client, workshop: Workshop) -> None:
    send(client, workshop.process, typed(workshop))
    token = links.token_of(PersonalLink.objects.get())
    assert [client.get(f"/{page}/{token}/").status_code for page in ("confirm", "my", "join")] == [
        200,
        404,
        404,
    ]


def test_a_lost_link_is_mailed_and_the_answer_is_the_same(
    client: Client, process: ParticipationProcess
) -> None:
    amina = builders.a_participant(process, email="amina@example.org")
    answers = [
        client.post(f"/{process.slug}/my-link/", {"email": email}).headers["Location"]
        for email in ("Amina@example.org", "niemand@example.org")
    ]
    assert answers == [f"/{process.slug}/my-link/sent/"] * 2
    # What was done for the other, so that it takes as long, is undone.
    assert [each.participant for each in Delivery.objects.all()] == [amina]
    assert "Wenn wir diese Adresse kennen" in client.get(answers[0]).content.decode()
    response = client.post(f"/{process.slug}/my-link/", {"email": "amina"})
    assert errors_of(response) == {
        "email": ["Diese Adresse ist nicht vollständig. Beispiel: name@beispiel.de"]
    }


def test_a_lost_link_is_mailed_at_most_three_times_an_hour(
    client: Client, process: ParticipationProcess
) -> None:
    builders.a_participant(process, email="amina@example.org")
    with listening("personal_link_requested") as heard:
        for _attempt in range(5):
            client.post(f"/{process.slug}/my-link/", {"email": "amina@example.org"})
    assert len(heard) == 3


def test_personal_pages_are_kept_by_nobody_and_tell_no_other_site(client: Client, workshop: Workshop) -> None:
    send(client, workshop.process, typed(workshop))
    response = client.get(confirm_path(Participant.objects.get()))
    assert {
        name: response.headers.get(name)
        for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag", "Set-Cookie")
    } == {
        "Cache-Control": "no-store, private",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
        "Set-Cookie": None,
    }

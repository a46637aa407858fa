"""Registration without an account, through HTTP: form, mailbox page, confirm page."""

import datetime
import html
import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone, translation

from notifications.models import Delivery
from tests import builders, pages
from tests.workshops.ears import listening
from workshops import links, lists
from workshops.models import (
    Participant,
    ParticipationProcess,
    PersonalLink,
    Registration,
    Workshop,
    localised,
)

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def workshop() -> Workshop:
    return builders.a_workshop(
        starts_at=(timezone.now() + 14 * DAY).replace(hour=16, minute=0), capacity=1, waiting_capacity=1
    )


@pytest.fixture
def process(workshop: Workshop) -> ParticipationProcess:
    return workshop.process


def typed(*workshops: Workshop, **fields: Any) -> dict[str, Any]:
    return {
        "workshops": [workshop.pk for workshop in workshops],
        "name": "Amina Haddad",
        "email": "amina@example.org",
        "organisation": "",
        "language": "de",
        "privacy": "on",
        **fields,
    }


def send(client: Client, process: ParticipationProcess, data: dict[str, Any]) -> Any:
    return client.post(f"/{process.slug}/register/", data)


def errors_of(response: Any) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def confirm_path(participant: Participant, scope: PersonalLink.Scope = PersonalLink.Scope.CONFIRM) -> str:
    link = participant.links.get(scope=scope)
    return f"/confirm/{links.token_of(link)}/"


def what_is_shown(response: Any) -> dict[str, list[str]]:
    """What the page's button sends along."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', response.content.decode()):
        found.setdefault(name, []).append(html.unescape(value))
    return found


def test_the_form_offers_what_is_open_by_field(client: Client, workshop: Workshop) -> None:
    series = workshop.series
    builders.a_registration(workshop)
    full = builders.a_workshop(series, capacity=1, waiting_capacity=0)
    builders.a_registration(full)
    builders.a_workshop(series, registration_closes_at=timezone.now() - DAY)
    builders.a_workshop(series, status="draft")
    other = builders.a_workshop(builders.a_series(builders.a_field(workshop.process)), capacity=3)

    response = client.get(f"/{workshop.process.slug}/register/?workshop={other.pk}")

    form = response.context["form"]
    assert [
        (str(group), [pk for pk, _label in choices]) for group, choices in form.fields["workshops"].choices
    ] == [
        ("Handlungsfeld 1", [workshop.pk]),
        ("Handlungsfeld 2", [other.pk]),
    ]
    page = response.content.decode()
    assert "nur noch Warteliste" in page
    assert "noch 3 Plätze" in page
    assert f'value="{other.pk}" id="id_workshops_1_0" checked' in page
    assert f'href="/{workshop.process.slug}/privacy/"' in page


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


def test_nothing_on_screen_tells_whether_an_address_is_known(
    client: Client, process: ParticipationProcess
) -> None:
    series = builders.a_series(builders.a_field(process))
    workshop = builders.a_workshop(series)
    known = builders.a_participant(process, email="amina@example.org")
    builders.a_registration(workshop, known)

    answers = []
    for email in ("amina@example.org", "niemand@example.org", "AMINA@example.org "):
        response = send(client, process, typed(workshop, email=email))
        page = client.get(response.headers["Location"])
        answers.append((response.status_code, response.headers["Location"], page.content))
    assert answers[0] == answers[1] == answers[2]
    assert sorted(workshop.registrations.values_list("status", flat=True)) == ["confirmed", "pending"]


def test_mistakes_stand_at_the_field_and_in_the_summary_and_typing_is_kept(
    client: Client, workshop: Workshop
) -> None:
    response = send(
        client,
        workshop.process,
        typed(email="amina@", name="", needs=["interpretation"], needs_note="Hallo", privacy=""),
    )

    assert errors_of(response) == {
        "workshops": ["Bitte wählen Sie mindestens einen Workshop aus."],
        "name": ["Dieses Feld ist zwingend erforderlich."],
        "email": ["Diese Adresse ist nicht vollständig. Beispiel: name@beispiel.de"],
        "interpretation_language": ["Bitte nennen Sie die Sprache, in die wir dolmetschen sollen."],
        "privacy": ["Ohne Ihr Einverständnis dürfen wir Ihre Angaben nicht speichern."],
    }
    page = response.content.decode()
    assert '<a href="#id_email">' in page
    assert 'value="amina@"' in page
    assert "Hallo</textarea>" in page
    assert Participant.objects.count() == 0


def test_two_at_the_same_time_are_named_at_once(client: Client, workshop: Workshop) -> None:
    other = builders.a_workshop(workshop.series, starts_at=workshop.starts_at)
    response = send(client, workshop.process, typed(workshop, other))

    assert errors_of(response) == {
        "workshops": [
            "„Handlungsfeld 1: Workshop 1“ und „Handlungsfeld 1: Workshop 2“ finden zur selben Zeit statt. "
            "Bitte wählen Sie einen davon."
        ]
    }
    page = response.content.decode()
    assert page.count(" checked") == 3  # both workshops and the privacy notice
    assert Registration.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"status": "cancelled", "cancelled_at": timezone.now()}, "wurde abgesagt"),
        (
            {"registration_closes_at": timezone.now()},
            "Die Anmeldung für „Handlungsfeld 1: Workshop 2“ ist beendet.",
        ),
        ({"capacity": 1, "waiting_capacity": 0}, "ist ausgebucht, auch die Warteliste ist voll."),
    ],
)
def test_a_workshop_that_ended_meanwhile_says_so_at_the_field(
    client: Client, workshop: Workshop, fields: dict[str, Any], sentence: str
) -> None:
    gone = builders.a_workshop(workshop.series, **fields)
    if gone.is_published:
        builders.a_registration(gone)

    response = send(client, workshop.process, typed(gone))

    ((name, (error,)),) = errors_of(response).items()
    assert name == "workshops"
    assert sentence in error
    assert error.replace("„", "&bdquo;") or error in response.content.decode()


@pytest.mark.parametrize(
    "name", ["<b>Amina</b>", "[Gewinn](http://evil.example)", "www.evil.example", "A\nB: c"]
)
def test_a_name_that_would_be_markup_or_a_link_is_refused(
    client: Client, workshop: Workshop, name: str
) -> None:
    response = send(client, workshop.process, typed(workshop, name=name))
    assert list(errors_of(response)) == ["name"]


@pytest.mark.parametrize("turn", ["\u202a", "\u202e", "\u2066", "\u2069"])
def test_a_name_that_turns_the_line_around_is_refused(client: Client, workshop: Workshop, turn: str) -> None:
    turned = {"name": f"Amina {turn}gpj.", "organisation": f"{turn}Verein", "interpretation_language": turn}
    response = send(client, workshop.process, typed(workshop, **turned))
    assert list(errors_of(response)) == ["name", "organisation", "interpretation_language"]


@pytest.mark.parametrize("name", ["أمينة حداد", "Nguyễn Thị Ánh", "می\u200cنا", "O’Neill-Šimić"])
def test_a_name_of_any_script_is_taken(client: Client, workshop: Workshop, name: str) -> None:
    send(client, workshop.process, typed(workshop, name=name))
    assert [person.name for person in Participant.objects.all()] == [name]


@pytest.mark.parametrize(
    "email",
    [
        "İ@example.org",
        "ä@example.org",
        f"{'a' * 250}@example.org",
        f"a@{('ß' * 50 + '.') * 4}de",
        "a\0@example.org",
    ],
)
def test_an_address_that_cannot_be_kept_or_reached_is_refused(
    client: Client, workshop: Workshop, email: str
) -> None:
    response = send(client, workshop.process, typed(workshop, email=email))
    assert list(errors_of(response)) == ["email"]
    assert not Participant.objects.exists()


def test_for_whom_somebody_comes_is_chosen_from_a_list_or_left_open(
    client: Client, workshop: Workshop
) -> None:
    other = send(client, workshop.process, typed(workshop, organisation_kind="Sekte"))
    assert list(errors_of(other)) == ["organisation_kind"]
    for email, kind in (("amina@example.org", "club"), ("ida@example.org", "")):
        send(client, workshop.process, typed(workshop, email=email, organisation_kind=kind))
        assert Participant.objects.get(email=email).organisation_kind == kind


@pytest.mark.parametrize(
    "typed_in", ["\u200famina1@example.org", "\u202aamina1@example.org\u202c", "amina١@example.org"]
)
def test_an_address_is_taken_as_phones_of_right_to_left_scripts_paste_and_type_it(
    client: Client, workshop: Workshop, typed_in: str
) -> None:
    send(client, workshop.process, typed(workshop, email=typed_in))
    assert Participant.objects.filter(email="amina1@example.org").exists()


def test_a_need_ticked_twice_is_one(client: Client, workshop: Workshop) -> None:
    send(client, workshop.process, typed(workshop, needs=["phone", "captions", "phone"]))
    assert workshop.registrations.get().needs == ["phone", "captions"]


def test_workshop_ids_that_are_none_are_no_bug(client: Client, workshop: Workshop) -> None:
    for value in ("abc", "-1", "9" * 30, "٣"):
        response = send(client, workshop.process, typed() | {"workshops": [value]})
        assert list(errors_of(response)) == ["workshops"]
    response = send(client, workshop.process, typed() | {"workshops": ["999999"]})
    assert errors_of(response) == {"workshops": ["Einen der gewählten Workshops gibt es nicht."]}


def test_an_old_link_to_the_form_leads_to_the_workshop_that_says_why(
    client: Client, workshop: Workshop
) -> None:
    gone = builders.a_workshop(workshop.series, status="cancelled", cancelled_at=timezone.now())
    path = f"/{workshop.process.slug}/register/"
    response = client.get(f"{path}?workshop={workshop.pk}&workshop={gone.pk}")
    assert response.headers["Location"] == f"/{workshop.process.slug}/handlungsfeld-1/{gone.number}/"
    assert "Dieser Workshop wurde abgesagt." in client.get(response.headers["Location"]).content.decode()
    for harmless in (workshop.pk, 999999, "abc"):
        assert client.get(f"{path}?workshop={harmless}").status_code == 200


def test_without_an_open_workshop_the_page_says_so(client: Client) -> None:
    process = builders.a_process()
    page = client.get(f"/{process.slug}/register/").content.decode()
    assert "Im Moment kann man sich für keinen Workshop anmelden." in page


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


def test_the_page_speaks_the_language_of_its_address(client: Client, workshop: Workshop) -> None:
    page = client.get(f"/en/{workshop.process.slug}/register/").content.decode()
    assert '<html lang="en" dir="ltr">' in page
    assert "Action field 1" in page
    assert '<option value="en" selected>' in page


def test_what_the_form_names_in_german_only_says_so(client: Client, workshop: Workshop) -> None:
    field = workshop.field
    field.name = localised("Bildung und Sprache")
    field.save()
    workshop.title = localised("Abendkurse")
    workshop.save()
    address = f"/ar/{workshop.process.slug}/register/"
    page = client.get(address).content.decode()

    for name in ("Bildung und Sprache", "Abendkurse"):
        assert f'<bdi lang="de" dir="ltr">{name}</bdi>' in page
    assert page.count("choices__group") == 1
    assert re.search(r'role="group" aria-labelledby="([\w-]+)"><p class="choices__group" id="\1">', page)
    with translation.override("ar"):
        names = [lists.language_named("de")]
        assert render_to_string("_fallbacks.html", {"names": names}) in page
    german = client.get(address.removeprefix("/ar")).content.decode()
    assert '<bdi lang="de"' not in german

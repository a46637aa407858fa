"""A citizen corrects by themselves how they are reached; a new address only from its own mailbox."""

import datetime
import re
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests import builders, pages
from tests.workshops.ears import listening
from workshops import links
from workshops.models import Participant, ParticipationProcess, PersonalLink
from workshops.operations import contacts, own_data, participants, readable_data, retention

pytestmark = pytest.mark.django_db

Scope = PersonalLink.Scope
DAY = datetime.timedelta(days=1)
NEW = "Neu@example.org"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def process() -> ParticipationProcess:
    return builders.a_process()


@pytest.fixture
def hans(process: ParticipationProcess) -> Participant:
    return builders.a_participant(
        process, email="hans@example.org", name="Hans Vogel", verified_at=timezone.now()
    )


def my(person: Participant, page: str = "") -> str:
    return f"/my/{links.token_of(links.make(person, Scope.MANAGE))}/{page}"


def typed(person: Participant) -> PersonalLink:
    return person.links.get(scope=Scope.ADDRESS, revoked_at=None)


def button(person: Participant) -> str:
    return f"/address/{links.token_of(typed(person))}/"


def again(person: Participant) -> Participant:
    return Participant.objects.select_related("process").get(pk=person.pk)


# --- telephone, letter, wish ----------------------------------------------------------------------


def test_phone_letter_and_wish_are_corrected_at_once(client: Client, hans: Participant) -> None:
    answer = client.post(
        my(hans, "contact/"),
        {"contact_by": "phone", "phone": "07471 930-0", "postal_address": " Marktplatz  1 \n72379 Hechingen"},
        follow=True,
    )
    assert "Ihre Angaben sind geändert." in pages.text(answer)
    hans = again(hans)
    assert (hans.email, hans.phone, hans.phone_normalised) == ("hans@example.org", "07471 930-0", "074719300")
    assert (hans.postal_address, hans.contact_by) == ("Marktplatz 1\n72379 Hechingen", "phone")
    # What stands there is what was saved.
    assert "07471 930-0" in client.get(my(hans, "contact/")).content.decode()


def test_figures_of_an_arabic_keyboard_can_be_dialled_by_everyone(client: Client, hans: Participant) -> None:
    """With the marks that an address book puts around a number."""
    given = {"contact_by": "phone", "phone": "\u202a٠١٧٠ ١٢٣٤٥٦٧\u202c"}
    client.post(f"/ar{my(hans, 'contact/')}", given)
    assert again(hans).phone == "0170 1234567"


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ({"contact_by": "phone"}, ["Telefon – Für Anrufe brauchen wir eine Telefonnummer."]),
        ({"contact_by": "letter"}, ["Postanschrift – Für Briefe brauchen wir eine Postanschrift."]),
        (
            {"contact_by": "email", "phone": "1"},
            ["Telefon – Diese Nummer ist nicht vollständig. Beispiel: 07471 930-0"],
        ),
        (
            {"contact_by": "email", "postal_address": "a\nb\nc\nd\ne"},
            ["Postanschrift – Mehr als vier Zeilen passen nicht in das Fenster des Umschlags."],
        ),
    ],
)
def test_the_rules_are_those_for_what_staff_type(
    client: Client, hans: Participant, given: dict[str, str], errors: list[str]
) -> None:
    assert pages.errors(client.post(my(hans, "contact/"), given)) == errors
    assert again(hans).contact_by == "email"


def test_an_address_can_neither_be_slipped_in_nor_wished_without_one(
    client: Client, process: ParticipationProcess, hans: Participant
) -> None:
    client.post(my(hans, "contact/"), {"contact_by": "email", "email": NEW})
    assert again(hans).email == "hans@example.org"
    olga = builders.a_participant(process, email="", phone="07471 1", contact_by="phone")
    answer = client.post(my(olga, "contact/"), {"contact_by": "email", "phone": "07471 1"})
    assert len(pages.errors(answer)) == 1
    assert client.post(my(olga, "contact/"), {"contact_by": "phone", "phone": "07471 2"}).status_code == 302
    assert again(olga).phone == "07471 2"


# --- the address ----------------------------------------------------------------------------------


def test_only_the_button_in_the_new_mailbox_moves_the_address(client: Client, hans: Participant) -> None:
    old = my(hans)
    with listening("new_address_typed", "address_moved") as heard:
        answer = client.post(my(hans, "email/"), {"email": NEW}, follow=True)
        assert NEW in pages.text(answer)
        link = typed(hans)
        page = client.get(button(hans))
        assert again(hans).email == "hans@example.org"
        # Whoever reads there may be a stranger.
        assert "Hans" not in page.content.decode()
        assert "hans@" not in page.content.decode()
        assert client.get(old).status_code == 200

        where = button(hans)
        answer = client.post(where, follow=True)
        assert "Ihre E-Mail-Adresse ist geändert." in pages.text(answer)
    assert [name for name, _told in heard] == ["new_address_typed", "address_moved"]
    assert heard[1][1]["link"].address == "hans@example.org"
    assert (again(hans).email, again(hans).email_normalised) == (NEW, "neu@example.org")
    # Once only, and what lay in the old mailbox opens nothing.
    assert (client.post(where).status_code, client.get(old).status_code) == (410, 410)
    assert not contacts.move_address(link)


def test_a_link_ends_after_a_day_and_says_what_to_do(
    client: Client, hans: Participant, clock: time_machine.Traveller
) -> None:
    client.post(my(hans, "email/"), {"email": NEW})
    where = button(hans)
    clock.shift(DAY + datetime.timedelta(seconds=1))
    answer = client.post(where)
    assert answer.status_code == 410
    assert "tragen Sie sie auf Ihrer persönlichen Seite noch einmal ein" in pages.text(answer)
    assert again(hans).email == "hans@example.org"


def test_the_last_address_typed_counts(client: Client, hans: Participant) -> None:
    client.post(my(hans, "email/"), {"email": "falsch@example.org"})
    first = button(hans)
    client.post(my(hans, "email/"), {"email": NEW})
    assert client.post(first).status_code == 410
    assert [each.address for each in hans.links.filter(scope=Scope.ADDRESS).order_by("pk")] == ["", NEW]


def test_who_has_no_address_adds_one_the_same_way(client: Client, process: ParticipationProcess) -> None:
    olga = builders.a_participant(process, email="", phone="07471 1", contact_by="phone")
    manage = my(olga)
    client.post(my(olga, "email/"), {"email": NEW})
    with listening("address_moved") as heard:
        assert client.post(button(olga)).status_code == 302
    # No former mailbox: no link that lay there, nobody to be told. How she is called stays her choice.
    assert heard == []
    assert (again(olga).email, again(olga).contact_by) == (NEW, "phone")
    assert again(olga).verified_at is not None
    assert client.get(manage).status_code == 200
    assert not olga.links.exclude(address="").exists()


def test_the_answer_does_not_tell_whose_an_address_is_and_the_button_does(
    client: Client, process: ParticipationProcess, hans: Participant
) -> None:
    builders.a_participant(process, email="amina@example.org")

    def said(email: str) -> tuple[int, str, int, str]:
        with listening("new_address_typed") as heard:
            answer = client.post(my(hans, "email/"), {"email": email})
        page = pages.text(client.get(answer.headers["Location"]))
        return answer.status_code, answer.headers["Location"], len(heard), page.replace(email, "")

    assert said("niemand@example.org") == said("amina@example.org")
    answer = client.post(button(hans))
    assert "Mit dieser Adresse ist schon jemand anderes angemeldet." in pages.text(answer)
    assert again(hans).email == "hans@example.org"
    # Nothing was lost: the link still waits for its day.
    assert typed(hans).address == "amina@example.org"


def test_the_own_address_is_no_new_one(client: Client, hans: Participant) -> None:
    answer = client.post(my(hans, "email/"), {"email": "HANS@example.org"})
    assert pages.errors(answer) == ["Neue E-Mail-Adresse – An diese Adresse schreiben wir Ihnen schon."]
    assert not hans.links.filter(scope=Scope.ADDRESS).exists()


def test_nobody_makes_us_write_to_strangers_again_and_again(
    client: Client, process: ParticipationProcess, hans: Participant
) -> None:
    """Three an hour to one address, whoever types it, and three an hour of one person's wishes."""
    people = [hans, *(builders.a_participant(process) for _number in range(3))]
    with listening("new_address_typed") as heard:
        for person in people:
            for _time in range(2):
                answer = client.post(my(person, "email/"), {"email": NEW})
                # The answer is the same, and what the person sees of it.
                assert answer.status_code == 302
                assert typed(person).address == NEW
    assert len(heard) == 3
    with listening("new_address_typed") as heard:
        for number in range(9):
            client.post(my(people[-1], "email/"), {"email": f"{number}@example.org"})
    assert len(heard) == 3


def test_staff_s_correction_ends_what_was_typed(hans: Participant) -> None:
    contacts.type_new_address(hans, email=NEW)
    contacts.correct_contact(
        hans,
        email="staff@example.org",
        phone="",
        postal_address="",
        contact_by="email",  # type: ignore[arg-type]
        by=builders.a_staff_member(),
    )
    assert not hans.links.filter(revoked_at=None).exists()
    assert not hans.links.exclude(address="").exists()


# --- what is kept of it ---------------------------------------------------------------------------


def test_the_person_sees_what_waits(hans: Participant) -> None:
    contacts.type_new_address(hans, email=NEW)
    told = own_data.export(again(hans))["links"]
    assert [(each["scope"], each["address"]) for each in told] == [("address", NEW)]
    facts = [
        fact for part in readable_data.readable(again(hans)) for row in part.entries for fact in row.facts
    ]
    assert {("E-Mail-Adresse", NEW), ("Art", "E-Mail-Adresse ändern")} <= set(facts)


def _expire(person: Participant) -> None:
    retention.run(now=timezone.now() + DAY)


@pytest.mark.parametrize("end", [_expire, participants.erase])
@pytest.mark.parametrize("is_moved", [False, True])
def test_neither_the_new_nor_the_former_address_outlives_its_day(
    hans: Participant, end: Callable[[Participant], None], is_moved: bool
) -> None:
    link = contacts.type_new_address(hans, email=NEW)
    if is_moved:
        assert contacts.move_address(link)
    kept = "hans@example.org" if is_moved else NEW
    assert [each.address for each in PersonalLink.objects.filter(scope=Scope.ADDRESS)] == [kept]
    retention.run(now=timezone.now() + DAY - datetime.timedelta(seconds=1))
    assert PersonalLink.objects.filter(address=kept).exists()
    end(again(hans))
    assert not PersonalLink.objects.exclude(address="").exists()


def test_the_pages_lead_to_it(client: Client, hans: Participant) -> None:
    for page in ("", "details/"):
        content = client.get(my(hans, page)).content.decode()
        for where in ("contact/", "email/"):
            assert re.search(rf'href="[^"]*/{where}"', content)

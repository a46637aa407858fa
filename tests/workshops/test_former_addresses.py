"""An objection, or an erasure, holds at an address that somebody had before, too (Art. 21(3) GDPR)."""

import io
import itertools
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from tests import builders, cast
from tests.workshops.survey_import import looks
from workshops.models import ConsentGiven, ContactBy, ErasedAddress, Participant
from workshops.operations import (
    contact_lists,
    contacts,
    on_behalf,
    participants,
    registrations,
    survey_imports,
)
from workshops.operations.on_behalf import Contact
from workshops.operations.registrations import Needs, Person

pytestmark = pytest.mark.django_db

FORMER, NEW = "Olga.Alt@Example.org", "olga.neu@example.org"
_numbers = itertools.count(1)


@pytest.fixture
def town() -> cast.Cast:
    return cast.gather()


def list_of(town: cast.Cast, *addresses: str) -> None:
    """A longer list each time: somebody is on it whom nobody knows yet."""
    number = next(_numbers)
    rows = "\n".join(["E-Mail;Name", *(f"{each};Olga" for each in addresses), f"x{number}@example.org;X"])
    contact_lists.take_in(
        town.process,
        io.BytesIO(rows.encode()),
        name=f"Liste {number}",
        consent_source="Stand",
        agreed_on=timezone.localdate(),
        by=town.sabine,
        fields=town.fields,
    )


def survey_of(town: cast.Cast, *addresses: str) -> None:
    rows = [("Bildung und Sprache", "Ja", each) for each in (*addresses, f"x{next(_numbers)}@example.org")]
    data = looks.survey("Welche Handlungsfelder?", "Einladen?", "E-Mail", rows=tuple(rows))
    survey_imports.import_answers(town.process.survey, io.BytesIO(data), by=town.sabine)


IMPORTS = pytest.mark.parametrize("import_of", [list_of, survey_of])


@pytest.fixture
def olga(town: cast.Cast) -> Participant:
    """On a list; she has never pressed a button of ours."""
    list_of(town, FORMER)
    return Participant.objects.with_address(FORMER).get()


def by_herself(person: Participant, email: str = NEW) -> None:
    link = contacts.type_new_address(person, email=email)
    link.participant = person
    assert contacts.move_address(link)


def told(person: Participant, email: str = NEW) -> None:
    contacts.correct_contact(
        person,
        email=email,
        phone="07471 1",
        postal_address="",
        contact_by=ContactBy.EMAIL if email else ContactBy.PHONE,
        by=builders.a_staff_member(),
    )


def told_to_forget_it(person: Participant) -> None:
    told(person, email="")


WAYS = pytest.mark.parametrize("move", [by_herself, told, told_to_forget_it])


def olgas() -> list[str]:
    return sorted(
        Participant.objects.filter(email_normalised__startswith="olga").values_list("email", flat=True)
    )


@IMPORTS
@WAYS
@pytest.mark.parametrize("is_proven", [True, False])
def test_who_objected_and_moved_is_invited_at_neither_address(
    town: cast.Cast,
    olga: Participant,
    import_of: Callable[..., None],
    move: Callable[..., None],
    is_proven: bool,
) -> None:
    if is_proven:
        participants.verify(olga, now=timezone.now())
    participants.object_to_invitations(olga)
    move(olga)
    there = olgas()

    import_of(town, *{FORMER, *there})

    assert olgas() == there
    assert not Participant.objects.may_be_invited().filter(email__startswith="olga").exists()


@IMPORTS
@WAYS
def test_who_moved_and_had_themselves_erased_comes_back_with_neither_address(
    town: cast.Cast, olga: Participant, import_of: Callable[..., None], move: Callable[..., None]
) -> None:
    move(olga)
    had_two = olga.has_address
    participants.erase(olga)

    import_of(town, FORMER, *([NEW] if had_two else []))

    assert olgas() == []


def test_who_only_moved_is_no_second_person_at_the_former_address(town: cast.Cast, olga: Participant) -> None:
    by_herself(olga)
    list_of(town, FORMER)
    assert list(Participant.objects.may_be_invited().filter(email__startswith="olga")) == [olga]
    assert olgas() == [NEW]


def test_of_a_former_address_nothing_is_kept_but_a_hash_and_once(town: cast.Cast, olga: Participant) -> None:
    by_herself(olga)
    by_herself(olga, FORMER)
    by_herself(olga)
    rows = list(ErasedAddress.objects.values("process", "erased_on", "address_hash"))
    assert [(row["process"], row["erased_on"], len(row["address_hash"])) for row in rows] == [
        (town.process.pk, timezone.localdate(), 64)
    ] * 2
    assert len({row["address_hash"] for row in rows}) == 2


# --- whoever comes back by themselves ------------------------------------------------------------------


@IMPORTS
def test_who_moves_back_stays_who_they_are_and_alone_says_whether_they_want_invitations(
    town: cast.Cast, olga: Participant, import_of: Callable[..., None]
) -> None:
    participants.object_to_invitations(olga)
    by_herself(olga)
    by_herself(olga, FORMER)
    import_of(town, FORMER, NEW)
    assert olgas() == [FORMER]
    assert olga not in Participant.objects.may_be_invited()

    participants.agree_to_invitations(olga)
    import_of(town, FORMER, NEW)
    assert olgas() == [FORMER]
    assert olga in Participant.objects.may_be_invited()


def test_a_former_address_may_register_by_itself(town: cast.Cast, olga: Participant) -> None:
    by_herself(olga)
    workshop = builders.a_workshop(builders.a_series(town.fields[0]))
    answer = Client().post(
        f"/{town.process.slug}/register/",
        {"workshops": [workshop.pk], "name": "Oleg", "email": FORMER, "language": "de", "privacy": "on"},
    )
    assert answer.status_code == 302
    oleg = Participant.objects.with_address(FORMER).get()
    assert (oleg.pk == olga.pk, oleg.name, oleg.registrations.count()) == (False, "Oleg", 1)
    registrations.confirm(oleg, wants_invitations=True)
    list_of(town, FORMER)
    assert oleg in Participant.objects.may_be_invited()


# --- a stranger's address -------------------------------------------------------------------------------


def on_the_telephone(town: cast.Cast, email: str) -> Participant:
    workshop = builders.a_workshop(builders.a_series(town.fields[0]))
    on_behalf.register(
        town.process,
        person=Person(email=email, name="Olga"),
        contact=Contact(phone="07471 1"),
        consent=ConsentGiven.BY_PHONE,
        workshop_ids=[workshop.pk],
        needs=Needs(),
        by=town.sabine,
    )
    return Participant.objects.with_address(email).get()


def disowns(person: Participant) -> None:
    assert contacts.disown(person)


@pytest.mark.parametrize("move", [disowns, told, told_to_forget_it])
def test_an_address_that_staff_misheard_may_be_on_a_list(town: cast.Cast, move: Callable[..., None]) -> None:
    move(on_the_telephone(town, "fremd@example.org"))
    assert not ErasedAddress.objects.exists()
    list_of(town, "fremd@example.org")
    assert Participant.objects.may_be_invited().with_address("fremd@example.org").exists()


def test_of_a_proven_address_and_a_misheard_one_only_the_proven_one_is_remembered(
    town: cast.Cast, olga: Participant
) -> None:
    participants.verify(olga, now=timezone.now())
    told(olga, "fremd@example.org")
    told(olga)
    assert ErasedAddress.objects.count() == 1
    list_of(town, FORMER, "fremd@example.org")
    assert olgas() == [NEW]
    assert Participant.objects.with_address("fremd@example.org").exists()


def test_a_slip_in_an_unconfirmed_registration_is_not_remembered(town: cast.Cast) -> None:
    workshop = builders.a_workshop(builders.a_series(town.fields[0]))
    registrations.register(
        town.process,
        person=Person(email="ogla@example.org", name="Olga"),
        workshop_ids=[workshop.pk],
        needs=Needs(),
    )
    told(Participant.objects.with_address("ogla@example.org").get())
    assert not ErasedAddress.objects.exists()


def test_staff_read_that_a_former_address_is_left_out(town: cast.Cast, olga: Participant) -> None:
    by_herself(olga)
    file = io.BytesIO(f"E-Mail\n{FORMER}\nganz.neu@example.org\n".encode())
    file.name = "liste.csv"
    client = Client()
    client.force_login(town.sabine)
    checked = client.post(f"/staff/{town.process.slug}/lists/new/", {"file": file}, follow=True)
    assert (
        "1 Adresse wird nicht übernommen: Die Person hat ihre Daten löschen lassen "
        "oder uns eine andere Adresse genannt."
    ) in checked.content.decode()

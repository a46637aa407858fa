"""People without an e-mail address: which of them are one person, and what is kept of them."""

import pytest

from tests import builders
from workshops.models import ErasedAddress, Participant, User, normalise_phone
from workshops.operations import own_data, participants

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "typed",
    ["07471 930-0", "(07471) 9300", "+49 7471 9300", "0049 7471 930 0", "+49 (0) 7471 9300", "٠٧٤٧١ ٩٣٠٠"],
)
def test_a_number_is_the_same_however_it_is_written(typed: str) -> None:
    assert normalise_phone(typed) == "074719300"


def test_numbers_of_other_countries_stay_apart() -> None:
    assert normalise_phone("+43 7471 9300") == "004374719300" != normalise_phone("07471 9300")
    assert normalise_phone("keine") == ""


def test_those_without_an_address_are_not_one_person() -> None:
    process = builders.a_process()
    for name in ("Olga", "Ida"):
        builders.a_participant(process, email="", phone="07471 1", contact_by="phone", name=name)
    assert [p.has_address for p in process.participants.all()] == [False, False]
    assert list(Participant.objects.with_address("")) == []
    # One telephone may stand in a hall for two.
    assert Participant.objects.with_phone("+49 7471 1").count() == 2
    assert list(Participant.objects.with_phone("")) == []


def test_phone_and_postal_address_are_theirs_to_see() -> None:
    staff: User = builders.a_staff_member()
    olga = builders.a_participant(
        builders.a_process(),
        email="",
        phone="07471 1",
        postal_address="Marktplatz 1\n72379 Hechingen",
        contact_by="letter",
        consent_given="desk",
        consent_taken_by=staff,
    )
    told = own_data.export(olga)["participant"]
    assert {name: told[name] for name in ("phone", "postal_address", "contact_by", "consent_given")} == {
        "phone": "07471 1",
        "postal_address": "Marktplatz 1\n72379 Hechingen",
        "contact_by": "letter",
        "consent_given": "desk",
    }


def test_an_erasure_leaves_nothing_of_those_without_an_address() -> None:
    process = builders.a_process()
    olga = builders.a_participant(process, email="", phone="07471 1", contact_by="phone")
    participants.erase(olga)
    assert not Participant.objects.filter(process=process).exists()
    # Nor does an empty address count as erased: the next one without would be.
    assert not ErasedAddress.objects.exists()

"""A list or a survey brought somebody; a stranger registers with their address, and what was typed goes."""

import datetime
import io

import pytest
from django.utils import timezone

from tests import builders, cast
from tests.workshops.survey_import import sample_survey
from tests.workshops.survey_import.sample_survey import people as persons
from workshops.models import Participant, Registration, Workshop
from workshops.models.people import WORDS
from workshops.operations import (
    contact_lists,
    contacts,
    holds,
    own_data,
    participants,
    readable_data,
    registrations,
    retention,
    survey_imports,
)
from workshops.operations.registrations import Needs, Person, Shown

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
ADDRESS = "lina@example.org"
OWN = ("Lina Liste", "Elternbeirat", "", "fr")
UNNAMED = ("", "", "", "de")


@pytest.fixture
def workshop(people: cast.Cast) -> Workshop:
    return builders.a_workshop(builders.a_series(people.fields[0]))


def import_list(people: cast.Cast, *, name: str = "Elternbrief") -> None:
    rows = (
        "E-Mail;Name;Organisation;Sprache",
        f"{ADDRESS};Lina Liste;Elternbeirat;fr",
        f"{name}@x.example;X;;de",
    )
    file = io.BytesIO("\n".join(rows).encode())
    contact_lists.take_in(
        people.process,
        file,
        name=name,
        consent_source="Formular",
        agreed_on=timezone.localdate(),
        by=people.sabine,
    )


def type_in(workshop: Workshop, name: str, *, language: str = "ar", address: str = ADDRESS) -> None:
    registrations.register(
        workshop.process,
        person=Person(
            email=address, name=name, organisation="Verein", organisation_kind="club", language=language
        ),
        workshop_ids=[workshop.pk],
        needs=Needs(),
        may_mail=False,
    )


def lina() -> Participant:
    return Participant.objects.get(email=ADDRESS)


def words() -> tuple[str, ...]:
    return tuple(getattr(lina(), column) for column in WORDS)


def agreed() -> tuple[object, ...]:
    return lina().privacy_agreed_at, lina().privacy_version


def lapse() -> None:
    holds.lapse_overdue(now=timezone.now() + 2 * DAY)


def test_what_was_typed_stands_there_while_it_waits_and_then_what_was_before(
    people: cast.Cast, workshop: Workshop
) -> None:
    import_list(people)
    assert words() == OWN
    type_in(workshop, "Boese Worte")
    assert words() == ("Boese Worte", "Verein", "club", "ar")
    holds.lapse_overdue()
    assert words()[0] == "Boese Worte"  # it still waits
    lapse()
    assert (words(), agreed(), lina().typed_over) == (OWN, (None, None), None)
    assert lina().registrations.get().status == Registration.Status.LAPSED
    lapse()  # twice is once
    assert words() == OWN
    retention.run(now=timezone.now() + 40 * DAY)
    assert (words(), lina().registrations.count()) == (OWN, 0)
    assert lina() in Participant.objects.may_be_invited()


def test_of_several_one_after_the_other_the_own_words_come_back(
    people: cast.Cast, workshop: Workshop
) -> None:
    import_list(people)
    type_in(workshop, "Erste")
    type_in(workshop, "Zweite", language="tr")
    second = builders.a_workshop(workshop.series)
    lapse()
    type_in(second, "Dritte")
    assert words()[0] == "Dritte"
    assert (lina().typed_over or {})["name"] == "Lina Liste"
    lapse()
    assert words() == OWN


def test_what_waits_and_is_cancelled_counts_as_over(people: cast.Cast, workshop: Workshop) -> None:
    import_list(people)
    type_in(workshop, "Boese Worte")
    registrations.cancel(lina().registrations.get(), by=people.sabine)
    holds.lapse_overdue()
    assert words() == OWN


def test_who_confirms_the_second_keeps_what_they_typed(people: cast.Cast, workshop: Workshop) -> None:
    import_list(people)
    type_in(workshop, "Boese Worte")
    second = builders.a_workshop(workshop.series, starts_at=workshop.starts_at + 5 * DAY)
    type_in(second, "Lina Lang", language="en")
    (mine,) = lina().registrations.filter(workshop=second)
    shown = Shown(revisions={mine.pk: second.revision}, name="Lina Lang")
    assert registrations.confirm(lina(), shown=shown) == [mine]
    lapse()
    assert words() == ("Lina Lang", "Verein", "club", "en")
    assert (lina().typed_over, lina().privacy_version) == (None, people.process.privacy_version)


def test_who_comes_by_another_link_doesnt_confirm_a_strangers_words(
    people: cast.Cast, workshop: Workshop
) -> None:
    import_list(people)
    type_in(workshop, "Boese Worte")
    second = builders.a_workshop(workshop.series, starts_at=workshop.starts_at + 5 * DAY)
    registrations.add(lina(), workshop_ids=[second.pk], needs=Needs())
    assert words() == OWN
    assert lina().is_known
    lapse()
    assert words() == OWN


def test_nor_does_who_moves_to_another_address(people: cast.Cast, workshop: Workshop) -> None:
    import_list(people)
    type_in(workshop, "Boese Worte")
    link = contacts.type_new_address(lina(), email="lina.neu@example.org")
    assert link is not None
    assert contacts.move_address(link)
    lapse()
    moved = Participant.objects.get(email="lina.neu@example.org")
    assert (moved.is_known, moved.name) == (True, "Lina Liste")


def test_who_corrects_their_words_meanwhile_keeps_them(people: cast.Cast, workshop: Workshop) -> None:
    import_list(people)
    type_in(workshop, "Boese Worte")
    participants.correct(lina(), name="Lina L.", organisation="", organisation_kind="", language="uk")
    lapse()
    assert words() == ("Lina L.", "", "", "uk")


def test_a_list_that_comes_after_the_stranger_brings_the_words(people: cast.Cast, workshop: Workshop) -> None:
    type_in(workshop, "Boese Worte")
    import_list(people)
    assert words()[0] == "Boese Worte"
    lapse()
    assert (words(), agreed()) == (OWN, (None, None))
    import_list(people, name="Zweite")
    assert words() == OWN


def test_whom_nobody_named_before_loses_nothing_and_goes_after_the_period(
    people: cast.Cast, workshop: Workshop
) -> None:
    type_in(workshop, "Amina")
    lapse()
    assert (words()[0], lina().typed_over) == ("Amina", None)
    retention.run(now=timezone.now() + 40 * DAY)
    assert not Participant.objects.filter(email=ADDRESS).exists()


def test_whom_the_survey_named_has_only_an_address_again(people: cast.Cast, workshop: Workshop) -> None:
    builders.a_participant(
        people.process, email=ADDRESS, name="", language="de", invitation_agreed_at=timezone.now()
    )
    Participant.objects.filter(email=ADDRESS).update(
        verified_at=None, privacy_agreed_at=None, privacy_version=None
    )
    type_in(workshop, "Boese Worte")
    lapse()
    assert words() == UNNAMED


def test_a_survey_that_comes_after_the_stranger_brings_an_address_alone(
    people: cast.Cast, workshop: Workshop
) -> None:
    address = next(each.address for each in persons() if each.wish == "Ja" and "," not in each.address)
    type_in(workshop, "Boese Worte", address=address)
    survey_imports.import_answers(
        people.process.survey, io.BytesIO(sample_survey.SAMPLE.read_bytes()), by=None
    )
    lapse()
    person = Participant.objects.may_be_invited().get(email=address)
    assert tuple(getattr(person, column) for column in WORDS) == UNNAMED


def test_what_was_typed_over_is_among_the_own_data_and_is_erased(
    people: cast.Cast, workshop: Workshop
) -> None:
    import_list(people)
    type_in(workshop, "Boese Worte")
    assert own_data.export(lina())["participant"]["typed_over"] == dict(zip(WORDS, OWN, strict=True))
    facts = dict(readable_data.readable(lina())[0].entries[0].facts)
    assert facts["Vorher gespeichert"] == "Lina Liste, Elternbeirat, fr"
    participants.erase(lina())
    assert not Participant.objects.filter(email=ADDRESS).exists()

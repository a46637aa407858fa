"""Staff's pages about recordings: announced and withdrawn, published, taken back and deleted."""

import datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests import builders, cast, pages
from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.workshops.staff_video.conftest import NOW, address, listed
from workshops import dates
from workshops.models import Meeting, ParticipationProcess, Workshop
from workshops.operations import recordings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("may_record")]

HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)


def press(client: Client, workshop: Workshop, page: str) -> list[str]:
    return pages.messages(client.post(address(workshop, f"recordings/{page}"), follow=True))


def test_a_recording_is_announced_and_withdrawn_by_a_button(
    client: Client, workshop: Workshop, people: cast.Cast
) -> None:
    builders.a_registration(workshop, people.amina)
    before = pages.lines(client.get(address(workshop, "recordings/")))
    assert "Dieser Workshop wird nicht aufgezeichnet." in before
    assert "Eine Person mit Platz bekommt eine Mail mit neuem Kalendereintrag." in before
    assert press(client, workshop, "announce/") == [
        "Die Aufzeichnung ist angekündigt. Alle Angemeldeten erfahren es."
    ]
    after = pages.lines(client.get(address(workshop, "recordings/")))
    assert "Dieser Workshop wird aufgezeichnet." in after
    assert press(client, workshop, "withdraw/") == [
        "Es wird nicht aufgezeichnet. Alle Angemeldeten erfahren es."
    ]
    workshop.refresh_from_db()
    assert not workshop.is_recorded


def test_too_late_is_said_before_and_after_the_button(client: Client, workshop: Workshop) -> None:
    Workshop.objects.update(starts_at=NOW + 23 * HOUR, ends_at=NOW + DAY)
    why = (
        "Eine Aufzeichnung lässt sich bis 24 Stunden vor Beginn ankündigen: "
        "Alle sollen es rechtzeitig wissen und noch absagen können."
    )
    found = pages.lines(client.get(address(workshop, "recordings/")))
    assert why in found
    assert "Aufzeichnung ankündigen" not in found
    assert press(client, workshop, "announce/") == [why]


def test_where_recordings_are_not_allowed_there_is_no_button_and_no_card(
    client: Client, workshop: Workshop
) -> None:
    ParticipationProcess.objects.update(may_record=False)
    found = pages.lines(client.get(address(workshop, "recordings/")))
    assert "In diesem Beteiligungsprozess sind Aufzeichnungen nicht erlaubt." in found
    assert "Aufzeichnung ankündigen" not in found
    assert "Aufzeichnung" not in pages.lines(client.get(address(workshop)))


def test_moved_to_where_nothing_can_be_recorded_it_says_so(
    client: Client, workshop: Workshop, people: cast.Cast
) -> None:
    recordings.announce(workshop, by=people.sabine, now=NOW)
    link = builders.a_room(people.process, name="Volkshochschule", dial_in="07471 930-0")
    answer = client.post(address(workshop, "room/"), {"where": str(link.pk)}, follow=True)
    assert pages.messages(answer) == [
        "Der Workshop ist jetzt in „Volkshochschule“. "
        "Dort lässt sich nicht aufzeichnen: Alle erfahren, dass nicht aufgezeichnet wird."
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_says_what_there_is(
    client: Client,
    held: Workshop,
    people: cast.Cast,
    bbb: BigBlueButtonServer,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    first, *_others = listed(bbb, *(95, 7, 3)[:count])
    recordings.publish(first, by=people.sabine, now=NOW)
    with django_assert_num_queries(8):
        found = pages.lines(client.get(address(held, "recordings/")))
    published_at = dates.moment_text(NOW, people.process).replace("\xa0", " ")
    rest = ["nicht öffentlich", "Veröffentlichen Löschen …"]
    rows = [
        ["95", "veröffentlicht", f"{published_at} · Sabine Keller", "Zurückziehen Löschen …"],
        ["7", *rest],
        ["3", *rest],
    ]
    assert found[found.index("Beginn") :] == [
        *("Beginn", "Minuten", "Zustand", "Handlung"),
        *(cell for row in rows[:count] for cell in ("Montag, 24. November 2025, 17:00 Uhr", *row)),
    ]


def test_a_recording_is_published_taken_back_and_deleted_by_buttons(
    client: Client, held: Workshop, bbb: BigBlueButtonServer
) -> None:
    (recording,) = listed(bbb, 95)
    assert press(client, held, f"{recording.pk}/publish/") == [
        "Die Aufzeichnung ist veröffentlicht: Sie steht auf der Seite des Workshops."
    ]
    assert [each.is_published for each in bbb.recordings.values()] == [True]
    assert press(client, held, f"{recording.pk}/unpublish/") == [
        "Die Aufzeichnung ist nicht mehr öffentlich."
    ]
    assert [each.is_published for each in bbb.recordings.values()] == [False]

    question = client.get(address(held, f"recordings/{recording.pk}/delete/"))
    assert "Die Aufzeichnung wird beim Anbieter gelöscht. Das lässt sich nicht zurücknehmen." in pages.lines(
        question
    )
    assert len(bbb.recordings) == 1
    assert press(client, held, f"{recording.pk}/delete/") == ["Die Aufzeichnung ist beim Anbieter gelöscht."]
    assert bbb.recordings == {}
    assert press(client, held, f"{recording.pk}/publish/") == ["Diese Aufzeichnung ist gelöscht."]


@pytest.mark.parametrize("act", ["publish", "delete"])
def test_a_failing_provider_is_named_and_nothing_is_half_done(
    client: Client, held: Workshop, bbb: BigBlueButtonServer, act: str
) -> None:
    (recording,) = listed(bbb, 95)
    bbb.faults.refusal = "checksumError"
    assert press(client, held, f"{recording.pk}/{act}/") == [
        "Es hat nicht geklappt. "
        "Der Anbieter weist das Geheimnis zurück. Bitte prüfen Sie Geheimnis und Kennung."
    ]
    recording.refresh_from_db()
    assert (recording.published_at, recording.deleted_at) == (None, None)
    assert "Der Anbieter weist das Geheimnis zurück. Bitte prüfen Sie Geheimnis und Kennung." in pages.lines(
        client.get(address(held, "recordings/"))
    )
    bbb.heal()
    Meeting.objects.update(claimed_until=None)
    press(client, held, f"{recording.pk}/{act}/")
    recording.refresh_from_db()
    assert recording.is_published or recording.is_deleted

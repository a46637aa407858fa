"""Staff change one workshop through its pages; nothing else in the town is needed."""

import datetime
from collections.abc import Mapping

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests import builders, cast, pages
from workshops.models import Registration, Workshop, localised

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def people(client: Client) -> cast.Cast:
    people = cast.gather()
    client.force_login(people.sabine)
    return people


@pytest.fixture
def workshop(people: cast.Cast) -> Workshop:
    return builders.a_workshop(
        builders.a_series(people.fields[0]), title=localised("Sprachkurse"), capacity=2, waiting_capacity=3
    )


@pytest.fixture
def draft(people: cast.Cast) -> Workshop:
    return builders.a_workshop(builders.a_series(people.fields[1]), status=Workshop.Status.DRAFT)


def address(workshop: Workshop, page: str = "") -> str:
    return f"/staff/integrationsplan/workshops/{workshop.pk}/{page}"


def after(client: Client, path: str, data: Mapping[str, object] | None = None) -> list[str]:
    """Press the button, follow, read what the next page says of it."""
    return pages.messages(client.post(path, data or {}, follow=True))


def accepting(
    client: Client, path: str, data: Mapping[str, object] | None = None, *, button: str = "accept"
) -> list[str]:
    """The same when rules of planning are broken: read which, and accept them."""
    given: dict[str, object] = dict(data or {})
    named = pages.hidden(client.post(path, given), "conflict")
    assert named
    return after(client, path, given | {button: "1", "conflict": named})


# --- look -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_lists_who_takes_part_in_a_fixed_number_of_queries(
    client: Client,
    workshop: Workshop,
    people: cast.Cast,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    for number in range(count):
        builders.a_registration(
            workshop,
            builders.a_participant(people.process, name=f"Person {number}", email=f"p{number}@example.org"),
            needs=["interpretation", "captions"],
            interpretation_language="Arabisch",
        )
    with django_assert_num_queries(10):
        response = client.get(address(workshop))
    found = pages.lines(response)
    assert found[found.index("Name", found.index("Teilnehmende")) :][: 5 + 6 * count] == [
        *("Name", "Kontakt", "Zustand", "Bedarf", "Handlung"),
        *(
            cell
            for number in range(count)
            for cell in (
                f"Person {number}",
                f"p{number}@example.org",
                f"Kontakt ändern (Person {number})",
                "bestätigt",
                "Dolmetschen (Arabisch), Untertitel",
                f"Abmelden (Person {number})",
            )
        ),
    ]


def test_a_workshop_of_another_process_isnt_found(client: Client, people: cast.Cast) -> None:
    assert client.get(address(builders.a_workshop())).status_code == 404


# --- publish and delete ---------------------------------------------------------------------------


def test_a_draft_is_published_by_its_button(client: Client, draft: Workshop) -> None:
    assert client.get(address(draft, "publish/")).status_code == 405
    assert accepting(client, address(draft, "publish/")) == [
        "Der Workshop ist veröffentlicht. Bürgerinnen und Bürger können ihn jetzt sehen."
    ]
    draft.refresh_from_db()
    assert draft.is_published


def test_a_refusal_stands_on_the_next_page(client: Client, draft: Workshop, people: cast.Cast) -> None:
    people.process.survey.delete()
    assert after(client, address(draft, "publish/")) == [
        "Workshops dürfen erst geplant werden, wenn die Umfrage beendet und ausgewertet ist. "
        "Bitte zuerst die Umfrage auswerten oder mit Begründung darauf verzichten."
    ]
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_draft_is_deleted_by_its_button(client: Client, draft: Workshop) -> None:
    assert after(client, address(draft, "delete/")) == ["Der Entwurf ist gelöscht."]
    assert not Workshop.objects.exists()


# --- move -----------------------------------------------------------------------------------------


def new_time(days: int = 30) -> tuple[dict[str, object], datetime.datetime]:
    day = timezone.localdate() + datetime.timedelta(days=days)
    start = datetime.datetime.combine(day, datetime.time(18), tzinfo=cast_zone())
    return {"day": day.isoformat(), "starts": "18:00", "ends": "20:30"}, start


def cast_zone() -> datetime.tzinfo:
    return timezone.get_default_timezone()


def test_moving_shows_first_who_will_be_told_and_changes_nothing(client: Client, workshop: Workshop) -> None:
    builders.a_registration(workshop)
    builders.a_registration(workshop)
    builders.a_registration(workshop, status=Registration.Status.WAITING)
    before = workshop.starts_at
    times, start = new_time()
    found = pages.lines(client.post(address(workshop, "reschedule/"), times))
    told = found.index("Wer davon erfährt")
    assert found[told + 1] == (
        "2 Personen mit Platz bekommen eine Mail mit neuem Kalendereintrag. "
        "Eine Person auf der Warteliste wird benachrichtigt."
    )
    workshop.refresh_from_db()
    assert (workshop.starts_at, workshop.revision) == (before, 0)
    assert accepting(client, address(workshop, "reschedule/"), times, button="confirm") == [
        "Der neue Termin ist gespeichert."
    ]
    workshop.refresh_from_db()
    assert (workshop.starts_at, workshop.ends_at, workshop.revision) == (start, start + 2.5 * HOUR, 1)


def test_a_refused_time_is_named_before_anyone_confirms(
    client: Client, workshop: Workshop, people: cast.Cast
) -> None:
    times, start = new_time()
    other = builders.a_workshop(
        builders.a_series(people.fields[2]), title=localised("Sportvereine"), starts_at=start
    )
    for each in (workshop, other):
        each.moderators.add(people.murat)
    assert pages.errors(client.post(address(workshop, "reschedule/"), times)) == [
        "Murat Yıldız leitet zu dieser Zeit schon den Workshop „Sportvereine“."
    ]


def test_a_draft_moves_in_one_step(client: Client, draft: Workshop) -> None:
    times, start = new_time()
    assert accepting(client, address(draft, "reschedule/"), times) == ["Der neue Termin ist gespeichert."]
    draft.refresh_from_db()
    assert draft.starts_at == start


def test_an_hour_that_the_clock_change_skips_is_refused(client: Client, draft: Workshop) -> None:
    skipped = {"day": "2027-03-28", "starts": "02:30", "ends": "04:00"}
    (error,) = pages.errors(client.post(address(draft, "reschedule/"), skipped))
    assert error.startswith("Beginn – ")


# --- change ---------------------------------------------------------------------------------------


def test_the_text_is_changed_in_each_language(client: Client, workshop: Workshop) -> None:
    given = {
        "title_de": "Sprachkurse für alle",
        "title_en": "Language courses",
        "description_de": "Was fehlt?",
    }
    assert after(client, address(workshop, "details/"), given) == ["Die Angaben sind gespeichert."]
    workshop.refresh_from_db()
    assert (workshop.title, workshop.description) == (
        {"de": "Sprachkurse für alle", "en": "Language courses"},
        {"de": "Was fehlt?"},
    )
    assert workshop.revision == 1


def test_more_seats_let_the_waiting_in_and_taken_ones_stay(client: Client, workshop: Workshop) -> None:
    builders.a_registration(workshop)
    builders.a_registration(workshop)
    waiting = builders.a_registration(workshop, status=Registration.Status.WAITING)
    response = client.post(address(workshop, "seats/"), {"capacity": "1", "waiting_capacity": "3"})
    assert pages.errors(response) == [
        "Es sind schon 2 Plätze vergeben. Weniger Plätze sind erst nach Abmeldungen möglich."
    ]
    assert after(client, address(workshop, "seats/"), {"capacity": "3", "waiting_capacity": "3"}) == [
        "Die Plätze sind geändert. Wer wartet, rückt nach, solange Plätze frei sind."
    ]
    waiting.refresh_from_db()
    assert waiting.status == Registration.Status.CONFIRMED


def test_the_registration_window_is_read_in_the_towns_time(client: Client, workshop: Workshop) -> None:
    opens = timezone.localtime(workshop.starts_at - 3 * DAY).replace(second=0, microsecond=0)
    given = {"opens_at": opens.strftime("%Y-%m-%dT%H:%M"), "closes_at": ""}
    assert after(client, address(workshop, "window/"), given) == ["Der Anmeldezeitraum ist gespeichert."]
    workshop.refresh_from_db()
    assert (workshop.registration_opens_at, workshop.registration_closes_at) == (opens, None)


def test_moderators_are_chosen_from_the_active_ones_of_the_process(
    client: Client, workshop: Workshop, people: cast.Cast
) -> None:
    builders.a_moderator(people.process, name="Weggezogen", is_active=False)
    builders.a_moderator(builders.a_process(), name="Anderswo")
    found = pages.lines(client.get(address(workshop, "moderators/")))
    assert [line for line in found if line in ("Murat Yıldız", "Weggezogen", "Anderswo")] == ["Murat Yıldız"]
    assert after(client, address(workshop, "moderators/"), {"moderators": [people.murat.pk]}) == [
        "Die Moderation ist eingeteilt."
    ]
    assert list(workshop.moderators.all()) == [people.murat]


def test_a_cancellation_needs_a_reason_and_a_tick(client: Client, workshop: Workshop) -> None:
    registration = builders.a_registration(workshop)
    assert pages.errors(client.post(address(workshop, "cancel/"), {"reason": "Krankheit"})) == [
        "Ja, der Workshop fällt aus. – Dieses Feld ist zwingend erforderlich."
    ]
    given = {"reason": "Die Moderation ist erkrankt.", "is_sure": "on"}
    assert after(client, address(workshop, "cancel/"), given) == [
        "Der Workshop ist abgesagt. Alle Angemeldeten erhalten eine Mail."
    ]
    workshop.refresh_from_db()
    registration.refresh_from_db()
    assert (workshop.status, workshop.cancellation_reason, registration.status) == (
        Workshop.Status.CANCELLED,
        "Die Moderation ist erkrankt.",
        Registration.Status.CANCELLED,
    )


def test_a_workshop_is_added_to_a_series_by_hand(client: Client, people: cast.Cast) -> None:
    series = builders.a_series(people.fields[3], capacity=7)
    times, start = new_time()
    path = "/staff/integrationsplan/fields/wohnen-und-wohnumfeld/add-workshop/"
    assert accepting(client, path, times) == ["Der Workshop ist als Entwurf angelegt."]
    added = series.workshops.get()
    assert (added.starts_at, added.ends_at, added.capacity, added.status) == (
        start,
        start + 2.5 * HOUR,
        7,
        Workshop.Status.DRAFT,
    )


def test_a_single_seat_is_told_in_the_singular(client: Client, workshop: Workshop) -> None:
    builders.a_registration(workshop)
    Workshop.objects.filter(pk=workshop.pk).update(capacity=1)
    assert "1 von 1 Platz belegt" in pages.text(client.get(address(workshop)))

"""Staff configure series, rules, blocked days and absences, through HTTP, in German."""

import datetime

import pytest
from django.test import Client

from tests import builders, cast, pages
from tests.workshops.staff_planning.steps import NOW, PAGE, a_small_series, ask, wish
from workshops.errors import Refusal
from workshops.models import BlockedDay, ModeratorAbsence, PlanningRun, WorkshopSeries
from workshops.operations import series

pytestmark = pytest.mark.django_db


SERIES = {
    "workshop_count": "4",
    "duration_minutes": "120",
    "capacity": "20",
    "waiting_capacity": "10",
    "weekdays": ["1", "3"],
    "start_times": "18:00, 10 Uhr",
    "first_on": "2020-09-14",
    "last_on": "2020-10-30",
    "min_gap_days": "7",
    "languages": ["de"],
}


def test_a_series_is_configured_from_the_suggestion_of_the_survey(staff: Client, people: cast.Cast) -> None:
    wish(people, count=90, field=0, time="tue-evening")
    page = staff.get(f"{PAGE}fields/bildung-und-sprache/").text
    assert (
        "Nach der Umfrage schlagen wir 3 Workshops vor: Erfahrungsgemäß kommt etwa die Hälfte der "
        "Interessierten (50 %), bei 20 Plätzen je Workshop." in page
    )
    assert 'name="workshop_count" value="3"' in page

    answer = staff.post(f"{PAGE}fields/bildung-und-sprache/", SERIES, follow=True)

    assert "Die Reihe „Bildung und Sprache“ ist gespeichert." in answer.text
    made = WorkshopSeries.objects.get()
    assert (made.workshop_count, made.weekdays, made.start_times, made.min_gap_days, made.languages) == (
        4,
        [1, 3],
        ["10:00", "18:00"],
        7,
        ["de"],
    )
    told = " ".join(pages.lines(answer))
    assert "4 Workshops zu 120 Minuten mit 20 Plätzen; 0 im Entwurf, 0 veröffentlicht" in told
    assert "Dienstag und Donnerstag; Beginn 10:00, 18:00 Uhr;" in told


def test_a_series_of_one_workshop_with_one_seat_is_told_in_the_singular(
    staff: Client, people: cast.Cast
) -> None:
    wish(people, count=90, field=0, time="tue-evening")
    page = f"{PAGE}fields/bildung-und-sprache/"
    answer = staff.post(page, SERIES | {"workshop_count": "1", "capacity": "1"}, follow=True)

    told = " ".join(pages.lines(answer))
    assert "1 Workshop zu 120 Minuten mit 1 Platz; 0 im Entwurf, 0 veröffentlicht" in told
    assert "der Interessierten (50 %), bei 1 Platz je Workshop." in staff.get(page).text


@pytest.mark.parametrize(
    ("published", "sentence"),
    [
        (1, "Es ist schon 1 Workshop veröffentlicht; weniger lassen sich nicht planen."),
        (2, "Es sind schon 2 Workshops veröffentlicht; weniger lassen sich nicht planen."),
    ],
)
def test_no_fewer_workshops_are_planned_than_citizens_see(
    people: cast.Cast, published: int, sentence: str
) -> None:
    made = a_small_series(people)
    for _each in range(published):
        builders.a_workshop(made)
    with pytest.raises(Refusal) as refusal:
        series.configure(
            made.field,
            workshop_count=published - 1,
            duration_minutes=120,
            capacity=20,
            waiting_capacity=10,
            weekdays=[1],
            start_times=[datetime.time(18)],
            first_on=made.first_on,
            last_on=made.last_on,
            min_gap_days=7,
            languages=["de"],
            by=people.sabine,
        )
    assert (refusal.value.code, refusal.value.sentence) == ("already_published", sentence)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"last_on": "2020-09-01"}, "Der späteste Tag liegt vor dem frühesten."),
        ({"start_times": "achtzehn"}, "„achtzehn“ ist keine Uhrzeit. Bitte so angeben: 18:00."),
        ({"start_times": "23:00"}, "Ein Workshop muss am selben Tag enden, an dem er beginnt."),
        ({"weekdays": []}, "Dieses Feld ist zwingend erforderlich."),
    ],
)
def test_a_series_that_makes_no_sense_is_refused_with_a_sentence(
    staff: Client, changes: dict[str, object], sentence: str
) -> None:
    answer = staff.post(f"{PAGE}fields/bildung-und-sprache/", SERIES | changes)

    assert sentence in answer.text
    assert not WorkshopSeries.objects.exists()


def test_while_the_gate_is_shut_nothing_is_configured_and_nothing_planned(
    staff: Client, people: cast.Cast
) -> None:
    a_small_series(people, 1)
    people.process.survey.evaluated_at = people.process.survey.evaluated_by = None
    people.process.survey.save(update_fields=["evaluated_at", "evaluated_by"])
    sentence = (
        "Workshops dürfen erst geplant werden, wenn die Umfrage beendet und ausgewertet ist. "
        "Bitte zuerst die Umfrage auswerten oder mit Begründung darauf verzichten."
    )

    assert "Die Planung ist noch nicht frei" in staff.get(PAGE).text
    assert sentence in staff.post(f"{PAGE}fields/bildung-und-sprache/", SERIES).text
    assert sentence in ask(staff)
    assert WorkshopSeries.objects.count() == 1
    assert not PlanningRun.objects.exists()


def test_a_waiver_opens_the_gate_for_planning(staff: Client, people: cast.Cast) -> None:
    survey = people.process.survey
    survey.evaluated_at = survey.evaluated_by = None
    survey.waived_at, survey.waived_by, survey.waiver_reason = NOW, people.sabine, "Kleine Gemeinde"
    survey.save()

    answer = staff.post(f"{PAGE}fields/bildung-und-sprache/", SERIES, follow=True)

    assert "Die Reihe „Bildung und Sprache“ ist gespeichert." in answer.text


def test_rules_blocked_days_and_absences_are_typed_and_removed(staff: Client, people: cast.Cast) -> None:
    page = f"{PAGE}rules/"
    profile = people.murat.moderator_profiles.get()

    staff.post(page, {"form": "rules", "parallel_rooms": "3", "may_use_school_holidays": "on"})
    staff.post(page, {"form": "blocked", "day": "2020-09-20", "reason": "Stadtfest"})
    twice = staff.post(page, {"form": "blocked", "day": "2020-09-20", "reason": "Noch einmal"})
    staff.post(
        page,
        {
            "form": "absence",
            "moderator": str(profile.pk),
            "starts_at": "2020-09-21T00:00",
            "ends_at": "2020-09-25T00:00",
        },
    )

    people.process.refresh_from_db()
    assert (people.process.parallel_rooms, people.process.may_use_school_holidays) == (3, True)
    assert "Dieser Tag ist schon gesperrt." in twice.text
    lines = pages.lines(staff.get(page))
    assert "Sonntag, 20. September 2020" in lines
    assert (
        "nicht verfügbar: Montag, 21. September 2020, 00:00 Uhr bis Freitag, 25. September 2020, 00:00 Uhr"
        in "".join(lines)
    )
    assert "Tag der Deutschen Einheit" in lines
    assert "Herbstferien" not in lines

    staff.post(f"{PAGE}rules/blocked/{BlockedDay.objects.get().pk}/free/")
    staff.post(f"{PAGE}rules/absences/{ModeratorAbsence.objects.get().pk}/remove/")
    assert (BlockedDay.objects.count(), ModeratorAbsence.objects.count()) == (0, 0)


def test_an_absence_that_ends_before_it_starts_is_refused(staff: Client, people: cast.Cast) -> None:
    answer = staff.post(
        f"{PAGE}rules/",
        {
            "form": "absence",
            "moderator": str(people.murat.moderator_profiles.get().pk),
            "starts_at": "2020-09-21T10:00",
            "ends_at": "2020-09-21T09:00",
        },
    )

    assert "Das Ende muss nach dem Beginn liegen." in answer.text
    assert not ModeratorAbsence.objects.exists()


@pytest.mark.parametrize(
    "path", ["", "progress/", "discard/", "publish/", "rules/", "fields/bildung-und-sprache/"]
)
def test_only_staff_see_the_planning(client: Client, people: cast.Cast, path: str) -> None:
    assert client.get(PAGE + path).headers["Location"] == f"/accounts/login/?next={PAGE}{path}"
    for user in (people.murat, people.stranger):
        client.force_login(user)
        assert client.get(PAGE + path).status_code == 403

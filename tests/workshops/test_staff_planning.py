"""Staff plan the series: from the configured series to published workshops, through HTTP, in German."""

import datetime
import subprocess
import sys
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests import builders, cast, pages
from workshops import events
from workshops.models import (
    BlockedDay,
    ModeratorAbsence,
    PlanningRun,
    SurveyAnswer,
    SurveyImport,
    Workshop,
    WorkshopSeries,
)
from workshops.operations import series, timetables

pytestmark = pytest.mark.django_db

PAGE = "/staff/integrationsplan/planning/"
# A Monday after the first town's survey; 3 October 2020 (Saturday) is a public holiday.
NOW = datetime.datetime(2020, 9, 7, 8, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def people() -> cast.Cast:
    return cast.gather()


@pytest.fixture
def staff(people: cast.Cast, client: Client) -> Client:
    client.force_login(people.sabine)
    return client


def a_small_series(people: cast.Cast, index: int = 0, **changes: object) -> WorkshopSeries:
    """Three Tuesdays or Thursdays at 18:00 in four weeks of autumn."""
    values: dict[str, object] = {
        "workshop_count": 3,
        "weekdays": [1, 3],
        "start_times": ["18:00"],
        "first_on": datetime.date(2020, 9, 14),
        "last_on": datetime.date(2020, 10, 11),
        "min_gap_days": 5,
    }
    return builders.a_series(people.fields[index], **(values | changes))


def plan(people: cast.Cast) -> PlanningRun:
    """What the worker does after staff asked."""
    timetables.run_waiting(now=timezone.now())
    run = people.process.planning_runs.first()
    assert run is not None
    return run


def ask(staff: Client) -> str:
    return staff.post(f"{PAGE}request/", follow=True).text


def starts(people: cast.Cast) -> list[str]:
    drafts = series.drafts_of(people.process)
    return [draft.local_start.strftime("%a %d.%m. %H:%M") for draft in drafts]


# --- configuring ----------------------------------------------------------------------------------


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
    assert "4 Workshops zu 120 Minuten mit 20 Plätzen; Dienstag und Donnerstag; Beginn 10:00, 18:00 Uhr" in (
        " ".join(pages.lines(answer))
    )


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


# --- asking and getting a timetable ---------------------------------------------------------------


def wish(people: cast.Cast, *, count: int, field: int, time: str) -> None:
    survey = people.process.survey
    taken, _ = SurveyImport.objects.get_or_create(
        survey=survey,
        digest="0",
        defaults={"source": "surveymonkey", "answer_count": 0, "imported_at": survey.closes_at},
    )
    for number in range(count):
        row = SurveyAnswer.objects.create(
            survey=survey,
            survey_import=taken,
            respondent_key=f"{field}{time}{number}",
            preferred_times=[time],
        )
        row.fields.set([people.fields[field]])
    survey.evaluation = {
        "answers": count,
        "fields": [{"field": people.fields[field].pk, "interest": count, "times": {time: count}}],
        "needs": {},
        "languages": {},
    }
    survey.save(update_fields=["evaluation"])


def test_staff_ask_and_the_worker_proposes_the_best_timetable(staff: Client, people: cast.Cast) -> None:
    a_small_series(people)
    wish(people, count=12, field=0, time="thu-evening")
    told: list[PlanningRun] = []

    def remember(run: PlanningRun, **_: object) -> None:
        told.append(run)

    events.timetable_requested.connect(remember)
    try:
        assert "Die Planung wartet auf ihren Start." in ask(staff)
    finally:
        events.timetable_requested.disconnect(remember)
    run = plan(people)

    assert told == [run]
    assert (run.status, run.progress, run.outcome["status"]) == ("done", 100, "optimal")
    assert starts(people) == ["Thu 17.09. 18:00", "Thu 24.09. 18:00", "Thu 01.10. 18:00"]
    drafts = series.drafts_of(people.process)
    assert [(one.number, one.capacity, list(one.moderators.all())) for one in drafts] == [
        (1, 20, [people.murat]),
        (2, 20, [people.murat]),
        (3, 20, [people.murat]),
    ]
    lines = pages.lines(staff.get(PAGE))
    assert "Ein bestmöglicher Terminplan liegt vor." in lines
    assert "Im Mittel passt ein Termin für 100 % der Interessierten." in lines
    assert "18:00 bis 20:00 Uhr · passt für 12 von 12 Interessierten" in lines
    assert "Moderation: Murat Yıldız" in lines


def test_weekly_at_18_stays_18_across_the_clock_change(staff: Client, people: cast.Cast) -> None:
    a_small_series(
        people, workshop_count=2, weekdays=[1], min_gap_days=7,
        first_on=datetime.date(2020, 10, 20), last_on=datetime.date(2020, 10, 27),
    )  # fmt: skip
    people.process.may_use_school_holidays = True
    people.process.save(update_fields=["may_use_school_holidays"])
    ask(staff)
    plan(people)

    assert [one.starts_at for one in series.drafts_of(people.process)] == [
        datetime.datetime(2020, 10, 20, 16, tzinfo=datetime.UTC),
        datetime.datetime(2020, 10, 27, 17, tzinfo=datetime.UTC),
    ]


def test_holidays_blocked_days_and_absences_stay_free(staff: Client, people: cast.Cast) -> None:
    # Five Mondays to Saturdays; of the last week only Saturday the 3rd, a public holiday, isn't taken away.
    a_small_series(
        people, workshop_count=2, weekdays=[0, 1, 5], min_gap_days=1,
        first_on=datetime.date(2020, 9, 28), last_on=datetime.date(2020, 10, 6),
    )  # fmt: skip
    BlockedDay.objects.create(process=people.process, day=datetime.date(2020, 9, 28), reason="Ratssitzung")
    ModeratorAbsence.objects.create(
        moderator=people.murat.moderator_profiles.get(),
        starts_at=datetime.datetime(2020, 10, 5, 10, tzinfo=datetime.UTC),
        ends_at=datetime.datetime(2020, 10, 5, 20, tzinfo=datetime.UTC),
    )
    ask(staff)
    plan(people)

    assert starts(people) == ["Tue 29.09. 18:00", "Tue 06.10. 18:00"]


def test_without_a_solution_the_page_says_which_rules_collide_and_what_helps(
    staff: Client, people: cast.Cast
) -> None:
    a_small_series(
        people, 3, weekdays=[1], last_on=datetime.date(2020, 9, 24), min_gap_days=2, workshop_count=3
    )
    ask(staff)
    run = plan(people)

    assert run.status == "impossible"
    lines = pages.lines(staff.get(PAGE))
    start = lines.index("So ist kein Terminplan möglich.")
    assert lines[start : start + 12] == [
        "So ist kein Terminplan möglich.",
        "Diese Regeln stoßen zusammen; ohne eine davon ginge es:",
        "„Wohnen und Wohnumfeld“ braucht 3 Workshops, es finden aber nur 2 Platz.",
        "„Wohnen und Wohnumfeld“: noch 3 Workshops zu planen.",
        "„Wohnen und Wohnumfeld“: mindestens 2 Tage Abstand.",
        "„Wohnen und Wohnumfeld“: nur am Dienstag.",
        "„Wohnen und Wohnumfeld“: nur vom 14. September 2020 bis zum 24. September 2020.",
        "Jeder dieser Wege würde genügen:",
        "Für „Wohnen und Wohnumfeld“ nur 2 Workshops planen.",
        "Für „Wohnen und Wohnumfeld“ auch Donnerstag erlauben.",
        "Den Zeitraum für „Wohnen und Wohnumfeld“ bis zum 29. September 2020 verlängern.",
        "Noch einmal planen" if Workshop.objects.exists() else "Termine planen",
    ]


def test_planning_again_keeps_what_is_pinned_and_what_is_published(staff: Client, people: cast.Cast) -> None:
    mine = a_small_series(people, workshop_count=3, min_gap_days=6)
    published = builders.a_workshop(
        mine,
        starts_at=datetime.datetime(2020, 9, 29, 16, tzinfo=datetime.UTC),
        ends_at=datetime.datetime(2020, 9, 29, 18, tzinfo=datetime.UTC),
    )
    ask(staff)
    plan(people)
    first = series.drafts_of(people.process)[0]
    staff.post(f"{PAGE}drafts/{first.pk}/pin/", {"pinned": "1"})
    before = starts(people)

    assert "Ein festgelegter Entwurf bleibt, wo er ist" in staff.get(PAGE).text
    ask(staff)
    plan(people)

    first.refresh_from_db()
    assert len(before) == 2
    assert starts(people) == before
    assert series.drafts_of(people.process)[0] == first
    assert published.starts_at == Workshop.objects.get(pk=published.pk).starts_at


def test_a_change_while_the_worker_plans_is_not_overwritten(
    staff: Client, people: cast.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_small_series(people)
    ask(staff)
    run = people.process.planning_runs.get()

    def change_meanwhile(percent: int) -> None:
        BlockedDay.objects.get_or_create(
            process=people.process, day=datetime.date(2020, 9, 17), defaults={"reason": "Stadtfest"}
        )

    assert timetables.claim(run, now=NOW)
    timetables.run_planning(run, now=NOW, progress=change_meanwhile)

    run.refresh_from_db()
    assert (run.status, run.outcome) == ("failed", {"status": "changed"})
    assert not Workshop.objects.exists()
    assert "Während der Berechnung hat sich etwas geändert. Bitte noch einmal planen." in staff.get(PAGE).text


def test_one_run_at_a_time_and_a_dead_worker_does_not_block_it(staff: Client, people: cast.Cast) -> None:
    a_small_series(people)
    ask(staff)
    assert "Es wird schon gerechnet. Bitte das Ergebnis abwarten." in ask(staff)
    run = people.process.planning_runs.get()

    assert timetables.claim(run, now=NOW) is True
    assert timetables.claim(run, now=NOW) is False
    assert timetables.run_waiting(now=NOW + datetime.timedelta(minutes=1)) == 0
    assert timetables.run_waiting(now=NOW + datetime.timedelta(minutes=21)) == 1
    run.refresh_from_db()
    assert run.status == "done"


def test_what_a_stopped_worker_still_finds_is_thrown_away(staff: Client, people: cast.Cast) -> None:
    a_small_series(people)
    ask(staff)
    run = people.process.planning_runs.get()
    timetables.claim(run, now=NOW)

    answer = staff.post(f"{PAGE}stop/", follow=True)
    timetables.run_planning(run, now=NOW)

    assert "Die letzte Berechnung wurde abgebrochen." in answer.text
    run.refresh_from_db()
    assert (run.status, run.outcome) == ("failed", {"status": "stopped"})
    assert not Workshop.objects.exists()
    assert "Es wird gerade nicht gerechnet." in staff.post(f"{PAGE}stop/", follow=True).text


def test_a_worker_whose_claim_ran_out_writes_nothing(staff: Client, people: cast.Cast) -> None:
    a_small_series(people)
    ask(staff)
    late = people.process.planning_runs.get()
    timetables.claim(late, now=NOW)
    timetables.run_waiting(now=NOW + datetime.timedelta(minutes=21))
    before = list(Workshop.objects.order_by("pk").values())

    timetables.run_planning(late, now=NOW)

    assert list(Workshop.objects.order_by("pk").values()) == before
    assert len(before) == 3


def test_progress_is_polled_and_the_page_comes_anew_at_the_end(staff: Client, people: cast.Cast) -> None:
    a_small_series(people)
    ask(staff)
    run = people.process.planning_runs.get()
    timetables.claim(run, now=NOW)
    PlanningRun.objects.filter(pk=run.pk).update(progress=40)

    fragment = staff.get(f"{PAGE}progress/", headers={"HX-Request": "true"})
    assert 'role="status">Der Plan wird berechnet: 40 %</p>' in fragment.text
    assert '<progress class="progress" value="40" max="100"' in fragment.text
    assert staff.get(f"{PAGE}progress/").headers["Location"] == PAGE
    page = staff.get(PAGE).text
    assert 'hx-trigger="every 2s"' in page
    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in page

    timetables.run_planning(run, now=NOW)
    done = staff.get(f"{PAGE}progress/", headers={"HX-Request": "true"})
    assert done.headers["HX-Refresh"] == "true"
    assert "every 2s" not in staff.get(PAGE).text


# --- working on the proposal ----------------------------------------------------------------------


@pytest.fixture
def proposal(staff: Client, people: cast.Cast) -> list[Workshop]:
    a_small_series(people, weekdays=[1])
    ask(staff)
    plan(people)
    return series.drafts_of(people.process)


def test_the_proposal_is_a_list_and_a_calendar(
    staff: Client, people: cast.Cast, proposal: list[Workshop]
) -> None:
    BlockedDay.objects.create(process=people.process, day=datetime.date(2020, 9, 30), reason="Ratssitzung")
    text = pages.text(staff.get(f"{PAGE}?view=month"))

    days = [one.local_start for one in proposal]
    assert [text.count(f"18:00 Bildung und Sprache: Workshop {number}") for number in (1, 2, 3)] == [1, 1, 1]
    assert f"Dienstag {days[0].day}18:00 Bildung und Sprache: Workshop 1" in text
    assert "Mittwoch 30Ratssitzung" in text
    assert "18:00 bis 20:00 Uhr" in pages.lines(staff.get(PAGE))


def test_a_draft_moved_by_hand_names_each_conflict_at_once(
    staff: Client, people: cast.Cast, proposal: list[Workshop]
) -> None:
    first, second, _third = proposal
    sent = {
        "day": "2020-10-03",  # a Saturday and public holiday
        "starts": "17:00",
        "ends": "19:00",
        "moderators": [str(people.murat.pk)],
    }

    answer = staff.post(f"{PAGE}drafts/{first.pk}/move/", sent)

    lines = pages.lines(answer)
    start = lines.index("Diese Änderung verletzt Regeln:")
    name = "„Bildung und Sprache: Workshop 1“ am 3. Oktober um 17:00 Uhr"
    assert lines[start : start + 4] == [
        "Diese Änderung verletzt Regeln:",
        f"{name} liegt auf einem Wochentag, der nicht erlaubt ist.",
        f"{name} beginnt zu einer Zeit, die nicht erlaubt ist.",
        f"{name} liegt auf einem Feiertag.",
    ]
    unmoved = Workshop.objects.get(pk=first.pk)
    assert (unmoved.starts_at, unmoved.is_pinned) == (first.starts_at, False)

    answer = staff.post(f"{PAGE}drafts/{first.pk}/move/", sent | {"accept": "1"}, follow=True)
    assert "Der Termin ist geändert und festgelegt." in answer.text
    first.refresh_from_db()
    assert (first.local_start.isoformat(), first.is_pinned) == ("2020-10-03T17:00:00+02:00", True)
    assert f"{name} liegt auf einem Feiertag." in answer.text
    assert second.pk != first.pk


def test_a_double_booking_by_hand_is_named_with_the_moderator(
    staff: Client, people: cast.Cast, proposal: list[Workshop]
) -> None:
    a_small_series(people, 1, workshop_count=1)
    people.process.parallel_rooms = 2
    people.process.save(update_fields=["parallel_rooms"])
    ask(staff)
    plan(people)
    drafts = series.drafts_of(people.process)
    other = next(one for one in drafts if one.field == people.fields[1])
    busy = next(one for one in drafts if one.field == people.fields[0])

    answer = staff.post(
        f"{PAGE}drafts/{other.pk}/move/",
        {
            "day": busy.local_start.date().isoformat(),
            "starts": "18:00",
            "ends": "20:00",
            "moderators": [str(people.murat.pk)],
        },
    )

    assert "Murat Yıldız leitet zu dieser Zeit noch einen Workshop oder hat keine Pause." in answer.text


def test_a_draft_moved_within_the_rules_is_pinned_and_stays(
    staff: Client, people: cast.Cast, proposal: list[Workshop]
) -> None:
    last = proposal[-1]
    sent = {"day": "2020-10-06", "starts": "18:00", "ends": "20:00", "moderators": [str(people.murat.pk)]}

    answer = staff.post(f"{PAGE}drafts/{last.pk}/move/", sent, follow=True)

    assert "Der Termin ist geändert und festgelegt." in answer.text
    assert '<span class="badge">festgelegt</span>' in answer.text
    ask(staff)
    plan(people)
    assert "Tue 06.10. 18:00" in starts(people)
    assert Workshop.objects.filter(pk=last.pk).exists()


def test_discarding_asks_first_and_spares_what_is_pinned(
    staff: Client, people: cast.Cast, proposal: list[Workshop]
) -> None:
    staff.post(f"{PAGE}drafts/{proposal[0].pk}/pin/", {"pinned": "1"})

    question = " ".join(pages.lines(staff.get(f"{PAGE}discard/")))
    assert "2 Entwürfe werden gelöscht. Niemand wurde davon unterrichtet." in question
    assert "1 festgelegter Entwurf bleibt." in question
    answer = staff.post(f"{PAGE}discard/", follow=True)

    assert "2 Entwürfe sind gelöscht." in answer.text
    assert series.drafts_of(people.process) == [proposal[0]]
    assert "„Bildung und Sprache“: Der Vorschlag hat nicht die vorgesehenen 3 Workshops." in answer.text


def test_publishing_asks_first_and_tells_of_each_workshop(
    staff: Client, people: cast.Cast, proposal: list[Workshop]
) -> None:
    told: list[Workshop] = []

    def remember(workshop: Workshop, **_: object) -> None:
        told.append(workshop)

    question = staff.get(f"{PAGE}publish/").text
    assert "3 Workshops werden für alle sichtbar; Anmeldungen sind dann möglich." in question
    assert not Workshop.objects.published().exists()
    events.workshop_published.connect(remember)
    try:
        answer = staff.post(f"{PAGE}publish/", follow=True)
    finally:
        events.workshop_published.disconnect(remember)

    assert "3 Workshops sind veröffentlicht." in answer.text
    assert told == proposal
    assert [one.status for one in Workshop.objects.all()] == ["published"] * 3


def test_a_proposal_that_breaks_rules_is_published_only_when_that_is_accepted(
    staff: Client, people: cast.Cast, proposal: list[Workshop]
) -> None:
    BlockedDay.objects.create(process=people.process, day=proposal[0].local_start.date(), reason="Stadtfest")

    refused = staff.post(f"{PAGE}publish/")
    assert "liegt auf einem gesperrten Tag." in refused.text
    assert not Workshop.objects.published().exists()

    staff.post(f"{PAGE}publish/", {"accept_conflicts": "on"})
    assert Workshop.objects.published().count() == 3


def test_the_gate_counts_again_when_publishing(
    staff: Client, people: cast.Cast, proposal: list[Workshop]
) -> None:
    people.process.survey.closes_at = NOW + datetime.timedelta(days=3)
    people.process.survey.evaluated_at = people.process.survey.evaluated_by = None
    people.process.survey.save(update_fields=["closes_at", "evaluated_at", "evaluated_by"])

    answer = staff.post(f"{PAGE}publish/")

    assert (
        "Workshops dürfen erst geplant werden, wenn die Umfrage beendet und ausgewertet ist." in answer.text
    )
    assert not Workshop.objects.published().exists()


# --- rules of the process -------------------------------------------------------------------------


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
    assert "nicht verfügbar: 21. September 2020, 00:00 bis 25. September 2020, 00:00 Uhr" in "".join(lines)
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


# --- who, and how much it costs -------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["", "progress/", "discard/", "publish/", "rules/", "fields/bildung-und-sprache/"]
)
def test_only_staff_see_the_planning(client: Client, people: cast.Cast, path: str) -> None:
    assert client.get(PAGE + path).headers["Location"] == f"/accounts/login/?next={PAGE}{path}"
    for user in (people.murat, people.stranger):
        client.force_login(user)
        assert client.get(PAGE + path).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_proposal_takes_the_same_queries_for_one_and_three_drafts(
    staff: Client, people: cast.Cast, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    a_small_series(people, workshop_count=count)
    ask(staff)
    plan(people)

    with django_assert_num_queries(21):
        staff.get(PAGE)


def test_the_web_process_never_loads_the_solver() -> None:
    script = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; django.setup(); "
        "import config.urls, config.wsgi; print('ortools' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"

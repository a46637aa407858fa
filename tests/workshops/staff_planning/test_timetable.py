"""Staff ask, and the worker finds a timetable or says why there is none."""

import datetime
import subprocess
import sys

import pytest
from django.test import Client

from tests import builders, cast, pages
from tests.workshops.ears import listening
from tests.workshops.staff_planning.steps import NOW, PAGE, a_small_series, ask, plan, starts, wish
from workshops.models import BlockedDay, ModeratorAbsence, PlanningRun, Workshop
from workshops.operations import series, timetables
from workshops.operations.planning_problem import problem_of
from workshops.planning.outcome import Outcome, Status

pytestmark = pytest.mark.django_db


def test_staff_ask_and_the_worker_proposes_the_best_timetable(staff: Client, people: cast.Cast) -> None:
    a_small_series(people)
    wish(people, count=12, field=0, time="thu-evening")

    with listening("timetable_requested") as heard:
        assert "Die Planung wartet auf ihren Start." in ask(staff)
    run = plan(people)

    assert heard == [("timetable_requested", {"run": run})]
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


@pytest.mark.parametrize("number", [1, 2])
def test_without_a_proof_the_page_says_what_has_no_time_and_what_staff_can_try(
    staff: Client, people: cast.Cast, number: int
) -> None:
    a_small_series(people)
    ask(staff)
    run = people.process.planning_runs.get()
    outcome = Outcome(Status.NOT_FOUND, unplaced=((str(people.fields[0].pk), number),))
    run.status, run.finished_at, run.progress = PlanningRun.Status.IMPOSSIBLE, NOW, 100
    run.outcome = timetables.as_json(problem_of(people.process, today=NOW.date()), outcome)
    run.save()

    lines = pages.lines(staff.get(PAGE))

    start = lines.index("Es wurde kein vollständiger Terminplan gefunden.")
    counted = "1 Workshop" if number == 1 else "2 Workshops"
    assert lines[start : start + 8] == [
        "Es wurde kein vollständiger Terminplan gefunden.",
        "Dass keiner möglich ist, ließ sich in der Rechenzeit nicht beweisen.",
        f"„Bildung und Sprache“: Für {counted} fand sich kein Termin.",
        "Das können Sie für diese Handlungsfelder versuchen, und dann noch einmal planen:",
        "den Zeitraum verlängern oder weitere Wochentage und Anfangszeiten erlauben",
        "den Mindestabstand verkürzen oder weniger Workshops vorsehen",
        "weitere Personen für die Moderation benennen oder nach ihren Abwesenheiten fragen",
        "mehr Workshops zur selben Zeit zulassen oder weitere Räume einrichten",
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


def test_a_worker_that_is_asked_to_end_gives_the_run_back_and_the_next_one_goes_on(
    staff: Client, people: cast.Cast
) -> None:
    a_small_series(people)
    ask(staff)
    run = people.process.planning_runs.get()
    asked = iter([False, False])  # it is asked when the run is claimed and the search has begun

    assert timetables.run_waiting(now=NOW, is_stopping=lambda: next(asked, True)) == 1

    run.refresh_from_db()
    assert (run.status, run.started_at, run.progress) == ("waiting", None, 0)
    assert not Workshop.objects.exists()
    assert timetables.run_waiting(now=NOW, is_stopping=lambda: True) == 0
    # The next worker needn't wait for a claim to run out.
    assert timetables.run_waiting(now=NOW) == 1
    run.refresh_from_db()
    assert (run.status, Workshop.objects.count()) == ("done", 3)


def test_progress_is_polled_and_the_page_comes_anew_at_the_end(staff: Client, people: cast.Cast) -> None:
    a_small_series(people)
    ask(staff)
    run = people.process.planning_runs.get()
    timetables.claim(run, now=NOW)
    PlanningRun.objects.filter(pk=run.pk).update(progress=40)

    fragment = staff.get(f"{PAGE}progress/", headers={"HX-Request": "true"})
    assert 'role="status" hx-swap-oob="innerHTML">Der Plan wird berechnet: 40 %</p>' in fragment.text
    assert '<progress class="progress" value="40" max="100"' in fragment.text
    assert staff.get(f"{PAGE}progress/").headers["Location"] == PAGE
    # Whoever has seen that is not told it again.
    again = staff.get(f"{PAGE}progress/?seen=running-40", headers={"HX-Request": "true"})
    assert (again.status_code, again.content) == (204, b"")
    page = staff.get(PAGE).text
    assert 'role="status">Der Plan wird berechnet: 40 %</p>' in page
    assert 'hx-trigger="every 2s"' in page
    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in page

    timetables.run_planning(run, now=NOW)
    done = staff.get(f"{PAGE}progress/", headers={"HX-Request": "true"})
    assert done.headers["HX-Refresh"] == "true"
    assert "every 2s" not in staff.get(PAGE).text


def test_the_web_process_never_loads_the_solver() -> None:
    script = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; django.setup(); "
        "import config.urls, config.wsgi; print('ortools' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"

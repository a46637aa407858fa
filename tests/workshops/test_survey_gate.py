"""The survey's window, its closing, and the gate before the workshops."""

import datetime
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone

from tests import builders, cast
from workshops import events
from workshops.errors import Refusal
from workshops.models import Survey, Workshop
from workshops.operations import surveys, workshops
from workshops.views.staff_survey import gate_sentence

pytestmark = pytest.mark.django_db

PAGE = "/staff/integrationsplan/survey/"
NOW = datetime.datetime(2020, 6, 20, 10, 0, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def survey(people: cast.Cast) -> Survey:
    return people.process.survey


@pytest.fixture
def staff(people: cast.Cast, client: Client) -> Client:
    client.force_login(people.sabine)
    return client


@pytest.fixture
def closings() -> Iterator[list[Survey]]:
    heard: list[Survey] = []

    def hear(survey: Survey, **kwargs: object) -> None:
        heard.append(survey)

    events.survey_closed.connect(hear)
    yield heard
    events.survey_closed.disconnect(hear)


def not_evaluated(survey: Survey) -> Survey:
    survey.evaluated_at = survey.evaluated_by = None
    survey.save(update_fields=["evaluated_at", "evaluated_by"])
    return survey


# --- the window -----------------------------------------------------------------------------------


def test_the_window_is_entered_in_the_local_time_of_the_process(staff: Client, people: cast.Cast) -> None:
    Survey.objects.all().delete()

    answer = staff.post(
        f"{PAGE}window/",
        {"url": "https://umfrage.example/1", "opens_at": "2020-05-01T00:00", "closes_at": "2020-06-05T23:59"},
        follow=True,
    )

    found = Survey.objects.get(process=people.process)
    assert found.opens_at == datetime.datetime(2020, 4, 30, 22, 0, tzinfo=datetime.UTC)
    assert found.closes_at == datetime.datetime(2020, 6, 5, 21, 59, tzinfo=datetime.UTC)
    assert found.url == "https://umfrage.example/1"
    assert "Der Zeitraum der Umfrage ist gespeichert." in answer.text
    assert "5. Juni 2020" in answer.text


def test_a_window_that_ends_before_it_begins_is_refused_with_a_sentence(
    staff: Client, survey: Survey
) -> None:
    answer = staff.post(f"{PAGE}window/", {"opens_at": "2020-06-05T12:00", "closes_at": "2020-06-05T12:00"})

    assert "Das Ende der Umfrage muss nach ihrem Beginn liegen." in answer.text
    assert Survey.objects.get().closes_at == survey.closes_at


def test_moving_the_end_into_the_future_shuts_the_gate_for_what_is_not_published(
    staff: Client, people: cast.Cast, survey: Survey
) -> None:
    draft = builders.a_workshop(builders.a_series(people.fields[0]), status=Workshop.Status.DRAFT)
    running = builders.a_series(people.fields[1])
    builders.a_workshop(running)
    next_of_running = builders.a_workshop(running, status=Workshop.Status.DRAFT)
    later = timezone.localtime(timezone.now() + 30 * DAY)

    staff.post(
        f"{PAGE}window/",
        {"opens_at": "2020-05-01T00:00", "closes_at": later.strftime("%Y-%m-%dT%H:%M")},
    )

    with pytest.raises(Refusal) as refusal:
        workshops.publish(draft, by=people.sabine)
    assert refusal.value.code == "gate_shut"
    workshops.publish(next_of_running, by=people.sabine)
    survey.refresh_from_db()
    assert (survey.evaluated_at, survey.evaluated_by, survey.evaluation) == (None, None, {})
    assert not survey.gate_is_open(later + DAY)


def test_moving_the_end_within_the_past_keeps_the_evaluation(survey: Survey, people: cast.Cast) -> None:
    surveys.set_window(
        people.process,
        opens_at=survey.opens_at,
        closes_at=survey.closes_at - DAY,
        url="",
        by=people.sabine,
        now=NOW,
    )
    survey.refresh_from_db()
    assert survey.is_evaluated
    assert survey.gate_is_open(NOW)


# --- the closing ----------------------------------------------------------------------------------


def test_the_closing_is_announced_once(survey: Survey, closings: list[Survey]) -> None:
    before = survey.closes_at - datetime.timedelta(seconds=1)

    assert surveys.announce_closed(now=before) == 0
    assert surveys.announce_closed(now=survey.closes_at) == 1
    assert surveys.announce_closed(now=survey.closes_at + DAY) == 0

    assert closings == [survey]


def test_a_closing_moved_into_the_future_is_announced_again_when_it_comes(
    survey: Survey, people: cast.Cast, closings: list[Survey]
) -> None:
    surveys.announce_closed(now=NOW)
    surveys.set_window(
        people.process, opens_at=survey.opens_at, closes_at=NOW + DAY, url="", by=people.sabine, now=NOW
    )

    assert surveys.announce_closed(now=NOW) == 0
    assert surveys.announce_closed(now=NOW + DAY) == 1
    assert closings == [survey, survey]


# --- the gate in one sentence ---------------------------------------------------------------------


def test_the_gate_is_told_in_one_sentence(people: cast.Cast, survey: Survey) -> None:
    opened = gate_sentence(people.process, survey, NOW)
    not_evaluated(survey)
    closing = "Freitag, 5. Juni 2020, 23:59\xa0Uhr"
    found = {
        "no survey": gate_sentence(people.process, None, NOW),
        "before": gate_sentence(people.process, survey, survey.opens_at - DAY),
        "open": gate_sentence(people.process, survey, survey.closes_at - DAY),
        "closed": gate_sentence(people.process, survey, NOW),
        "evaluated": opened,
    }
    assert found == {
        "no survey": "Es ist noch kein Zeitraum für die Umfrage festgelegt.",
        "before": f"Die Umfrage endet am {closing}; danach ist sie auszuwerten.",
        "open": f"Die Umfrage läuft noch bis {closing}; danach ist sie auszuwerten.",
        "closed": f"Die Umfrage ist seit {closing} beendet; bitte die Antworten jetzt übernehmen.",
        "evaluated": "Workshops dürfen geplant werden: Die Umfrage ist beendet und ausgewertet.",
    }


# --- the waiver -----------------------------------------------------------------------------------


def test_a_waiver_opens_the_gate_and_stands_there_with_name_and_reason(
    staff: Client, survey: Survey, people: cast.Cast
) -> None:
    not_evaluated(survey)

    answer = staff.post(
        f"{PAGE}waiver/", {"reason": "Der Gemeinderat hat die Felder schon beschlossen."}, follow=True
    )

    survey.refresh_from_db()
    assert survey.waived_by == people.sabine
    assert survey.gate_is_open(timezone.now())
    assert "Die Planung ist frei" in answer.text
    assert "Sabine Keller hat am" in answer.text
    assert "Der Gemeinderat hat die Felder schon beschlossen." in answer.text


def test_a_waiver_without_a_reason_is_refused(staff: Client, survey: Survey) -> None:
    not_evaluated(survey)

    answer = staff.post(f"{PAGE}waiver/", {"reason": "   "})

    assert "Dieses Feld ist zwingend erforderlich." in answer.text
    survey.refresh_from_db()
    assert not survey.is_waived
    with pytest.raises(Refusal) as refusal:
        surveys.waive_gate(survey, reason=" ", by=survey.process.moderators.get().user)
    assert refusal.value.code == "no_reason"


def test_a_waiver_that_nobody_needs_is_refused(staff: Client, survey: Survey) -> None:
    answer = staff.post(f"{PAGE}waiver/", {"reason": "Vorsichtshalber"})
    assert "ein Verzicht ist unnötig" in answer.text


def test_a_waiver_can_be_taken_back(staff: Client, survey: Survey, people: cast.Cast) -> None:
    surveys.waive_gate(not_evaluated(survey), reason="Eile", by=people.sabine)

    answer = staff.post(f"{PAGE}waiver/withdraw/", follow=True)

    survey.refresh_from_db()
    assert (survey.waived_at, survey.waived_by, survey.waiver_reason) == (None, None, "")
    assert "Der Verzicht ist zurückgenommen." in answer.text
    assert "Die Planung ist noch nicht frei" in answer.text


# --- who may --------------------------------------------------------------------------------------

PATHS = ("", "window/", "upload/", "mapping/", "discard/", "imports/1/discard/", "evaluate/",
         "evaluation/", "comments/", "waiver/", "waiver/withdraw/")  # fmt: skip


def test_every_page_of_the_survey_is_for_staff_only(client: Client, people: cast.Cast) -> None:
    asked = [(ask, PAGE + path) for ask in (client.get, client.post) for path in PATHS]

    sent_to_sign_in = [ask(path).headers["Location"] for ask, path in asked]
    refused = []
    for person in (people.stranger, people.murat):
        client.force_login(person)
        refused += [ask(path).status_code for ask, path in asked]

    assert sent_to_sign_in == [f"/accounts/login/?next={path}" for _ask, path in asked]
    assert refused == [403] * 44

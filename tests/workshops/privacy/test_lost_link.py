"""Who asks for a lost link learns nothing: known or not, the same answer after the same work."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks

from notifications.models import Delivery
from tests import builders
from workshops.models import Participant, ParticipationProcess
from workshops.operations import participants

pytestmark = pytest.mark.django_db


@pytest.fixture
def process() -> ParticipationProcess:
    return builders.a_process(slug="integrationsplan")


@pytest.fixture(autouse=True)
def _people(process: ParticipationProcess) -> None:
    builders.a_participant(process, email="known@example.org")
    builders.a_participant(process, email="fresh@example.org", verified_at=None)
    participants.erase(builders.a_participant(process, email="erased@example.org"))


def work_for(email: str) -> tuple[int, str, list[str]]:
    """The answer, where it leads, and the statements without their values."""
    with CaptureQueriesContext(connection) as queries:
        answer = Client().post("/integrationsplan/my-link/", {"email": email})
    statements = [re.sub(r"'[^']*'|\b[0-9]+\b|\"s[0-9_x]+\"", "?", query["sql"]) for query in queries]
    # The one step more by which what was written for nobody is undone.
    done = [each for each in statements if not each.startswith("ROLLBACK TO")]
    return answer.status_code, answer.headers["Location"], done


def test_the_same_statements_for_whoever_is_known_and_whoever_is_not(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    works = []
    for name in ("known", "fresh", "erased", "nobody"):
        # The test is one transaction: a bell that is to ring after it is rung once.
        connection.run_on_commit = []
        with django_capture_on_commit_callbacks() as rung:
            status, location, statements = work_for(f"{name}@example.org")
        works.append((status, location, statements, len(rung)))
    assert works[1:] == works[:1] * 3
    assert works[0][0] == 302
    assert works[0][3] == 1
    verbs = [statement.split()[0] for statement in works[0][2]]
    assert {"SELECT", "UPDATE", "INSERT"} <= set(verbs)


def test_nothing_of_it_stays_for_nobody(process: ParticipationProcess) -> None:
    people = Participant.objects.count()
    participants.request_link(process, email="nobody@example.org")
    assert (Participant.objects.count(), Delivery.objects.count()) == (people, 0)

    participants.request_link(process, email="known@example.org")
    assert list(Delivery.objects.values_list("participant__email", "kind")) == [
        ("known@example.org", "personal_link")
    ]

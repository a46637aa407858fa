"""A real worker with a real broker: a document asked for is made by it, and taken over from a dead one."""

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone

from config.celery import app
from tests import builders, cast
from tests.servers import BrokerServer, Database, Worker, wait_until
from workshops.models import Document
from workshops.operations import documents
from workshops.operations.documents import Wish

pytestmark = pytest.mark.slow


def run(task: str, broker: BrokerServer) -> None:
    with app.connection_for_write(broker.environment["CELERY_BROKER_URL"]) as connection:
        app.send_task(task, queue="default", connection=connection)


def test_a_worker_makes_what_was_asked_for_and_what_a_dead_one_left(
    postgres: Database, broker: BrokerServer, start_worker: Callable[..., Worker]
) -> None:
    people = cast.gather()
    builders.a_measure(builders.a_goal(builders.a_guideline(people.fields[0])), adopted_by=people.sabine)
    wishes = [Wish(Document.Variant.PLAN, kind, "ar") for kind in (Document.Format.PDF, Document.Format.DOCX)]
    made, left = (documents.request(people.process, wish=wish, by=people.sabine) for wish in wishes)
    long_ago = timezone.now() - documents.LEASE
    assert documents.claim(left.pk, now=long_ago) is not None
    start_worker(postgres.environment, broker.environment)

    run("workshops.tasks.make_documents", broker)
    wait_until(lambda: not Document.objects.unfinished().exists(), what="both are made")

    found = {each.pk: (bytes(each.content or b"")[:4], each.attempts) for each in Document.objects.all()}
    assert found == {made.pk: (b"%PDF", 1), left.pk: (b"PK\x03\x04", 2)}

    Document.objects.update(requested_at=timezone.now() - datetime.timedelta(days=14))
    run("workshops.tasks.discard_old_documents", broker)
    wait_until(lambda: not Document.objects.exists(), what="they are gone after two weeks")

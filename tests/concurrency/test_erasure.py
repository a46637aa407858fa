"""Someone is erased while something is written about them: PostgreSQL sees it when a transaction ends."""

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from notifications import campaigns, forgetting, launching, sending
from notifications.models import Delivery, InvitationCampaign, Kind
from tests import builders, cast
from tests.smtp_sink import SmtpSink
from workshops import links
from workshops.models import Participant, PersonalLink, localised
from workshops.operations import contact_lists, contacts, participants

pytestmark = pytest.mark.postgres

Scope = PersonalLink.Scope


DELETES_THE_PERSON = 'DELETE FROM "workshops_participant"'
WRITES_MAILS = 'INSERT INTO "notifications_delivery"'
WRITES_PEOPLE = 'INSERT INTO "workshops_participant"'
WRITES_LISTS = 'INSERT INTO "workshops_contactlist"'
WRITES_LINKS = 'INSERT INTO "workshops_personallink"'


@contextmanager
def meanwhile(*acts: Callable[[], object], before: str = "", after: str = "") -> Iterator[None]:
    """Each of `acts` happens once, on a connection of its own and committed, before or after a statement of
    this thread that begins so."""
    left = list(acts)

    def happen() -> None:
        def work(act: Callable[[], object]) -> None:
            try:
                act()
            finally:
                connections.close_all()

        thread = threading.Thread(target=work, args=(left.pop(0),), daemon=True)
        thread.start()
        thread.join(30)
        assert not thread.is_alive()

    def interpose(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if left and before and sql.startswith(before):
            happen()
        result = execute(sql, params, many, context)
        if left and after and sql.startswith(after):
            happen()
        return result

    with connection.execute_wrapper(interpose):
        yield
    assert not left


def makes_a_link(person: Participant, scope: PersonalLink.Scope) -> Callable[[], object]:
    return lambda: links.make(Participant.objects.get(pk=person.pk), scope)


def erases(person: Participant) -> Callable[[], object]:
    return lambda: participants.erase(Participant.objects.get(pk=person.pk))


def a_draft(people: cast.Cast) -> InvitationCampaign:
    """For Amina and Hans."""
    participants.agree_to_invitations(people.hans)
    return campaigns.create(
        people.process,
        words=campaigns.Words(
            name="Erste Einladung",
            subject=localised({"de": "Einladung"}),
            text=localised({"de": "{link}"}),
        ),
        by=people.sabine,
    )


def test_a_link_made_while_its_person_is_erased_is_erased_too() -> None:
    person = builders.a_participant(builders.a_process())

    with meanwhile(makes_a_link(person, Scope.FEED), before=DELETES_THE_PERSON):
        participants.erase(person)

    assert (Participant.objects.count(), PersonalLink.objects.count()) == (0, 0)


def test_control_in_one_attempt_the_erasure_fails() -> None:
    """Inside a caller's transaction nothing is tried again."""
    person = builders.a_participant(builders.a_process())

    with (
        meanwhile(makes_a_link(person, Scope.FEED), before=DELETES_THE_PERSON),
        pytest.raises(IntegrityError),
        transaction.atomic(),
    ):
        participants.erase(person)

    assert (Participant.objects.count(), PersonalLink.objects.count()) == (1, 1)


def test_an_erasure_is_not_tried_for_ever() -> None:
    person = builders.a_participant(builders.a_process())
    disturbances = [makes_a_link(person, scope) for scope in (Scope.FEED, Scope.MANAGE, Scope.UNSUBSCRIBE)]

    with meanwhile(*disturbances, before=DELETES_THE_PERSON), pytest.raises(IntegrityError):
        participants.erase(person)

    assert Participant.objects.count() == 1


def test_a_campaign_that_is_launched_while_someone_is_erased_goes_to_the_others() -> None:
    people = cast.gather()
    campaign = a_draft(people)

    with meanwhile(erases(people.hans), after=WRITES_MAILS):
        assert launching.launch(campaign, by=people.sabine) == 1

    campaign.refresh_from_db()
    assert campaign.status == InvitationCampaign.Status.LAUNCHED
    assert [delivery.participant for delivery in Delivery.objects.all()] == [people.amina]


def takes_in_hans_and_olga(people: cast.Cast) -> None:
    contact_lists.take_in(
        people.process,
        io.BytesIO(b"E-Mail\nhans@example.org\nolga@example.org\n"),
        name="Sommerfest",
        consent_source="Stand",
        agreed_on=timezone.localdate(),
        by=people.sabine,
    )


def moves(person: Participant) -> Callable[[], object]:
    return lambda: contacts.move_address(contacts.type_new_address(person, email="vogel@example.org"))


@pytest.mark.parametrize(("go", "left"), [(erases, []), (moves, ["vogel@example.org"])])
@pytest.mark.parametrize("when", [WRITES_PEOPLE, WRITES_LISTS])
def test_a_list_brings_nobody_back_who_goes_while_it_is_taken_in(
    go: Callable[[Participant], Callable[[], object]], left: list[str], when: str
) -> None:
    """Before the list looks who is there, and after."""
    people = cast.gather()

    with meanwhile(go(people.hans), before=when):
        takes_in_hans_and_olga(people)

    assert sorted(Participant.objects.values_list("email", flat=True)) == [
        "amina@example.org",
        "olga@example.org",
        *left,
    ]


def test_an_erasure_does_not_wait_for_a_launch_to_take_a_name_out_of_its_audience() -> None:
    people = cast.gather()
    campaign = a_draft(people)
    Participant.objects.filter(pk=people.hans.pk).update(organisation="Praxis Dr. Vogel")
    Participant.objects.filter(pk=people.amina.pk).update(organisation="TSV")
    campaign.audience = {"organisations": ["Praxis Dr. Vogel", "TSV"]}
    campaign.save(update_fields=["audience"])

    with meanwhile(erases(people.hans), after=WRITES_MAILS):
        assert launching.launch(campaign, by=people.sabine) == 1
    assert forgetting.run(now=timezone.now()) == 1

    campaign.refresh_from_db()
    assert campaign.audience == {"organisations": ["TSV"]}


def test_control_in_one_attempt_the_launch_fails() -> None:
    people = cast.gather()
    campaign = a_draft(people)

    with (
        meanwhile(erases(people.hans), after=WRITES_MAILS),
        pytest.raises(IntegrityError),
        transaction.atomic(),
    ):
        launching.launch(campaign, by=people.sabine)

    campaign.refresh_from_db()
    assert (campaign.status, Delivery.objects.count()) == (InvitationCampaign.Status.DRAFT, 0)


def a_mail_to_each(people: cast.Cast) -> None:
    for person in (people.hans, people.amina):
        now = timezone.now()
        Delivery.objects.create(
            process=people.process,
            kind=Kind.PERSONAL_LINK,
            key=f"personal_link:{person.pk}",
            participant=person,
            created_at=now,
            next_attempt_at=now,
        )


def test_an_erasure_in_the_middle_of_a_run_costs_nobody_else_their_mail(
    smtp_sink: SmtpSink, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp_sink.host, smtp_sink.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    people = cast.gather()
    a_mail_to_each(people)

    with meanwhile(erases(people.hans), before=WRITES_LINKS):
        assert sending.deliver_due() is False

    assert [mail.recipients for mail in smtp_sink.received] == [("amina@example.org",)]
    assert list(Delivery.objects.values_list("participant", "status")) == [(people.amina.pk, "sent")]
    # Nothing is broken: no one is called to look.
    assert [record.message for record in caplog.records if record.name.startswith("notifications")] == []


def test_control_links_for_all_at_once_fail_for_all() -> None:
    people = cast.gather()
    everyone = [(person, Scope.MANAGE, None) for person in (people.hans, people.amina)]

    with meanwhile(erases(people.hans), before=WRITES_LINKS), pytest.raises(IntegrityError):
        links.make_all(everyone)

    assert PersonalLink.objects.count() == 0


def test_a_link_that_is_ended_while_it_is_made_is_left_out() -> None:
    people = cast.gather()
    everyone = [(person, Scope.MANAGE, None) for person in (people.hans, people.amina)]

    def end() -> None:
        links.revoke(Participant.objects.get(pk=people.hans.pk))

    # Before the second reading: of what was just inserted.
    with meanwhile(lambda: None, end, before='SELECT "workshops_personallink"'):
        found = links.make_all(everyone)

    assert list(found) == [(people.amina.pk, "manage", None)]


def test_a_link_asked_for_by_nobody_leaves_no_row_that_points_nowhere() -> None:
    """PostgreSQL looks at foreign keys as the transaction ends; what was undone is not looked at."""
    process = builders.a_process()
    participants.request_link(process, email="nobody@example.org")
    assert Delivery.objects.count() == 0

"""Who is asked for comments, and how answers are told: each once, and nothing that is no longer so."""

import datetime
from collections.abc import Callable

import pytest
import time_machine

from notifications.models import Delivery, Kind
from tests import builders
from tests.notifications.conftest import STARTS_AT, Stage
from tests.notifications.results.about import came
from tests.smtp_sink import Received
from workshops import events
from workshops.models import AgendaItem, MinutesComment, Participant, Registration, Workshop
from workshops.operations import contributions, minutes
from workshops.operations.contributions import Said

Deliver = Callable[[], list[Received]]
AFTERWARDS = STARTS_AT + datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def item(stage: Stage, clock: time_machine.Traveller) -> AgendaItem:
    """The day after, with something written; Hans and Amina came, a third didn't."""
    clock.move_to(AFTERWARDS)
    came(stage, stage.registered(stage.cast.hans))
    came(stage, stage.registered(stage.cast.amina))
    stage.registered(builders.a_participant(stage.cast.process))
    return builders.an_agenda_item(stage.workshop, title="Kurse", text="Gesagt", version=1)


def fates(kind: Kind) -> list[tuple[str, str, str]]:
    return [
        (row.participant.email if row.participant else "", row.status, row.outcome_code)
        for row in Delivery.objects.filter(kind=kind).select_related("participant").order_by("pk")
    ]


def recipients(mails: list[Received]) -> list[str]:
    return [address for mail in mails for address in mail.recipients]


def submit(stage: Stage) -> None:
    minutes.submit(stage.workshop, by=stage.cast.sabine)


def test_those_who_came_are_asked_once_for_each_submission(
    stage: Stage, item: AgendaItem, delivered: Deliver
) -> None:
    submit(stage)
    found = stage.workshop.minutes
    events.minutes_submitted.send(sender=type(found), minutes=found, by=stage.cast.sabine)
    assert recipients(delivered()) == ["hans@example.org", "amina@example.org"]
    assert recipients(delivered()) == []

    minutes.reopen(stage.workshop, by=stage.cast.sabine)
    with time_machine.travel(AFTERWARDS + DAY, tick=False):
        submit(stage)
        assert recipients(delivered()) == ["hans@example.org", "amina@example.org"]


def test_the_mail_opens_nothing_else_of_the_persons(
    stage: Stage, item: AgendaItem, delivered: Deliver
) -> None:
    submit(stage)
    for mail in delivered():
        assert b"/contribute/" in mail.content
        assert b"/my/" not in mail.content
        assert b"/join/" not in mail.content


def test_who_is_called_or_written_to_stands_on_staffs_list(stage: Stage, item: AgendaItem) -> None:
    hans = Participant.objects.get(pk=stage.cast.hans.pk)
    hans.contact_by, hans.phone = "phone", "07471 930-0"
    hans.save()
    submit(stage)
    assert list(Delivery.objects.order_by("pk").values_list("kind", "channel")) == [
        ("minutes_in_review", "phone"),
        ("minutes_in_review", "email"),
    ]
    # After the window nobody has to be called any more.
    assert not Delivery.objects.exclude(expires_at=stage.workshop.minutes.review_ends_at).exists()


def test_who_is_noted_as_there_afterwards_is_asked_too(
    stage: Stage, item: AgendaItem, delivered: Deliver
) -> None:
    submit(stage)
    delivered()
    third = Registration.objects.get(has_attended=False)
    came(stage, third)
    for _twice in range(2):
        events.attendance_noted.send(sender=Workshop, workshop=stage.workshop)
    assert recipients(delivered()) == [third.participant.email]


def test_nobody_is_asked_without_a_window(stage: Stage, item: AgendaItem) -> None:
    minutes.submit(stage.workshop, by=stage.cast.sabine, review_days=0)
    events.attendance_noted.send(sender=Workshop, workshop=stage.workshop)
    assert not Delivery.objects.exists()


def test_a_window_that_closed_before_the_mail_went_is_not_told(
    stage: Stage, item: AgendaItem, delivered: Deliver, clock: time_machine.Traveller
) -> None:
    submit(stage)
    Delivery.objects.update(expires_at=None)
    minutes.publish(stage.workshop, by=stage.cast.sabine, early=True)
    Registration.objects.filter(participant=stage.cast.amina).update(has_attended=False)
    delivered()
    assert fates(Kind.MINUTES_IN_REVIEW) == [
        ("hans@example.org", "skipped", "review_over"),
        ("amina@example.org", "skipped", "registration_changed"),
    ]


def test_submitted_again_before_the_mail_went_is_told_once(
    stage: Stage, item: AgendaItem, delivered: Deliver, clock: time_machine.Traveller
) -> None:
    submit(stage)
    minutes.reopen(stage.workshop, by=stage.cast.sabine)
    clock.move_to(AFTERWARDS + MINUTE)
    submit(stage)
    assert recipients(delivered()) == ["hans@example.org", "amina@example.org"]
    assert [code for _who, _status, code in fates(Kind.MINUTES_IN_REVIEW)[:2]] == ["superseded"] * 2


# --- answers --------------------------------------------------------------------------------------


@pytest.fixture
def said(stage: Stage, item: AgendaItem) -> list[MinutesComment]:
    submit(stage)
    Delivery.objects.all().delete()
    hans = Registration.objects.get(participant=stage.cast.hans)
    return contributions.comment(
        hans, said=[Said(item.pk, 1, text) for text in ("Erstens.", "Zweitens.", "Drittens.")]
    )


def answer(stage: Stage, comment: MinutesComment, text: str) -> None:
    contributions.answer(comment, text=text, by=stage.cast.sabine)


def text_of(mail: Received) -> str:
    part = mail.message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_answers_given_within_ten_minutes_come_in_one_mail(
    stage: Stage, said: list[MinutesComment], delivered: Deliver, clock: time_machine.Traveller
) -> None:
    start = AFTERWARDS.replace(minute=0)
    for after, comment, text in zip((1, 9, 10), said, ("Eins", "Zwei", "Drei"), strict=True):
        clock.move_to(start + after * MINUTE)
        answer(stage, comment, f"Antwort {text}.")
    clock.move_to(start + 10 * MINUTE)
    assert delivered() == []
    clock.move_to(start + 11 * MINUTE)
    (first,) = delivered()
    clock.move_to(start + 21 * MINUTE)
    (second,) = delivered()
    answers = ["Antwort Eins.", "Antwort Zwei.", "Antwort Drei."]
    assert [[each for each in answers if each in text_of(mail)] for mail in (first, second)] == [
        answers[:2],
        answers[2:],
    ]
    assert delivered() == []


def test_an_answer_without_its_comment_is_not_told(
    stage: Stage, said: list[MinutesComment], delivered: Deliver, clock: time_machine.Traveller
) -> None:
    answer(stage, said[0], "Danke.")
    MinutesComment.objects.all().delete()
    clock.move_to(AFTERWARDS + 20 * MINUTE)
    assert delivered() == []
    assert fates(Kind.COMMENT_ANSWERED) == [("hans@example.org", "skipped", "nothing_to_tell")]


def test_what_people_wrote_cannot_write_html(
    stage: Stage, said: list[MinutesComment], delivered: Deliver, clock: time_machine.Traveller
) -> None:
    MinutesComment.objects.update(text="<script>x()</script>")
    answer(stage, said[0], '<b onclick="x()">Danke</b>')
    clock.move_to(AFTERWARDS + 20 * MINUTE)
    (mail,) = delivered()
    html = next(part for part in mail.message.walk() if part.get_content_type() == "text/html")
    content = html.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert b"<script" not in content
    assert b"<b onclick" not in content


@pytest.mark.parametrize("awaits_owner", [False, True])
def test_what_people_wrote_is_quoted_to_no_address_that_may_be_misheard(
    stage: Stage,
    said: list[MinutesComment],
    delivered: Deliver,
    clock: time_machine.Traveller,
    awaits_owner: bool,
) -> None:
    answer(stage, said[0], "Danke für den Hinweis.")
    if awaits_owner:
        Participant.objects.update(address_told_at=AFTERWARDS)
    clock.move_to(AFTERWARDS + 20 * MINUTE)
    (mail,) = delivered()
    parts = [part.get_content() for part in mail.message.walk() if part.get_content_maintype() == "text"]
    for words in (said[0].text, "Danke für den Hinweis.", "Sie haben geschrieben"):
        assert [words in part for part in parts[:2]] == [not awaits_owner] * 2
    assert all(f"/{stage.workshop.pk}/minutes/" in part for part in parts[:2])

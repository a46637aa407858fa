"""The list of those whom people tell: what stands on it, what ticking off changes."""

import datetime
import re

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from config.celery import app
from notifications import appointed, by_hand, emails, launching, sending, tasks
from notifications.models import Channel, Delivery, InvitationCampaign, Kind, Settled
from tests import builders, pages
from tests.notifications.calls import LIST, TICK, fate, to_call
from tests.notifications.conftest import NOW, STARTS_AT, Stage
from tests.notifications.test_channels import olga
from tests.smtp_sink import SmtpSink
from workshops import links
from workshops.models import Minutes, Participant, PersonalLink, Prioritisation, Workshop
from workshops.operations import registrations, workshops
from workshops.operations.registrations import Needs

HOUR = datetime.timedelta(hours=1)


# --- what stands on the list ----------------------------------------------------------------------


def test_the_list_says_whom_to_call_and_what_to_say(stage: Stage, sabine: Client) -> None:
    to_call(stage, consent_given="")
    page = sabine.get(LIST)
    said = pages.lines(page)

    assert said[said.index("Olga Petrova") :][:7] == [
        "Olga Petrova",
        "Sprache: Deutsch",
        "Telefon",
        "07471 930-0",
        "Kontakt ändern (Olga Petrova)",
        "Zu sagen ist:",
        "Anmeldung bestätigt: Bildung und Sprache: Workshop 1",
    ]
    text = pages.text(page)
    assert "Ihre Anmeldung ist bestätigt." in text
    assert "Einwahl per Telefon: 07471 000000, PIN 4711" in text
    assert 'href="tel:074719300"' in page.content.decode()
    # Nobody can take such an address down on the telephone, and none was made for it.
    assert "/my/" not in page.content.decode()
    assert not PersonalLink.objects.exists()


def test_the_caller_reads_german_and_the_person_hears_their_language(stage: Stage, sabine: Client) -> None:
    to_call(stage, language="ar", name="Amina")
    content = sabine.get(LIST).content.decode()

    assert "Ihre Anmeldung ist bestätigt." in content
    assert "Text auf Arabisch" in content
    assert '<p class="preserve" lang="ar" dir="rtl">' in content


def clock_of(page: str, label: str) -> list[str]:
    """The lines below a message in which its times stand, with what `zones.js` needs."""
    _before, _label, rest = page.partition(label)
    below = rest.partition('<p class="preserve"')[0]
    return re.findall(r'<p class="meta">(.*)</p>', below.replace("\u00a0", " "))


def test_the_times_stand_beside_it_as_on_every_page(stage: Stage, sabine: Client) -> None:
    to_call(stage)
    page = sabine.get(LIST).content.decode()
    assert clock_of(page, "Anmeldung bestätigt: ") == [
        '<time datetime="2020-07-07T18:00+02:00" data-clock="2020-07-07T20:00+02:00">'
        "Dienstag, 7. Juli 2020, 18:00 bis 20:00 Uhr</time>"
    ]


def test_what_ends_says_when_beside_it(stage: Stage, sabine: Client) -> None:
    hans = stage.cast.hans
    stage.registered(hans, "pending", held_until=NOW + 24 * HOUR)
    links.make(hans, PersonalLink.Scope.CONFIRM)
    failed = {"status": "failed", "ended_at": NOW, "outcome_code": "rcpt_5xx"}
    stage.delivery(Kind.PLEASE_CONFIRM, participant=hans, **failed)
    page = sabine.get(LIST).content.decode()
    title = "Bildung und Sprache: Workshop 1"
    assert clock_of(page, "Bitte bestätigen</label>")[:2] == [
        f'{title}: <time datetime="2020-07-07T18:00+02:00" data-clock="2020-07-07T20:00+02:00">'
        "Dienstag, 7. Juli 2020, 18:00 bis 20:00 Uhr</time>",
        'Möglich bis: <time datetime="2020-06-21T12:00+02:00" data-clock="">'
        "Sonntag, 21. Juni 2020, 12:00 Uhr</time>",
    ]


@pytest.mark.parametrize("kind", [Kind.PRIORITIES_OPEN, Kind.MINUTES_IN_REVIEW])
def test_so_does_what_one_is_asked_for_after_a_workshop(stage: Stage, kind: Kind) -> None:
    person, workshop = olga(stage), stage.workshop
    end = NOW + 72 * HOUR
    if kind == Kind.PRIORITIES_OPEN:
        opened = {"opened_at": NOW, "opened_by": stage.cast.murat}
        Prioritisation.objects.create(workshop=workshop, points_each=5, closes_at=end, **opened)
    else:
        Minutes.objects.create(workshop=workshop, status="in_review", submitted_at=NOW, review_ends_at=end)
    row = stage.delivery(kind, participant=person, workshop=workshop, channel="phone")
    assert appointed.ends_at(row) == end
    assert appointed.workshops_of(row) == [workshop]


def test_one_call_settles_several(stage: Stage, sabine: Client) -> None:
    first = to_call(stage)
    stage.delivery(
        Kind.REMINDER,
        participant=first.participant,
        registration=first.registration,
        workshop=stage.workshop,
        rule=stage.cast.process.reminder_rules.first(),
        channel="phone",
        key=f"reminder:1:1:{int(STARTS_AT.timestamp())}",
    )
    content = sabine.get(LIST).content.decode()

    assert content.count("<h2") == 1
    assert content.count('name="delivery"') == 2


def test_who_has_a_workshop_next_is_called_first(stage: Stage) -> None:
    later = builders.a_workshop(stage.workshop.series, starts_at=STARTS_AT + 48 * HOUR)
    names = []
    for name, workshop in (("Zweite", later), ("Erste", stage.workshop), ("Dritte", None)):
        stage.delivery(
            Kind.PERSONAL_LINK, participant=olga(stage, name=name), workshop=workshop, channel="phone"
        )
    names = [person.name for person in by_hand.people(stage.cast.process, way=Channel.PHONE, now=NOW)]
    assert names == ["Erste", "Zweite", "Dritte"]


@pytest.mark.parametrize(
    ("fields", "way"),
    [
        ({"contact_by": "phone"}, "phone"),
        ({"contact_by": "letter"}, "letter"),
        ({"contact_by": "email"}, "phone"),
        ({"contact_by": "email", "phone": ""}, "letter"),
        ({"contact_by": "email", "phone": "", "postal_address": ""}, "phone"),
    ],
)
def test_whom_mail_missed_is_called_or_written_to(stage: Stage, fields: dict[str, str], way: str) -> None:
    person = olga(stage, **{"email": "o@example.org", "postal_address": "Weg 1\n72379 Hechingen", **fields})
    failed = {"status": "failed", "ended_at": NOW, "outcome_code": "rcpt_5xx"}
    stage.delivery(Kind.PERSONAL_LINK, participant=person, **failed)
    found = {
        each.value: list(by_hand.people(stage.cast.process, way=each, now=NOW))
        for each in (Channel.PHONE, Channel.LETTER)
    }
    assert found == {"phone": [], "letter": [], way: [person]}


def test_an_address_that_the_server_refuses_comes_to_the_list(
    stage: Stage, mailbox: SmtpSink, sabine: Client
) -> None:
    mailbox.refuse = {"hans@example.org": "550 5.1.1 no such user"}  # type: ignore[attr-defined]
    row = stage.delivery(
        Kind.PERSONAL_LINK,
        participant=stage.cast.hans,
        status="failed",
        ended_at=NOW,
        outcome_code="rcpt_5xx",
    )
    text = pages.text(sabine.get(LIST))
    assert "Hans Vogel" in text
    assert "Die E-Mail kam nicht an: nicht erreichbar: Telefon oder Brief" in text
    assert "Wir kennen keine Telefonnummer dieser Person." in text

    sabine.post(TICK, {"delivery": row.pk, "how": "in_person"})
    assert fate(row) == ("failed", "in_person", "rcpt_5xx")
    assert "Hans Vogel" not in pages.text(sabine.get(LIST))


def test_staff_accounts_are_not_on_the_list(stage: Stage) -> None:
    stage.delivery(
        Kind.COLLEAGUE_INVITED,
        user=stage.cast.sabine,
        status="failed",
        ended_at=NOW,
        outcome_code="rcpt_5xx",
    )
    assert not Delivery.objects.by_hand(NOW).exists()


def test_other_processes_have_their_own_lists(stage: Stage, sabine: Client) -> None:
    row = to_call(stage)
    other = builders.a_process()
    assert "Olga" not in pages.text(sabine.get(f"/staff/{other.slug}/by-hand/"))
    sabine.post(f"/staff/{other.slug}/by-hand/tick/", {"delivery": row.pk, "how": "phone"})
    assert fate(row) == ("pending", "", "")


def test_more_people_cost_no_more_questions(
    stage: Stage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def ask(count: int) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        for _ in range(count):
            to_call(stage)
        found = list(by_hand.people(stage.cast.process, way=Channel.PHONE, now=NOW))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            told = by_hand.messages_to(found, now=NOW, writer=emails.Writer())
        assert all(len(each) == 1 for each in told.values())
        return len(asked)

    assert ask(1) == ask(3)


# --- still wanted? --------------------------------------------------------------------------------


def test_a_cancelled_workshops_call_is_not_needed(stage: Stage, sabine: Client) -> None:
    row = to_call(stage)
    workshops.cancel(stage.workshop, reason="Krank", by=stage.cast.sabine)
    page = sabine.get(LIST)

    # Shown is only that it is off; looking at it changed nothing.
    assert "Anmeldung bestätigt" not in pages.text(page)
    assert "Workshop abgesagt" in pages.text(page)
    assert fate(row) == ("pending", "", "")
    assert by_hand.drop_obsolete(now=NOW) == 1
    assert fate(row) == ("skipped", "", "registration_changed")
    assert by_hand.drop_obsolete(now=NOW) == 0


def test_what_became_needless_while_the_page_was_open_is_not_ticked(stage: Stage, sabine: Client) -> None:
    row = to_call(stage)
    workshops.cancel(stage.workshop, reason="Krank", by=stage.cast.sabine)
    page = sabine.post(TICK, {"delivery": row.pk, "how": "phone"}, follow=True)

    assert fate(row) == ("skipped", "", "registration_changed")
    assert "1 davon ist nicht mehr nötig" in pages.text(page)


def test_the_clock_takes_off_what_nobody_needs(stage: Stage) -> None:
    row = to_call(stage)
    workshops.cancel(stage.workshop, reason="Krank", by=stage.cast.sabine)
    assert "notifications.tasks.drop_needless_calls" in {
        entry["task"] for entry in app.conf.beat_schedule.values()
    }
    tasks.drop_needless_calls()
    assert fate(row) == ("skipped", "", "registration_changed")


def test_a_failed_mail_that_nobody_needs_leaves_the_list(stage: Stage) -> None:
    row = to_call(stage, email="o@example.org", contact_by="email")
    Delivery.objects.filter(pk=row.pk).update(status="failed", ended_at=NOW, outcome_code="given_up")
    workshops.cancel(stage.workshop, reason="Krank", by=stage.cast.sabine)
    by_hand.drop_obsolete(now=NOW)

    # It failed, and that stays true.
    assert fate(row) == ("failed", "not_needed", "given_up")


def test_a_reminder_is_dropped_when_its_moment_is_past(stage: Stage) -> None:
    row = to_call(stage, Kind.REMINDER)
    Delivery.objects.filter(pk=row.pk).update(expires_at=STARTS_AT)
    assert by_hand.drop_obsolete(now=STARTS_AT) == 1
    assert fate(row) == ("skipped", "", "expired")


def test_a_stopped_campaigns_calls_are_dropped(stage: Stage) -> None:
    campaign: InvitationCampaign = stage.campaign()
    olga(stage, invitation_agreed_at=NOW)
    launching.launch(campaign, by=stage.cast.sabine)
    assert Delivery.objects.by_hand(NOW).count() == 1
    launching.stop(campaign, by=stage.cast.sabine)
    assert not Delivery.objects.by_hand(NOW).exists()


# --- ticking off ----------------------------------------------------------------------------------


def test_ticked_off_is_who_when_and_how(stage: Stage, sabine: Client, clock: time_machine.Traveller) -> None:
    row = to_call(stage)
    clock.move_to(NOW + HOUR)
    page = sabine.post(TICK, {"delivery": row.pk, "how": "phone"}, follow=True)

    row.refresh_from_db()
    assert (row.status, row.sent_at, row.settled_at) == ("sent", NOW + HOUR, NOW + HOUR)
    assert (row.settled_by, row.settled_how) == (stage.cast.sabine, Settled.PHONE)
    assert pages.messages(page) == ["1 Mitteilung ist abgehakt."]
    assert "Zurzeit ist niemand anzurufen." in pages.text(page)


def test_a_double_click_ticks_once(stage: Stage, sabine: Client, clock: time_machine.Traveller) -> None:
    row = to_call(stage)
    sabine.post(TICK, {"delivery": row.pk, "how": "phone"})
    clock.move_to(NOW + HOUR)
    second = Client()
    second.force_login(builders.a_staff_member())
    page = second.post(TICK, {"delivery": row.pk, "how": "letter", "way": "letter"}, follow=True)

    row.refresh_from_db()
    assert (row.settled_at, row.settled_by, row.settled_how) == (NOW, stage.cast.sabine, "phone")
    assert pages.messages(page) == ["Das ist schon abgehakt, oder es ist nichts ausgewählt."]


def test_only_what_was_chosen_is_ticked(stage: Stage, sabine: Client) -> None:
    first, second = to_call(stage), to_call(stage)
    sabine.post(TICK, {"delivery": [str(first.pk), "x", "9" * 30], "how": "phone"})
    assert [fate(row)[0] for row in (first, second)] == ["sent", "pending"]


@pytest.mark.parametrize("how", ["", "not_needed", "pigeon"])
def test_how_must_be_one_of_the_ways(stage: Stage, sabine: Client, how: str) -> None:
    row = to_call(stage)
    page = sabine.post(TICK, {"delivery": row.pk, "how": how}, follow=True)
    assert fate(row) == ("pending", "", "")
    assert pages.messages(page) == ["Bitte wählen Sie, wie Sie die Person erreicht haben."]


def test_a_mail_that_still_waits_cannot_be_ticked(stage: Stage, sabine: Client) -> None:
    row = stage.delivery(Kind.PERSONAL_LINK, participant=stage.cast.hans)
    sabine.post(TICK, {"delivery": row.pk, "how": "phone"})
    assert fate(row) == ("pending", "", "")


def test_who_told_may_leave_the_house(stage: Stage) -> None:
    row = to_call(stage)
    colleague = builders.a_staff_member()
    by_hand.tick_off(stage.cast.process, [row.pk], how=Settled.PHONE, by=colleague)
    colleague.delete()
    row.refresh_from_db()
    assert (row.settled_by, row.settled_how) == (None, "phone")


# --- a whole story --------------------------------------------------------------------------------


def test_someone_without_email_is_registered_reminded_and_told_once(
    stage: Stage, sabine: Client, clock: time_machine.Traveller
) -> None:
    from notifications import reminders

    person = olga(stage)
    registrations.add(person, workshop_ids=[stage.workshop.pk], needs=Needs())
    (confirmation,) = Delivery.objects.filter(participant=person)
    sabine.post(TICK, {"delivery": confirmation.pk, "how": "phone"})
    Workshop.objects.update(changed_at=NOW - HOUR)

    clock.move_to(STARTS_AT - 24 * HOUR)
    reminders.enqueue_due(now=timezone.now())
    sending.deliver_due()
    by_hand.drop_obsolete(now=timezone.now())
    open_rows = Delivery.objects.by_hand(timezone.now())
    # The rule of seven days before is past: only the next one is to be said.
    assert [(row.kind, row.rule.minutes_before) for row in open_rows if row.rule] == [("reminder", 1440)]
    sabine.force_login(stage.cast.sabine)  # weeks have gone by
    assert "wir erinnern Sie an diesen Workshop:" in pages.text(sabine.get(LIST))
    sabine.post(TICK, {"delivery": open_rows.get().pk, "how": "phone"})

    assert not Delivery.objects.by_hand(timezone.now()).exists()
    assert list(Participant.objects.filter(pk=person.pk).values_list("contact_by", flat=True)) == ["phone"]


def test_the_list_of_all_deliveries_says_who_told(stage: Stage, sabine: Client) -> None:
    row = to_call(stage)
    everything = "/staff/integrationsplan/deliveries/"
    assert "wartet Telefon" in pages.text(sabine.get(everything))
    sabine.post(TICK, {"delivery": row.pk, "how": "in_person"})
    text = pages.text(sabine.get(everything))
    assert "07471 930-0" in text
    assert "persönlich gesagt · Samstag, 20. Juni 2020, 12:00 Uhr (Sabine Keller)" in text

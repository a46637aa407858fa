"""Mail about an address goes to that address, names nobody, and says nothing of the person's own."""

import datetime
import re
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from notifications import by_hand
from notifications.inbound import handling, judging
from notifications.models import Delivery, InboundMessage, Kind
from tests.notifications.conftest import NOW, Stage
from tests.smtp_sink import Received
from workshops import links
from workshops.models import ContactBy, Participant, PersonalLink, Registration
from workshops.operations import contacts, retention

pytestmark = pytest.mark.django_db

Deliver = Callable[[], list[Received]]
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
NEW = "neu@example.org"


def text(mail: Received) -> str:
    part = mail.message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def fates(kind: Kind) -> list[tuple[str, str]]:
    return list(Delivery.objects.filter(kind=kind).order_by("pk").values_list("status", "outcome_code"))


def test_from_the_page_to_the_new_mailbox_and_back(bare: Stage, delivered: Deliver, client: Client) -> None:
    hans = bare.cast.hans
    seat = bare.registered(hans)
    # Whatever they wish otherwise: this is about an address.
    Participant.objects.filter(pk=hans.pk).update(phone="07471 1", phone_normalised="074711")
    manage = links.token_of(links.make(hans, PersonalLink.Scope.MANAGE))
    client.post(f"/my/{manage}/email/", {"email": NEW})
    (question,) = delivered()
    assert question.recipients == (NEW,)
    for theirs in ("Hans", "Vogel", "hans@", str(bare.workshop)):
        assert theirs not in str(question.message)
        assert theirs not in text(question)

    found = re.search(r"https?://[^/]+(/\S*address/\S*)", text(question))
    assert found
    assert client.get(found.group(1)).status_code == 200
    assert client.post(found.group(1)).status_code == 302
    mails = {mail.recipients[0]: mail for mail in delivered()}
    notice, anew = mails["hans@example.org"], mails[NEW]
    assert notice.message["Subject"] == "Ihre E-Mail-Adresse ist geändert"
    for theirs in (NEW, "Hans", "Vogel"):
        assert theirs not in text(notice)
    # The seat is told anew, with links that open.
    assert anew.message["Subject"].startswith("Angemeldet:")
    assert set(mails) == {"hans@example.org", NEW}
    assert Registration.objects.get(pk=seat.pk).status == "confirmed"


def test_what_waits_follows_and_the_notice_stays_behind(bare: Stage, delivered: Deliver) -> None:
    hans = bare.cast.hans
    bare.delivery(Kind.PERSONAL_LINK, participant=hans)
    contacts.move_address(contacts.type_new_address(hans, email=NEW))
    # The question is answered: it isn't asked any more.
    told = sorted((mail.recipients[0], mail.message["Subject"]) for mail in delivered())
    assert told == [("hans@example.org", "Ihre E-Mail-Adresse ist geändert"), (NEW, "Ihr persönlicher Link")]
    assert fates(Kind.CONFIRM_ADDRESS) == [("skipped", "link_over")]


def test_whoever_wishes_calls_gets_this_mail_all_the_same(bare: Stage, delivered: Deliver) -> None:
    hans = bare.cast.hans
    contacts.correct_own(hans, phone="07471 1", postal_address="", contact_by=ContactBy.PHONE)
    contacts.type_new_address(hans, email=NEW)
    assert [mail.recipients for mail in delivered()] == [(NEW,)]


def test_only_the_last_address_typed_is_written_to(bare: Stage, delivered: Deliver) -> None:
    contacts.type_new_address(bare.cast.hans, email="falsch@example.org")
    contacts.type_new_address(bare.cast.hans, email=NEW)
    assert [mail.recipients for mail in delivered()] == [(NEW,)]


def test_after_its_day_nothing_goes_to_either(
    bare: Stage, delivered: Deliver, clock: time_machine.Traveller
) -> None:
    hans, amina = bare.cast.hans, bare.cast.amina
    contacts.type_new_address(hans, email=NEW)
    contacts.move_address(contacts.type_new_address(amina, email="amina.neu@example.org"))
    clock.move_to(NOW + DAY, tick=False)
    retention.run(now=NOW + DAY)
    assert delivered() == []
    assert {row.address for row in Delivery.objects.filter(kind=Kind.CONFIRM_ADDRESS)} == {""}


def test_a_dead_former_address_gets_no_notice(bare: Stage) -> None:
    hans = bare.cast.hans
    Participant.objects.filter(pk=hans.pk).update(unreachable_since=NOW, unreachable_reason="5.1.1")
    contacts.move_address(contacts.type_new_address(hans, email=NEW))
    assert fates(Kind.ADDRESS_MOVED) == []
    assert not PersonalLink.objects.exclude(address="").exists()
    hans.refresh_from_db()
    assert hans.unreachable_since is None


def test_what_comes_back_says_nothing_of_the_persons_own_address(bare: Stage) -> None:
    """A mistyped address bounces; hans@ still works, and nobody is to call about it."""
    hans = bare.cast.hans
    contacts.type_new_address(hans, email=NEW)
    row = Delivery.objects.get(kind=Kind.CONFIRM_ADDRESS)
    Delivery.objects.filter(pk=row.pk).update(status="sent", sent_at=NOW)
    assert handling._address_of(row) == NEW
    message = InboundMessage.objects.create(
        mailbox="x", uid_validity=1, uid=1, received_at=NOW, kind="bounce", outcome="unclear", delivery=row
    )
    assert judging.take_for_bounce(message, by=bare.cast.sabine, now=NOW)
    hans.refresh_from_db()
    assert (fates(Kind.CONFIRM_ADDRESS), hans.unreachable_since) == ([("failed", "bounced")], None)
    assert by_hand.chosen(bare.cast.process, [row.pk], now=NOW) == []
    assert by_hand.drop_obsolete(now=NOW) == 1

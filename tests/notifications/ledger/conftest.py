"""A town's mails, and what witnesses them."""

from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from notifications import ledger, sending
from notifications.models import Delivery, Kind
from tests import builders, cast
from tests.servers import BrokerServer
from tests.smtp_sink import SmtpSink

Status = Delivery.Status


@pytest.fixture
def data(tmp_path: Path, settings: Settings) -> Path:
    """A data directory with its witness, and no broker."""
    directory = tmp_path / "data"
    settings.WITNESS_FILE = directory / "witness"
    settings.WITNESS_BROKER_URL = ""
    return directory


@pytest.fixture
def with_broker(data: Path, broker: BrokerServer, settings: Settings) -> BrokerServer:
    settings.WITNESS_BROKER_URL = broker.environment["CELERY_BROKER_URL"]
    return broker


class Town:
    """Mails of one town, sent and waiting."""

    def __init__(self, mailbox: SmtpSink) -> None:
        self.people = cast.gather()
        self.mailbox = mailbox

    def owe(self, name: str) -> None:
        now = timezone.now()
        Delivery.objects.create(
            process=self.people.process,
            kind=Kind.PERSONAL_LINK,
            key=f"personal_link:{name}",
            participant=builders.a_participant(self.people.process, email=f"{name}@example.org"),
            created_at=now,
            next_attempt_at=now,
        )

    def send(self) -> list[str]:
        """Who gets a mail from what is due now."""
        before = len(self.mailbox.received)
        sending.deliver_due()
        return sorted(mail.recipients[0].partition("@")[0] for mail in self.mailbox.received[before:])


@pytest.fixture
def town(data: Path, db: None, mailbox: SmtpSink) -> Town:
    return Town(mailbox)


def why_held() -> str:
    return ledger.standing().held_why


def forget_sending(*names: str) -> None:
    """What a restored backup does to rows and ledger: as if these had never gone out."""
    Delivery.objects.filter(key__in=[f"personal_link:{name}" for name in names]).update(
        status=Status.PENDING, sent_at=None, ended_at=None, outcome_code="", attempts=0
    )

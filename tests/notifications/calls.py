"""The list of those whom people tell, and somebody on it."""

from typing import Any

from notifications.models import Delivery, Kind
from tests.notifications.conftest import Stage
from tests.notifications.test_channels import olga

LIST = "/staff/integrationsplan/by-hand/"
TICK = f"{LIST}tick/"


def to_call(stage: Stage, kind: Kind = Kind.CONFIRMED, **fields: Any) -> Delivery:
    """A confirmed registration of someone on the phone, and the row that says so."""
    person = olga(stage, **fields)
    registration = stage.registered(person)
    return stage.delivery(
        kind,
        participant=person,
        registration=registration,
        workshop=stage.workshop,
        revision=stage.workshop.revision,
        channel=person.contact_by,
    )


def fate(row: Delivery) -> tuple[str, str, str]:
    row.refresh_from_db()
    return row.status, row.settled_how, row.outcome_code

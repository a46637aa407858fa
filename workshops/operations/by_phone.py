"""Someone calls the town hall, or stands at its desk: staff register them."""

import datetime
from collections.abc import Collection
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from workshops.models import ParticipationProcess, Registration, User
from workshops.operations import participants, registrations
from workshops.operations.registrations import Needs, Person


@transaction.atomic
def register(
    process: ParticipationProcess,
    *,
    person: Person,
    workshop_ids: Collection[int],
    needs: Needs,
    by: User,
    now: datetime.datetime | None = None,
) -> list[Registration]:
    """Confirmed (or waiting) at once: `by` answers for the address and for the consent given aloud.

    A verified person keeps the name and language they gave themselves; what stands in an unverified row may
    be a stranger's, so what the caller says replaces it. Refuses like `registrations.add`.
    """
    now = now or timezone.now()
    participant, _is_new = participants.of_address(process, **asdict(person), now=now)
    return registrations.add(participant, workshop_ids=workshop_ids, needs=needs, now=now)

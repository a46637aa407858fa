"""Someone calls the town hall, or stands at its desk: staff register them."""

import datetime
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from workshops.models import Participant, ParticipationProcess, Registration, User, normalise_email
from workshops.operations import registrations
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
    told = {
        "name": person.name,
        "organisation": person.organisation,
        "language": person.language,
        "privacy_agreed_at": now,
        "privacy_version": process.privacy_version,
    }
    participant, is_new = Participant.objects.select_for_update(no_key=True).get_or_create(
        process=process,
        email_normalised=normalise_email(person.email),
        defaults={"email": person.email, "created_at": now, **told},
    )
    if not is_new and participant.verified_at is None:
        for name, value in told.items():
            setattr(participant, name, value)
        participant.save(update_fields=[*told])
    return registrations.add(participant, workshop_ids=workshop_ids, needs=needs, now=now)

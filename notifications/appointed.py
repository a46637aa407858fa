"""Of which times a message speaks, as moments: pages of ours say them by the reader's clock too."""

import datetime

from django.utils import timezone

from notifications import lapses, results
from notifications.models import Delivery, Kind
from workshops.models import Prioritisation, Registration, Workshop


def workshops_of(delivery: Delivery) -> list[Workshop]:
    """Those whose times it says, by start."""
    if delivery.kind == Kind.PLEASE_CONFIRM:
        return [each.workshop for each in held(delivery)]
    if delivery.kind == Kind.REGISTRATION_LAPSED:
        found = [each.workshop for each in lapses.told_by(delivery, now=timezone.now())]
        if found:
            return found
    workshop = delivery.workshop or (delivery.campaign.workshop if delivery.campaign else None)
    return [workshop] if workshop else []


def ends_at(delivery: Delivery) -> datetime.datetime | None:
    """Until when one can do what it asks for."""
    if delivery.kind == Kind.PLEASE_CONFIRM:
        return held_until(held(delivery))
    if delivery.kind == Kind.PRIORITIES_OPEN:
        return Prioritisation.objects.get(workshop=delivery.workshop_id).closes_at
    if delivery.kind == Kind.MINUTES_IN_REVIEW:
        return results.review_ends_at(delivery)
    if delivery.kind == Kind.CONFIRM_ADDRESS:
        return delivery.address_link.expires_at if delivery.address_link else None
    return None


def held(delivery: Delivery) -> list[Registration]:
    """What the person has yet to confirm, by start."""
    person = delivery.participant
    assert person is not None
    # What the sweep hasn't let lapse yet is over all the same.
    return list(
        person.registrations.pending()
        .filter(held_until__gt=timezone.now())
        .select_related("workshop__series__field__process", "workshop__room")
        .order_by("workshop__starts_at", "pk")
    )


def held_until(registrations: list[Registration]) -> datetime.datetime:
    """When the first of these lapses."""
    return min(registration.held_until for registration in registrations if registration.held_until)

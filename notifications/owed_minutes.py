"""What a reminder of minutes asks for, whom, and whether that is still to be done (docs/adr/0031)."""

import datetime
from typing import Any

from notifications.models import Delivery, Kind
from notifications.results import page_url, submission_stamp
from workshops.models import Minutes, Workshop

MODERATORS, STAFF = "moderators", "staff"


def what_is_owed(workshop: Workshop) -> str:
    """Which step of which minutes a reminder asks for, for its key: the words to submit, or their publication
    after this review. Reopened, they are owed anew; "" if nothing is."""
    minutes: Minutes | None = getattr(workshop, "minutes", None)
    if minutes is None:
        return f"{workshop.pk}"
    if minutes.is_published or (minutes.is_in_review and not workshop.process.is_public):
        return ""
    if minutes.is_in_review:
        return f"{workshop.pk}:publish:{submission_stamp(minutes)}"
    return f"{workshop.pk}:{minutes.reopened_at.timestamp():.6f}" if minutes.reopened_at else f"{workshop.pk}"


def overdue_key(is_for_staff: bool, workshop: Workshop, user: str = "") -> str:
    return f"{Kind.MINUTES_OVERDUE}:{STAFF if is_for_staff else MODERATORS}:{what_is_owed(workshop)}:{user}"


def overdue(delivery: Delivery) -> dict[str, Any]:
    workshop = delivery.workshop
    assert workshop is not None
    is_read = _is_to_publish(delivery)
    page = "workshops:moderate_minutes_publish" if is_read else "workshops:moderate_workshop"
    return {
        "is_for_staff": is_for_staff(delivery),
        "is_to_publish": is_read,
        # The mail to whoever led it went a week ago; perhaps there was nobody to write to.
        "is_led": workshop.moderators.filter(is_active=True).exists(),
        "page_url": page_url(page, workshop.pk),
    }


def minutes_came(delivery: Delivery, now: datetime.datetime) -> str:
    user, known = delivery.user, Workshop.objects.select_related("series__field__process", "minutes")
    workshop = known.filter(pk=delivery.workshop.pk).first() if delivery.workshop is not None else None
    if workshop is None or workshop.is_cancelled:
        return "workshop_cancelled"
    if delivery.key != overdue_key(is_for_staff(delivery), workshop, f"{delivery.user_id}"):
        return "minutes_went_on" if _is_to_publish(delivery) else "minutes_submitted"
    if is_for_staff(delivery):
        return "" if user is not None and user.is_staff else "not_staff"
    is_leading = user is not None and workshop.moderators.filter(pk=user.pk).exists()
    return "" if is_leading else "not_a_moderator"


def is_for_staff(delivery: Delivery) -> bool:
    """An overdue reminder: to staff, or to whoever led the workshop?"""
    return delivery.key.startswith(f"{Kind.MINUTES_OVERDUE}:{STAFF}:")


def _is_to_publish(delivery: Delivery) -> bool:
    return ":publish:" in delivery.key

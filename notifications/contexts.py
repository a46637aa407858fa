"""What each mail speaks of: the values that its templates show, in the reader's language and zone."""

from collections.abc import Callable
from typing import Any

from notifications import appointed, owed_minutes, results
from notifications.models import TO_ANOTHER_ADDRESS, Delivery, Kind
from notifications.personal import FEED_ROUTE, WITH_SEAT, LinkBook, had_a_seat, spoken_name
from notifications.results import page_url
from workshops import dates, links
from workshops.models import PersonalLink, Prioritisation

Values = dict[str, Any]
Scope = PersonalLink.Scope


def values_for(delivery: Delivery, book: LinkBook) -> Values:
    """Everything the templates of this kind use. The caller has activated language and zone."""
    kind = Kind(delivery.kind)
    own = _ALONE[kind](delivery, book) if kind in _ALONE else shared_values(delivery)
    return _process(delivery) | own | personal_values(delivery, book)


def shared_values(delivery: Delivery) -> Values:
    """What a mail of a kind in SHARED says to everyone: it depends on the process, on the workshop with its
    series and field, and on `had_a_seat`, on nothing else of the reader's."""
    return _process(delivery) | SHARED[Kind(delivery.kind)](delivery)


def personal_values(delivery: Delivery, book: LinkBook) -> dict[str, str]:
    """What differs from reader to reader: their name and their links, all of them plain text."""
    person, registration, kind = delivery.participant, delivery.registration, Kind(delivery.kind)
    # Nobody knows who reads at an address that isn't the person's.
    spoken = "" if kind in TO_ANOTHER_ADDRESS else spoken_name(person or delivery.user)
    values = {"name": " ".join(spoken.split())}
    if kind in SHARED:
        values["manage_url"] = book.url(person, Scope.MANAGE)
    if kind in WITH_SEAT and registration is not None and had_a_seat(registration):
        values["join_url"] = book.url(person, Scope.JOIN, registration=registration)
        values["feed_url"] = book.url(person, Scope.FEED, route=FEED_ROUTE)
        if values["manage_url"]:
            # `seat_file`: it lies below the person's own page.
            values["file_url"] = f"{values['manage_url']}{registration.pk}/workshop.ics"
    return values


def _process(delivery: Delivery) -> Values:
    process = delivery.process
    return {
        "process": process,
        "contact_email": process.contact_email,
        "contact_phone": process.contact_phone,
    }


def _workshop(delivery: Delivery) -> Values:
    workshop = delivery.workshop
    assert workshop is not None
    workshop.series.field.process = delivery.process
    return {
        "workshop": workshop,
        # Its name is made where it is shown: in HTML with the language of each part (`named`).
        "title": workshop,
        "field": workshop.field,
        "when": dates.period_text(workshop, delivery.process),
        "dial_in": workshop.phone,
        "is_recorded": workshop.is_recorded,
        "recording_is_withdrawn": workshop.recording_is_withdrawn,
        "reason": workshop.cancellation_reason,
    }


def _registration(delivery: Delivery) -> Values:
    return {**_workshop(delivery), "has_seat": had_a_seat(delivery.registration)}


def _gone(delivery: Delivery) -> Values:
    return {
        **_registration(delivery),
        "is_recorded": False,
        "process_url": page_url("workshops:process", delivery.process.slug),
    }


def _lapsed(delivery: Delivery, book: LinkBook) -> Values:
    assert delivery.workshop is not None
    workshops = [
        {"title": workshop, "when": dates.period_text(workshop, delivery.process)}
        for workshop in appointed.workshops_of(delivery)
    ]
    return {**_gone(delivery), "title": workshops[0]["title"], "workshops": workshops}


def _please_confirm(delivery: Delivery, book: LinkBook) -> Values:
    person = delivery.participant
    assert person is not None
    pending = appointed.held(delivery)
    # The one that was made for this question; `make` would give it an endless life.
    link = person.links.get(scope=Scope.CONFIRM, revoked_at__isnull=True)
    link.participant = person
    return {
        "workshops": [
            {
                "title": registration.workshop,
                "when": dates.period_text(registration.workshop, delivery.process),
                "waits": not registration.holds_seat,
                "is_recorded": registration.workshop.is_recorded,
            }
            for registration in pending
        ],
        "confirm_url": links.url_of(link),
        "until": dates.placed_moment_text(appointed.held_until(pending), delivery.process),
    }


def _minutes(delivery: Delivery) -> Values:
    # Over: what was recorded stands on its page, if it was published.
    return {**_registration(delivery), "is_recorded": False, "minutes_url": _minutes_url(delivery)}


def _minutes_url(delivery: Delivery) -> str:
    workshop = delivery.workshop
    assert workshop is not None
    return page_url("workshops:minutes", delivery.process.slug, workshop.field.slug, workshop.number)


def _priorities_open(delivery: Delivery, book: LinkBook) -> Values:
    found = Prioritisation.objects.get(workshop=delivery.workshop_id)
    own = book.url(delivery.participant, Scope.CONTRIBUTE)
    return {
        **_workshop(delivery),
        "is_recorded": False,
        "points_each": found.points_each,
        "closes": dates.placed_moment_text(found.closes_at, delivery.process) if found.closes_at else "",
        # `contribute_priorities`: it lies below the person's own page.
        "weigh_url": f"{own}{delivery.workshop_id}/priorities/" if own else "",
    }


def _contributing(
    more: Callable[[Delivery, str], Values],
) -> Callable[[Delivery, LinkBook], Values]:
    """About one workshop that is over, with the person's link to contribute."""

    def values(delivery: Delivery, book: LinkBook) -> Values:
        own = book.url(delivery.participant, Scope.CONTRIBUTE)
        return {**_workshop(delivery), "is_recorded": False, **more(delivery, own)}

    return values


def _proposals_decided(delivery: Delivery, book: LinkBook) -> Values:
    return results.decisions(delivery, book.url(delivery.participant, Scope.CONTRIBUTE))


def _minutes_overdue(delivery: Delivery, book: LinkBook) -> Values:
    return {**_workshop(delivery), "is_recorded": False, **owed_minutes.overdue(delivery)}


def _minutes_commented(delivery: Delivery, book: LinkBook) -> Values:
    return {**_workshop(delivery), "is_recorded": False, **results.comments(delivery)}


def _barrier_reported(delivery: Delivery, book: LinkBook) -> Values:
    # Not their words: nobody has proven who they are, and a mailbox forgets nothing.
    return {
        "count": delivery.process.barrier_reports.filter(answered_at=None).count(),
        "page_url": page_url("workshops:staff_barrier_reports", delivery.process.slug),
    }


def _personal_link(delivery: Delivery, book: LinkBook) -> Values:
    return {
        "manage_url": book.url(delivery.participant, Scope.MANAGE, language=delivery.reader_language),
    }


def _confirm_address(delivery: Delivery, book: LinkBook) -> Values:
    link = delivery.address_link
    assert link is not None
    assert link.expires_at is not None
    assert delivery.participant is not None
    link.participant = delivery.participant
    until = dates.placed_moment_text(link.expires_at, delivery.process)
    return {"confirm_url": links.url_of(link, language=delivery.reader_language), "until": until}


def _moderators_reminder(delivery: Delivery, book: LinkBook) -> Values:
    values, workshop = _workshop(delivery), delivery.workshop
    assert workshop is not None
    return {
        **values,
        "seats_taken": workshop.registrations.confirmed().count(),
        "page_url": page_url("workshops:moderate_room", workshop.pk),
    }


def _survey_closed(delivery: Delivery, book: LinkBook) -> Values:
    return {"process_url": page_url("workshops:staff_process", delivery.process.slug)}


def _invited_to_sign_in(delivery: Delivery, book: LinkBook) -> Values:
    user = delivery.user
    assert user is not None
    if user.has_usable_password():
        return {"sign_in_url": page_url("workshops:desk"), "is_new": False}
    return {"sign_in_url": links.password_url(user), "is_new": True}


def _password_reset(delivery: Delivery, book: LinkBook) -> Values:
    assert delivery.user is not None
    return {"password_url": links.password_url(delivery.user)}


SHARED: dict[Kind, Callable[[Delivery], Values]] = {
    Kind.CONFIRMED: _registration,
    Kind.WAITING: _registration,
    Kind.PROMOTED: _registration,
    Kind.REGISTRATION_CANCELLED: _gone,
    Kind.RESCHEDULED: _registration,
    Kind.WORKSHOP_CANCELLED: _gone,
    Kind.REMINDER: _registration,
    Kind.MINUTES_PUBLISHED: _minutes,
}
_ALONE: dict[Kind, Callable[[Delivery, LinkBook], Values]] = {
    Kind.PLEASE_CONFIRM: _please_confirm,
    Kind.REGISTRATION_LAPSED: _lapsed,
    Kind.MODERATOR_REMINDER: _moderators_reminder,
    Kind.PRIORITIES_OPEN: _priorities_open,
    Kind.MINUTES_IN_REVIEW: _contributing(results.review),
    Kind.COMMENT_ANSWERED: _contributing(results.answers),
    Kind.PROPOSALS_DECIDED: _proposals_decided,
    Kind.MINUTES_OVERDUE: _minutes_overdue,
    Kind.MINUTES_COMMENTED: _minutes_commented,
    Kind.BARRIER_REPORTED: _barrier_reported,
    Kind.PERSONAL_LINK: _personal_link,
    Kind.CONFIRM_ADDRESS: _confirm_address,
    Kind.ADDRESS_MOVED: lambda delivery, book: {},
    Kind.SURVEY_CLOSED: _survey_closed,
    Kind.MODERATOR_INVITED: _invited_to_sign_in,
    Kind.COLLEAGUE_INVITED: _invited_to_sign_in,
    Kind.PASSWORD_RESET: _password_reset,
}

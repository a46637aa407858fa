"""Still wanted? Asked for each mail at the moment of sending: what was true when it was written down may
not be true any more. Every answer is a short code for the ledger; an empty one means: send it.
"""

import datetime
from collections.abc import Callable, Iterable

from notifications import audiences, lapses, owed_minutes, results
from notifications.models import Channel, Delivery, Group, InvitationCampaign, Kind, mail_goes_until
from workshops.models import Minutes, PersonalLink, Prioritisation, Registration, Survey, Workshop
from workshops.models.registration import ACTIVE
from workshops.operations import points

Answer = Callable[[Delivery, datetime.datetime], str]
_Status = Registration.Status


class Known:
    """What the database says of many mails, asked once for all of them instead of once for each."""

    def __init__(self, deliveries: Iterable[Delivery]) -> None:
        invited: dict[int, tuple[InvitationCampaign, set[int]]] = {}
        recorded: set[int] = set()
        for row in deliveries:
            if row.kind == Kind.INVITATION and row.campaign is not None and row.participant_id is not None:
                invited.setdefault(row.campaign.pk, (row.campaign, set()))[1].add(row.participant_id)
            elif row.kind == Kind.MINUTES_PUBLISHED and row.workshop_id is not None:
                recorded.add(row.workshop_id)
        self.standing = {key: audiences.standing_among(*asked) for key, asked in invited.items()}
        published = Minutes.objects.filter(workshop__in=recorded, status=Minutes.Status.PUBLISHED)
        self.published = set(published.values_list("workshop_id", flat=True)) if recorded else set()


def obsolete_because(delivery: Delivery, *, now: datetime.datetime, known: Known | None = None) -> str:
    """Why this mail shall no longer go, or "". `known` was asked a moment ago, of this mail too."""
    if delivery.expires_at is not None and delivery.expires_at <= now:
        return "expired"
    if delivery.user is not None and not delivery.user.is_active:
        return "account_closed"
    if known is not None and delivery.kind == Kind.INVITATION:
        return _invitation_is_unwelcome(delivery, now, known)
    if known is not None and delivery.kind == Kind.MINUTES_PUBLISHED:
        return "" if delivery.workshop_id in known.published else "minutes_withdrawn"
    return OBSOLETE[Kind(delivery.kind)](delivery, now)


def _workshop_is_off(workshop: Workshop | None, now: datetime.datetime) -> str:
    if workshop is None:
        return "workshop_gone"
    if workshop.is_cancelled:
        return "workshop_cancelled"
    return "workshop_over" if workshop.ends_at <= now else ""


def _registration_is(*statuses: Registration.Status) -> Answer:
    def answer(delivery: Delivery, now: datetime.datetime) -> str:
        if delivery.registration is None or delivery.registration.status not in statuses:
            return "registration_changed"
        return _workshop_is_off(delivery.workshop, now)

    return answer


def _nothing_to_confirm(delivery: Delivery, now: datetime.datetime) -> str:
    person = delivery.participant
    if person is None or not person.registrations.pending().filter(held_until__gt=now).exists():
        return "nothing_to_confirm"
    link = person.links.valid(now).filter(scope=PersonalLink.Scope.CONFIRM)
    return "" if link.exists() else "link_over"


def _change_is_old_news(delivery: Delivery, now: datetime.datetime) -> str:
    answer = _registration_is(_Status.CONFIRMED, _Status.WAITING)(delivery, now)
    if answer:
        return answer
    # The mail of the latest change tells everything; an older one would tell a wrong time.
    assert delivery.workshop is not None
    return "superseded" if (delivery.revision or 0) < delivery.workshop.revision else ""


def _own_cancellation_is_old_news(delivery: Delivery, now: datetime.datetime) -> str:
    # A CANCEL that comes after the new seat's REQUEST would take the workshop out of the calendar again.
    return _cancellation_is_old_news(delivery, now) or _registered_again(delivery, _Status.CONFIRMED)


def _lapse_is_old_news(delivery: Delivery, now: datetime.datetime) -> str:
    if lapses.told_by(delivery, now=now):
        return ""
    return _registration_is(_Status.LAPSED)(delivery, now) or _registered_again(delivery, *ACTIVE)


def _registered_again(delivery: Delivery, *statuses: Registration.Status) -> str:
    """Has the person come back to this workshop since? Then another mail tells how things stand."""
    others = Registration.objects.filter(
        participant=delivery.participant_id, workshop=delivery.workshop_id, status__in=statuses
    )
    return "registered_again" if others.exists() else ""


def _cancellation_is_old_news(delivery: Delivery, now: datetime.datetime) -> str:
    return "workshop_over" if delivery.workshop is None or delivery.workshop.ends_at <= now else ""


_REMINDED_AS = {Group.CONFIRMED: _Status.CONFIRMED, Group.WAITING: _Status.WAITING}


def _reminder_is_wrong(delivery: Delivery, now: datetime.datetime) -> str:
    # The groups as the rule names them now: staff may have changed it since.
    groups = delivery.rule.groups if delivery.rule is not None else ()
    statuses = [_REMINDED_AS[group] for group in groups if group in _REMINDED_AS]
    answer = _registration_is(*(statuses or _REMINDED_AS.values()))(delivery, now)
    if answer:
        return answer
    return _start_is_not_ahead(delivery, now) if statuses else "rule_removed"


def _moderators_reminder_is_wrong(delivery: Delivery, now: datetime.datetime) -> str:
    workshop = delivery.workshop
    answer = _workshop_is_off(workshop, now)
    if answer or workshop is None:
        return answer
    if delivery.rule is None or Group.MODERATORS not in delivery.rule.groups:
        return "rule_removed"
    if not workshop.moderators.filter(pk=delivery.user_id).exists():
        return "not_a_moderator"
    return _start_is_not_ahead(delivery, now)


def _start_is_not_ahead(delivery: Delivery, now: datetime.datetime) -> str:
    """Is the rule off, or the start another than the one this reminder was written for, or past?"""
    if delivery.rule is None or not delivery.rule.is_active:
        return "rule_removed"
    assert delivery.workshop is not None
    starts_at = delivery.workshop.starts_at
    if starts_at <= now:
        return "expired"
    if not delivery.key.endswith(start_stamp(starts_at)):
        return "workshop_moved"
    # A mail; one that failed is for people to tell, who have until the next reminder.
    is_mail = delivery.channel == Channel.EMAIL and delivery.status != Delivery.Status.FAILED
    if is_mail and delivery.planned_at and mail_goes_until(delivery.planned_at, starts_at) <= now:
        return "expired"
    return ""


def start_stamp(starts_at: datetime.datetime) -> str:
    """The start as it stands at the end of a reminder's key."""
    return f"{int(starts_at.timestamp())}"


def _invitation_is_unwelcome(delivery: Delivery, now: datetime.datetime, known: Known | None = None) -> str:
    campaign, person = delivery.campaign, delivery.participant
    if campaign is None:
        return "campaign_gone"
    if person is None:
        return ""  # a test mail to the staff member who writes it
    if campaign.status != InvitationCampaign.Status.LAUNCHED:
        return "campaign_stopped"
    workshop = campaign.workshop
    if workshop is not None and (workshop.is_cancelled or workshop.starts_at <= now):
        return "workshop_cancelled" if workshop.is_cancelled else "workshop_over"
    standing = known.standing.get(campaign.pk) if known is not None else None
    return audiences.why_not(campaign, person, standing=standing)


def _minutes_are_withdrawn(delivery: Delivery, now: datetime.datetime) -> str:
    published = Minutes.objects.filter(workshop=delivery.workshop, status=Minutes.Status.PUBLISHED)
    return "" if published.exists() else "minutes_withdrawn"


def _priorities_are_closed(delivery: Delivery, now: datetime.datetime) -> str:
    if delivery.registration is None or delivery.registration.status != _Status.CONFIRMED:
        return "registration_changed"
    if delivery.workshop is None or delivery.workshop.is_cancelled:
        return "workshop_cancelled"
    # Ticked again, it is owed again.
    if not points.who_came(delivery.workshop, now=now).filter(pk=delivery.registration.pk).exists():
        return "registration_changed"
    found = Prioritisation.objects.filter(workshop=delivery.workshop).first()
    return "" if found is not None and found.is_open(now) else "priorities_closed"


def _nothing_to_evaluate(delivery: Delivery, now: datetime.datetime) -> str:
    survey = Survey.objects.closed(now).filter(process=delivery.process).first()
    if survey is None:
        return "survey_open"
    return "survey_evaluated" if survey.is_evaluated else ""


def _barriers_are_answered(delivery: Delivery, now: datetime.datetime) -> str:
    waiting = delivery.process.barrier_reports.filter(answered_at=None)
    return "" if waiting.exists() else "barriers_answered"


def _address_is_settled(delivery: Delivery, now: datetime.datetime) -> str:
    """An address that takes no mail has nobody to be told, either."""
    link = delivery.address_link
    if link is None or not link.address or (link.expires_at is not None and link.expires_at <= now):
        return "link_over"
    return "nothing_to_tell" if delivery.status == Delivery.Status.FAILED else ""


def _no_longer_a_moderator(delivery: Delivery, now: datetime.datetime) -> str:
    user = delivery.user
    if user is None or not user.moderator_profiles.filter(process=delivery.process).exists():
        return "not_a_moderator"
    return ""


def _no_longer_staff(delivery: Delivery, now: datetime.datetime) -> str:
    return "" if delivery.user is not None and delivery.user.is_staff else "not_staff"


OBSOLETE: dict[Kind, Answer] = {
    Kind.PLEASE_CONFIRM: _nothing_to_confirm,
    Kind.CONFIRMED: _registration_is(_Status.CONFIRMED),
    Kind.WAITING: _registration_is(_Status.WAITING),
    Kind.PROMOTED: _registration_is(_Status.CONFIRMED),
    Kind.REGISTRATION_CANCELLED: _own_cancellation_is_old_news,
    Kind.REGISTRATION_LAPSED: _lapse_is_old_news,
    Kind.RESCHEDULED: _change_is_old_news,
    Kind.WORKSHOP_CANCELLED: _cancellation_is_old_news,
    Kind.REMINDER: _reminder_is_wrong,
    Kind.MODERATOR_REMINDER: _moderators_reminder_is_wrong,
    Kind.INVITATION: _invitation_is_unwelcome,
    Kind.MINUTES_PUBLISHED: _minutes_are_withdrawn,
    Kind.PRIORITIES_OPEN: _priorities_are_closed,
    Kind.MINUTES_IN_REVIEW: results.review_is_over,
    Kind.MINUTES_COMMENTED: results.comments_are_answered,
    Kind.COMMENT_ANSWERED: results.nothing_was_answered,
    Kind.PROPOSALS_DECIDED: results.nothing_was_decided,
    Kind.MINUTES_OVERDUE: owed_minutes.minutes_came,
    Kind.BARRIER_REPORTED: _barriers_are_answered,
    Kind.PERSONAL_LINK: lambda delivery, now: "",
    Kind.CONFIRM_ADDRESS: _address_is_settled,
    Kind.ADDRESS_MOVED: _address_is_settled,
    Kind.SURVEY_CLOSED: _nothing_to_evaluate,
    Kind.MODERATOR_INVITED: _no_longer_a_moderator,
    Kind.COLLEAGUE_INVITED: _no_longer_staff,
    Kind.PASSWORD_RESET: lambda delivery, now: "",
}

"""What a message of the mailbox means, and its consequences, in the caller's transaction."""

import datetime
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from notifications import appointments, personal, verp
from notifications.inbound import evidence
from notifications.inbound.bounces import Report
from notifications.inbound.reading import Incoming
from notifications.inbound.replies import Reply
from notifications.models import Channel, Delivery, InboundMessage
from workshops.models import (
    CalendarReply,
    Participant,
    ParticipationProcess,
    Registration,
    Workshop,
    normalise_email,
)
from workshops.operations import participants, replies

Kind = InboundMessage.Kind
Outcome = InboundMessage.Outcome

# Clocks of telephones and servers differ; a reply may seem to come before what it answers.
CLOCK_SKEW = datetime.timedelta(minutes=5)
_ANSWERS = {
    "ACCEPTED": CalendarReply.ACCEPTED,
    "TENTATIVE": CalendarReply.TENTATIVE,
    "DECLINED": CalendarReply.DECLINED,
}
_NOTED = {
    CalendarReply.ACCEPTED: Outcome.ACCEPTED,
    CalendarReply.TENTATIVE: Outcome.TENTATIVE,
    CalendarReply.DECLINED: Outcome.DECLINED,
}
_WORST_FIRST = ("failed", "delayed", "expanded", "relayed", "delivered")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a message: the columns of its row."""

    kind: InboundMessage.Kind
    outcome: InboundMessage.Outcome
    process: ParticipationProcess | None = None
    participant: Participant | None = None
    workshop: Workshop | None = None
    delivery: Delivery | None = None
    code: str = ""
    words: str = ""


def handle(incoming: Incoming, *, now: datetime.datetime) -> Result:
    """Do what the message asks for, if it is what it seems; the first line that fits decides."""
    tokens = verp.tokens_in(incoming.recipients)
    if incoming.reports is not None:
        return _bounce(incoming, incoming.reports, tokens, now=now)
    if incoming.reply is not None:
        return _reply(incoming, incoming.reply, now=now)
    if incoming.has_strange_reply:
        return Result(Kind.REPLY, Outcome.UNREADABLE)
    if tokens and (incoming.is_from_a_robot or not incoming.is_automatic):
        # No report that a program understands (old servers), sent to where only bounces go.
        delivery = _delivery_of(tokens)
        return _known(Kind.BOUNCE, Outcome.UNCLEAR, delivery) if delivery else _unknown(Kind.BOUNCE)
    if incoming.is_from_a_robot and not settings.BOUNCE_ADDRESS:
        return _without_token(incoming)
    if incoming.is_automatic or incoming.is_from_a_robot:
        return Result(Kind.AUTOMATIC, Outcome.IGNORED)
    return _other(incoming)


# --- bounces --------------------------------------------------------------------------------------


def _bounce(
    incoming: Incoming, reports: list[Report], tokens: list[str], *, now: datetime.datetime
) -> Result:
    if not tokens and settings.BOUNCE_ADDRESS:
        # Somebody forged our address as a sender: the internet is full of such bounces.
        return Result(Kind.BOUNCE, Outcome.IGNORED)
    delivery = _delivery_of(tokens) if settings.BOUNCE_ADDRESS else _delivery_inside(incoming)
    if delivery is None:
        return _unknown(Kind.BOUNCE) if settings.BOUNCE_ADDRESS else _without_token(incoming)
    address = _address_of(delivery)
    ours = [each for each in reports if address and address in map(_comparable, each.recipients)]
    if not ours:
        # A forwarded mail that failed elsewhere says nothing certain of the address we know.
        words = next((each.words for each in reports), "")
        return _known(Kind.BOUNCE, Outcome.UNCLEAR, delivery, words=words)
    report = min(ours, key=lambda each: _WORST_FIRST.index(each.action))
    if not report.has_failed:
        return _known(Kind.BOUNCE, Outcome.NOTED, delivery, code=report.status, words=report.words)
    _fail(delivery, report, now=now)
    if report.is_for_good and (person := delivery.owner_of_address) is not None:
        participants.mark_unreachable(person, reason=report.status, now=now)
    return _known(Kind.BOUNCE, Outcome.FAILED, delivery, code=report.status, words=report.words)


def _fail(delivery: Delivery, report: Report, *, now: datetime.datetime) -> None:
    """SENT → FAILED; or whatever it was: a mail that came back was sent. Twice is once.

    A row that has become a call or a letter since is told, or waits to be told, by people.
    """
    open_ones = (Delivery.Status.PENDING, Delivery.Status.SENDING, Delivery.Status.SENT)
    mails = Delivery.objects.filter(channel=Channel.EMAIL, status__in=open_ones)
    mails.filter(pk=delivery.pk).update(
        status=Delivery.Status.FAILED,
        claim="",
        lease_until=None,
        ended_at=now,
        outcome_code=Delivery.BOUNCED,
        outcome_text=f"{report.status} {report.words}".strip()[:500],
    )


def _without_token(incoming: Incoming) -> Result:
    """Without BOUNCE_ADDRESS bounces come to From and name no mail by themselves: people have to look."""
    delivery = _delivery_inside(incoming)
    if delivery is not None:
        return _known(Kind.BOUNCE, Outcome.UNCLEAR, delivery)
    # What it brings back isn't ours: somebody forged our address as a sender.
    return Result(Kind.BOUNCE, Outcome.IGNORED if incoming.carries else Outcome.UNCLEAR)


def _delivery_inside(incoming: Incoming) -> Delivery | None:
    """The mail of ours that came back: its Message-ID is derived from a secret, as the token is."""
    if not incoming.carries:
        return None
    found = Delivery.objects.select_related("participant", "user", "process")
    return found.filter(message_id__in=incoming.carries).first()


def _delivery_of(tokens: list[str]) -> Delivery | None:
    return next(filter(None, map(verp.delivery_of, tokens)), None)


def _address_of(delivery: Delivery) -> str:
    return _comparable(delivery.address)


def _comparable(address: str) -> str:
    """One form of an address: a domain with umlauts encoded, as it travels (RFC 5891)."""
    local, at, domain = normalise_email(address).rpartition("@")
    try:
        return f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return f"{local}{at}{domain}"


# --- calendar replies -----------------------------------------------------------------------------


def _reply(incoming: Incoming, reply: Reply, *, now: datetime.datetime) -> Result:
    workshop = _workshop(reply.uid)
    registration = _invited(workshop, reply.attendee) if workshop else None
    answer = _ANSWERS.get(reply.partstat)
    if workshop is None or registration is None or answer is None:
        process = workshop.process if workshop else None
        return Result(
            Kind.REPLY, Outcome.UNKNOWN, process=process, workshop=workshop, code=reply.partstat[:40]
        )

    def result(outcome: InboundMessage.Outcome) -> Result:
        return Result(
            Kind.REPLY,
            outcome,
            process=registration.participant.process,
            participant=registration.participant,
            workshop=workshop,
            code=reply.partstat[:40],
        )

    if _comparable(incoming.sender) != _comparable(reply.attendee):
        return result(Outcome.WRONG_SENDER)
    if not evidence.is_proven(incoming, reply, registration):
        return result(Outcome.UNPROVEN)
    if not registration.is_active:
        return result(Outcome.OVER)
    # Without a moment of its own the answer was given when it arrived.
    said_at = min(reply.said_at or now, now)
    if _is_about_an_older_date(reply, registration, said_at=said_at):
        return result(Outcome.STALE)
    effect = replies.receive(registration, reply=answer, said_at=said_at, now=now)
    if effect in (replies.Effect.NOTED, replies.Effect.CANCELLED):
        return result(_NOTED[answer])
    return result(Outcome.OVER)


def _workshop(uid: str) -> Workshop | None:
    try:
        return Workshop.objects.select_related("series__field__process", "room").filter(uid=UUID(uid)).first()
    except ValueError:
        return None


def _invited(workshop: Workshop, attendee: str) -> Registration | None:
    """The seat to which we invited this address: the active one, else the last."""
    travelling = _comparable(attendee)
    addresses = {attendee, travelling, _decoded(travelling)}
    found = workshop.registrations.filter(participant__email_normalised__in=addresses)
    mine = [
        each
        for each in found.select_related("participant__process").order_by("-place")
        if personal.had_a_seat(each)
    ]
    for each in mine:
        each.workshop = workshop
    return next((each for each in mine if each.is_active), mine[0] if mine else None)


def _decoded(address: str) -> str:
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{domain.encode('ascii').decode('idna')}"
    except UnicodeError:
        return address


def _is_about_an_older_date(reply: Reply, registration: Registration, *, said_at: datetime.datetime) -> bool:
    """Was it given before this seat was, or to a date that has been moved since?

    A lower SEQUENCE with the start that still holds is no older date: only words or the link have changed.
    """
    workshop = registration.workshop
    given_at = registration.promoted_at or registration.confirmed_at
    if given_at is not None and said_at < given_at - CLOCK_SKEW:
        return True
    if reply.starts_at is not None:
        return reply.starts_at != workshop.starts_at
    return reply.sequence < appointments.seat(registration, workshop, join_url="").sequence


# --- everything else ------------------------------------------------------------------------------


def _other(incoming: Incoming) -> Result:
    """A person's own words. They stay in the mailbox, for people to read."""
    known = (
        Participant.objects.filter(email_normalised=incoming.sender).select_related("process").order_by("-pk")
        if incoming.sender
        else Participant.objects.none()
    )
    person = known.first()
    if person is None:
        # Whatever strangers send to a public address: not worth a line on staff's list.
        return Result(Kind.OTHER, Outcome.IGNORED)
    return Result(Kind.OTHER, Outcome.PERSONAL, process=person.process, participant=person)


def _known(
    kind: InboundMessage.Kind,
    outcome: InboundMessage.Outcome,
    delivery: Delivery,
    *,
    code: str = "",
    words: str = "",
) -> Result:
    return Result(
        kind,
        outcome,
        process=delivery.process,
        participant=delivery.participant,
        delivery=delivery,
        code=code,
        words=words,
    )


def _unknown(kind: InboundMessage.Kind) -> Result:
    return Result(kind, Outcome.UNKNOWN)

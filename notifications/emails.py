"""A delivery as the bytes that travel: recipient, headers, words, calendar.

The words stand in templates/notifications/emails/<kind>.{subject.txt,body.txt,body.html}.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac

from notifications import appointments, calendars, contexts, mime, verp
from notifications.invitations import Invitation, Reader, Written, frame, rendered
from notifications.models import Channel, Delivery, InvitationCampaign, Kind
from workshops.models import PersonalLink, Registration

# Those into which the mails' own words are translated; whoever reads another gets German.
LANGUAGES = ("de", "en", "ar")

_INVITING = (Kind.CONFIRMED, Kind.PROMOTED, Kind.RESCHEDULED)
_CANCELLING = (Kind.REGISTRATION_CANCELLED, Kind.WORKSHOP_CANCELLED)


@dataclass(frozen=True, slots=True)
class Mail:
    """Ready to be handed over: `sender` and `recipient` are the envelope's bare addresses."""

    message_id: str
    sender: str
    recipient: str
    content: bytes


def with_what_they_need(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Every row that a mail or the question "still wanted?" looks at: the person's own in one statement,
    what many mails share (and is large) once for all of them."""
    return deliveries.select_related("participant", "user").prefetch_related(
        "process",
        "workshop__series__field",
        "campaign__field",
        "rule",
        Prefetch("registration", Registration.objects.with_seats_given_back()),
    )


def language_of(code: str) -> str:
    return code if code in LANGUAGES else settings.LANGUAGE_CODE


def organiser() -> calendars.Person:
    """From and ORGANIZER: programs obey an update only from the organiser's own address."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return calendars.Person(address, name)


def message_id_of(delivery: Delivery) -> str:
    """The same at each attempt, even when a crash lost the row's own note of it; tells nothing."""
    if delivery.message_id:
        return delivery.message_id
    digest = salted_hmac("notifications.message_id", delivery.key, algorithm="sha256").hexdigest()[:32]
    return f"<{digest}@{organiser().address.rpartition('@')[2] or 'localhost'}>"


class Writer:
    """Writes mails; keeps what many of them share: a campaign's rendered text, unsubscribe links."""

    def __init__(self) -> None:
        self._invitations: dict[tuple[int, str, str, bool, Channel], Invitation] = {}
        self._book = contexts.LinkBook()

    def expect(self, deliveries: Iterable[Delivery]) -> None:
        """Fetch what these mails share, in a few statements for all."""
        self._book.expect(deliveries)

    def write(self, delivery: Delivery) -> Mail:
        """The mail as it goes now. ValueError for an address that no mail can have."""
        person = delivery.participant or delivery.user
        if person is None:
            raise ValueError("a delivery without a recipient")
        language = language_of(person.language)
        with translation.override(language), timezone.override(delivery.process.zone):
            calendar = None
            extra: list[tuple[str, str]] = []
            if delivery.kind == Kind.INVITATION:
                reader = self._reader(delivery)
                written = self.invitation(delivery, language, person.language).for_reader(reader)
                if reader.unsubscribe_url:
                    extra = _list_headers(reader.unsubscribe_url)
            else:
                values = contexts.values_for(delivery, self._book) | frame(language)
                written = Written(
                    " ".join(rendered(f"{delivery.kind}.subject.txt", values).split()),
                    rendered(f"{delivery.kind}.body.txt", values),
                    rendered(f"{delivery.kind}.body.html", values),
                )
                calendar = _calendar(delivery, person.email, link=str(values.get("join_url", "")))
            return _mail(delivery, written, to=person.email, calendar=calendar, extra=extra)

    def words(self, delivery: Delivery, *, channel: Channel, language: str = "") -> Written:
        """What the mail would say, to be read out or printed: subject and text, without greeting and
        sign-off. In the person's language, or in `language` (for the colleague who calls)."""
        person = delivery.participant
        if person is None:
            raise ValueError("only citizens are called or written to")
        reader_language = language or person.language
        shown = language_of(reader_language)
        book = contexts.NoLinks() if channel == Channel.PHONE else self._book
        with translation.override(shown), timezone.override(delivery.process.zone):
            if delivery.kind == Kind.INVITATION:
                invitation = self.invitation(delivery, shown, reader_language, channel=channel)
                scope = PersonalLink.Scope.UNSUBSCRIBE
                url = book.url(person, scope, route="notifications:unsubscribe")
                return invitation.for_reader(Reader(contexts.spoken_name(person), url))
            values = contexts.values_for(delivery, book) | frame(shown)
            values |= {"channel": channel.value, "feed_url": ""}
            subject = rendered(f"{delivery.kind}.subject.txt", values)
            return Written(" ".join(subject.split()), rendered(f"{delivery.kind}.body.txt", values), "")

    def invitation(
        self, delivery: Delivery, language: str, reader_language: str, *, channel: Channel = Channel.EMAIL
    ) -> Invitation:
        campaign = delivery.campaign
        if campaign is None:
            raise ValueError("an invitation without a campaign")
        is_for_staff = delivery.participant is None
        key = (campaign.pk, language, reader_language, is_for_staff, channel)
        if key not in self._invitations:
            campaign.process = delivery.process
            self._invitations[key] = Invitation(
                campaign,
                language=language,
                reader_language=reader_language,
                is_for_staff=is_for_staff,
                channel=channel,
            )
        return self._invitations[key]

    def _reader(self, delivery: Delivery) -> Reader:
        person = delivery.participant
        if person is None:
            return Reader(contexts.spoken_name(delivery.user), "")
        url = self._book.url(person, PersonalLink.Scope.UNSUBSCRIBE, route="notifications:unsubscribe")
        return Reader(contexts.spoken_name(person), url)


def preview(campaign: InvitationCampaign, *, reader_language: str, name: str) -> Written:
    """The campaign as a reader of that language and name would get it, for staff to look at."""
    language = language_of(reader_language)
    with translation.override(language), timezone.override(campaign.process.zone):
        invitation = Invitation(
            campaign, language=language, reader_language=reader_language, is_for_staff=True
        )
        return invitation.for_reader(Reader(name, ""))


def _mail(
    delivery: Delivery,
    written: Written,
    *,
    to: str,
    calendar: mime.CalendarPart | None,
    extra: list[tuple[str, str]],
) -> Mail:
    sender, message_id = organiser(), message_id_of(delivery)
    recipient = _travelling(to)
    process = delivery.process
    headers = [
        ("From", mime.display_address(calendars.one_line(sender.name or str(process.name)), sender.address)),
        ("To", recipient),
        ("Reply-To", process.contact_email),
        ("Subject", calendars.one_line(written.subject)),
        ("Date", format_datetime(timezone.now().astimezone(process.zone))),
        ("Message-ID", message_id),
        ("Auto-Submitted", "auto-generated"),
        *extra,
    ]
    content = mime.message(headers, text=written.text, html=written.html, calendar=calendar, seed=message_id)
    return Mail(message_id, verp.envelope_of(delivery), recipient, content)


def _travelling(address: str) -> str:
    """The address in ASCII: a domain with umlauts in its encoded form (RFC 5891)."""
    local, _at, domain = address.strip().rpartition("@")
    if not local or not local.isascii():
        raise ValueError("not an address that mail can be sent to")
    return f"{local}@{domain.encode('idna').decode('ascii')}"


def _list_headers(unsubscribe_url: str) -> list[tuple[str, str]]:
    # RFC 8058: the mail program's own button sends the POST; opening the address changes nothing.
    return [
        ("List-Unsubscribe", f"<{unsubscribe_url}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    ]


def _calendar(delivery: Delivery, address: str, *, link: str) -> mime.CalendarPart | None:
    """Who has a seat gets REQUEST, who had one and hasn't any more CANCEL, everyone else nothing."""
    kind = Kind(delivery.kind)
    registration = delivery.registration
    if registration is None or not contexts.had_a_seat(registration):
        return None
    if kind not in (*_INVITING, *_CANCELLING):
        return None
    process, workshop = delivery.process, delivery.workshop
    assert workshop is not None
    workshop.series.field.process = process
    sender = organiser()
    sender = calendars.Person(sender.address, sender.name or str(process.name))
    reader = calendars.Person(_travelling(address), delivery.participant.name if delivery.participant else "")
    if kind in _CANCELLING:
        gives_back = kind == Kind.REGISTRATION_CANCELLED
        appointment = appointments.lost_seat(registration, workshop, gives_back=gives_back)
        content = calendars.cancellation(appointment, organiser=sender, attendee=reader)
        return mime.CalendarPart("CANCEL", content)
    appointment = appointments.seat(registration, workshop, join_url=link)
    # A reply is asked for only where somebody reads it.
    content = calendars.invitation(
        appointment, organiser=sender, attendee=reader, wants_reply=settings.INBOX is not None
    )
    return mime.CalendarPart("REQUEST", content)

"""A delivery as the bytes that travel: recipient, headers, words, calendar.

The words stand in templates/notifications/emails/<kind>.{subject.txt,body.txt,body.html}.
"""

import secrets
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Model, Prefetch, QuerySet
from django.utils import timezone, translation

from notifications import appointments, calendars, contexts, envelopes, mime, personal
from notifications.invitations import Invitation, Reader, Written, frame, rendered
from notifications.models import Channel, Delivery, InvitationCampaign, Kind
from notifications.prepared import Place, Prepared, PreparedCalendar, is_plain
from workshops.models import Participant, Registration, User

# Those into which the mails' own words are translated; whoever reads another gets German.
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)

_INVITING = (Kind.CONFIRMED, Kind.PROMOTED, Kind.RESCHEDULED)
_CANCELLING = (Kind.REGISTRATION_CANCELLED, Kind.WORKSHOP_CANCELLED)


def with_what_they_need(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Every row that a mail or the question "still wanted?" looks at: the person's own in one statement,
    what many mails share (and is large) once for all of them."""
    return deliveries.select_related("participant", "user").prefetch_related(
        "process",
        "workshop__series__field",
        "campaign__field",
        "campaign__workshop__series__field",
        "rule",
        Prefetch("registration", Registration.objects.with_calendar_numbers()),
    )


def language_of(code: str) -> str:
    return code if code in LANGUAGES else settings.LANGUAGE_CODE


@dataclass(frozen=True, slots=True)
class _Ready:
    """What the mails of one kind about one workshop share, in one language."""

    sender: str
    words: Prepared
    method: str = ""
    calendar: PreparedCalendar | None = None


class Writer:
    """Writes mails; keeps what many of them share: rendered texts, calendars, personal links.

    Without `prepares` each mail is rendered for itself: the bytes are the same.
    """

    def __init__(self, *, prepares: bool = True) -> None:
        self._prepares = prepares
        self._ready: dict[Hashable, _Ready] = {}
        # What stands in the rows that the expected mails speak of, by the object's identity.
        self._states: dict[int, tuple[Model, Hashable]] = {}
        # Random, so that nothing anybody wrote can contain it.
        self._mark = secrets.token_hex(8)
        self._invitations: dict[tuple[int, str, str, bool, Channel], Invitation] = {}
        self._book = personal.LinkBook()

    def expect(self, deliveries: Iterable[Delivery]) -> None:
        """Fetch what these mails share, in a few statements for all."""
        self._states = {}
        self._book.expect(deliveries)

    def write(self, delivery: Delivery) -> envelopes.Mail:
        """The mail as it goes now. ValueError for an address that no mail can have."""
        reader_language = delivery.reader_language
        language = language_of(reader_language)
        own = contexts.personal_values(delivery, self._book)
        if self._prepares and delivery.kind in contexts.SHARED and is_plain("".join(_links_of(own))):
            return self._placed(delivery, own, language, to=delivery.address)
        with translation.override(language), timezone.override(delivery.process.zone):
            calendar = None
            extra: list[tuple[str, str]] = []
            if delivery.kind == Kind.INVITATION:
                reader = self._reader(delivery)
                written = self.invitation(delivery, language, reader_language).for_reader(reader)
                if reader.unsubscribe_url:
                    extra = envelopes.list_headers(reader.unsubscribe_url)
            else:
                values = contexts.values_for(delivery, self._book)
                written = _rendered(Kind(delivery.kind), values, language)
                if reader_in_calendar := _reader_in_calendar(delivery):
                    link = str(values.get("join_url", ""))
                    calendar = _calendar(delivery, reader_in_calendar, link=link)
            sender = envelopes.shown_sender(delivery)
            return envelopes.addressed(
                delivery, written, sender, to=delivery.address, calendar=calendar, extra=extra
            )

    def _placed(self, delivery: Delivery, own: dict[str, str], language: str, *, to: str) -> envelopes.Mail:
        """A mail of which only the reader's own parts are new."""
        registration, workshop = delivery.registration, delivery.workshop
        assert workshop is not None
        reader = _reader_in_calendar(delivery)
        key = (
            delivery.kind,
            language,
            tuple(name for name, value in own.items() if value),
            personal.had_a_seat(registration),
            registration.seats_given_back if registration and reader else 0,
            registration.ways_in_ended if registration and reader else 0,
            bool(reader and reader.name),
            self._state(delivery.process),
            self._state(workshop),
            self._state(workshop.series),
            self._state(workshop.series.field),
        )
        ready = self._ready.get(key)
        if ready is None:
            with translation.override(language), timezone.override(delivery.process.zone):
                ready = self._ready[key] = self._prepared(delivery, own, language)
        calendar = None
        if ready.calendar and reader and registration:
            place = Place(
                appointments.told_at(registration, workshop),
                reader.address,
                reader.name,
                own.get("join_url", ""),
            )
            calendar = mime.CalendarPart(ready.method, ready.calendar.placed(place))
        return envelopes.addressed(
            delivery, ready.words.placed(own), ready.sender, to=to, calendar=calendar, extra=[]
        )

    def _prepared(self, delivery: Delivery, own: dict[str, str], language: str) -> _Ready:
        """This mail with a mark for each of the reader's own parts."""
        marks = {name: f"{self._mark}{name}" if value else "" for name, value in own.items()}
        values = contexts.shared_values(delivery) | marks
        words = _rendered(Kind(delivery.kind), values, language)
        given = {mark: name for name, mark in marks.items() if mark}
        ready = _Ready(envelopes.shown_sender(delivery), Prepared(words, given))
        if reader := _reader_in_calendar(delivery):
            address, name = f"{self._mark}address", f"{self._mark}person" if reader.name else ""
            link = marks.get("join_url", "")
            part = _calendar(delivery, calendars.Person(address, name), link=link)
            calendar = PreparedCalendar(part.content, address=address, name=name, link=link)
            return _Ready(ready.sender, ready.words, part.method, calendar)
        return ready

    def _state(self, row: Model) -> Hashable:
        """What stands in a row, read once for all mails that share the object."""
        known = self._states.get(id(row))
        if known is None:
            fields = [field.attname for field in row._meta.concrete_fields]
            known = row, repr([(name, row.__dict__.get(name)) for name in fields])
            # The object is kept, so that its identity stays its own.
            self._states[id(row)] = known
        return known[1]

    def words(self, delivery: Delivery, *, channel: Channel, language: str = "") -> Written:
        """What the mail would say, to be read out or printed: subject and text, without greeting and
        sign-off. In the person's language, or in `language` (for the colleague who calls)."""
        person = delivery.participant
        if person is None:
            raise ValueError("only citizens are called or written to")
        reader_language = language or delivery.reader_language
        shown = language_of(reader_language)
        book = personal.NoLinks() if channel == Channel.PHONE else self._book
        with translation.override(shown), timezone.override(delivery.process.zone):
            if delivery.kind == Kind.INVITATION:
                invitation = self.invitation(delivery, shown, reader_language, channel=channel)
                url = personal.unsubscribe_url(delivery, book)
                return invitation.for_reader(Reader(personal.spoken_name(person, by_mail=False), url))
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
            return Reader(personal.spoken_name(delivery.user), "")
        return Reader(personal.spoken_name(person), personal.unsubscribe_url(delivery, self._book))


def preview(campaign: InvitationCampaign, *, reader_language: str, reader: Participant | User) -> Written:
    """The campaign as this reader would get it in that language, for staff to look at: no link of theirs."""
    language = language_of(reader_language)
    with translation.override(language), timezone.override(campaign.process.zone):
        invitation = Invitation(
            campaign, language=language, reader_language=reader_language, is_for_staff=True
        )
        return invitation.for_reader(Reader(personal.spoken_name(reader), ""))


def _rendered(kind: Kind, values: contexts.Values, language: str) -> Written:
    values = values | frame(language)
    return Written(
        " ".join(rendered(f"{kind}.subject.txt", values).split()),
        rendered(f"{kind}.body.txt", values),
        rendered(f"{kind}.body.html", values),
    )


def _links_of(own: dict[str, str]) -> list[str]:
    return [value for name, value in own.items() if name != "name"]


def _reader_in_calendar(delivery: Delivery) -> calendars.Person | None:
    """Whose calendar learns something from this mail: of those who have a seat, or had one."""
    if delivery.kind not in (*_INVITING, *_CANCELLING) or not personal.had_a_seat(delivery.registration):
        return None
    person = delivery.participant
    return (
        calendars.Person(envelopes.travelling(person.email), personal.spoken_name(person)) if person else None
    )


def _calendar(delivery: Delivery, reader: calendars.Person, *, link: str) -> mime.CalendarPart:
    """Who has a seat gets REQUEST, who had one and hasn't any more CANCEL."""
    kind, registration, workshop = Kind(delivery.kind), delivery.registration, delivery.workshop
    assert workshop is not None
    assert registration is not None
    process = workshop.series.field.process = delivery.process
    sender = envelopes.organiser()
    sender = calendars.Person(sender.address, sender.name or str(process.name))
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

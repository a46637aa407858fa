"""Recordings: announced early enough for everyone, listed afterwards, published or deleted by staff.

Nothing is recorded unless the process allows it and the workshop's recording was announced. A recording stays
at the provider: here is only that it exists, and what staff decided. Asking a provider happens outside every
transaction: first the provider does it, then it is written down, and doing it again finishes what broke off.
"""

import contextlib
import datetime
import logging
from collections.abc import Callable, Iterator

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from workshops.conferencing.protocol import Meeting as MeetingThere
from workshops.conferencing.protocol import (
    Provider,
    ProviderDown,
    ProviderError,
    ProviderRefused,
    RecordingInfo,
)
from workshops.errors import Refusal
from workshops.models import Meeting, ParticipationProcess, Recording, User, Workshop
from workshops.models.conference import RECORDINGS_APPEAR_FOR
from workshops.operations import conferences
from workshops.operations.guards import lock_workshop, refuse_ended
from workshops.operations.provider_words import there
from workshops.operations.rooms import provider_of
from workshops.operations.workshops import save_and_tell

logger = logging.getLogger(__name__)

# Asked at each sweep on the first day, later less often.
OFTEN_FOR = datetime.timedelta(days=1)
LATER_EVERY = datetime.timedelta(hours=1)


@transaction.atomic
def announce(workshop: Workshop, *, by: User, now: datetime.datetime) -> None:
    """The workshop will be recorded: everyone is told, and whoever comes to it later reads it first.

    Twice is once. Refuses with `not_allowed`, `cannot_record`, `too_late`.
    """
    lock_workshop(workshop)
    refuse_ended(workshop, now)
    if workshop.is_recorded:
        return
    if not workshop.process.may_record:
        raise Refusal("not_allowed", _("In diesem Beteiligungsprozess sind Aufzeichnungen nicht erlaubt."))
    if workshop.room is None or not provider_of(workshop.room).knows_recordings:
        raise Refusal(
            "cannot_record",
            _(
                "Dort, wo der Workshop stattfindet, gibt es keine Aufzeichnungen. Bitte einen Raum wählen, "
                "der aufzeichnen kann."
            ),
        )
    if now > workshop.recording_can_be_announced_until:
        raise Refusal(
            "too_late",
            _(
                "Eine Aufzeichnung lässt sich bis 24 Stunden vor Beginn ankündigen: Alle sollen es "
                "rechtzeitig wissen und noch absagen können."
            ),
        )
    workshop.recording_announced_at, workshop.recording_withdrawn_at = now, None
    columns = ["recording_announced_at", "recording_withdrawn_at"]
    save_and_tell(workshop, columns, by=by, now=now)


def withdraw(workshop: Workshop, *, by: User, now: datetime.datetime) -> None:
    """Nothing is recorded any more, and everyone is told. Twice is once.

    A meeting that could be recorded is ended at once, even if people are in it: each comes back by the link
    that they have, into one that can't. What was recorded until then is listed and can be deleted.
    """
    with transaction.atomic():
        lock_workshop(workshop)
        refuse_ended(workshop, now)
        if not workshop.is_recorded:
            return
        save_and_tell(workshop, workshop.withdraw_recording(now=now), by=by, now=now)
    _stop(Q(workshop=workshop), now=now)


@transaction.atomic
def withdraw_all(process: ParticipationProcess, *, by: User, now: datetime.datetime) -> int:
    """Of every workshop still to come, since the process doesn't allow it any more. The meetings that are on
    are ended by the next sweep. Returns how many workshops it concerned."""
    announced = Workshop.objects.of_process(process).filter(
        recording_announced_at__isnull=False, ends_at__gt=now
    )
    concerned = list(announced.exclude(status=Workshop.Status.CANCELLED).order_by("pk"))
    for workshop in concerned:
        lock_workshop(workshop)
        save_and_tell(workshop, workshop.withdraw_recording(now=now), by=by, now=now)
    return len(concerned)


def tend(*, now: datetime.datetime) -> None:
    """One sweep: end what must not be recorded any more, and list what was. May run twice at once."""
    _stop(
        Q(workshop__recording_announced_at__isnull=True)
        | Q(workshop__series__field__process__may_record=False),
        now=now,
    )
    for meeting in _to_ask(now):
        try:
            _list(meeting, now=now)
        except Exception as error:
            # One that fails by a mistake of ours holds up no other. Not its words: they may name an address.
            logger.error("recordings of meeting %s: %s", meeting.pk, type(error).__name__)


def publish(recording: Recording, *, by: User, now: datetime.datetime) -> None:
    """Everyone may watch it from the workshop's page. ProviderError: nothing changed here."""
    if not recording.meeting.workshop.process.may_record:
        raise Refusal("not_allowed", _("In diesem Beteiligungsprozess sind Aufzeichnungen nicht erlaubt."))
    with _asking(recording, now=now) as (provider, meeting):
        provider.publish_recording(meeting, recording.external_id, is_published=True)
        _kept(recording).filter(published_at__isnull=True).update(published_at=now, published_by=by)


def unpublish(recording: Recording, *, by: User, now: datetime.datetime) -> None:
    with _asking(recording, now=now) as (provider, meeting):
        provider.publish_recording(meeting, recording.external_id, is_published=False)
        _kept(recording).update(published_at=None, published_by=None)


def delete(recording: Recording, *, by: User, now: datetime.datetime) -> None:
    """For good, at the provider. One that is gone there already is written down as deleted."""
    with _asking(recording, now=now) as (provider, meeting):
        provider.delete_recording(meeting, recording.external_id)
        _kept(recording).update(deleted_at=now, deleted_by=by)


def delete_by_period(
    recording: Recording,
    *,
    is_due: Callable[[Recording], bool],
    record: Callable[[], None],
    now: datetime.datetime,
) -> bool:
    """As `delete`, by nobody: its period is over. Asked again once nobody else acts on it: staff may have
    published it a moment ago. `record` writes it down, in the same transaction."""
    with _asking(recording, now=now) as (provider, meeting):
        if not is_due(recording):
            return False
        provider.delete_recording(meeting, recording.external_id)
        with transaction.atomic():
            if not _kept(recording).update(deleted_at=now):
                return False
            record()
    return True


def playback_of(recording: Recording, *, now: datetime.datetime) -> str:
    """Where it can be watched: asked at each click, never kept. ProviderRefused: not (any more) there."""
    meeting = recording.meeting
    if meeting.problem and meeting.claimed_until is not None and meeting.claimed_until > now:
        # It failed a moment ago: everyone who clicks meanwhile would wait for the same.
        raise ProviderDown("rests")
    try:
        found = provider_of(meeting.room).recordings(there(meeting))
    except ProviderError as error:
        conferences.note(meeting, error, now=now)
        raise
    for info in found:
        if info.id == recording.external_id and info.playback_url:
            return info.playback_url
    raise ProviderRefused("not_found")


@contextlib.contextmanager
def _asking(recording: Recording, *, now: datetime.datetime) -> Iterator[tuple[Provider, MeetingThere]]:
    """One at a time for one meeting: the sweep must not take back what staff do at this moment."""
    meeting = recording.meeting
    if not _claim(meeting, now=now):
        raise Refusal(
            "busy", _("Der Anbieter wird gerade gefragt. Bitte versuchen Sie es gleich noch einmal.")
        )
    recording.refresh_from_db(fields=["published_at", "published_by", "deleted_at", "deleted_by"])
    try:
        if recording.is_deleted:
            raise Refusal("deleted", _("Diese Aufzeichnung ist gelöscht."))
        yield provider_of(meeting.room), there(meeting)
    except ProviderError as error:
        conferences.note(meeting, error, now=now)
        raise
    except BaseException:
        _release(meeting)
        raise
    _release(meeting)


def _kept(recording: Recording) -> QuerySet[Recording]:
    return Recording.objects.filter(pk=recording.pk, deleted_at__isnull=True)


def _stop(which: Q, *, now: datetime.datetime) -> None:
    """End the meetings that were made to be recorded and must not be any more."""
    on = Meeting.objects.alive().filter(which, is_recorded=True).select_related(*_WITH)
    for meeting in on.order_by("pk"):
        conferences.end(meeting, now=now)


_WITH = ("room", "channel", "workshop__series__field__process")


def _to_ask(now: datetime.datetime) -> list[Meeting]:
    again = Q(recordings_asked_at__isnull=True) | Q(recordings_asked_at__lte=now - LATER_EVERY)
    return list(
        Meeting.objects.filter(
            Q(workshop__ends_at__gt=now - OFTEN_FOR) | again,
            is_recorded=True,
            room__retired_at__isnull=True,
            workshop__ends_at__lte=now,
            workshop__ends_at__gt=now - RECORDINGS_APPEAR_FOR,
        )
        .select_related(*_WITH)
        .order_by("pk")
    )


def _list(meeting: Meeting, *, now: datetime.datetime) -> None:
    provider = provider_of(meeting.room)
    if not _claim(meeting, now=now):
        return
    try:
        for info in provider.recordings(there(meeting)):
            recording = _row_of(meeting, info)
            if info.is_published and not recording.is_published and not recording.is_deleted:
                # Many servers publish whatever they have recorded; here that is a person's decision.
                provider.publish_recording(there(meeting), info.id, is_published=False)
    except ProviderError as error:
        conferences.note(meeting, error, now=now)
        return
    Meeting.objects.filter(pk=meeting.pk).update(recordings_asked_at=now)
    _release(meeting)


def _row_of(meeting: Meeting, info: RecordingInfo) -> Recording:
    recording, _is_new = Recording.objects.get_or_create(
        meeting=meeting,
        external_id=info.id,
        defaults={"started_at": info.started_at, "minutes": min(info.minutes, 32_767)},
    )
    return recording


def _claim(meeting: Meeting, *, now: datetime.datetime) -> bool:
    """As `conferences` does it, for a meeting that may be over."""
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    until = now + conferences.CLAIM_LASTS
    return bool(Meeting.objects.filter(free, pk=meeting.pk).update(claimed_until=until))


def _release(meeting: Meeting) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(
        claimed_until=None, problem="", problem_words="", problem_at=None
    )

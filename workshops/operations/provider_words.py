"""A meeting of ours in the words of its provider: its name, its times, who may call it."""

import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from workshops.conferencing.protocol import Meeting as MeetingThere
from workshops.models import Meeting
from workshops.operations.phone_codes import rehearsal_code

Purpose = Meeting.Purpose

REHEARSAL_LASTS = datetime.timedelta(hours=2)


def there(meeting: Meeting, *, is_awaited: bool = False) -> MeetingThere:
    """The meeting in the provider's words: the same, in whichever language somebody asked for it."""
    with translation.override(settings.LANGUAGE_CODE):
        workshop, room = meeting.workshop, meeting.room
        is_workshop = meeting.purpose == Purpose.WORKSHOP
        name, starts_at, ends_at = str(workshop), workshop.starts_at, workshop.ends_at
        code = workshop.phone_code if is_workshop and room.takes_our_phone_code else ""
        if meeting.channel is not None:
            name = f"{workshop}: {meeting.channel.label}"
        if meeting.purpose == Purpose.REHEARSAL:
            name = _("Probe: %(workshop)s") % {"workshop": name}
            starts_at, ends_at = meeting.created_at, meeting.created_at + REHEARSAL_LASTS
            # Who calls comes into the main room, as on the day.
            code = rehearsal_code(workshop, room) if meeting.channel is None else ""
        return MeetingThere(
            key=meeting.key,
            external_id=meeting.external_id,
            is_awaited=is_awaited,
            made_at=meeting.created_at,
            name=name,
            starts_at=starts_at,
            ends_at=ends_at,
            seats=room.seats,
            is_recorded=is_workshop and workshop.is_recorded and workshop.process.may_record,
            phone_number=room.dial_in if is_workshop or code else "",
            phone_code=code,
            exit_url=f"{settings.PUBLIC_URL}{reverse('workshops:left_room')}",
        )

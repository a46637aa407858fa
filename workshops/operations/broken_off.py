"""An evening that had begun, or whose door was open, and that happens another day."""

import datetime

from workshops.models import Meeting, Presence, Workshop


def forget_evening(workshop: Workshop, *, now: datetime.datetime) -> None:
    """Nobody came to the new date yet: who came and went is forgotten, and the meetings are over.

    Needs the workshop's lock. The sweep ends what was made at providers (`tending`); who is inside comes back
    to our page, which names the new date. Meetings before presences, as everywhere.
    """
    workshop.meetings.alive().filter(purpose__in=[Meeting.Purpose.WORKSHOP, Meeting.Purpose.CHANNEL]).update(
        ended_at=now, claimed_until=None
    )
    Presence.objects.filter(meeting__workshop=workshop).delete()
    workshop.phone_guests.all().delete()
    workshop.registrations.filter(has_attended=True).update(
        has_attended=False, attended_minutes=None, attendance_source="", attendance_by=None
    )

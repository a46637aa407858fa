"""What lies at a room's provider and would be out of reach if the room led elsewhere, or lost its secret."""

import datetime

from django.utils.translation import gettext_lazy as _

from workshops.errors import Refusal
from workshops.models import ConferenceRoom, Meeting

# Whose meetings and recordings they are: with another of these, nobody finds them any more.
SERVER = ("provider", "address", "account_id", "host")


def refuse_orphans(room: ConferenceRoom, now: datetime.datetime) -> None:
    """Refuse what would leave a meeting or a recording behind that can't be ended or deleted from here."""
    meetings = Meeting.objects.filter(room=room)
    # One whose provider fails can't be ended there either; it must not keep staff from mending the room.
    if room.makes_meetings and meetings.open().filter(problem="").exists():
        raise Refusal(
            "meeting_on",
            _(
                "In diesem Raum läuft gerade ein Treffen. Bitte warten Sie, bis es zu Ende ist, "
                "oder ziehen Sie mit dem Workshop in einen anderen Raum um."
            ),
        )
    if meetings.with_recordings(now).exists():
        raise Refusal(
            "recordings_there",
            _(
                "Beim Anbieter liegen Aufzeichnungen aus diesem Raum, oder es können noch welche erscheinen "
                "(bis zwei Wochen nach dem Workshop). Bitte löschen Sie sie zuerst, "
                "oder legen Sie für die neue Adresse einen eigenen Raum an."
            ),
        )

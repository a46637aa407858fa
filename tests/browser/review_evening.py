"""An evening whose minutes are in review, for the town that browsers walk."""

import datetime

from django.utils import timezone

from tests import builders, cast
from workshops.models import Minutes, MinutesComment, Workshop


def in_review(workshop: Workshop, people: cast.Cast) -> None:
    """Amina has said something; some of it is answered."""
    now = timezone.now()
    amina = builders.a_registration(
        workshop, people.amina, has_attended=True, attendance_source="ticked", named_in_minutes_at=now
    )
    item = builders.an_agenda_item(
        workshop,
        title="Kurse am Abend",
        text="- Viele arbeiten bis 17 Uhr.",
        points="- Ein Kurs",
        version=1,
        edited_at=now,
    )
    Minutes.objects.create(
        workshop=workshop,
        status=Minutes.Status.IN_REVIEW,
        submitted_at=now,
        review_ends_at=now + datetime.timedelta(days=7),
    )
    said = {"item": item, "registration": amina, "item_version": 1, "created_at": now}
    MinutesComment.objects.create(text="كان هناك دورتان، لا واحدة.", **said)
    MinutesComment.objects.create(
        text="Es waren zwei Kurse.",
        outcome="answered",
        answer="Danke, das stimmt.",
        answered_at=now,
        answered_by=people.murat,
        **said,
    )

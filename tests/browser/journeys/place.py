"""Where a journey happens: three workshops, two at the same time, and what the town does meanwhile."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from tests import builders, cast
from workshops.models import MinutesComment, ProposedMeasure, Workshop, localised
from workshops.operations import contributions, minutes, plan_versions, priorities, proposals

ROOM = "https://video.example/sprache"
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Place:
    cast: cast.Cast
    language: Workshop  # in two weeks, from 18:00 to 20:00
    work: Workshop  # at the same time
    housing: Workshop  # a day later

    def poster(self) -> str:
        return f"/integrationsplan/{self.language.field.slug}/poster.pdf"

    def meets(self) -> None:
        """Murat writes along, and lets everyone who is there weigh."""
        murat = self.cast.murat
        (item,) = self.language.agenda.all()
        minutes.save_item(item, by=murat, seen_version=0, text="Viele arbeiten bis **17 Uhr**.")
        for title in ("Abendkurse mit Kinderbetreuung", "Sprachpaten"):
            proposals.propose(item, title=title, by=murat)
        priorities.open_(self.language, by=murat, points_each=5)

    def submits(self) -> None:
        minutes.submit(self.language, by=self.cast.murat)

    def answers(self) -> None:
        contributions.answer(MinutesComment.objects.get(), text="Danke, das stimmt.", by=self.cast.murat)

    def publishes(self) -> None:
        minutes.publish(self.language, by=self.cast.sabine, early=True)

    def adopts(self) -> None:
        """The first proposal becomes a measure, and the council adopts the plan with it."""
        guideline = builders.a_guideline(self.language.field, text=localised("Alle lernen gut Deutsch."))
        goal = builders.a_goal(guideline, text=localised("Kurse, wenn die Menschen Zeit haben."))
        proposals.adopt(ProposedMeasure.objects.order_by("pk")[0], goal=goal, by=self.cast.sabine)
        version = plan_versions.keep(self.cast.process, by=self.cast.sabine)
        plan_versions.mark_adopted(version, on=timezone.localdate(), by=self.cast.sabine)


def a_place() -> Place:
    people = cast.gather()
    process = people.process
    process.contact_phone = "07471 930-0"
    process.save(update_fields=["contact_phone"])
    first = (timezone.localtime() + 14 * DAY).replace(hour=18, minute=0, second=0, microsecond=0)
    language, work, housing = (
        builders.a_workshop(
            builders.a_series(people.fields[number]),
            title=localised(title),
            starts_at=first + days * DAY,
            conference_url=ROOM,
        )
        for number, title, days in (
            (0, "Sprachkurse", 0),
            (1, "Ausbildung im Betrieb", 0),
            (3, "Wohnungen finden", 1),
        )
    )
    language.moderators.add(people.murat)
    builders.an_agenda_item(language, title="Kurse am Abend", minutes_planned=45)
    return Place(cast=people, language=language, work=work, housing=housing)

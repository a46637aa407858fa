"""The sample process, made by the operations that staff, moderators and citizens use.

What lies in the past is done with a `now` in the past; nothing is written around the operations.
"""

import datetime
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.sample import content, pages
from config.sample.fields import FIELDS
from notifications import campaigns, launching, progress
from notifications.audiences import Audience
from notifications.models import Delivery, Kind
from workshops.models import (
    ActionField,
    Participant,
    ParticipationProcess,
    PlanningRun,
    ProposedMeasure,
    User,
    Workshop,
)
from workshops.operations import (
    agendas,
    attendance,
    measures,
    minutes,
    people,
    processes,
    proposals,
    public_pages,
    registrations,
    rooms,
    series,
    survey_imports,
    surveys,
    workshops,
)

EXPORT = Path(settings.BASE_DIR) / "workshops" / "survey_import" / "sample" / "hechingen-2020-survey.csv"
PATIENCE_SECONDS = 180
WEEKS_AHEAD = 12


class Tell(Protocol):
    def __call__(self, share: float, what: str) -> None:
        """`share` of the whole story, 0 … 1, and what is being done."""


def load(*, sign_ins: Mapping[str, Mapping[str, str]], now: datetime.datetime, tell: Tell) -> None:
    """Tell the whole story. A worker must be running: it plans the timetable and sends the mail."""
    story = _Story(sign_ins, now)
    steps: Sequence[tuple[float, str, Callable[[], None]]] = (
        (0.00, _("Prozess und Handlungsfelder anlegen"), story.describe),
        (0.05, _("Moderation einladen"), story.invite_moderators),
        (0.10, _("240 Antworten der Umfrage übernehmen"), story.take_survey),
        (0.20, _("Umfrage auswerten"), story.evaluate),
        (0.25, _("Ersten Workshop abhalten"), story.hold_first_workshop),
        (0.35, _("Protokoll und Maßnahmen veröffentlichen"), story.publish_results),
        (0.40, _("Workshops planen"), lambda: story.plan(tell)),
        (0.75, _("Workshops veröffentlichen"), story.publish),
        (0.80, _("Menschen einladen"), lambda: story.invite(tell)),
        (0.85, _("Anmeldungen"), story.register),
        (0.95, _("Anmeldungen bestätigen"), story.confirm),
    )
    for share, what, do in steps:
        tell(share, what)
        do()


class _Story:
    def __init__(self, sign_ins: Mapping[str, Mapping[str, str]], now: datetime.datetime) -> None:
        self.now = now
        self.sign_ins = sign_ins
        self.staff = User.objects.create_user(**sign_ins["verwaltung"], name="Sabine Keller", is_staff=True)
        self.process = ParticipationProcess()
        self.moderators: list[User] = []

    @property
    def fields(self) -> list[ActionField]:
        return list(self.process.fields.all())

    def ago(self, **spans: float) -> datetime.datetime:
        return self.now - datetime.timedelta(**spans)

    # --- before the workshops -------------------------------------------------------------------

    def describe(self) -> None:
        self.process = processes.create(
            slug=content.SLUG,
            by=self.staff,
            name=content.NAME,
            town=content.TOWN,
            partners=content.PARTNERS,
            introduction=content.INTRODUCTION,
            imprint=content.IMPRINT,
            privacy_notice=content.PRIVACY_NOTICE,
            contact_email="integration@hechingen.example",
            contact_phone="07471 0000",
        )
        public_pages.change(self.process, by=self.staff, **pages.said(checked_on=self.now.date()))
        for field in FIELDS:
            made = processes.add_field(
                self.process, slug=field.slug, name=field.name, description=field.description, by=self.staff
            )
            guideline = measures.add_guideline(made, text=field.guideline, by=self.staff)
            measures.add_goal(guideline, text=field.goal, by=self.staff)
        for name, dial_in in content.ROOMS:
            address = f"{settings.PUBLIC_URL}/mailbox/room/"
            details = rooms.RoomDetails(name, "link", address=address, seats=50, dial_in=dial_in)
            rooms.add(self.process, details, by=self.staff)

    def invite_moderators(self) -> None:
        for moderator in content.MODERATORS:
            profile = people.invite_moderator(
                self.process,
                email=moderator.email or self.sign_ins["moderation"]["email"],
                name=moderator.name,
                fields=[self.fields[index] for index in moderator.fields],
                languages=moderator.languages,
                by=self.staff,
            )
            self.moderators.append(profile.user)
        # The first has opened the invitation and chosen a password.
        self.moderators[0].set_password(self.sign_ins["moderation"]["password"])
        self.moderators[0].save(update_fields=["password"])

    def take_survey(self) -> None:
        # At once: the clock's sweep would tell of a closing that staff have long dealt with.
        with transaction.atomic():
            survey = surveys.set_window(
                self.process,
                opens_at=content.SURVEY_OPENS_AT,
                closes_at=content.SURVEY_CLOSES_AT,
                url=content.SURVEY_URL,
                by=self.staff,
            )
            surveys.announce_closed(now=content.SURVEY_CLOSES_AT)
        with EXPORT.open("rb") as file:
            survey_imports.import_answers(survey, file, by=self.staff, now=self.ago(days=42))

    def evaluate(self) -> None:
        surveys.evaluate(self.process.survey, by=self.staff, now=self.ago(days=41))

    # --- the workshop that lies in the past -----------------------------------------------------

    def hold_first_workshop(self) -> None:
        for index, field in enumerate(self.fields):
            self._configure(field, weekdays=FIELDS[index].weekdays, has_begun=index == 0)
        evening = (
            self.ago(days=8).astimezone(content.BERLIN).replace(hour=18, minute=0, second=0, microsecond=0)
        )
        workshop = workshops.add_by_hand(
            self.fields[0].series,
            starts_at=evening,
            ends_at=evening + datetime.timedelta(hours=2),
            by=self.staff,
            now=self.ago(days=30),
        )
        workshops.assign_moderators(
            workshop, moderators=self.moderators[:1], by=self.staff, now=self.ago(days=30)
        )
        rooms.assign(workshop, room=self.process.rooms.first(), by=self.staff, now=self.ago(days=29))
        workshops.publish(workshop, by=self.staff, now=self.ago(days=28))
        # At once: a sweep that runs now would find these holds long overdue.
        with transaction.atomic():
            for index in content.PAST_CITIZENS:
                self._register(content.CITIZENS[index], [workshop], now=self.ago(days=20))
                registrations.confirm(
                    self._participant(content.CITIZENS[index]), now=self.ago(days=20, hours=-1)
                )
        absent = [content.CITIZENS[index].email for index in content.PAST_ABSENT]
        attendance.mark(
            workshop,
            came=workshop.registrations.exclude(participant__email__in=absent).values_list("pk", flat=True),
            did_not_come=[],
            by=self.moderators[0],
            now=evening + datetime.timedelta(minutes=10),
        )
        self._write_minutes(workshop, now=evening + datetime.timedelta(hours=20))

    def _write_minutes(self, workshop: Workshop, *, now: datetime.datetime) -> None:
        moderator = self.moderators[0]
        for item in content.PAST_AGENDA:
            made = agendas.add_item(workshop, title=item.title, by=moderator)
            minutes.save_item(made, text=item.text, seen_version=made.version, by=moderator, now=now)
            for title, description in item.proposals:
                proposals.propose(made, title=title, description=description, by=moderator, now=now)
        # Over before it is published: who came had a few days to say what is missing.
        minutes.submit(workshop, by=moderator, review_days=3, now=now)

    def publish_results(self) -> None:
        workshop = Workshop.objects.of_process(self.process).over(self.now).get()
        minutes.publish(workshop, by=self.staff, now=self.ago(days=3))
        goal = self.fields[0].guidelines.get().goals.get()
        adopted, _open, declined = ProposedMeasure.objects.filter(item__workshop=workshop).order_by("pk")
        details = {"responsible": content.RESPONSIBLE}
        proposals.adopt(adopted, goal=goal, by=self.staff, details=details, now=self.ago(days=2))
        proposals.decline(declined, reason=content.DECLINED_BECAUSE, by=self.staff, now=self.ago(days=2))

    # --- the workshops to come ------------------------------------------------------------------

    def plan(self, tell: Tell) -> None:
        run = series.request_timetable(self.process, by=self.staff)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while run.finished_at is None:
            if time.monotonic() > deadline:
                raise RuntimeError(f"planning run {run.pk} isn't finished; is a worker running?")
            time.sleep(0.3)
            run.refresh_from_db()
            tell(0.40 + 0.35 * run.progress / 100, _("Workshops planen"))
        if run.status != PlanningRun.Status.DONE:
            raise RuntimeError(f"planning run {run.pk} ended as {run.status}: {run.outcome}")

    def publish(self) -> None:
        series.publish_proposal(self.process, by=self.staff)

    def invite(self, tell: Tell) -> None:
        """Until the last invitation is out: what follows then lies on top of the mailbox."""
        campaign = campaigns.create(
            self.process,
            words=campaigns.Words(
                name=content.CAMPAIGN_NAME,
                subject=content.CAMPAIGN_SUBJECT,
                text=content.CAMPAIGN_TEXT,
            ),
            audience=Audience(standing=("not_registered",)),
            by=self.staff,
        )
        launching.launch(campaign, by=self.staff)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (reached := progress.progress_of(campaign)).is_over:
            if time.monotonic() > deadline:
                raise RuntimeError("the invitations aren't sent; is a worker running?")
            time.sleep(0.3)
            tell(0.85 - 0.05 * reached.waiting / reached.total, _("Menschen einladen"))

    def register(self) -> None:
        next_workshops = [
            Workshop.objects.upcoming(self.now).filter(series__field=field)[0] for field in self.fields
        ]
        # One that is full, to see the waiting list.
        workshops.change_capacity(
            next_workshops[content.SMALL_FIELD], capacity=2, waiting_capacity=5, by=self.staff
        )
        for citizen in content.CITIZENS:
            self._register(citizen, [next_workshops[index] for index in citizen.fields], now=timezone.now())

    def confirm(self) -> None:
        """When the mails that ask for it have arrived: who confirms earlier never gets one."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        asked = Delivery.objects.of_process(self.process).filter(kind=Kind.PLEASE_CONFIRM)
        while asked.filter(status__in=[Delivery.Status.PENDING, Delivery.Status.SENDING]).exists():
            if time.monotonic() > deadline:
                raise RuntimeError("the mails that ask for confirmation aren't sent; is a worker running?")
            time.sleep(0.3)
        for citizen in content.CITIZENS:
            if citizen.confirms:
                registrations.confirm(self._participant(citizen))

    # --- pieces ---------------------------------------------------------------------------------

    def _configure(self, field: ActionField, *, weekdays: Sequence[int], has_begun: bool) -> None:
        today = self.now.astimezone(content.BERLIN).date()
        series.configure(
            field,
            workshop_count=4,
            duration_minutes=120,
            capacity=20,
            waiting_capacity=10,
            weekdays=weekdays,
            start_times=[datetime.time(10), datetime.time(18)],
            first_on=today + datetime.timedelta(days=-14 if has_begun else 5),
            last_on=today + datetime.timedelta(weeks=WEEKS_AHEAD),
            min_gap_days=7,
            languages=["de"],
            by=self.staff,
        )

    def _register(
        self, citizen: content.Citizen, chosen: Sequence[Workshop], *, now: datetime.datetime
    ) -> None:
        registrations.register(
            self.process,
            person=registrations.Person(
                email=citizen.email,
                name=citizen.name,
                organisation=citizen.organisation,
                organisation_kind=citizen.organisation_kind,
                language=citizen.language,
            ),
            workshop_ids=[workshop.pk for workshop in chosen],
            needs=registrations.Needs(
                codes=citizen.needs, interpretation_language=citizen.interpretation_language
            ),
            now=now,
        )

    def _participant(self, citizen: content.Citizen) -> Participant:
        return Participant.objects.with_address(citizen.email).get(process=self.process)

"""The town's undertaking, its action fields, and the upper levels of its plan."""

import datetime
import zoneinfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from workshops.models.searchable import Searchable
from workshops.models.texts import LocalisedTextField

# The first part of an address that isn't a process.
RESERVED_SLUGS = frozenset(
    (
        *(
            "accounts",
            "admin",
            "conferencing",
            "confirm",
            "contribute",
            "desk",
            "embed",
            "feeds",
            "health",
            "helping",
            "imprint",
            "join",
            "left",
            "mailbox",
        ),
        *(
            "accessibility",
            "moderation",
            "my",
            "privacy",
            "register",
            "search",
            "staff",
            "static",
            "unsubscribe",
        ),
        *(code for code, _name in settings.LANGUAGES),
    )
)
# The second part of an address that isn't an action field.
RESERVED_FIELD_SLUGS = frozenset(
    (
        *("accessibility", "calendar", "documents", "imprint", "measures", "my-link", "plan", "privacy"),
        *("easy-language", "progress", "register", "search", "sign-language"),
    )
)


def _is_time_zone(value: str) -> None:
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("Diese Zeitzone ist nicht bekannt."), code="unknown_zone")


def _is_not_reserved(value: str) -> None:
    if value in RESERVED_SLUGS:
        raise ValidationError(_("Diese Kurzadresse ist vergeben. Bitte eine andere wählen."), code="reserved")


def _is_not_a_page(value: str) -> None:
    if value in RESERVED_FIELD_SLUGS:
        raise ValidationError(_("Diese Kurzadresse ist vergeben. Bitte eine andere wählen."), code="reserved")


slug_validators = [
    RegexValidator(
        r"^[a-z0-9]+(-[a-z0-9]+)*$",
        _("Nur Kleinbuchstaben, Ziffern und Bindestriche, z. B. „bildung-sprache“."),
    )
]


def every_language() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


class ParticipationProcess(models.Model):
    """The town's whole undertaking, from the survey to the measures."""

    slug = models.CharField(
        _("Kurzadresse"), max_length=60, unique=True, validators=[*slug_validators, _is_not_reserved]
    )
    name = LocalisedTextField(_("Name"))
    introduction = LocalisedTextField(_("Einführung"), blank=True)
    town = models.CharField(_("Stadt oder Gemeinde"), max_length=120)
    partners = models.JSONField(_("Partner"), default=list, blank=True)
    time_zone = models.CharField(
        _("Zeitzone"), max_length=60, default="Europe/Berlin", validators=[_is_time_zone]
    )
    # ISO 3166-2 code of the Land without the country, for public and school holidays.
    subdivision = models.CharField(_("Bundesland"), max_length=3, default="BW")
    contact_email = models.EmailField(_("Kontaktadresse"))
    contact_phone = models.CharField(_("Telefon"), max_length=40, blank=True)
    imprint = LocalisedTextField(_("Impressum"), blank=True)
    privacy_notice = LocalisedTextField(_("Datenschutzhinweise"), blank=True)
    privacy_version = models.PositiveIntegerField(default=1)
    # How many workshops may run at the same time.
    parallel_rooms = models.PositiveSmallIntegerField(
        _("Workshops gleichzeitig"), default=1, validators=[MinValueValidator(1)]
    )
    # School holidays stay free of workshops, unless staff need those days.
    may_use_school_holidays = models.BooleanField(_("auch in den Schulferien planen"), default=False)
    # How long an unconfirmed registration holds its seat.
    hold_hours = models.PositiveSmallIntegerField(
        _("Bedenkzeit bis zur Bestätigung (Stunden)"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(168)],
    )
    # Nobody is promoted later than this before the start: they could not arrange to come.
    promotion_ends_hours = models.PositiveSmallIntegerField(
        _("Nachrücken bis so viele Stunden vor Beginn"), default=2, validators=[MaxValueValidator(168)]
    )
    # How long before the start the room opens, for participants and for those who lead.
    opens_minutes = models.PositiveSmallIntegerField(
        _("Der Raum öffnet so viele Minuten vor Beginn"), default=15, validators=[MaxValueValidator(240)]
    )
    opens_minutes_moderators = models.PositiveSmallIntegerField(
        _("… für die Moderation so viele Minuten vor Beginn"), default=45, validators=[MaxValueValidator(240)]
    )
    # Nothing is recorded unless the town allows it, and then only what was announced.
    may_record = models.BooleanField(_("Aufzeichnungen erlauben"), default=False)
    # How long those who came may comment on minutes before these can be published.
    review_days = models.PositiveSmallIntegerField(
        _("Rückmeldungen zum Protokoll (Tage)"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    # How many points each of those who came has for the proposals of their workshop.
    points_each = models.PositiveSmallIntegerField(
        _("Punkte je Person für die Vorschläge"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )
    # Nobody sends what they wrote alone.
    invitations_need_release = models.BooleanField(
        _("Eine zweite Person gibt Einladungen frei"), default=False
    )
    is_public = models.BooleanField(_("öffentlich sichtbar"), default=True)
    # In which languages it offers its own texts: what is missing in these is told to staff (docs/adr/0044).
    # The interface and the mails speak every language.
    content_languages = models.JSONField(_("Sprachen der eigenen Texte"), default=every_language)
    # What every page needs of the branding, without asking for a row that carries a picture: "colour", and
    # "logo", its hash, with "logo_width" and "logo_height". `operations.branding` keeps them.
    look = models.JSONField(default=dict, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(parallel_rooms__gte=1), name="a_process_has_a_room"),
            models.CheckConstraint(condition=models.Q(hold_hours__gte=1), name="a_seat_is_held_for_an_hour"),
            models.CheckConstraint(
                condition=models.Q(review_days__gte=1, points_each__gte=1),
                name="a_review_has_a_day_and_everyone_a_point",
            ),
            models.CheckConstraint(
                condition=models.Q(opens_minutes_moderators__gte=models.F("opens_minutes")),
                name="moderators_come_first",
            ),
            models.CheckConstraint(
                condition=~models.Q(content_languages=[]), name="a_process_has_a_language"
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def hold(self) -> datetime.timedelta:
        return datetime.timedelta(hours=self.hold_hours)


class BlockedDay(models.Model):
    """A day on which no workshop may lie, beside the holidays: a town festival, a council meeting."""

    process = models.ForeignKey(ParticipationProcess, on_delete=models.CASCADE, related_name="blocked_days")
    day = models.DateField(_("Tag"))
    reason = models.CharField(_("Grund"), max_length=120)

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["process", "day"], name="a_day_is_blocked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.reason}"


class ActionField(Searchable):
    """A theme of the process."""

    SEARCHED = ("name", "description")

    process = models.ForeignKey(ParticipationProcess, on_delete=models.CASCADE, related_name="fields")
    slug = models.CharField(_("Kurzadresse"), max_length=60, validators=[*slug_validators, _is_not_a_page])
    position = models.PositiveSmallIntegerField(_("Reihenfolge"))
    name = LocalisedTextField(_("Name"))
    description = LocalisedTextField(_("Beschreibung"), blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["process", "slug"], name="a_slug_names_one_field"),
            models.UniqueConstraint(fields=["process", "position"], name="one_field_per_position"),
        ]

    def __str__(self) -> str:
        return str(self.name)


class GuidelineQuerySet(models.QuerySet["Guideline"]):
    def numbered(self) -> "GuidelineQuerySet":
        """Each with its `number` in the whole plan, from 1: the guidelines of all fields count through."""
        before = models.Q(field__position__lt=models.OuterRef("field__position")) | models.Q(
            field=models.OuterRef("field"), position__lte=models.OuterRef("position")
        )
        in_the_plan = Guideline.objects.filter(before, field__process=models.OuterRef("field__process"))
        counted = in_the_plan.order_by().values("field__process").annotate(n=models.Count("pk")).values("n")
        numbers = {"number": models.Subquery(counted)}
        return self.annotate(**numbers)


class Guideline(Searchable):
    """The plan's first level: what the town wants in an action field."""

    SEARCHED = ("text",)

    field = models.ForeignKey(ActionField, on_delete=models.CASCADE, related_name="guidelines")
    position = models.PositiveSmallIntegerField(_("Reihenfolge"))
    text = LocalisedTextField(_("Leitlinie"))
    # Comes with `numbered()`.
    number: int

    objects = GuidelineQuerySet.as_manager()

    class Meta:
        ordering = ["field", "position"]
        constraints = [
            models.UniqueConstraint(fields=["field", "position"], name="one_guideline_per_position"),
        ]

    def __str__(self) -> str:
        return str(self.text)


class Goal(Searchable):
    """The plan's second level: what shall be reached under a guideline."""

    SEARCHED = ("text",)

    guideline = models.ForeignKey(Guideline, on_delete=models.CASCADE, related_name="goals")
    position = models.PositiveSmallIntegerField(_("Reihenfolge"))
    text = LocalisedTextField(_("Ziel"))

    class Meta:
        ordering = ["guideline", "position"]
        constraints = [
            models.UniqueConstraint(fields=["guideline", "position"], name="one_goal_per_position"),
        ]

    def __str__(self) -> str:
        return str(self.text)

"""The plan's own words beside its tree, its versions, and the town's look on documents."""

import re

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workshops.models.accounts import User
from workshops.models.process import ActionField, ParticipationProcess
from workshops.models.texts import LocalisedTextField
from workshops.models.workshop import Workshop


class Plan(models.Model):
    """Title and introduction of the whole plan; made when somebody first writes one."""

    process = models.OneToOneField(ParticipationProcess, on_delete=models.CASCADE, related_name="plan")
    title = LocalisedTextField(_("Titel des Plans"), blank=True)
    introduction = LocalisedTextField(_("Einleitung"), blank=True)

    def __str__(self) -> str:
        return f"plan of process {self.process_id}"


class PlanChapter(models.Model):
    """What stands before an action field's guidelines: introduction and chosen figures."""

    field = models.OneToOneField(ActionField, on_delete=models.CASCADE, related_name="chapter")
    introduction = LocalisedTextField(_("Einleitung"), blank=True)
    # Codes of the survey figures and workshop statistics to be shown, in this order (`operations.plans`).
    figures = models.JSONField(_("Zahlen"), default=list, blank=True)

    def __str__(self) -> str:
        return f"chapter of field {self.field_id}"


class PlanVersion(models.Model):
    """The plan as it stood at one moment; it never changes."""

    process = models.ForeignKey(ParticipationProcess, on_delete=models.CASCADE, related_name="plan_versions")
    number = models.PositiveIntegerField()
    label = models.CharField(_("Bezeichnung"), max_length=120, blank=True)
    # As `workshops.plans` writes and reads it.
    content = models.JSONField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # The council adopted this version on that day.
    adopted_on = models.DateField(_("vom Gemeinderat beschlossen am"), null=True, blank=True)
    # Who said so last, or took it back, and when. Empty: nobody yet, or before this was kept.
    adoption_entered_at = models.DateTimeField(null=True, blank=True)
    adoption_entered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["process", "number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(adoption_entered_at__isnull=True, adoption_entered_by__isnull=True)
                | Q(adoption_entered_at__isnull=False, adoption_entered_by__isnull=False),
                name="an_entered_adoption_has_moment_and_person",
            ),
            models.UniqueConstraint(fields=["process", "number"], name="a_plan_version_has_its_own_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="plan_versions_begin_with_one"),
        ]

    def __str__(self) -> str:
        return f"plan version {self.number} of process {self.process_id}"


class Licence(models.TextChoices):
    """What German towns publish open data under (GovData's list of licences)."""

    DL_DE_BY = "dl-de/by-2-0", _("Datenlizenz Deutschland – Namensnennung 2.0")
    DL_DE_ZERO = "dl-de/zero-2-0", _("Datenlizenz Deutschland – Zero 2.0")
    CC_BY = "cc-by-4.0", _("Creative Commons Namensnennung 4.0")
    CC_ZERO = "cc-zero-1.0", _("Creative Commons Zero 1.0")


class Branding(models.Model):
    """The town's logo and colour. A row of its own: lists of processes needn't carry a picture."""

    process = models.OneToOneField(ParticipationProcess, on_delete=models.CASCADE, related_name="branding")
    # "#rrggbb"; empty: the house's own.
    colour = models.CharField(
        _("Farbe"),
        max_length=7,
        blank=True,
        validators=[RegexValidator(re.compile(r"^#[0-9a-f]{6}$"), _("Eine Farbe wie #1f6f54."))],
    )
    logo = models.BinaryField(null=True, blank=True)
    logo_type = models.CharField(
        max_length=10, blank=True, choices=[("image/png", "PNG"), ("image/jpeg", "JPEG")]
    )
    logo_text = models.CharField(_("Was das Logo zeigt"), max_length=150, blank=True)
    # Under which anybody may use the measures as open data.
    licence = models.CharField(
        _("Lizenz der offenen Daten"), max_length=20, choices=Licence.choices, default=Licence.DL_DE_BY
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(licence__in=["dl-de/by-2-0", "dl-de/zero-2-0", "cc-by-4.0", "cc-zero-1.0"]),
                name="a_known_licence",
            ),
            models.CheckConstraint(
                condition=Q(logo__isnull=True, logo_type="")
                | Q(logo__isnull=False, logo_type__in=["image/png", "image/jpeg"]),
                name="a_logo_has_a_type",
            ),
        ]

    def __str__(self) -> str:
        return f"branding of process {self.process_id}"


class DocumentQuerySet(models.QuerySet["Document"]):
    def unfinished(self) -> "DocumentQuerySet":
        return self.filter(finished_at__isnull=True)


class Document(models.Model):
    """A file that somebody asked for: a worker makes it, and it is kept for some days."""

    class Variant(models.TextChoices):
        PLAN = "plan", _("Der ganze Plan")
        COUNCIL = "council", _("Kurzfassung für den Gemeinderat")
        FIELD = "field", _("Ein Handlungsfeld")
        MINUTES = "minutes", _("Protokoll eines Workshops")
        INVITATION = "invitation", _("Einladungsschreiben")

    class Format(models.TextChoices):
        ODT = "odt", _("ODT (LibreOffice)")
        DOCX = "docx", _("DOCX (Word)")
        PDF = "pdf", _("PDF, barrierefrei")
        HTML = "html", _("HTML-Seite")
        XLSX = "xlsx", _("XLSX (Excel): Maßnahmen")
        ODS = "ods", _("ODS (LibreOffice): Maßnahmen")
        CSV = "csv", _("CSV: Maßnahmen, offene Daten")
        JSON = "json", _("JSON: der Plan, offene Daten")

    process = models.ForeignKey(ParticipationProcess, on_delete=models.CASCADE, related_name="documents")
    variant = models.CharField(_("Umfang"), max_length=10, choices=Variant.choices)
    format = models.CharField(_("Format"), max_length=4, choices=Format.choices)
    language = models.CharField(_("Sprache"), max_length=10)
    field = models.ForeignKey(
        ActionField, on_delete=models.CASCADE, null=True, blank=True, related_name="documents"
    )
    workshop = models.ForeignKey(
        Workshop, on_delete=models.CASCADE, null=True, blank=True, related_name="documents"
    )
    # Of which version of the plan; empty: as it stands.
    plan_version = models.ForeignKey(
        PlanVersion, on_delete=models.CASCADE, null=True, blank=True, related_name="documents"
    )
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    # A worker is at it until then, or it died.
    lease_until = models.DateTimeField(null=True, blank=True)
    # How many workers have begun it: what kills each of them isn't tried for ever.
    attempts = models.PositiveSmallIntegerField(default=0)
    # Percent.
    progress = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    # A code, if it could not be made.
    problem = models.CharField(max_length=40, blank=True)
    content = models.BinaryField(null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["process", "-requested_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(variant__in=["plan", "council"], field__isnull=True, workshop__isnull=True)
                | Q(variant="field", field__isnull=False, workshop__isnull=True)
                | Q(variant__in=["minutes", "invitation"], field__isnull=True, workshop__isnull=False),
                name="a_document_is_about_what_its_variant_says",
            ),
            models.CheckConstraint(
                condition=Q(format__in=["odt", "docx", "pdf", "html", "xlsx", "ods", "csv", "json"]),
                name="a_known_document_format",
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="a_document_progresses_in_percent"),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, content__isnull=True, problem="")
                | Q(finished_at__isnull=False, lease_until__isnull=True)
                & (Q(content__isnull=False, problem="") | (Q(content__isnull=True) & ~Q(problem=""))),
                name="a_finished_document_is_there_or_says_why_not",
            ),
        ]

    def __str__(self) -> str:
        return f"document {self.pk}"

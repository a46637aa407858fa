"""What a town says on the pages that the law asks for, and what people tell it about barriers there."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workshops.models.accounts import User
from workshops.models.process import ParticipationProcess
from workshops.models.texts import LocalisedTextField

VIDEO_ENDINGS = (".mp4", ".webm")
# As long as a minute of reading aloud takes twice over; who needs more can call.
LONGEST_REPORT = 2000


class Conformity(models.TextChoices):
    """State of a site, in the words of Commission Implementing Decision (EU) 2018/1523."""

    FULL = "full", _("vollständig barrierefrei")
    PARTIAL = "partial", _("teilweise barrierefrei")
    NONE = "none", _("nicht barrierefrei")


class CheckedBy(models.TextChoices):
    """Who found out: the two ways that the same decision knows."""

    TOWN = "town", _("die Stadt selbst")
    OTHERS = "others", _("eine unabhängige Prüfstelle")


def is_video_address(value: str) -> None:
    """A file on these pages' own server (`/…`), or on one that the town names in full (`https://…`)."""
    is_own = value.startswith("/") and not value.startswith("//")
    has_only_plain_signs = value.isascii() and not set(value) & set(" \t\r\n;,'\"\\<>?#@*")
    if not (is_own or value.startswith("https://")) or not has_only_plain_signs:
        raise ValidationError(
            _("Bitte eine Adresse, die mit „/“ oder „https://“ beginnt, ohne Leer- und Sonderzeichen."),
            code="not_an_address",
        )
    if not value.lower().endswith(VIDEO_ENDINGS):
        raise ValidationError(
            _("Bitte die Videodatei selbst angeben: Ihre Adresse endet auf .mp4 oder .webm."),
            code="not_a_video",
        )


class PublicPages(models.Model):
    """One row a process, made when staff first save it; without one each page has its own default words."""

    process = models.OneToOneField(ParticipationProcess, on_delete=models.CASCADE, related_name="pages")
    # The process's own page, beside its introduction.
    reason = LocalisedTextField(_("Warum wir das machen"), blank=True)
    who = LocalisedTextField(_("Wer mitmachen kann"), blank=True)
    outlook = LocalisedTextField(_("Wie es weitergeht"), blank=True)
    # Imprint (§ 5 DDG, § 18 MStV). The e-mail address and the telephone are the process's own.
    provider = models.CharField(_("Anbieterin"), max_length=150, blank=True)
    represented_by = models.CharField(_("Vertreten durch"), max_length=150, blank=True)
    postal_address = models.TextField(_("Postanschrift"), max_length=400, blank=True)
    responsible = models.TextField(_("Verantwortlich für den Inhalt"), max_length=400, blank=True)
    vat_id = models.CharField(_("Umsatzsteuer-Identifikationsnummer"), max_length=20, blank=True)
    # Privacy notice (Art. 13 GDPR).
    protection_officer = models.TextField(_("Datenschutzbeauftragte"), max_length=400, blank=True)
    # Accessibility statement (§ 12b BGG, § 10 L-BGG BW).
    conformity = models.CharField(
        _("Stand der Vereinbarkeit"), max_length=7, choices=Conformity.choices, default=Conformity.PARTIAL
    )
    checked_on = models.DateField(_("Zuletzt geprüft am"), null=True, blank=True)
    checked_by = models.CharField(
        _("Geprüft durch"), max_length=6, choices=CheckedBy.choices, default=CheckedBy.TOWN
    )
    known_limits = LocalisedTextField(_("Was noch nicht barrierefrei ist"), blank=True)
    enforcement_body = models.TextField(_("Schlichtungsstelle"), max_length=400, blank=True)
    # Written in Leichte Sprache, whatever the reader's language is.
    easy_text = models.TextField(_("Text in Leichter Sprache"), max_length=8000, blank=True)
    # In German Sign Language, with the same words to read beside it.
    sign_video = models.CharField(
        _("Adresse des Videos"), max_length=300, blank=True, validators=[is_video_address]
    )
    sign_transcript = LocalisedTextField(_("Text zum Video"), blank=True)

    class Meta:
        verbose_name_plural = "public pages"
        constraints = [
            models.CheckConstraint(
                condition=Q(conformity__in=["full", "partial", "none"]), name="a_known_conformity"
            ),
            models.CheckConstraint(
                condition=Q(checked_by__in=["town", "others"]), name="a_known_kind_of_check"
            ),
            models.CheckConstraint(
                condition=Q(sign_video="")
                | Q(sign_video__startswith="https://")
                | (Q(sign_video__startswith="/") & ~Q(sign_video__startswith="//")),
                name="a_video_lies_with_us_or_behind_https",
            ),
        ]

    def __str__(self) -> str:
        return f"public pages of process {self.process_id}"


class BarrierReport(models.Model):
    """Someone said what they can't use. Written by anyone, without an account (`operations.barriers`)."""

    process = models.ForeignKey(
        ParticipationProcess, on_delete=models.CASCADE, related_name="barrier_reports"
    )
    message = models.TextField(max_length=LONGEST_REPORT)
    # An address or a telephone number, if an answer is wished for.
    reply_to = models.CharField(max_length=254, blank=True)
    # In which the page was read.
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["process", "created_at"])]
        constraints = [
            models.CheckConstraint(condition=~Q(message=""), name="a_barrier_report_says_something"),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | Q(answered_at__isnull=False),
                name="whoever_answered_did_so_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"barrier report {self.pk}"

"""Invitation campaigns until they are sent: written, for an audience, looked at, released."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications import audiences, outbox
from notifications.audiences import Audience
from notifications.invitations import unknown_placeholders
from notifications.models import InvitationCampaign, Kind
from workshops.errors import Refusal
from workshops.models import ActionField, LocalisedText, ParticipationProcess, User, Workshop

Status = InvitationCampaign.Status


@dataclass(frozen=True, slots=True)
class Words:
    """What a campaign says, and what about. At most one of `field` and `workshop`."""

    name: str
    subject: LocalisedText
    text: LocalisedText
    fallback: str = InvitationCampaign.Fallback.GERMAN.value
    field: ActionField | None = None
    workshop: Workshop | None = None


# The columns that they fill.
WORDS = ["name", "subject", "text", "fallback", "field", "workshop"]


@transaction.atomic
def create(
    process: ParticipationProcess,
    *,
    words: Words,
    by: User,
    audience: Audience | None = None,
    now: datetime.datetime | None = None,
) -> InvitationCampaign:
    """A draft. Refuses with `no_text`, `half_a_language`, `no_german`, `unknown_placeholder` or
    `bad_audience`."""
    now = now or timezone.now()
    audience = audience or Audience()
    refuse_bad_words(words)
    audiences.refuse_strangers(process, audience)
    return InvitationCampaign.objects.create(
        process=process,
        **{name: getattr(words, name) for name in WORDS},
        audience=audience.as_json(),
        created_at=now,
        created_by=by,
        changed_at=now,
        changed_by=by,
    )


@transaction.atomic
def change(
    campaign: InvitationCampaign,
    *,
    words: Words,
    by: User,
    seen: str = "",
    now: datetime.datetime | None = None,
) -> None:
    """Refuses like `create`, and with `launched`, `scheduled` or `changed_meanwhile` (`seen` is the `edition`
    that the writer began with). What was released is released no more."""
    lock(campaign)
    refuse_unless_draft(campaign)
    _refuse_overwriting(campaign, seen)
    refuse_bad_words(words)
    for name in WORDS:
        setattr(campaign, name, getattr(words, name))
    _changed(campaign, *WORDS, by=by, now=now)


@transaction.atomic
def choose_audience(
    campaign: InvitationCampaign,
    audience: Audience,
    *,
    by: User,
    seen: str = "",
    now: datetime.datetime | None = None,
) -> None:
    """Refuses with `launched`, `scheduled`, `changed_meanwhile` or `bad_audience`."""
    lock(campaign)
    refuse_unless_draft(campaign)
    _refuse_overwriting(campaign, seen)
    audiences.refuse_strangers(campaign.process, audience)
    campaign.audience = audience.as_json()
    _changed(campaign, "audience", by=by, now=now)


@transaction.atomic
def send_test(campaign: InvitationCampaign, *, to: User, now: datetime.datetime | None = None) -> int:
    """To the staff member who looks at it, one mail a language, through the same door as all others."""
    now = now or timezone.now()
    languages = [code for code, text in campaign.text.items() if text]
    for language in languages:
        outbox.enqueue(
            Kind.INVITATION,
            key=f"invitation_test:{campaign.pk}:{to.pk}:{language}:{now.timestamp():.6f}",
            process=campaign.process,
            user=to,
            campaign=campaign,
            language=language,
        )
    return len(languages)


@transaction.atomic
def release(
    campaign: InvitationCampaign, *, by: User, seen: str = "", now: datetime.datetime | None = None
) -> None:
    """A second person answers for text and audience. `seen` is the `edition` that they looked at.

    Refuses with `launched`, `own_words` or `changed_meanwhile`.
    """
    lock(campaign)
    if campaign.was_launched:
        raise _launched()
    refuse_unseen(campaign, seen)
    if campaign.changed_by_id == by.pk:
        raise Refusal(
            "own_words",
            _("Sie haben diese Einladung zuletzt geändert. Bitte lassen Sie jemand anderen sie freigeben."),
        )
    campaign.released_at, campaign.released_by = now or timezone.now(), by
    campaign.save(update_fields=["released_at", "released_by"])


def edition(campaign: InvitationCampaign) -> str:
    """Names the state of text and audience that somebody looks at."""
    return f"{campaign.changed_at.timestamp():.6f}"


def _changed(campaign: InvitationCampaign, *names: str, by: User, now: datetime.datetime | None) -> None:
    campaign.changed_at, campaign.changed_by = now or timezone.now(), by
    campaign.released_at = campaign.released_by = None
    campaign.hindrance = ""
    campaign.save(
        update_fields=[*names, "changed_at", "changed_by", "released_at", "released_by", "hindrance"]
    )


def lock(campaign: InvitationCampaign) -> None:
    campaign.refresh_from_db(
        from_queryset=InvitationCampaign.objects.select_for_update(of=("self",)).select_related(
            "process", "field", "workshop__series__field", "scheduled_by"
        )
    )


def _launched() -> Refusal:
    return Refusal("launched", _("Diese Einladungsaktion ist schon gestartet und lässt sich nicht ändern."))


def refuse_unless_draft(campaign: InvitationCampaign) -> None:
    if campaign.status == Status.SCHEDULED:
        raise Refusal(
            "scheduled", _("Diese Einladungsaktion ist geplant. Nehmen Sie zuerst den Zeitpunkt zurück.")
        )
    if campaign.status != Status.DRAFT:
        raise _launched()


def refuse_unseen(campaign: InvitationCampaign, seen: str) -> None:
    if seen and seen != edition(campaign):
        raise Refusal(
            "changed_meanwhile",
            _("Jemand hat diese Einladung inzwischen geändert. Bitte sehen Sie sie noch einmal an."),
        )


def _refuse_overwriting(campaign: InvitationCampaign, seen: str) -> None:
    """Two people write at once: the second one learns of it, and decides."""
    if seen and seen != edition(campaign):
        raise Refusal(
            "changed_meanwhile",
            _(
                "Jemand hat diese Einladung inzwischen geändert. "
                "Speichern Sie noch einmal, wenn Ihre Fassung gelten soll."
            ),
        )


def refuse_bad_words(words: Words) -> None:
    if not words.subject or not words.text:
        raise Refusal("no_text", _("Bitte geben Sie Betreff und Text in mindestens einer Sprache ein."))
    languages = {code for code, text in words.text.items() if text}
    if languages != {code for code, subject in words.subject.items() if subject}:
        raise Refusal(
            "half_a_language", _("Zu jeder Sprache gehören Betreff und Text: Eines von beiden fehlt.")
        )
    if words.fallback == InvitationCampaign.Fallback.GERMAN and "de" not in languages:
        raise Refusal("no_german", _("Es gibt keinen deutschen Text, den die anderen bekommen könnten."))
    for written in (*words.subject.values(), *words.text.values()):
        for unknown in unknown_placeholders(written, with_workshop=words.workshop is not None):
            raise Refusal(
                "unknown_placeholder",
                _("Diesen Platzhalter gibt es hier nicht: {%(name)s}") % {"name": unknown},
                name=unknown,
            )

"""Who gets a campaign: a description by plain choices, and what it comes to in the database.

The choices combine with "and", what is ticked within one with "or". A person who fits them is *meant*; whom
we leave out all the same, and why, is `Fate`. Nothing of this is stored but the description, as JSON.
"""

import enum
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from notifications.models import InvitationCampaign
from workshops.errors import Refusal
from workshops.models import (
    ContactListEntry,
    FieldInterest,
    Participant,
    ParticipationProcess,
    Registration,
)
from workshops.models.people import own


class Standing(enum.StrEnum):
    """How somebody stands to the workshops in question."""

    REGISTERED = "registered"
    WAITING = "waiting"
    NOT_REGISTERED = "not_registered"


_STATUS = {Standing.REGISTERED: "confirmed", Standing.WAITING: "waiting"}


class Fate(enum.StrEnum):
    """What becomes of a person who is meant. Those of `GETS_IT` get it; the others don't."""

    MAIL = "mail"
    NO_ADDRESS = "no_address"
    BY_PHONE = "by_phone"
    BY_LETTER = "by_letter"
    BOUNCED = "bounced"
    OBJECTED = "objected"
    NOT_AGREED = "not_agreed"
    ALREADY_REGISTERED = "already_registered"
    NO_TEXT = "no_text"


# Told by people, each for a reason of its own.
BY_HAND = (Fate.NO_ADDRESS, Fate.BY_PHONE, Fate.BY_LETTER, Fate.BOUNCED)
GETS_IT = (Fate.MAIL, *BY_HAND)

FATES = {
    Fate.MAIL: _("per E-Mail"),
    Fate.NO_ADDRESS: _("keine E-Mail-Adresse: Telefon oder Brief"),
    Fate.BY_PHONE: _("wünscht einen Anruf"),
    Fate.BY_LETTER: _("wünscht einen Brief"),
    Fate.BOUNCED: _("E-Mail kam zurück: Telefon oder Brief"),
    Fate.OBJECTED: _("Einladungen abbestellt"),
    Fate.NOT_AGREED: _("Einladungen nicht zugestimmt"),
    Fate.ALREADY_REGISTERED: _("schon angemeldet"),
    Fate.NO_TEXT: _("kein Text in der Sprache der Person"),
}


@dataclass(frozen=True, slots=True)
class Audience:
    """Empty choices don't narrow anything: `Audience()` means everyone of the process.

    `fields`, `workshop`, `lists` are primary keys. `standing` is about the workshop `workshop`, else about
    the series of the field `series`, else about any workshop of the process. `organisations_gone`: some were
    chosen, and nobody is of any of them now (`forgetting`): that means nobody, until staff choose anew.
    """

    fields: tuple[int, ...] = ()
    standing: tuple[str, ...] = ()
    series: int | None = None
    workshop: int | None = None
    has_organisation: bool = False
    organisations: tuple[str, ...] = ()
    organisations_gone: bool = False
    languages: tuple[str, ...] = ()
    lists: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Only what narrows."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if value
        }

    @property
    def is_everyone(self) -> bool:
        return self == Audience()


def from_json(data: Any) -> Audience:
    """Raises `Refusal("bad_audience")` for whatever is no description."""
    if not isinstance(data, Mapping) or not set(data) <= set(Audience.__dataclass_fields__):
        raise _bad()
    audience = Audience(
        fields=_keys(data.get("fields", [])),
        standing=_words(data.get("standing", []), known=[each.value for each in Standing]),
        series=_key(data.get("series")),
        workshop=_key(data.get("workshop")),
        has_organisation=data.get("has_organisation", False),
        organisations=_words(data.get("organisations", [])),
        organisations_gone=data.get("organisations_gone", False),
        languages=_words(data.get("languages", []), known=[code for code, _name in settings.LANGUAGES]),
        lists=_keys(data.get("lists", [])),
    )
    if not isinstance(audience.has_organisation, bool) or (audience.series and audience.workshop):
        raise _bad()
    if not isinstance(audience.organisations_gone, bool):
        raise _bad()
    if (audience.series or audience.workshop) and not audience.standing:
        raise _bad()
    return audience


def refuse_strangers(process: ParticipationProcess, audience: Audience) -> None:
    """Everything that is named belongs to this process, or `Refusal("bad_audience")`."""
    fields = {*audience.fields, *([audience.series] if audience.series else [])}
    known = (
        process.fields.filter(pk__in=fields).count() == len(fields)
        and process.contact_lists.filter(pk__in=audience.lists).count() == len(audience.lists)
        and (audience.workshop is None or process.fields.filter(series__workshops=audience.workshop).exists())
    )
    if not known:
        raise _bad()


def meant(process: ParticipationProcess, audience: Audience) -> QuerySet[Participant]:
    """Who fits the choices, whether or not we may write to them."""
    people = Participant.objects.filter(process=process).alias(
        their_language=own("language"), their_organisation=own("organisation")
    )
    if audience.fields:
        interests = FieldInterest.objects.filter(participant=OuterRef("pk"), field__in=audience.fields)
        people = people.filter(Exists(interests))
    if audience.lists:
        entries = ContactListEntry.objects.filter(participant=OuterRef("pk"), contact_list__in=audience.lists)
        people = people.filter(Exists(entries))
    if audience.languages:
        people = people.filter(their_language__in=audience.languages)
    if audience.organisations:
        people = people.filter(their_organisation__in=audience.organisations)
    elif audience.organisations_gone:
        people = people.none()
    elif audience.has_organisation:
        people = people.exclude(their_organisation="")
    if audience.standing and Standing.NOT_REGISTERED not in audience.standing:
        people = people.filter(_stands(audience, audience.standing))
    return people


def with_fates(
    process: ParticipationProcess, audience: Audience, *, languages: tuple[str, ...] | None
) -> QuerySet[Participant]:
    """Who is meant, each with `fate`. `languages` are those of the text, None if everyone can read it."""
    cases = [
        When(invitation_objected_at__isnull=False, then=Value(Fate.OBJECTED.value)),
        When(invitation_agreed_at__isnull=True, then=Value(Fate.NOT_AGREED.value)),
    ]
    if standing := _left_out(audience):
        cases.append(When(_stands(audience, standing), then=Value(Fate.ALREADY_REGISTERED.value)))
    if languages is not None:
        cases.append(When(~Q(their_language__in=languages), then=Value(Fate.NO_TEXT.value)))
    cases += [
        When(email_normalised="", then=Value(Fate.NO_ADDRESS.value)),
        When(contact_by="phone", then=Value(Fate.BY_PHONE.value)),
        When(contact_by="letter", then=Value(Fate.BY_LETTER.value)),
        When(unreachable_since__isnull=False, then=Value(Fate.BOUNCED.value)),
    ]
    fate = Case(*cases, default=Value(Fate.MAIL.value), output_field=CharField())
    return meant(process, audience).annotate(fate=fate)


def counted(people: QuerySet[Any]) -> dict[Fate, int]:
    """How many have each fate: one statement, every fate named."""
    rows = people.order_by().values("fate").annotate(count=Count("pk")).values_list("fate", "count")
    return dict.fromkeys(Fate, 0) | {Fate(fate): count for fate, count in rows}


def having(people: QuerySet[Participant], *fates: Fate) -> QuerySet[Participant]:
    """Those of `with_fates` who have one of these."""
    return people.filter(Q(fate__in=[fate.value for fate in fates]))


def fate_of(person: Participant) -> Fate:
    """Of a row that came through `with_fates`."""
    return Fate(vars(person)["fate"])


def of_campaign(campaign: InvitationCampaign) -> QuerySet[Participant]:
    """Who is meant by the campaign, each with `fate`, as things stand now."""
    return with_fates(campaign.process, audience_of(campaign), languages=languages_of(campaign))


def receivers(campaign: InvitationCampaign) -> QuerySet[Participant]:
    """Who would get it now, by mail or by hand."""
    return having(of_campaign(campaign), *GETS_IT)


def audience_of(campaign: InvitationCampaign) -> Audience:
    return from_json(campaign.audience)


def languages_of(campaign: InvitationCampaign) -> tuple[str, ...] | None:
    """Those who read another are left out; None: nobody is, they get the German text."""
    if campaign.fallback == InvitationCampaign.Fallback.LEAVE_OUT:
        return tuple(code for code, text in campaign.text.items() if text)
    return None


def why_not(
    campaign: InvitationCampaign, person: Participant, *, standing: Collection[int] | None = None
) -> str:
    """Why this person shall not get the campaign after all, or "": asked at the moment of sending.

    Not whether they still fit the choices: who was meant when it began stays meant. `standing` is what
    `standing_among` said of many at once, this person among them.
    """
    if person.invitation_agreed_at is None or person.invitation_objected_at is not None:
        return Fate.OBJECTED.value
    languages = languages_of(campaign)
    if languages is not None and person.own_language not in languages:
        return Fate.NO_TEXT.value
    if person.pk in (standing_among(campaign, [person.pk]) if standing is None else standing):
        return Fate.ALREADY_REGISTERED.value
    return ""


def standing_among(campaign: InvitationCampaign, people: Iterable[int]) -> set[int]:
    """Those of these people whose registration keeps them out, where the not yet registered are meant."""
    audience = audience_of(campaign)
    standing = _left_out(audience)
    if not standing:
        return set()
    found = Participant.objects.filter(_stands(audience, standing), pk__in=list(people))
    return set(found.values_list("pk", flat=True))


def _left_out(audience: Audience) -> tuple[str, ...]:
    """Where the not yet registered are meant: whose standing keeps them out."""
    if Standing.NOT_REGISTERED not in audience.standing:
        return ()
    return tuple(
        each.value for each in (Standing.REGISTERED, Standing.WAITING) if each.value not in audience.standing
    )


def _stands(audience: Audience, standing: tuple[str, ...]) -> Exists:
    """Has an active registration of one of these kinds, for the workshops in question.

    A request that nobody confirmed may be a stranger's: it keeps nobody from being invited.
    """
    found = Registration.objects.filter(
        participant=OuterRef("pk"), status__in=[_STATUS[Standing(each)] for each in standing]
    )
    if audience.workshop:
        found = found.filter(workshop=audience.workshop)
    elif audience.series:
        found = found.filter(workshop__series__field=audience.series)
    return Exists(found)


def _key(value: Any) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        raise _bad()
    return value


def _keys(values: Any) -> tuple[int, ...]:
    if not isinstance(values, list | tuple):
        raise _bad()
    return tuple(sorted({key for value in values if (key := _key(value)) is not None}))


def _words(values: Any, *, known: list[str] | None = None) -> tuple[str, ...]:
    if not isinstance(values, list | tuple) or not all(isinstance(value, str) for value in values):
        raise _bad()
    if known is not None and not set(values) <= set(known):
        raise _bad()
    return tuple(sorted(set(values)))


def _bad() -> Refusal:
    return Refusal(
        "bad_audience",
        _("Diese Auswahl gibt es nicht mehr. Bitte wählen Sie den Empfängerkreis noch einmal."),
    )

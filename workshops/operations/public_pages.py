"""What the obligatory pages say, and what the law asks for that isn't said yet."""

import datetime
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from workshops import authorities
from workshops.authorities import Authority
from workshops.models import LocalisedText, ParticipationProcess, PublicPages, User


class PagesDetails(TypedDict, total=False):
    """What staff may say; each by its name on `PublicPages`."""

    reason: LocalisedText
    who: LocalisedText
    outlook: LocalisedText
    provider: str
    represented_by: str
    postal_address: str
    responsible: str
    vat_id: str
    protection_officer: str
    conformity: str
    checked_on: datetime.date | None
    checked_by: str
    known_limits: LocalisedText
    enforcement_body: str
    easy_text: str
    sign_video: str
    sign_transcript: LocalisedText


def of(process: ParticipationProcess) -> PublicPages:
    """The process's row, or an empty one that isn't kept."""
    return PublicPages.objects.filter(process=process).first() or PublicPages(process=process)


@transaction.atomic
def change(process: ParticipationProcess, *, by: User, **details: Unpack[PagesDetails]) -> list[str]:
    """Take over these details; returns the names of those that differed."""
    # Locked by its process: whoever saves first would else be overwritten by a second row's making.
    ParticipationProcess.objects.select_for_update(no_key=True).get(pk=process.pk)
    pages, _is_new = PublicPages.objects.get_or_create(process=process)
    changed = [name for name, value in details.items() if getattr(pages, name) != value]
    for name in changed:
        setattr(pages, name, details[name])  # type: ignore[literal-required]
    if changed:
        pages.save(update_fields=changed)
    return changed


def missing(process: ParticipationProcess, pages: PublicPages) -> list[str]:
    """What the law asks for and nobody entered yet, in words, in the order of the form.

    Sources: § 5(1) DDG, § 18(2) MStV, Art. 13(1)(a) and (b) GDPR, § 12b(2) BGG.
    """
    asked = (
        (pages.represented_by, _("wer die Stadt vertritt")),
        (pages.postal_address, _("die Postanschrift")),
        (process.contact_phone, _("eine Telefonnummer")),
        (pages.responsible, _("wer für den Inhalt verantwortlich ist, mit Anschrift")),
        (pages.protection_officer, _("die oder der Datenschutzbeauftragte")),
        (pages.checked_on, _("wann die Barrierefreiheit geprüft wurde")),
        (enforcement(process, pages), _("die Schlichtungsstelle Ihres Landes")),
    )
    return [words for value, words in asked if not value]


def enforcement(process: ParticipationProcess, pages: PublicPages) -> Authority | None:
    """Who settles a dispute about barriers: as staff wrote it, else what we know of the Land."""
    if pages.enforcement_body:
        name, *address = pages.enforcement_body.splitlines()
        return Authority(name, "", tuple(address))
    return authorities.ENFORCEMENT.get(process.subdivision)

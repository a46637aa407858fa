"""How a person is reached, corrected by staff or by the person (GDPR Art. 16).

An address that one of us wrote down may be disowned by whoever reads there. Whoever types a new one for
themselves has yet to prove it: a mail goes there, and only the button behind its link moves them. Nothing
they see before tells whether the address is somebody else's already.
"""

import datetime
import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops import events, links
from workshops.errors import Refusal
from workshops.models import ContactBy, Participant, PersonalLink, User, normalise_email
from workshops.operations import erasures
from workshops.operations.participants import count_mail, lock, own_up
from workshops.operations.retrying import tried_again

Scope = PersonalLink.Scope

# `Participant.unreachable_reason`, where no server answered but a person (RFC 3463 has no code for it).
NOT_THEIRS = "not_theirs"
# How long a typed address waits for its proof, and a former one for its notice.
ADDRESS_WAITS = datetime.timedelta(days=1)


@tried_again
@transaction.atomic
def correct_contact(
    participant: Participant,
    *,
    email: str,
    phone: str,
    postal_address: str,
    contact_by: ContactBy,
    by: User | Participant,
) -> None:
    """As the person told it. Refuses with `address_taken`.

    An address that staff write down may be misheard: its owner is asked before anything is shown there
    (`Participant.awaits_owner`).
    """
    lock(participant)
    participant.phone, participant.postal_address, participant.contact_by = phone, postal_address, contact_by
    _reach_at(participant, email, is_told=isinstance(by, User), now=timezone.now())


@tried_again
@transaction.atomic
def disown(participant: Participant, *, now: datetime.datetime | None = None) -> bool:
    """Somebody in the mailbox that one of us wrote down says that it isn't this person's.

    It is a stranger's, so it goes (GDPR Art. 17), and with it the links that lie there: they may register
    with it, as themselves. Seats stay; what the person has to know is told by telephone or letter. Of whom
    nothing else is known waits among those to be called until staff find a way. False if there is nothing
    (more) to disown.
    """
    lock(participant)
    if not participant.awaits_owner:
        return False
    if participant.phone:
        participant.contact_by = ContactBy.PHONE
    elif participant.postal_address:
        participant.contact_by = ContactBy.LETTER
    is_lost = not (participant.phone or participant.postal_address)
    _reach_at(participant, "", lost_because=NOT_THEIRS if is_lost else "", now=now or timezone.now())
    return True


def _reach_at(
    participant: Participant,
    email: str,
    *,
    is_told: bool = False,
    lost_because: str = "",
    now: datetime.datetime,
) -> None:
    """Write how the (locked) person is reached from now on, and tell it.

    A new address has not bounced yet; what still waits for the person takes the new way. Links in the old
    mailbox end with it: whoever relies on one is told anew. The former one comes back with no list and no
    survey: they would be somebody new there, who has never objected to anything. `is_told`: by one of us;
    `lost_because`: they can't be reached at all.
    """
    links_ended_at, asked, former = None, None, ""
    if normalise_email(email) != participant.email_normalised:
        _take_address(participant, email)
        # What they typed themselves before is not what they want now.
        links.revoke(participant, Scope.ADDRESS, now=now)
        if participant.has_address:
            former = participant.email if _was_theirs(participant) else ""
            asked = participant.links.valid(now).filter(scope=Scope.CONFIRM).first()
            # Links that lie in the old mailbox stay there, and open nothing any more.
            links_ended_at = now if links.revoke(participant, now=now) else None
        participant.unreachable_since = now if lost_because else None
        participant.unreachable_reason = lost_because
        awaits_owner = is_told and email != "" and participant.verified_at is not None
        participant.address_told_at = now if awaits_owner else None
    participant.email = email
    participant.save(
        update_fields=[
            *("email", "email_normalised", "phone", "phone_normalised", "postal_address"),
            *("contact_by", "unreachable_since", "unreachable_reason", "address_told_at"),
        ]
    )
    if former:
        erasures.remember(participant.process, address=former, now=now)
    if asked is not None:
        links.make(participant, Scope.CONFIRM, expires_at=asked.expires_at)
    events.contact_changed.send(sender=Participant, participant=participant, links_ended_at=links_ended_at)


def _was_theirs(participant: Participant) -> bool:
    """Whether the address is proven, or one by which a survey or a list named them; another one that somebody
    typed or wrote down may be a stranger's, of whom nothing is kept."""
    was_named = participant.invitation_agreed_at or participant.invitation_objected_at
    return participant.has_proven_address or (not participant.is_known and was_named is not None)


def _take_address(participant: Participant, email: str) -> None:
    """So that the (locked) person can have it at the end of this transaction, or a refusal.

    Who comes second for one address must not fail as it is written: PostgreSQL would write the address into
    its log, and knows ON CONFLICT for INSERT alone. A row of nobody's holds the place for a moment: whoever
    registers with the address, brings it with a list or moves there waits until it is the person's.
    """
    key = normalise_email(email)
    if not key:
        return
    nobody = Participant(
        process=participant.process,
        email=email.strip(),
        email_normalised=key,
        # By which we know our row from anybody else's.
        name=secrets.token_hex(16),
        created_at=timezone.now(),
    )
    Participant.objects.bulk_create([nobody], ignore_conflicts=True)
    held = participant.process.participants.filter(email_normalised=key, name=nobody.name)
    if held.delete() == (0, {}):
        raise Refusal("address_taken", _("Diese Adresse gehört schon einer anderen Person."))


@transaction.atomic
def correct_own(participant: Participant, *, phone: str, postal_address: str, contact_by: ContactBy) -> None:
    """By the person, who says nothing of their address here."""
    lock(participant)
    correct_contact(
        participant,
        email=participant.email,
        phone=phone,
        postal_address=postal_address,
        contact_by=contact_by,
        by=participant,
    )


@transaction.atomic
def type_new_address(
    participant: Participant, *, email: str, may_mail: bool = True, now: datetime.datetime | None = None
) -> PersonalLink:
    """Keep the address until its mailbox answers, and write to it. One at a time: the last one typed counts.
    Refuses with `same_address`.

    `may_mail`: nobody has made us write there too often. It is kept without a mail, too: what the person
    sees of themselves is the same.
    """
    now = now or timezone.now()
    lock(participant)
    if normalise_email(email) == participant.email_normalised:
        raise Refusal("same_address", _("An diese Adresse schreiben wir Ihnen schon."))
    links.revoke(participant, Scope.ADDRESS, now=now)
    link = links.make(participant, Scope.ADDRESS, expires_at=now + ADDRESS_WAITS)
    link.address = email
    link.save(update_fields=["address"])
    if may_mail and count_mail(participant, now=now):
        events.new_address_typed.send(sender=Participant, participant=participant, link=link)
    return link


@tried_again
@transaction.atomic
def move_address(link: PersonalLink, *, now: datetime.datetime | None = None) -> bool:
    """The mailbox behind a new address answered: it is the person's from now on. False if the link is over.

    Refuses with `address_taken`. Of the former address nothing stays but what its notice needs, for a day,
    and what keeps imports from it.
    """
    now = now or timezone.now()
    participant = link.participant
    lock(participant)
    waiting = participant.links.valid(now).filter(pk=link.pk, scope=Scope.ADDRESS).exclude(address="").first()
    if waiting is None:
        return False
    former = "" if participant.unreachable_since else participant.email
    correct_contact(
        participant,
        email=waiting.address,
        phone=participant.phone,
        postal_address=participant.postal_address,
        contact_by=ContactBy(participant.contact_by),
        by=participant,
    )
    own_up(participant, now=now)
    if former:
        waiting.refresh_from_db()
        waiting.address, waiting.expires_at = former, now + ADDRESS_WAITS
        waiting.save(update_fields=["address", "expires_at"])
        events.address_moved.send(sender=Participant, participant=participant, link=waiting)
    return True


def forget_addresses(*, now: datetime.datetime) -> int:
    """Those that nobody has proven in time, and former ones whose notice has had its day; how many."""
    over = PersonalLink.objects.filter(scope=Scope.ADDRESS, expires_at__lte=now).exclude(address="")
    return over.update(address="")

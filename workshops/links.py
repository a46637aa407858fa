"""Personal links: make, read, revoke.

A token has 256 bits. It is derived (HMAC-SHA-256) from the link's random nonce and the server's key, and
only its SHA-256 is stored: a mail can be written again after a crash with the same link, while a stolen
database opens nothing. Changing SECRET_KEY ends all links.
"""

import base64
import datetime
import functools
import hashlib
import hmac
import secrets
from collections.abc import Iterable

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from workshops.models import Participant, PersonalLink, Registration, User

Scope = PersonalLink.Scope

# 256 bits in base64url
TOKEN_LENGTH = 43


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def keyed_digest(salt: str, value: str) -> bytes:
    """`django.utils.crypto.salted_hmac` with SHA-256, its key derived once: a mail needs five of them."""
    return hmac.digest(_key(salt, settings.SECRET_KEY), value.encode(), "sha256")


@functools.lru_cache(maxsize=16)
def _key(salt: str, secret: str) -> bytes:
    return hashlib.sha256(salt.encode() + secret.encode()).digest()


def token_of(link: PersonalLink) -> str:
    """The secret part of the link's address: 43 characters of base64url."""
    digest = keyed_digest("workshops.links", f"{link.scope}:{link.nonce}")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def make(
    participant: Participant,
    scope: PersonalLink.Scope,
    *,
    registration: Registration | None = None,
    expires_at: datetime.datetime | None = None,
) -> PersonalLink:
    """The valid link of this scope, made if there is none; a longer expiry is taken over.

    One at a time: mails sent on different days carry the same address, and one revocation ends them all.
    """
    # A worker that writes a mail and a page may want the first one at the same moment: get_or_create
    # lets the unique constraint decide, and both get the same link.
    nonce = secrets.token_hex(16)
    link, is_new = PersonalLink.objects.get_or_create(
        participant=participant,
        scope=scope,
        registration=registration,
        revoked_at=None,
        defaults={
            "nonce": nonce,
            "token_hash": _hash(token_of(PersonalLink(scope=scope, nonce=nonce))),
            "created_at": timezone.now(),
            "expires_at": expires_at,
        },
    )
    if not is_new and link.expires_at is not None and (expires_at is None or expires_at > link.expires_at):
        link.expires_at = expires_at
        link.save(update_fields=["expires_at"])
    return link


Wanted = tuple[Participant, PersonalLink.Scope, Registration | None]


def make_all(wanted: Iterable[Wanted]) -> dict[tuple[int, str, int | None], PersonalLink]:
    """What `make` gives, for many people and scopes in three statements at most.

    By participant id, scope and registration id. One that was ended at this very moment is left out;
    IntegrityError if one of the people was erased at this very moment.
    """
    asked = {
        (person.pk, str(scope), registration.pk if registration else None): (person, scope, registration)
        for person, scope, registration in wanted
    }
    valid = PersonalLink.objects.filter(
        participant__in={person_id for person_id, _scope, _registration_id in asked},
        scope__in={scope for _person_id, scope, _registration_id in asked},
        revoked_at__isnull=True,
    ).only("participant", "scope", "registration", "nonce")
    found = _by_what_they_open(valid)
    missing = [(person, scope, about) for key, (person, scope, about) in asked.items() if key not in found]
    if missing:
        now = timezone.now()
        made = [
            PersonalLink(
                participant=person,
                scope=scope,
                registration=registration,
                nonce=secrets.token_hex(16),
                created_at=now,
            )
            for person, scope, registration in missing
        ]
        for link in made:
            link.token_hash = _hash(token_of(link))
        # Someone else may have made one meanwhile: theirs stays, and is read.
        PersonalLink.objects.bulk_create(made, ignore_conflicts=True)
        found = _by_what_they_open(valid.all())
    for key, (person, _scope, _registration) in asked.items():
        if key in found:
            found[key].participant = person
    return found


def _by_what_they_open(
    links: Iterable[PersonalLink],
) -> dict[tuple[int, str, int | None], PersonalLink]:
    return {(link.participant_id, link.scope, link.registration_id): link for link in links}


def read(token: str, scope: PersonalLink.Scope) -> PersonalLink | None:
    """The link behind a token, or None if it is unknown, of another scope, expired or revoked."""
    return (
        PersonalLink.objects.valid(timezone.now())
        .filter(token_hash=_hash(token), scope=scope)
        .select_related(
            "participant__process",
            "registration__workshop__series__field__process",
            "registration__workshop__room",
        )
        .first()
    )


def read_ended(token: str, scope: PersonalLink.Scope) -> PersonalLink | None:
    """The expired or revoked link behind a token: its page can say what to do now, and opens nothing."""
    return (
        PersonalLink.objects.filter(token_hash=_hash(token), scope=scope)
        .select_related("participant__process")
        .first()
    )


def revoke(
    participant: Participant, *scopes: PersonalLink.Scope, now: datetime.datetime | None = None
) -> int:
    """End the participant's links of these scopes (of all, if none is named); how many were ended.

    An address that somebody wished for goes with its link.
    """
    links = participant.links.filter(revoked_at__isnull=True)
    if scopes:
        links = links.filter(scope__in=scopes)
    return links.update(revoked_at=now or timezone.now(), address="")


_ROUTES = {
    Scope.MANAGE: "workshops:my_registrations",
    Scope.CONFIRM: "workshops:confirm",
    Scope.JOIN: "workshops:join",
    Scope.CONTRIBUTE: "workshops:contribute",
    Scope.ADDRESS: "workshops:confirm_address",
}


def url_of(link: PersonalLink, *, route: str = "", language: str | None = None) -> str:
    """The link's whole address, in the language of the person's pages.

    `route` names the page when it isn't one of this app's (the personal calendar feed).
    """
    before, after = _around(
        route or _ROUTES[Scope(link.scope)], language or link.participant.language, settings.PUBLIC_URL
    )
    return f"{before}{token_of(link)}{after}"


@functools.lru_cache(maxsize=64)
def _around(route: str, language: str, public_url: str) -> tuple[str, str]:
    """What stands before and after the token in an address: looked up once, written ten thousand times."""
    gap = "0" * TOKEN_LENGTH
    with translation.override(language):
        before, _gap, after = reverse(route, kwargs={"token": gap}).partition(gap)
    return f"{public_url}{before}", after


def password_url(user: User) -> str:
    """The address at which an invited person sets a password: for PASSWORD_RESET_TIMEOUT seconds, and
    only until they have signed in. It is sign-in's own reset page; a late comer asks there for a new one."""
    with translation.override(user.language):
        path = reverse(
            "account_reset_password_from_key",
            kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
        )
    return f"{settings.PUBLIC_URL}{path}"

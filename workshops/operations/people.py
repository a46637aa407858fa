"""Who signs in: moderators and colleagues are invited, changed, deactivated. Nobody signs up alone.

An invited account has no usable password: its owner sets one through `workshops.links.password_url`.
"""

import datetime
from collections.abc import Iterable, Sequence

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops import events
from workshops.errors import Refusal
from workshops.models import (
    ActionField,
    HelperProfile,
    ModeratorAbsence,
    ModeratorProfile,
    ParticipationProcess,
    User,
    Workshop,
    normalise_email,
)
from workshops.operations import documents

# Where nobody can have an address (RFC 2606): each account needs one of its own.
FORGOTTEN = "forgotten.invalid"


@transaction.atomic
def invite_moderator(
    process: ParticipationProcess,
    *,
    email: str,
    name: str,
    fields: Iterable[ActionField],
    languages: Sequence[str],
    by: User,
    language: str = "de",
) -> ModeratorProfile:
    """A moderator of this process. An account that the address already has (staff, another process) is used.

    `languages` are codes of those in which they can lead; `language` is the one we write to them in.
    """
    user = _account(email, name=name, language=language)
    if not user.is_active:
        raise Refusal(
            "deactivated", _("Das Konto dieser Person ist stillgelegt. Bitte zuerst wieder freigeben.")
        )
    if user.moderator_profiles.filter(process=process).exists():
        raise Refusal("already_a_moderator", _("Diese Person gehört schon zur Moderation."))
    profile = ModeratorProfile.objects.create(
        user=user, process=process, languages=list(languages), invited_at=timezone.now()
    )
    profile.fields.set(_of_process(fields, process))
    events.moderator_invited.send(sender=ModeratorProfile, profile=profile, by=by)
    return profile


@transaction.atomic
def invite_again(profile: ModeratorProfile, *, by: User) -> None:
    """A new invitation, with a new link, for someone who hasn't signed in yet."""
    profile.refresh_from_db(
        from_queryset=ModeratorProfile.objects.select_for_update(no_key=True, of=("self",)).select_related(
            "user"
        )
    )
    if profile.user.last_login is not None:
        raise Refusal("already_signed_in", _("Diese Person hat sich schon angemeldet."))
    profile.invited_at = timezone.now()
    profile.save(update_fields=["invited_at"])
    events.moderator_invited.send(sender=ModeratorProfile, profile=profile, by=by)


@transaction.atomic
def change_moderator(
    profile: ModeratorProfile,
    *,
    name: str,
    fields: Iterable[ActionField],
    languages: Sequence[str],
    by: User,
) -> None:
    if profile.user.name != name:
        profile.user.name = name
        profile.user.save(update_fields=["name"])
    profile.languages = list(languages)
    profile.save(update_fields=["languages"])
    profile.fields.set(_of_process(fields, profile.process))


@transaction.atomic
def add_absence(
    profile: ModeratorProfile, *, starts_at: datetime.datetime, ends_at: datetime.datetime, by: User
) -> ModeratorAbsence:
    """A time in which planning must leave them alone (aware moments)."""
    if ends_at <= starts_at:
        raise Refusal("ends_before_it_starts", _("Das Ende muss nach dem Beginn liegen."))
    return ModeratorAbsence.objects.create(moderator=profile, starts_at=starts_at, ends_at=ends_at)


def remove_absence(absence: ModeratorAbsence, *, by: User) -> None:
    absence.delete()


@transaction.atomic
def invite_colleague(
    process: ParticipationProcess, *, email: str, name: str, by: User, language: str = "de"
) -> User:
    """An account of the administration; a moderator's account may become one too.

    Staff may do everything in every process; `process` is the one whose address the invitation names.
    """
    user = _account(email, name=name, language=language)
    if user.is_staff:
        raise Refusal("already_a_colleague", _("Diese Person gehört schon zur Verwaltung."))
    user.is_staff = True
    user.is_active = True
    user.save(update_fields=["is_staff", "is_active"])
    events.colleague_invited.send(sender=User, user=user, process=process, by=by)
    return user


@transaction.atomic
def invite_colleague_again(user: User, *, process: ParticipationProcess, by: User) -> None:
    """A new invitation, with a new link, for a colleague who hasn't signed in yet."""
    user.refresh_from_db(from_queryset=User.objects.select_for_update(no_key=True))
    if user.last_login is not None:
        raise Refusal("already_signed_in", _("Diese Person hat sich schon angemeldet."))
    events.colleague_invited.send(sender=User, user=user, process=process, by=by)


def request_password(users: Iterable[User]) -> None:
    """Mail a link for a new password to these accounts; nothing tells the caller that there was none.

    Whoever wrote the mail, a process did: their own, else the newest. Without any process there is no mail,
    and `manage.py changepassword` is the way.
    """
    # Of a single writer (SQLite) an unknown address waits as long as a known one.
    with transaction.atomic():
        for user in users:
            process = _process_of(user)
            if process is not None:
                events.password_requested.send(sender=User, user=user, process=process)


def _process_of(user: User) -> ParticipationProcess | None:
    mine = Q(moderators__user=user) | Q(helpers__user=user)
    return (
        ParticipationProcess.objects.filter(mine).order_by("-pk").first()
        or ParticipationProcess.objects.order_by("-pk").first()
    )


@transaction.atomic
def add_helper(
    process: ParticipationProcess, *, email: str, name: str, organisation: str, by: User
) -> HelperProfile:
    """An account that may register people in this process. Its owner sets the password by the sign-in's own
    "forgotten password": that mail goes to the address which staff typed."""
    user = _account(email, name=name, language="de")
    if not user.is_active:
        raise Refusal(
            "deactivated", _("Das Konto dieser Person ist stillgelegt. Bitte zuerst wieder freigeben.")
        )
    if user.is_staff:
        raise Refusal("already_a_colleague", _("Diese Person gehört schon zur Verwaltung."))
    profile, is_new = HelperProfile.objects.get_or_create(
        user=user,
        process=process,
        defaults={"organisation": organisation, "invited_at": timezone.now(), "invited_by": by},
    )
    if not is_new:
        raise Refusal("already_a_helper", _("Diese Person darf schon für andere anmelden."))
    return profile


@transaction.atomic
def remove_helper(profile: HelperProfile, *, by: User) -> None:
    """They register nobody any more, and see nobody; whom they registered stays registered."""
    profile.delete()


@transaction.atomic
def deactivate(user: User, *, by: User) -> None:
    """They can no longer sign in, and are signed out everywhere; what they wrote stays theirs."""
    if user.pk == by.pk:
        raise Refusal("yourself", _("Sie können Ihr eigenes Konto nicht stilllegen."))
    user.is_active = False
    user.save(update_fields=["is_active"])


@transaction.atomic
def reactivate(user: User, *, by: User) -> None:
    user.is_active = True
    user.save(update_fields=["is_active"])


@transaction.atomic
def forget(user: User, *, now: datetime.datetime) -> None:
    """Whoever has left is nobody any more: no name, no address, no way in. Twice is once.

    What they decided and wrote stays, as a number's: minutes and decisions are the town's, and need somebody
    who made them. Refuses with `leads_workshops` while somebody is to lead one that isn't over, and with
    `last_colleague`.
    """
    user.refresh_from_db(from_queryset=User.objects.select_for_update())
    if Workshop.objects.led_by(user).upcoming(now).exists():
        raise Refusal(
            "leads_workshops", _("Diese Person leitet noch Workshops. Bitte geben Sie diese zuerst ab.")
        )
    if user.is_staff and not User.objects.filter(is_staff=True, is_active=True).exclude(pk=user.pk).exists():
        raise Refusal("last_colleague", _("Ohne diese Person hätte die Verwaltung kein Konto mehr."))
    # Public pages and files name whoever led a workshop.
    led = list(Workshop.objects.led_by(user).values_list("pk", flat=True))
    Workshop.moderators.through.objects.filter(user_id=user.pk).delete()
    documents.forget_minutes(led)
    for model in (ModeratorProfile, HelperProfile, EmailAddress, Authenticator):
        model.objects.filter(user=user).delete()
    # The admin wrote there what they were called.
    about = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=about, object_id=str(user.pk)).update(object_repr=str(user.pk))
    user.name, user.email, user.language = "", f"{user.pk}@{FORGOTTEN}", settings.LANGUAGE_CODE
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.set_unusable_password()
    user.save()
    events.account_forgotten.send(sender=User, user=user)


def _account(email: str, *, name: str, language: str) -> User:
    wanted = User(email=normalise_email(email), name=name.strip(), language=language)
    wanted.set_unusable_password()
    rows = User.objects.select_for_update(no_key=True).filter(email=wanted.email)
    if found := rows.first():
        return found
    # A second click must not fail as it inserts: PostgreSQL would write the address into its log.
    User.objects.bulk_create([wanted], ignore_conflicts=True)
    return rows.get()


def _of_process(fields: Iterable[ActionField], process: ParticipationProcess) -> list[ActionField]:
    return [field for field in fields if field.process_id == process.pk]

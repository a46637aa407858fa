"""Who may. Predicates for views and templates; `visible_to` querysets for lists."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase

from workshops.models import ParticipationProcess, User, Workshop
from workshops.models.workshop import WorkshopQuerySet

P = ParamSpec("P")


class SignInNeeded(PermissionDenied):
    """Nobody is signed in, and the page is not for everyone. `config.refusals` says how to answer."""


def is_staff(user: User | AnonymousUser) -> bool:
    return user.is_active and user.is_staff


def is_moderator(user: User | AnonymousUser) -> bool:
    return isinstance(user, User) and user.is_active and user.moderator_profiles.exists()


def is_helper(user: User | AnonymousUser) -> bool:
    """Registers people on their behalf in some process."""
    return isinstance(user, User) and user.is_active and user.helper_profiles.exists()


def may_help(user: User | AnonymousUser, process: ParticipationProcess) -> bool:
    """Register people on their behalf in this process, and see those one registered."""
    return is_helper(user) and process.helpers.filter(user=user.pk).exists()


def may_lead(user: User | AnonymousUser, workshop: Workshop) -> bool:
    """Minutes, attendance, the list of participants: the workshop's own moderators, and staff."""
    if is_staff(user):
        return True
    return isinstance(user, User) and user.is_active and workshop.moderators.filter(pk=user.pk).exists()


def visible_workshops(user: User | AnonymousUser) -> WorkshopQuerySet:
    """Those whose inside a signed-in person may see."""
    if is_staff(user):
        return Workshop.objects.all()
    if isinstance(user, User) and user.is_active:
        return Workshop.objects.led_by(user).exclude(status=Workshop.Status.DRAFT)
    return Workshop.objects.none()


def visible_processes(user: User | AnonymousUser) -> QuerySet[ParticipationProcess]:
    """Those that a reader of the public pages may see: staff also those not yet public."""
    if is_staff(user):
        return ParticipationProcess.objects.all()
    return ParticipationProcess.objects.filter(is_public=True)


def staff_only(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Strangers are asked to sign in; signed-in people who aren't staff are refused (403)."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        _refuse_unless(is_staff, request)
        return view(request, *args, **kwargs)

    return guarded


def signed_in_only(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """For pages of moderators, who may see only their own workshops: the view asks `visible_workshops`."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        _refuse_unless(lambda user: is_staff(user) or is_moderator(user), request)
        return view(request, *args, **kwargs)

    return guarded


def anyone_with_work(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """For the page that leads each to their own: staff, moderators, helpers."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        _refuse_unless(lambda user: is_staff(user) or is_moderator(user) or is_helper(user), request)
        return view(request, *args, **kwargs)

    return guarded


def helpers_only(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """For the pages of helpers; the view asks `may_help` of the process."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        _refuse_unless(is_helper, request)
        return view(request, *args, **kwargs)

    return guarded


def _refuse_unless(allowed: Callable[[User | AnonymousUser], bool], request: HttpRequest) -> None:
    if not request.user.is_authenticated:
        raise SignInNeeded
    if not allowed(request.user):
        raise PermissionDenied


def signed_in_user(request: HttpRequest) -> User:
    """The user behind a guarded view; typed, so that views pass `by=` without a cast."""
    user: Any = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    return user

"""Sign-in for staff and moderators; citizens have no accounts."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignup(DefaultAccountAdapter):
    """Accounts are made by staff (moderators) or on the command line (the first staff member)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

"""Sign-in for staff and moderators; citizens have no accounts."""

import logging
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

log = logging.getLogger(__name__)


class ClosedSignup(DefaultAccountAdapter):
    """Accounts are made by staff (moderators) or on the command line (the first staff member)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Never from the request's Host header: a forged one would lead the reader elsewhere."""
        asked_at: str = super().get_reset_password_from_key_url(key)
        return f"{settings.PUBLIC_URL}{urlsplit(asked_at).path}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is down must not tell strangers, by an error, which accounts exist."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:  # also every smtplib.SMTPException
            # Not the exception's own text: it may name the address.
            log.error("a sign-in mail (%s) could not be sent: %s", template_prefix, type(error).__name__)

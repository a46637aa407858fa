"""Sign-in for staff and moderators; citizens have no accounts."""

import logging
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ResetPasswordForm
from django.http import HttpRequest

from workshops.operations import mail_limits, people

log = logging.getLogger(__name__)

# Longer than writing a mail down takes: the answer comes as late for an address that nobody has.
ANSWER_SECONDS = 0.3


class ClosedSignup(DefaultAccountAdapter):
    """Accounts are made by staff (moderators) or on the command line (the first staff member)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Every mail goes through the outbox: with its retries, its limits, and the hold after a restore."""
        log.error("sign-in wanted to send a mail of its own: %s", template_prefix)


class ForgottenPassword(ResetPasswordForm):
    """Writes down that a mail is owed; no mail server is asked while somebody waits for the page."""

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        ends = time.monotonic() + ANSWER_SECONDS
        if mail_limits.may_write_to(self.cleaned_data["email"]):
            people.request_password(self.users)
        time.sleep(max(0.0, ends - time.monotonic()))
        return str(self.cleaned_data["email"])

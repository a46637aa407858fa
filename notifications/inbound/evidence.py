"""Whether a calendar reply is the invited person's own.

Everything in a mail can be made up, save what only they have got from us, and what our own mail server says
of the sender.
"""

import re

from django.conf import settings

from notifications.inbound.reading import Incoming
from notifications.inbound.replies import Reply
from notifications.models import Delivery
from workshops import links
from workshops.models import PersonalLink, Registration

_PASSED = re.compile(r"\s*(?:dmarc|dkim|spf)\s*(?:/\s*1\s*)?=\s*pass(?=\s|$)", re.IGNORECASE)
_DOMAIN = re.compile(
    r"(?<=\s)(?:header\.from|header\.d|header\.i|smtp\.mailfrom)\s*=\s*(?:[^\s\"@]*@)?([a-z0-9.-]+)(?=\s|$)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_COMMENT = re.compile(r"\((?:[^()\\]|\\.)*\)")


def is_proven(incoming: Incoming, reply: Reply, registration: Registration) -> bool:
    """Any of these is enough, once From and ATTENDEE are the invited address:

    - it repeats the personal link that stood in the invitation (Outlook, Google, Thunderbird);
    - it answers the Message-ID of a mail of ours about this very seat (derived from a secret);
    - our own server found the sender's domain authenticated.
    """
    return (
        _repeats_the_link(reply, registration)
        or _answers_our_mail(incoming, registration)
        or is_authenticated(incoming)
    )


def _repeats_the_link(reply: Reply, registration: Registration) -> bool:
    # Some programs fold or escape what they repeat: without white space and backslashes it is the same.
    text = re.sub(r"[\s\\]", "", reply.text)
    mine = registration.links.filter(scope=PersonalLink.Scope.JOIN, revoked_at__isnull=True)
    return any(links.token_of(link) in text for link in mine)


def _answers_our_mail(incoming: Incoming, registration: Registration) -> bool:
    return bool(
        incoming.answers
        and Delivery.objects.filter(registration=registration, message_id__in=incoming.answers).exists()
    )


def is_authenticated(incoming: Incoming) -> bool:
    """Did our own server (INBOX_AUTHSERV_ID) find DMARC, DKIM or SPF to pass for From's domain?

    Only the topmost field counts: those below may have come with the mail (RFC 8601 section 5).
    """
    ours = settings.INBOX_AUTHSERV_ID
    domain = incoming.sender.rpartition("@")[2]
    if not ours or not domain or not incoming.authentication_results:
        return False
    server, *results = _without_words(incoming.authentication_results[0]).split(";")
    if server.split()[:1] != [ours]:
        return False
    return any(
        _is_aligned(domain, named.lower().rstrip("."))
        for result in results
        if _PASSED.match(result)
        for named in _DOMAIN.findall(result)
    )


def _without_words(field: str) -> str:
    """Without quoted strings and comments: what stands there may be the sender's choice. Empty if they
    don't close."""
    field = _QUOTED.sub('""', field)
    while (shorter := _COMMENT.sub(" ", field)) != field:
        field = shorter
    return "" if "(" in field or ")" in field or field.replace('""', "").count('"') else field


def _is_aligned(domain: str, named: str) -> bool:
    """RFC 7489's relaxed alignment, downwards: example.org speaks for mail.example.org."""
    return domain == named or ("." in named and domain.endswith(f".{named}"))

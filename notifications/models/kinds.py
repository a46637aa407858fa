"""What is told, and in which ways: each mail that we send, and what is said instead of one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Every mail we send. Each has templates and a function in `notifications.emails`."""

    PLEASE_CONFIRM = "please_confirm", _("Bitte bestätigen")
    CONFIRMED = "confirmed", _("Anmeldung bestätigt")
    WAITING = "waiting", _("Auf der Warteliste")
    PROMOTED = "promoted", _("Nachgerückt")
    REGISTRATION_CANCELLED = "registration_cancelled", _("Abgemeldet")
    REGISTRATION_LAPSED = "registration_lapsed", _("Anmeldung verfallen")
    RESCHEDULED = "rescheduled", _("Workshop verschoben oder geändert")
    WORKSHOP_CANCELLED = "workshop_cancelled", _("Workshop abgesagt")
    REMINDER = "reminder", _("Erinnerung")
    MODERATOR_REMINDER = "moderator_reminder", _("Erinnerung an die Moderation")
    INVITATION = "invitation", _("Einladung")
    MINUTES_PUBLISHED = "minutes_published", _("Protokoll veröffentlicht")
    MINUTES_IN_REVIEW = "minutes_in_review", _("Protokoll in Durchsicht")
    MINUTES_OVERDUE = "minutes_overdue", _("Protokoll überfällig")
    MINUTES_COMMENTED = "minutes_commented", _("Rückmeldungen zum Protokoll")
    COMMENT_ANSWERED = "comment_answered", _("Antwort auf eine Rückmeldung")
    PRIORITIES_OPEN = "priorities_open", _("Vorschläge gewichten")
    PROPOSALS_DECIDED = "proposals_decided", _("Was aus den Vorschlägen wird")
    BARRIER_REPORTED = "barrier_reported", _("Gemeldete Barriere")
    PERSONAL_LINK = "personal_link", _("Persönlicher Link")
    CONFIRM_ADDRESS = "confirm_address", _("Neue Adresse bestätigen")
    ADDRESS_MOVED = "address_moved", _("Adresse geändert")
    SURVEY_CLOSED = "survey_closed", _("Umfrage beendet")
    MODERATOR_INVITED = "moderator_invited", _("Einladung zur Moderation")
    COLLEAGUE_INVITED = "colleague_invited", _("Einladung in die Verwaltung")
    PASSWORD_RESET = "password_reset", _("Neues Passwort")


class Channel(models.TextChoices):
    """How the words reach the person. Only `EMAIL` is the sender's; the others are people's work."""

    EMAIL = "email", _("E-Mail")
    PHONE = "phone", _("Telefon")
    LETTER = "letter", _("Brief")


class Settled(models.TextChoices):
    """How staff told someone what no mail could."""

    PHONE = "phone", _("am Telefon gesagt")
    LETTER = "letter", _("als Brief verschickt")
    IN_PERSON = "in_person", _("persönlich gesagt")
    NOT_NEEDED = "not_needed", _("nicht mehr nötig")


# About the address they go to, which isn't the person's yet, or any more: it stands with a link, whose number
# ends the key. They name nobody; what comes back says nothing of the person's own address, and nobody is told
# it in another way.
TO_ANOTHER_ADDRESS = frozenset((Kind.CONFIRM_ADDRESS, Kind.ADDRESS_MOVED))

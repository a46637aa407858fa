"""What is kept of people: what for, on which basis, for how long. The one table of it. Pure.

The public privacy page shows it, staff set some of its periods, and `operations.retention` keeps to it.
Sources: GDPR Art. 5(1)(e) (storage limitation) and 13(2)(a) (people are told the period or its criteria).
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class Rule(models.TextChoices):
    """By which something is deleted; each has its line in `PURPOSES`, but for a person's own wish."""

    NEEDS = "needs", _("Bedarf nach dem Workshop")
    PARTICIPATION = "participation", _("Angaben der Teilnehmenden")
    UNCONFIRMED = "unconfirmed", _("nicht bestätigte Anmeldungen")
    INVITATIONS = "invitations", _("Adressen für Einladungen")
    OUTCOME = "outcome", _("Wunsch, Ergebnisse zu erfahren")
    CALLERS = "callers", _("Notizen zu Anrufenden")
    RECORDINGS = "recordings", _("nicht veröffentlichte Aufzeichnungen")
    SHOWN = "shown", _("veröffentlichte Aufzeichnungen")
    SURVEY = "survey", _("Antworten und Anmerkungen der Umfrage")
    REPLIES = "replies", _("Rückläufer und Antworten")
    REQUEST = "request", _("auf eigenen Wunsch gelöscht")


@dataclass(frozen=True, slots=True)
class Period:
    """In days; staff may choose within `least` and `most`, if they differ."""

    default: int
    least: int
    most: int

    @property
    def is_fixed(self) -> bool:
        return self.least == self.most


PERIODS = {
    Rule.PARTICIPATION: Period(90, 1, 365),
    Rule.UNCONFIRMED: Period(7, 1, 30),
    Rule.INVITATIONS: Period(365, 30, 730),
    Rule.OUTCOME: Period(365, 30, 730),
    Rule.RECORDINGS: Period(30, 1, 180),
    Rule.SHOWN: Period(365, 30, 730),
    Rule.SURVEY: Period(180, 30, 365),
    Rule.CALLERS: Period(7, 7, 7),
    Rule.REPLIES: Period(90, 90, 90),
}
CHOSEN = tuple(rule for rule, period in PERIODS.items() if not period.is_fixed)

# So long minutes may be late: until then, and not longer, people are kept for them.
MINUTES_MAY_TAKE = 180
# Files that staff asked for.
DOCUMENTS_KEPT = 14
# After the answer.
BARRIER_REPORTS_KEPT = 90


def without_minutes(days: int) -> int:
    """How many days after a workshop that is kept whose minutes nobody publishes."""
    return max(days, MINUTES_MAY_TAKE)


def begin_of_next_day(moment: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime:
    """The midnight of that zone's clock that follows the (aware) moment."""
    day = moment.astimezone(zone).date() + datetime.timedelta(days=1)
    return datetime.datetime.combine(day, datetime.time(), zone)


def days_text(count: int) -> str:
    return ngettext("%(count)d Tag", "%(count)d Tage", count) % {"count": count}


Days = dict[Rule, int]
Sentence = Callable[[Days], str]


def _always(sentence: Promise) -> Sentence:
    return lambda days: str(sentence)


def _after(rule: Rule, sentence: Promise) -> Sentence:
    return lambda days: str(sentence) % {"period": days_text(days[rule])}


CONSENT = _("Ihre Einwilligung: Art. 6 Abs. 1 Buchst. a DSGVO")
CONSENT_TO_NEEDS = _("Ihre Einwilligung: Art. 6 Abs. 1 Buchst. a und Art. 9 Abs. 2 Buchst. a DSGVO")
TASK = _("Unsere öffentliche Aufgabe: Art. 6 Abs. 1 Buchst. e DSGVO")
DUTY = _("Unsere Pflicht, Ihren Widerspruch zu beachten: Art. 17 Abs. 3 und Art. 21 DSGVO")


@dataclass(frozen=True, slots=True)
class Purpose:
    # By which a process's own wording of `why` finds it.
    code: str
    what: Promise
    # What the town says unless it has words of its own (`operations.purposes`).
    why: Promise
    basis: Promise
    # When it is deleted, in words, by the process's periods.
    until: Sentence


PURPOSES = (
    Purpose(
        "needs",
        _("Was Sie für die Teilnahme brauchen"),
        _("Damit wir es rechtzeitig organisieren. Nur Moderation und Verwaltung sehen es."),
        CONSENT_TO_NEEDS,
        _always(_("am Tag nach dem Workshop")),
    ),
    Purpose(
        "participation",
        _("Name, Kontakt, Sprache, Anmeldungen, Anwesenheit, Rückmeldungen und Ihr Name im Protokoll"),
        _("Damit wir Ihren Platz bestätigen und Sie informieren können."),
        CONSENT,
        lambda days: (
            str(
                _(
                    "%(period)s nach dem letzten Protokoll, das Sie betrifft; "
                    "ohne Protokoll %(limit)s nach dem Workshop"
                )
            )
            % {
                "period": days_text(days[Rule.PARTICIPATION]),
                "limit": days_text(without_minutes(days[Rule.PARTICIPATION])),
            }
        ),
    ),
    Purpose(
        "unconfirmed",
        _("Anmeldungen, die niemand bestätigt hat"),
        _("Damit Sie in Ruhe bestätigen können."),
        TASK,
        _after(Rule.UNCONFIRMED, _("%(period)s nach dem Ende der Frist zum Bestätigen")),
    ),
    Purpose(
        "invitations",
        _("Adressen für Einladungen: von Ihnen, aus der Umfrage oder aus einer Liste"),
        _("Damit wir Sie zu Workshops einladen können, wenn Sie das möchten."),
        CONSENT,
        _after(Rule.INVITATIONS, _("%(period)s nach dem letzten Workshop; früher, wenn Sie widersprechen")),
    ),
    Purpose(
        "outcome",
        _("Dass Sie erfahren möchten, was aus den Vorschlägen wird"),
        _("Damit wir es Ihnen schreiben können."),
        CONSENT,
        _after(Rule.OUTCOME, _("nach der Entscheidung; spätestens %(period)s nach dem Workshop")),
    ),
    Purpose(
        "presence",
        _("Wer gerade im Videoraum ist"),
        _("Damit die Moderation weiß, wer da ist."),
        CONSENT,
        _always(_("eine halbe Stunde nach dem Workshop; es bleibt, ob Sie da waren, und gerundete Minuten")),
    ),
    Purpose(
        "callers",
        _("Notizen zu Menschen, die nur anrufen"),
        _("Damit die Moderation sie auseinanderhält."),
        TASK,
        _after(Rule.CALLERS, _("%(period)s nach dem Workshop")),
    ),
    Purpose(
        "recordings",
        _("Aufzeichnungen: Bild und Ton derer, die Kamera oder Mikrofon einschalten"),
        _("Damit das Protokoll stimmt. Veröffentlicht wird nur, was die Verwaltung freigibt."),
        CONSENT,
        lambda days: (
            str(
                _(
                    "%(period)s nach dem Protokoll, ohne Protokoll %(limit)s nach dem Workshop; "
                    "veröffentlichte %(shown)s nach der Veröffentlichung"
                )
            )
            % {
                "period": days_text(days[Rule.RECORDINGS]),
                "limit": days_text(without_minutes(days[Rule.RECORDINGS])),
                "shown": days_text(days[Rule.SHOWN]),
            }
        ),
    ),
    Purpose(
        "survey",
        _("Was Sie in der Umfrage geantwortet haben, ohne Namen und Adresse"),
        _("Damit die Workshops zu dem passen, was Menschen wünschen und brauchen."),
        CONSENT_TO_NEEDS,
        _after(
            Rule.SURVEY,
            _(
                "%(period)s nach dem letzten Workshop; es bleiben Zahlen und Anmerkungen, "
                "auf die ein Vorschlag zurückgeht"
            ),
        ),
    ),
    Purpose(
        "points",
        _("Ihre Punkte für Vorschläge"),
        _("Damit wir sie zusammenzählen können."),
        CONSENT,
        _always(_("mit der Veröffentlichung des Protokolls; die Summen bleiben")),
    ),
    Purpose(
        "replies",
        _("Dass eine E-Mail nicht ankam oder Ihr Kalender geantwortet hat, ohne den Text"),
        _("Damit wir Sie auf anderem Weg erreichen."),
        TASK,
        _after(Rule.REPLIES, _("%(period)s nach dem Eingang")),
    ),
    Purpose(
        "barriers",
        _("Ihre Meldung zu einer Barriere, und die Adresse für unsere Antwort"),
        _("Damit wir die Barriere abbauen und Ihnen antworten können."),
        TASK,
        lambda days: str(_("%(period)s nach unserer Antwort")) % {"period": days_text(BARRIER_REPORTS_KEPT)},
    ),
    Purpose(
        "files",
        _("Listen, die die Verwaltung hochlädt, und Dokumente, die sie herstellt"),
        _("Damit die Verwaltung sie prüfen und herunterladen kann."),
        TASK,
        lambda days: (
            str(_("Listen eine Stunde nach dem Hochladen, Dokumente %(period)s nach dem Herstellen"))
            % {"period": days_text(DOCUMENTS_KEPT)}
        ),
    ),
    Purpose(
        "guard",
        _("Ein Prüfwert Ihres Internetanschlusses oder Ihrer Adresse, wenn Sie etwas absenden"),
        _("Damit niemand alle Plätze belegt oder Postfächer füllt."),
        TASK,
        _always(_("nach höchstens einem Tag")),
    ),
    Purpose(
        "erased",
        _("Ein Prüfwert gelöschter Adressen"),
        _("Damit keine Liste und keine Umfrage Sie wieder einlädt."),
        DUTY,
        _always(_("mit dem Ende des Beteiligungsprozesses")),
    ),
)
# Characters of a process's own wording, in each language.
LONGEST_WORDING = 300
PURPOSE_CODES = tuple(each.code for each in PURPOSES)

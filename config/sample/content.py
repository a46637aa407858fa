"""The words of the sample process: the first town's process, fields and dates; all people are made up."""

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from workshops.models import LocalisedText

BERLIN = ZoneInfo("Europe/Berlin")

SLUG = "integrationsplan"
TOWN = "Hechingen"
NAME = LocalisedText(
    {
        "de": "Integrationsplan Hechingen",
        "de-simple": "Plan für Hechingen",
        "en": "Integration plan of Hechingen",
        "ar": "خطة الاندماج في هيشنغن",
    }
)
PARTNERS = [
    "Volkshochschule",
    "Schulen und Kindertagesstätten",
    "Arbeitskreis Asyl",
    "Vereine und Religionsgemeinschaften",
]
INTRODUCTION = LocalisedText(
    {
        "de": "Hechingen schreibt einen Plan dafür, wie alle hier gut zusammenleben: wer schon immer da ist, "
        "wer vor Jahren kam und wer gerade ankommt. In der Umfrage haben 240 Menschen gesagt, was ihnen "
        "wichtig ist. Jetzt geht es in Online-Workshops darum, was sich ändern soll. Was dort vorgeschlagen "
        "und angenommen wird, steht danach auf diesen Seiten.\n\nDies ist eine Vorführung: Antworten, "
        "Personen und Workshops sind erfunden.",
        "de-simple": "Hechingen schreibt einen Plan.\n"
        "Im Plan steht: So leben alle hier gut zusammen.\n"
        "Manche Menschen leben schon immer hier.\n"
        "Manche Menschen sind neu.\n"
        "Alle gehören dazu.\n\n"
        "Die Stadt hat eine Umfrage gemacht.\n"
        "Das heißt: Die Stadt hat viele Menschen gefragt.\n"
        "240 Menschen haben geantwortet.\n\n"
        "Jetzt gibt es Treffen im Internet.\n"
        "Dort reden wir: Was soll anders werden?\n"
        "Die Ergebnisse stehen danach auf dieser Seite.\n\n"
        "Das hier ist eine Probe.\n"
        "Die Menschen und die Treffen sind aus-gedacht.\n"
        "Die Antworten auch.",
        "en": "Hechingen is writing a plan for how everybody can live well together here: those who have "
        "always been here, those who came years ago and those who are just arriving. In the survey 240 "
        "people said what matters to them. Now online workshops ask what should change. What is proposed "
        "and adopted there is shown on these pages afterwards.\n\nThis is a demonstration: answers, people "
        "and workshops are made up.",
        "ar": "تضع مدينة هيشنغن خطة ليعيش الجميع هنا معًا بشكل جيد. في الاستبيان ذكر 240 شخصًا ما يهمهم. "
        "والآن تبحث ورش عمل عبر الإنترنت ما الذي ينبغي أن يتغير.\n\n"
        "هذا عرض توضيحي: الإجابات والأشخاص وورش العمل من نسج الخيال.",
    }
)
PRIVACY_NOTICE = LocalisedText(
    de="Wir brauchen Ihren Namen und Ihre E-Mail-Adresse, um Ihnen den Platz im Workshop und den Einwahllink "
    "zu geben. Ihren Bedarf sehen nur die Moderation und die Verwaltung. Sie können alles jederzeit "
    "einsehen, ändern und löschen; der persönliche Link dazu steht in jeder Mail. Rechtsgrundlage ist Ihre "
    "Einwilligung (Art. 6 Abs. 1 Buchst. a DSGVO).",
    en="We need your name and e-mail address to give you your seat and the link to the video conference. "
    "What you need to take part is seen only by the moderator and the administration. You can see, change "
    "and delete everything at any time; the personal link is in every mail. The legal basis is your consent "
    "(Art. 6(1)(a) GDPR).",
)
IMPRINT = LocalisedText(
    {
        "de": "Dies ist eine Vorführung. Die Personen sind erfunden.",
        "de-simple": "Das hier ist eine Probe.\nDie Menschen sind aus-gedacht.",
        "en": "This is a demonstration. The people are made up.",
        "ar": "هذا عرض توضيحي. الأشخاص من نسج الخيال.",
    }
)

SURVEY_OPENS_AT = datetime.datetime(2020, 5, 4, 8, 0, tzinfo=BERLIN)
SURVEY_CLOSES_AT = datetime.datetime(2020, 6, 5, 23, 59, tzinfo=BERLIN)
SURVEY_URL = "https://umfrage.hechingen.example/integrationsplan"


@dataclass(frozen=True, slots=True)
class Citizen:
    name: str
    email: str
    language: str = "de"
    organisation: str = ""
    organisation_kind: str = ""
    needs: tuple[str, ...] = ()
    interpretation_language: str = ""
    # Which fields' next workshops they register for, by position from 0.
    fields: tuple[int, ...] = (0,)
    confirms: bool = True


CITIZENS = (
    Citizen(
        "Hanna Vogel",
        "hanna.vogel@example.org",
        organisation="Elternbeirat",
        organisation_kind="education",
        fields=(0, 2),
    ),
    Citizen(
        "Amina Haddad",
        "amina.haddad@example.com",
        language="ar",
        needs=("interpretation",),
        interpretation_language="Arabisch",
        fields=(0, 1),
    ),
    Citizen(
        "Paul Krüger",
        "paul.krueger@example.org",
        organisation="Turnverein",
        organisation_kind="club",
        fields=(2,),
    ),
    Citizen("Elena Popescu", "elena.popescu@example.net", language="en", needs=("captions",), fields=(1, 3)),
    Citizen("Mehmet Aydın", "mehmet.aydin@example.com", fields=(3, 2)),
    Citizen("Ruth Schäfer", "ruth.schaefer@example.org", needs=("phone", "easy_language"), fields=(0, 3)),
    Citizen("Olena Kovalenko", "olena.kovalenko@example.net", fields=(1,), confirms=False),
)

# Who came to the workshop that lies in the past, by position in CITIZENS; the last stayed away.
PAST_CITIZENS = (0, 1, 2, 5)
PAST_ABSENT = (2,)


@dataclass(frozen=True, slots=True)
class Item:
    title: str
    text: str
    # (title, description)
    proposals: tuple[tuple[str, str], ...] = ()


PAST_AGENDA = (
    Item(
        "Was die Umfrage gesagt hat",
        "Die Moderation stellt die Ergebnisse vor. Am häufigsten genannt wurden:\n\n"
        "- Kurse am Abend\n- Betreuung während der Kurse\n- Hilfe beim Elternabend",
    ),
    Item(
        "Sprachkurse, die zum Leben passen",
        "Viele können vormittags nicht. **Einigkeit**, dass Abendkurse nur mit Kinderbetreuung helfen.",
        proposals=(
            (
                "Abendkurs mit Kinderbetreuung",
                "Zweimal in der Woche ein Deutschkurs von 18 bis 20 Uhr; nebenan werden Kinder betreut.",
            ),
            (
                "Sprachpatinnen und Sprachpaten",
                "Wer Deutsch übt, bekommt eine Person zum Reden: eine Stunde in der Woche, ein halbes Jahr.",
            ),
        ),
    ),
    Item(
        "Eltern und Schule",
        "Elternbriefe werden oft nicht verstanden. Die Schulen wünschen sich Dolmetschende auf Abruf.",
        proposals=(
            (
                "Elternbriefe in Leichter Sprache",
                "Die Schulen schreiben ihre Briefe nach einer gemeinsamen Vorlage in Leichter Sprache.",
            ),
        ),
    ),
)

CAMPAIGN_NAME = "Einladung nach der Umfrage"
CAMPAIGN_SUBJECT = LocalisedText(
    de="Ihre Einladung: Workshops zum {process}", en="Your invitation: workshops on the {process}"
)
CAMPAIGN_TEXT = LocalisedText(
    de="{greeting},\n\nSie haben an der Umfrage teilgenommen und wollten eingeladen werden. Jetzt ist es so "
    "weit: In Online-Workshops sprechen wir darüber, was sich in {town} ändern soll. Suchen Sie sich einen "
    "oder mehrere aus:\n\n{link}\n\nWir freuen uns auf Sie.",
    en="{greeting},\n\nyou took part in the survey and wished to be invited. Now is the time: in online "
    "workshops we talk about what should change in {town}. Choose one or several:\n\n{link}\n\nWe look "
    "forward to meeting you.",
)
RESPONSIBLE = "Amt für Bildung und Soziales"
DECLINED_BECAUSE = "Die Schulen haben seit diesem Jahr eine gemeinsame Vorlage in Leichter Sprache."

# The field whose next workshop is small, so that its waiting list can be seen.
SMALL_FIELD = 2


@dataclass(frozen=True, slots=True)
class Moderator:
    name: str
    # Empty: the address of the demo's moderator sign-in.
    email: str
    fields: tuple[int, ...]
    languages: tuple[str, ...] = ("de",)


MODERATORS = (
    Moderator("Murat Yıldız", "", fields=(0, 1, 2, 3), languages=("de", "tr")),
    Moderator("Claudia Brandt", "claudia.brandt@hechingen.example", fields=(0, 2)),
    Moderator("Jonas Weber", "jonas.weber@hechingen.example", fields=(1, 3), languages=("de", "en")),
)

# Names of the town's own hills; numbers that nobody has.
ROOMS = (("Videoraum Zollern", "07471 0000, PIN 2020#"), ("Videoraum Starzel", "07471 0000, PIN 2021#"))

"""The words of the sample process: the first town's process, fields and dates; all people are made up."""

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from workshops.models import LocalisedText

BERLIN = ZoneInfo("Europe/Berlin")

SLUG = "integrationsplan"
TOWN = "Hechingen"
NAME = LocalisedText(
    de="Integrationsplan Hechingen", en="Integration plan of Hechingen", ar="خطة الاندماج في هيشنغن"
)
PARTNERS = [
    "Volkshochschule",
    "Schulen und Kindertagesstätten",
    "Arbeitskreis Asyl",
    "Vereine und Religionsgemeinschaften",
]
INTRODUCTION = LocalisedText(
    de="Hechingen schreibt einen Plan dafür, wie alle hier gut zusammenleben: wer schon immer da ist, wer "
    "vor Jahren kam und wer gerade ankommt. In der Umfrage haben 240 Menschen gesagt, was ihnen wichtig ist. "
    "Jetzt geht es in Online-Workshops darum, was sich ändern soll. Was dort vorgeschlagen und angenommen "
    "wird, steht danach auf diesen Seiten.\n\nDies ist eine Vorführung: Antworten, Personen und Workshops "
    "sind erfunden.",
    en="Hechingen is writing a plan for how everybody can live well together here: those who have always "
    "been here, those who came years ago and those who are just arriving. In the survey 240 people said what "
    "matters to them. Now online workshops ask what should change. What is proposed and adopted there is "
    "shown on these pages afterwards.\n\nThis is a demonstration: answers, people and workshops are made up.",
    ar="تضع مدينة هيشنغن خطة ليعيش الجميع هنا معًا بشكل جيد. في الاستبيان ذكر 240 شخصًا ما يهمهم. "
    "والآن تبحث ورش عمل عبر الإنترنت ما الذي ينبغي أن يتغير.\n\n"
    "هذا عرض توضيحي: الإجابات والأشخاص وورش العمل من نسج الخيال.",
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
class Field:
    slug: str
    name: LocalisedText
    description: LocalisedText
    guideline: LocalisedText
    goal: LocalisedText
    # 0 = Monday: on which days the field's workshops may lie.
    weekdays: tuple[int, ...]


FIELDS = (
    Field(
        slug="bildung-und-sprache",
        name=LocalisedText(de="Bildung und Sprache", en="Education and language", ar="التعليم واللغة"),
        description=LocalisedText(
            de="Wie lernen Kinder und Erwachsene gut Deutsch, und was brauchen Schulen und Eltern dafür?",
            en="How do children and adults learn German well, and what do schools and parents need for it?",
            ar="كيف يتعلم الأطفال والكبار الألمانية جيدًا، وماذا تحتاج المدارس والأهالي لذلك؟",
        ),
        guideline=LocalisedText(
            de="Alle, die in Hechingen leben, können die Sprache lernen, die sie brauchen.",
            en="Everybody who lives in Hechingen can learn the language they need.",
        ),
        goal=LocalisedText(
            de="Für jeden Kurs gibt es Kinderbetreuung und einen Weg dorthin.",
            en="Every course comes with child care and a way to get there.",
        ),
        weekdays=(0, 1, 2, 3),
    ),
    Field(
        slug="ausbildung-und-arbeit",
        name=LocalisedText(de="Ausbildung und Arbeit", en="Training and work", ar="التدريب المهني والعمل"),
        description=LocalisedText(
            de="Wie finden Menschen eine Ausbildung oder Arbeit, die zu dem passt, was sie können?",
            en="How do people find training or work that fits what they can do?",
            ar="كيف يجد الناس تدريبًا أو عملًا يناسب قدراتهم؟",
        ),
        guideline=LocalisedText(
            de="Was jemand kann, zählt; woher das Zeugnis kommt, nicht.",
            en="What somebody can do counts, not where the certificate comes from.",
        ),
        goal=LocalisedText(
            de="Betriebe und Suchende lernen einander mehrmals im Jahr kennen.",
            en="Businesses and those who look for work meet several times a year.",
        ),
        weekdays=(0, 1, 2, 3),
    ),
    Field(
        slug="zusammenleben-und-freizeit",
        name=LocalisedText(
            de="Zusammenleben und Freizeit",
            en="Living together and leisure",
            ar="العيش المشترك وأوقات الفراغ",
        ),
        description=LocalisedText(
            de="Wo begegnen wir einander, und was hindert uns daran: im Verein, beim Fest, auf der Straße?",
            en="Where do we meet each other, and what keeps us from it: in clubs, at feasts, in the street?",
            ar="أين نلتقي، وما الذي يمنعنا من ذلك: في النوادي والمهرجانات والشارع؟",
        ),
        guideline=LocalisedText(
            de="Wer neu ist, findet in Hechingen leicht Anschluss.",
            en="Whoever is new easily finds company in Hechingen.",
        ),
        goal=LocalisedText(
            de="Jeder Verein hat eine Person, die Neue willkommen heißt.",
            en="Every club has somebody who welcomes newcomers.",
        ),
        weekdays=(1, 2, 3, 4),
    ),
    Field(
        slug="wohnen-und-wohnumfeld",
        name=LocalisedText(de="Wohnen und Wohnumfeld", en="Housing and neighbourhood", ar="السكن ومحيطه"),
        description=LocalisedText(
            de="Wie finden alle eine Wohnung, und wie wird die Nachbarschaft ein guter Ort?",
            en="How does everybody find a flat, and how does the neighbourhood become a good place?",
            ar="كيف يجد الجميع سكنًا، وكيف يصبح الحي مكانًا جيدًا؟",
        ),
        guideline=LocalisedText(
            de="Niemand wird bei der Wohnungssuche wegen Herkunft oder Sprache benachteiligt.",
            en="Nobody is put at a disadvantage in looking for a flat because of origin or language.",
        ),
        goal=LocalisedText(
            de="Die Stadt vermittelt zwischen Vermietenden und Suchenden.",
            en="The town mediates between landlords and those who look for a flat.",
        ),
        weekdays=(0, 1, 2, 3),
    ),
)


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

"""The four action fields of the first town's process."""

from dataclasses import dataclass

from workshops.models import LocalisedText


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
        name=LocalisedText(
            {
                "de": "Bildung und Sprache",
                "de-simple": "Schule und Deutsch lernen",
                "en": "Education and language",
                "ar": "التعليم واللغة",
            }
        ),
        description=LocalisedText(
            {
                "de": "Wie lernen Kinder und Erwachsene gut Deutsch, und was brauchen Schulen "
                "und Eltern dafür?",
                "de-simple": "Wie lernen alle gut Deutsch?\nWas brauchen die Schulen?\n"
                "Was brauchen die Eltern?",
                "en": "How do children and adults learn German well, and what do schools and "
                "parents need for it?",
                "ar": "كيف يتعلم الأطفال والكبار الألمانية جيدًا، وماذا تحتاج المدارس والأهالي لذلك؟",
            }
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
        name=LocalisedText(
            {
                "de": "Ausbildung und Arbeit",
                "de-simple": "Arbeit und Beruf",
                "en": "Training and work",
                "ar": "التدريب المهني والعمل",
            }
        ),
        description=LocalisedText(
            {
                "de": "Wie finden Menschen eine Ausbildung oder Arbeit, die zu dem passt, was sie können?",
                "de-simple": "Wie finden alle eine gute Arbeit?\nWie lernen sie einen Beruf?",
                "en": "How do people find training or work that fits what they can do?",
                "ar": "كيف يجد الناس تدريبًا أو عملًا يناسب قدراتهم؟",
            }
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
            {
                "de": "Zusammenleben und Freizeit",
                "de-simple": "Zusammen leben und Frei-Zeit",
                "en": "Living together and leisure",
                "ar": "العيش المشترك وأوقات الفراغ",
            }
        ),
        description=LocalisedText(
            {
                "de": "Wo begegnen wir einander, und was hindert uns daran: im Verein, beim "
                "Fest, auf der Straße?",
                "de-simple": "Wo treffen wir uns?\nVielleicht im Verein?\nOder bei einem Fest?\n"
                "Was stört uns dabei?",
                "en": "Where do we meet each other, and what keeps us from it: in clubs, at "
                "feasts, in the street?",
                "ar": "أين نلتقي، وما الذي يمنعنا من ذلك: في النوادي والمهرجانات والشارع؟",
            }
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
        name=LocalisedText(
            {
                "de": "Wohnen und Wohnumfeld",
                "de-simple": "Wohnen",
                "en": "Housing and neighbourhood",
                "ar": "السكن ومحيطه",
            }
        ),
        description=LocalisedText(
            {
                "de": "Wie finden alle eine Wohnung, und wie wird die Nachbarschaft ein guter Ort?",
                "de-simple": "Wie finden alle eine Wohnung?\nWie leben wir gut mit den Nachbarn?",
                "en": "How does everybody find a flat, and how does the neighbourhood become a good place?",
                "ar": "كيف يجد الجميع سكنًا، وكيف يصبح الحي مكانًا جيدًا؟",
            }
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

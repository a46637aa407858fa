"""The made-up survey of Hechingen, in every shape in which a survey tool would hand it out.

`python -m tests.workshops.survey_import.sample_survey` writes the one that the product carries; the
same seed gives the same 240 people.
"""

import csv
import datetime
import io
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from workshops import survey_import

SAMPLE = Path(survey_import.__file__).parent / "sample" / "hechingen-2020-survey.csv"
MARK = "Beispieldaten, frei erfunden"

FIELDS = (
    "Bildung und Sprache",
    "Ausbildung und Arbeit",
    "Zusammenleben und Freizeit",
    "Wohnen und Wohnumfeld",
)
DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag")
TIMES = (*(f"{day} {part}" for day in DAYS for part in ("vormittags", "nachmittags", "abends")),
         "Samstag vormittags", "Samstag nachmittags")  # fmt: skip
LANGUAGES = ("Deutsch", "Englisch", "Türkisch", "Arabisch", "Italienisch", "Kroatisch", "Rumänisch",
             "Russisch", "Persisch (Dari)", "Tigrinya")  # fmt: skip
NEEDS = ("Dolmetschen", "Gebärdensprache", "Untertitel", "Leichte Sprache", "Einwahl per Telefon")
NO_NEED = "Nichts davon"
OTHER = "Sonstiges (bitte angeben)"
AGES = ("unter 18", "18 bis 29", "30 bis 44", "45 bis 64", "65 und älter")
IMPORTANCE = ("sehr wichtig", "wichtig", "weniger wichtig")

# Which times suit those interested in a field: the parents in the morning, the employed in the evening.
_LIKED_TIMES = {
    FIELDS[0]: ["Dienstag vormittags", "Mittwoch vormittags", "Donnerstag vormittags", "Dienstag abends"],
    FIELDS[1]: ["Montag abends", "Mittwoch abends", "Donnerstag abends", "Freitag nachmittags"],
    FIELDS[2]: ["Freitag abends", "Samstag vormittags", "Mittwoch abends", "Donnerstag nachmittags"],
    FIELDS[3]: ["Dienstag abends", "Donnerstag abends", "Montag abends", "Montag nachmittags"],
}
_COMMENTS = {
    FIELDS[0]: (
        "Sprachkurse mit Kinderbetreuung, am besten vormittags in der Innenstadt.",
        "In der Kita fehlen Plätze, viele Kinder lernen Deutsch erst in der Schule.",
        "Elternabende bitte mit Dolmetscherin. Ich verstehe sonst die Hälfte nicht.",
        "Die Volkshochschule könnte Kurse auch abends anbieten; ich arbeite in Schicht.",
        "Hausaufgabenhilfe gibt es nur an einer Schule. Warum nicht an allen?",
        "Mehrsprachige Bücher in der Stadtbücherei und ein Vorlesenachmittag im Monat.",
        "Nach dem B1-Kurs ist Schluss. Für die Ausbildung brauche ich aber B2.",
        "Es gibt viele Angebote, aber niemand weiß davon. Eine Übersicht auf einer Seite wäre gut.",
        "Lehrkräfte brauchen Zeit und Fortbildung für Klassen mit vielen Sprachen.",
        "Meine Tochter spricht drei Sprachen. In der Schule zählt nur eine.",
        "Ein Sprachcafé am Samstag, bei dem auch Alteingesessene mitmachen.",
        "Kostenloses WLAN und Computer für alle, die zu Hause keinen haben.",
        "Der Weg zum Kurs ist ohne Auto sehr weit, bitte auch in den Teilorten.",
        "Briefe von Ämtern in einfacher Sprache, das hilft allen.",
        "Paten für Grundschulkinder, eine Stunde in der Woche reicht schon.",
        "Alphabetisierung: Meine Mutter kann in keiner Sprache lesen und findet keinen Kurs.",
        "Deutschkurse nur für Frauen haben mir Mut gemacht. Bitte wieder anbieten.",
        "Während der Schulschließung haben wir den Anschluss verloren. Es braucht Nachhilfe in den Ferien.",
    ),
    FIELDS[1]: (
        "Mein Abschluss ist seit zwei Jahren in der Anerkennung, niemand kann mir etwas dazu sagen.",
        "Praktika bei den Betrieben im Gewerbegebiet, die auch mit wenig Deutsch gehen.",
        "Eine Messe mit den Handwerksbetrieben, bei der man gleich einen Termin bekommt.",
        "Ausbildungspaten haben meinem Sohn sehr geholfen. Bitte weiter fördern!",
        "Ohne Auto komme ich nicht zur Frühschicht, der erste Bus fährt zu spät.",
        "Beratung für Frauen, die nach der Familienzeit wieder arbeiten wollen.",
        "Betriebe sollten wissen, wer ihnen bei Anträgen hilft.",
        "Ich bin Krankenschwester und arbeite als Putzkraft. Das ist doch schade für alle.",
        "Die Berufsschule ist das Schwerste, nicht die Arbeit. Es fehlt Fachsprache.",
        "Wir suchen seit Monaten Auszubildende. Wie erreichen wir die Leute?",
        "Eine feste Ansprechperson im Rathaus für Arbeitgeber wäre Gold wert.",
        "Kinderbetreuung bis 18 Uhr, sonst geht nur Teilzeit.",
        "Selbstständigkeit: Ich möchte einen Laden eröffnen und weiß nicht, wo anfangen.",
        "Bewerbungstraining mit echten Personalleuten, nicht nur Theorie.",
    ),
    FIELDS[2]: (
        "Vereine sollten einen Schnuppermonat anbieten, ohne gleich Mitglied zu werden.",
        "Ein Fest auf dem Marktplatz, bei dem alle etwas kochen.",
        "Das Begegnungscafé war toll, hat aber nur einmal im Monat offen.",
        "Mehr Angebote für Jugendliche am Wochenende, im Winter ist hier nichts los.",
        "Ich wünsche mir Tandems: einmal in der Woche spazieren gehen und Deutsch sprechen.",
        "Der Sportplatz ist abends immer belegt.",
        "Schwimmkurse für Frauen, da kommen dann auch die Mütter.",
        "Man grüßt sich, aber man kennt sich nicht. Nachbarschaftsfeste würden helfen.",
        "Im Chor singen wir Lieder aus acht Ländern. Kommen Sie vorbei!",
        "Rassismus im Alltag ist auch hier ein Thema. Darüber muss man reden dürfen.",
        "Der Jugendraum braucht jemanden, der regelmäßig da ist.",
        "Ehrenamtliche brauchen auch einmal Unterstützung und einen Dank.",
        "Ein gemeinsamer Kalender für alle Vereine, auch auf Englisch.",
        "Für Ältere ohne Familie gibt es fast keine Treffpunkte.",
    ),
    FIELDS[3]: (
        "Bezahlbare Wohnungen für große Familien gibt es nicht.",
        "Im Wohngebiet fehlt ein Spielplatz mit Schatten und Bänken.",
        "Bei der Wohnungssuche bekomme ich keine Antwort, wenn ich meinen Namen nenne.",
        "Nachts ist der Weg vom Bahnhof sehr dunkel.",
        "Eine Anlaufstelle, die Mietverträge und Nebenkosten erklärt.",
        "Mülltrennung mit Bildern erklären, nicht nur mit einem Blatt auf Deutsch.",
        "Mehr Busse am Abend in die Stadtteile, sonst kann ich an nichts teilnehmen.",
        "Gemeinschaftsgärten! Bei uns im Hof wäre Platz.",
        "Wir wohnen zu sechst in drei Zimmern, seit vier Jahren.",
        "Leerstand in der Altstadt: Da könnten doch Familien wohnen.",
        "Vermieter haben Sorgen, die man ihnen nehmen kann. Eine Bürgschaft der Stadt?",
        "Ein Einkaufsladen im Teilort fehlt, vor allem für Menschen ohne Auto.",
        "Radwege zwischen den Teilorten und der Schule, bitte getrennt von der Straße.",
        "Nachbarn schimpfen wegen Lärm. Ein Vermittler hätte uns geholfen.",
        "Barrierefreie Wohnungen für Ältere, damit die großen Häuser frei werden.",
        "Die Unterkunft liegt am Rand. So lernt man niemanden kennen.",
        "Der Aufzug am Bahnhof ist ständig kaputt.",
        "Sitzbänke auf dem Weg in die Oberstadt, der Berg ist steil.",
    ),
}
_GENERAL = (
    "Danke, dass Sie uns fragen.",
    "Bitte die Ergebnisse auch veröffentlichen.",
    "Ich möchte gern ehrenamtlich mithelfen.",
    "Die Umfrage war etwas lang, aber gut verständlich.",
    "Bitte nicht nur reden, sondern auch umsetzen.",
    "Gibt es die Umfrage auch auf Tigrinya? Meine Nachbarin hätte gern mitgemacht.",
    "Online geht bei uns nur mit dem Telefon.",
    "Schön, dass auch wir gefragt werden, die schon lange hier leben.",
)


@dataclass
class Person:
    number: int
    ended_at: datetime.datetime
    fields: list[str]
    other_field: str
    importance: str
    times: list[str]
    languages: list[str]
    needs: list[str]
    other_need: str
    comments: dict[str, str]
    general: str
    age: str
    wish: str
    address: str


def people(count: int = 240, *, seed: int = 2020) -> Iterator[Person]:
    chance = random.Random(seed)
    # A source of their own: another comment leaves everything else as it is.
    pen = random.Random(seed)
    # Nobody says the same as another: each comment is dealt out once.
    decks = {name: pen.sample(texts, len(texts)) for name, texts in _COMMENTS.items()}
    general = pen.sample(_GENERAL, len(_GENERAL))
    moment = datetime.datetime(2020, 5, 11, 8, 0, tzinfo=datetime.UTC)
    for number in range(1, count + 1):
        moment += datetime.timedelta(seconds=chance.randint(900, 17_000))
        fields = [
            name
            for name, share in zip(FIELDS, (0.55, 0.42, 0.38, 0.6), strict=True)
            if chance.random() < share
        ]
        liked = [time for name in fields for time in _LIKED_TIMES[name]]
        times = {time for time in liked if chance.random() < 0.55}
        times |= {time for time in TIMES if chance.random() < (0.01 if "Samstag n" in time else 0.06)}
        languages = ["Deutsch"] if chance.random() < 0.88 else []
        languages += [
            name
            for name, share in zip(
                LANGUAGES[1:], (0.22, 0.14, 0.11, 0.05, 0.06, 0.04, 0.07, 0.05, 0.01), strict=True
            )
            if chance.random() < share
        ]
        needs = [
            name
            for name, share in zip(NEEDS, (0.14, 0.01, 0.06, 0.12, 0.08), strict=True)
            if chance.random() < share
        ]
        wishes = chance.random() < 0.55
        address = f"teilnahme-{number:03}@{chance.choice(['example.org', 'example.com', 'example.net'])}"
        yield Person(
            number=number,
            ended_at=moment,
            fields=fields,
            other_field="Verkehr und Radwege" if chance.random() < 0.03 else "",
            importance=chance.choices(IMPORTANCE, (6, 3, 1))[0],
            times=[time for time in TIMES if time in times],
            languages=languages or ["Deutsch"],
            needs=needs,
            other_need="barrierefreier Chat" if chance.random() < 0.02 else "",
            comments={name: decks[name].pop() for name in fields if decks[name] and pen.random() < 0.2},
            general=general.pop() if general and pen.random() < 0.05 else "",
            age=chance.choices(AGES, (4, 18, 34, 30, 14))[0],
            wish="Ja" if wishes else "Nein",
            address=("teilnahme-058@example,org" if number == 58 else address) if wishes else "",
        )


@dataclass
class Asked:
    """One question: its options (none: a text), and what each person answered."""

    text: str
    code: str
    takes: str = ""
    below: str = "Open-Ended Response"
    options: Sequence[str] = ()
    other: str = ""
    topic: str = ""

    def answer(self, person: Person) -> str | list[str]:
        if self.topic:
            return person.comments.get(self.topic, "")
        found = getattr(person, self.takes)
        return found if isinstance(found, str) else list(found)

    def other_answer(self, person: Person) -> str:
        return {"fields": person.other_field, "needs": person.other_need}.get(self.takes, "")


QUESTIONS = (
    Asked("Welche Handlungsfelder interessieren Sie?", "G01Q01", "fields", options=FIELDS, other=OTHER),
    Asked("Wie wichtig ist Ihnen das Zusammenleben in Hechingen?", "G01Q02", "importance", below="Response"),
    Asked("Wann könnten Sie an einem Online-Workshop teilnehmen?", "G02Q01", "times", options=TIMES),
    Asked("In welchen Sprachen können Sie mitreden?", "G02Q02", "languages", options=LANGUAGES),
    Asked(
        "Was brauchen Sie, um gut teilnehmen zu können?",
        "G02Q03",
        "needs",
        options=(*NEEDS, NO_NEED),
        other=OTHER,
    ),
    *(
        Asked(f"Ihre Anregungen zu „{name}“", f"G03Q0{number}", topic=name)
        for number, name in enumerate(FIELDS, 1)
    ),
    Asked("Möchten Sie uns noch etwas mitteilen?", "G03Q05", "general"),
    Asked("Wie alt sind Sie?", "G04Q01", "age", below="Response"),
    Asked("Dürfen wir Sie zu den Workshops einladen?", "G05Q01", "wish", below="Response"),
    Asked("Ihre E-Mail-Adresse für die Einladung", "G05Q02", "address"),
)

_META = ("Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address",
         "First Name", "Last Name", "Custom Data 1")  # fmt: skip


def _about(person: Person) -> list[str]:
    started = person.ended_at - datetime.timedelta(minutes=5 + person.number % 9)
    moments = [f"{moment:%m/%d/%Y %I:%M:%S %p}" for moment in (started, person.ended_at)]
    # 198.51.100.0/24 is set aside for documentation (RFC 5737).
    address = f"198.51.100.{person.number % 250}"
    respondent = str(11_650_000_000 + person.number * 7919)
    return [respondent, "268114402", *moments, address, "", "", "", MARK]


def expanded(persons: Iterator[Person], *, numbers: bool = False) -> Iterator[list[str]]:
    """SurveyMonkey, a column for each option; `numbers`: codes instead of the answers' texts."""
    heads, below = [*_META], [""] * len(_META)
    for asked in QUESTIONS:
        options = [*asked.options, *([asked.other] if asked.other else [])] or [asked.below]
        heads += [asked.text, *[""] * (len(options) - 1)]
        below += options
    yield heads
    yield below
    for person in persons:
        row = _about(person)
        for asked in QUESTIONS:
            answer = asked.answer(person)
            if isinstance(answer, str):
                row.append(
                    str(("Ja", "Nein").index(answer) + 1) if numbers and asked.takes == "wish" else answer
                )
                continue
            row += [
                (str(number) if numbers else option) if option in answer else ""
                for number, option in enumerate(asked.options, 1)
            ]
            row += [asked.other_answer(person)] if asked.other else []
        yield row


def condensed(persons: Iterator[Person], *, separator: str = "; ") -> Iterator[list[str]]:
    """SurveyMonkey, a column for each question."""
    yield [*_META, *(asked.text for asked in QUESTIONS)]
    yield ["" for _ in _META] + [
        "Open-Ended Response" if not asked.options else "Response" for asked in QUESTIONS
    ]
    for person in persons:
        row = _about(person)
        for asked in QUESTIONS:
            answer = asked.answer(person)
            other = asked.other_answer(person)
            row.append(
                answer if isinstance(answer, str) else separator.join([*answer, *([other] if other else [])])
            )
        yield row


def limesurvey(persons: Iterator[Person], *, heads: str = "code", full: bool = False) -> Iterator[list[str]]:
    """LimeSurvey. `heads`: code, codetext or full; `full`: Ja and Nein instead of Y and nothing."""
    about = ["id", "submitdate", "lastpage", "startlanguage", "seed", "ipaddr"]
    if heads == "full":
        about = [
            "Antwort ID",
            "Datum Abgeschickt",
            "Letzte Seite",
            "Start-Sprache",
            "Zufallsstartwert",
            "IP-Adresse",
        ]
    row = list(about)
    for asked in QUESTIONS:
        options = [(f"SQ{number:03}", option) for number, option in enumerate(asked.options, 1)]
        options += [("other", "Sonstiges")] if asked.other else []
        for code, option in options or [("", "")]:
            coded = asked.code + (f"[{code}]" if code else "")
            text = asked.text + (f" [{option}]" if option else "")
            row.append({"code": coded, "codetext": f"{coded}. {text}", "full": text}[heads])
    yield row
    for person in persons:
        row = [
            str(person.number),
            f"{person.ended_at:%Y-%m-%d %H:%M:%S}",
            "5",
            "de",
            str(person.number * 31),
            "198.51.100.1",
        ]
        for asked in QUESTIONS:
            answer = asked.answer(person)
            if isinstance(answer, str):
                row.append(answer[:1].replace("J", "Y") if asked.takes == "wish" and not full else answer)
                continue
            chosen, not_chosen = ("Ja", "Nein") if full else ("Y", "")
            row += [chosen if option in answer else not_chosen for option in asked.options]
            row += [asked.other_answer(person)] if asked.other else []
        yield row


def as_csv(rows: Iterator[list[str]], *, separator: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows: Iterator[list[str]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sheet")
    for row in rows:
        sheet.append([int(cell) if cell.isdigit() and len(cell) < 12 else cell or None for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


if __name__ == "__main__":
    SAMPLE.write_bytes(as_csv(expanded(people())))

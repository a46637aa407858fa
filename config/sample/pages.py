"""What the first town says on the pages that the law asks for; all people are made up."""

import datetime

from workshops.models import LocalisedText
from workshops.operations.public_pages import PagesDetails

ADDRESS = "Marktplatz 1\n72379 Hechingen"

REASON = LocalisedText(
    {
        "de": "In Hechingen leben Menschen aus vielen Ländern. Wer hier lebt, weiß am besten, was fehlt. "
        "Deshalb fragen wir, bevor der Gemeinderat entscheidet.",
        "de-simple": "In Hechingen leben Menschen aus vielen Ländern.\nSie wissen: Das fehlt uns hier.\n"
        "Darum fragen wir zuerst.\nDann entscheidet der Gemeinde-Rat.",
        "en": "People from many countries live in Hechingen. Those who live here know best what is missing. "
        "So we ask before the town council decides.",
        "ar": "يعيش في هيشنغن أناس من بلدان كثيرة. ومن يعيش هنا يعرف أكثر من غيره ما الذي ينقص. "
        "لذلك نسأل قبل أن يقرر المجلس البلدي.",
    }
)
WHO = LocalisedText(
    {
        "de": "Alle, die in Hechingen leben, arbeiten, lernen oder sich engagieren, ab 14 Jahren. Sie müssen "
        "kein Deutsch können: Wir dolmetschen, auch in Gebärdensprache.",
        "de-simple": "Alle Menschen in Hechingen dürfen mit-machen.\nSie müssen 14 Jahre alt sein.\n"
        "Oder älter.\nSie müssen nicht gut Deutsch können.",
        "en": "Everybody who lives, works, learns or volunteers in Hechingen, from the age of 14. You "
        "needn't speak German: we interpret, into sign language too.",
        "ar": "كل من يعيش أو يعمل أو يتعلم أو يتطوع في هيشنغن، ابتداءً من سن 14 عامًا. "
        "لا يلزمك أن تتحدث الألمانية: نوفر الترجمة الفورية، بما في ذلك لغة الإشارة.",
    }
)
OUTLOOK = LocalisedText(
    {
        "de": "In den nächsten Wochen sprechen wir in Workshops über alle vier Handlungsfelder. Jeder "
        "Vorschlag bekommt eine Antwort mit Begründung. Danach beschließt der Gemeinderat den Plan.",
        "de-simple": "In den nächsten Wochen gibt es Treffen.\nDie Stadt antwortet auf jeden Vorschlag.\n"
        "Danach stimmt der Gemeinde-Rat über den Plan ab.",
        "en": "In the coming weeks workshops deal with all four fields. Each proposal gets an answer, with "
        "reasons. Then the town council adopts the plan.",
        "ar": "في الأسابيع المقبلة نناقش في ورش العمل المجالات الأربعة كلها. ويحصل كل اقتراح على رد مع ذكر "
        "الأسباب. ثم يعتمد المجلس البلدي الخطة.",
    }
)
KNOWN_LIMITS = LocalisedText(
    {
        "de": "Die Namen der Partner stehen nur auf Deutsch da.",
        "de-simple": "Die Namen von den Partnern gibt es nur in schwerer Sprache.",
        "en": "The partners' names are in German only.",
        "ar": "أسماء الشركاء مكتوبة بالألمانية فقط.",
    }
)
EASY_TEXT = (
    "Der Plan heißt: Integrations-Plan.\n"
    "Integration heißt: Alle gehören dazu.\n\n"
    "Im Plan geht es um 4 Themen:\n\n"
    "- Schule und Deutsch lernen\n"
    "- Arbeit und Beruf\n"
    "- Zusammen leben und Frei-Zeit\n"
    "- Wohnen\n\n"
    "Das hier ist eine Probe.\n"
    "Die Menschen auf diesen Seiten sind aus-gedacht."
)


def said(*, checked_on: datetime.date) -> PagesDetails:
    return {
        "reason": REASON,
        "who": WHO,
        "outlook": OUTLOOK,
        "provider": "Stadt Hechingen",
        "represented_by": "Bürgermeisterin Maria Muster",
        "postal_address": ADDRESS,
        "responsible": f"Sabine Keller, Amt für Bildung und Soziales\n{ADDRESS}",
        "protection_officer": (
            f"Behördliche Datenschutzbeauftragte der Stadt Hechingen\n{ADDRESS}\n"
            "datenschutz@hechingen.example"
        ),
        "checked_on": checked_on,
        "known_limits": KNOWN_LIMITS,
        "easy_text": EASY_TEXT,
    }

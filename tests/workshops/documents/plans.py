"""Plans as content, without a database: a small one that says something, and a large one."""

import dataclasses
import datetime
import itertools

from workshops.exports.look import Look
from workshops.plans.content import (
    Chapter,
    Figure,
    GoalContent,
    GuidelineContent,
    MeasureContent,
    MilestoneContent,
    Origin,
    PlanContent,
)

MADE_AT = datetime.datetime(2020, 11, 3, 9, 30, tzinfo=datetime.UTC)
LOOK = Look("Hechingen")
DAY = datetime.date(2020, 10, 20)

DESCRIPTION = {
    "de": "Zwei Kurse je Woche **ab 18 Uhr**, abwechselnd in der Kernstadt und in den Ortsteilen.\n\n"
    "- mit Betreuung der Kinder\n- mit [Anmeldung](https://vhs.example/) bei der Volkshochschule",
    "ar": "دورتان في الأسبوع **ابتداءً من الساعة 18**، بالتناوب بين وسط المدينة والضواحي.",
}


def a_measure(number: str = "1.1.1", *, key: int = 1, **fields: object) -> MeasureContent:
    made = MeasureContent(
        id=key,
        number=number,
        title={"de": "Abendkurse in der Volkshochschule", "ar": "دورات مسائية في المدرسة الشعبية"},
        description=DESCRIPTION,
        purpose="Wer tagsüber arbeitet, kann abends Deutsch lernen.",
        target_group="Berufstätige und Eltern",
        responsible="Volkshochschule Hechingen",
        partners="Arbeitskreis Asyl",
        cost="rund 12.000 € im Jahr",
        funding="Land Baden-Württemberg (VwV Deutsch)",
        time_frame="ab Herbst 2021",
        indicator="mindestens 40 Teilnehmende im ersten Jahr",
        status="in_progress",
        adopted_on=DAY,
        origins=(Origin({"de": "Bildung und Sprache: Workshop 2"}, "bildung", 2, DAY, "Kurse", 3),),
        milestones=(MilestoneContent(datetime.date(2021, 9, 13), {"de": "Der erste Kurs beginnt"}),),
    )
    return dataclasses.replace(made, **fields)  # type: ignore[arg-type]


def a_plan(*measures: MeasureContent) -> PlanContent:
    """Two fields, the second without anything in it; titles in German, English and Arabic."""
    goal = GoalContent(11, "1.1", {"de": "Kurse zu jeder Tageszeit"}, measures or (a_measure(),))
    guideline = GuidelineContent(
        21, "1", {"de": "Alle können Deutsch lernen", "ar": "يمكن للجميع تعلم الألمانية"}, (goal,)
    )
    return PlanContent(
        process_name={"de": "Integrationsplan Hechingen", "ar": "خطة الاندماج في هيشنغن"},
        town="Hechingen",
        partners=("Volkshochschule", "Arbeitskreis Asyl"),
        introduction={
            "de": "Der Plan sagt, was die Stadt *erreichen* will.",
            "ar": "تقول الخطة ما تريده المدينة.",
        },
        chapters=(
            Chapter(
                31,
                "bildung",
                1,
                {"de": "Bildung und Sprache", "ar": "التعليم واللغة"},
                {"de": "Wer die Sprache kann, findet Arbeit, Freunde und Rat."},
                (Figure("interest", {"de": "Menschen interessiert das Thema"}, "124"),),
                (guideline,),
            ),
            Chapter(32, "wohnen", 2, {"de": "Wohnen", "ar": "السكن"}),
        ),
    )


def a_large_plan(measures: int = 200) -> PlanContent:
    """Five fields, in each the same number of guidelines, goals and measures, as a town would write them."""
    ids = itertools.count(1)
    words = DESCRIPTION["de"].split("\n")[0]
    chapters = []
    for field in range(1, 6):
        lines = []
        for line in range(2):
            number = (field - 1) * 2 + line + 1
            goals = []
            for goal in range(1, 5):
                rows = tuple(
                    a_measure(
                        f"{number}.{goal}.{place}",
                        key=next(ids),
                        title={"de": f"Abendkurse in der Volkshochschule, Teil {place}"},
                        description={"de": f"{words} {words}"},
                    )
                    for place in range(1, measures // 40 + 1)
                )
                goals.append(GoalContent(goal, f"{number}.{goal}", {"de": "Kurse zu jeder Tageszeit"}, rows))
            lines.append(
                GuidelineContent(number, str(number), {"de": "Alle können Deutsch lernen"}, tuple(goals))
            )
        chapters.append(
            Chapter(
                field,
                f"feld-{field}",
                field,
                {"de": f"Handlungsfeld {field}"},
                {"de": words},
                (),
                tuple(lines),
            )
        )
    return PlanContent({"de": "Integrationsplan Hechingen"}, "Hechingen", chapters=tuple(chapters))

"""Plans made up by hypothesis: whatever staff could have written."""

import datetime

from hypothesis import strategies as st

from workshops.plans.content import (
    DETAILS,
    STATUSES,
    Chapter,
    Figure,
    GoalContent,
    GuidelineContent,
    MeasureContent,
    MilestoneContent,
    Origin,
    PlanContent,
)

WORDS = st.text(alphabet="abäß 1.,\nع", max_size=12)
TEXTS = st.dictionaries(st.sampled_from(["de", "en", "ar"]), WORDS.filter(bool), max_size=3)
DAYS = st.dates(datetime.date(2020, 1, 1), datetime.date(2030, 12, 31))

FIGURES = st.builds(Figure, code=WORDS, label=TEXTS, value=WORDS, note=TEXTS)
ORIGINS = st.builds(
    Origin,
    workshop_title=TEXTS,
    field=WORDS,
    number=st.integers(1, 9),
    on=DAYS,
    item=WORDS,
    version=st.integers(0, 9),
)
MILESTONES = st.builds(MilestoneContent, on=DAYS, title=TEXTS, reached_on=st.none() | DAYS)


def measures(pk: int) -> st.SearchStrategy[MeasureContent]:
    return st.builds(
        MeasureContent,
        id=st.just(pk),
        number=st.just(f"n{pk}"),
        title=TEXTS,
        description=TEXTS,
        status=st.sampled_from(STATUSES),
        adopted_on=st.none() | DAYS,
        origins=st.lists(ORIGINS, max_size=1).map(tuple),
        milestones=st.lists(MILESTONES, max_size=1).map(tuple),
        **{name: st.just("") | WORDS for name in DETAILS},
    )


@st.composite
def plans(draw: st.DrawFn) -> PlanContent:
    """Of up to five measures with the identities 1 to 5, spread over up to eight goals in two fields."""
    pks = draw(st.lists(st.integers(1, 5), unique=True, max_size=5))
    made = {pk: draw(measures(pk)) for pk in pks}
    goal_of = {pk: draw(st.integers(1, 8)) for pk in pks}
    line_of = {goal: draw(st.integers(1, 4)) for goal in range(1, 9)}
    goals = draw(st.sets(st.integers(1, 8))) | set(goal_of.values())
    lines = draw(st.sets(st.integers(1, 4))) | {line_of[goal] for goal in goals}
    # Guidelines 1 and 2 are in field 1, 3 and 4 in field 2.
    fields = draw(st.sets(st.integers(1, 2))) | {(line + 1) // 2 for line in lines}
    return PlanContent(
        process_name=draw(TEXTS),
        town=draw(WORDS),
        partners=draw(st.lists(WORDS, max_size=2).map(tuple)),
        title=draw(TEXTS),
        introduction=draw(TEXTS),
        chapters=tuple(
            Chapter(
                id=field,
                slug=f"feld-{field}",
                position=field,
                name=draw(TEXTS),
                introduction=draw(TEXTS),
                figures=draw(st.lists(FIGURES, max_size=1).map(tuple)),
                guidelines=tuple(
                    GuidelineContent(
                        line,
                        str(line),
                        draw(TEXTS),
                        tuple(
                            GoalContent(
                                goal,
                                f"{line}.{goal}",
                                draw(TEXTS),
                                tuple(made[pk] for pk in pks if goal_of[pk] == goal),
                            )
                            for goal in sorted(goals)
                            if line_of[goal] == line
                        ),
                    )
                    for line in sorted(lines)
                    if (line + 1) // 2 == field
                ),
            )
            for field in sorted(fields)
        ),
    )

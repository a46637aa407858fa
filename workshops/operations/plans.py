"""The plan as a whole: what it says now, as `workshops.plans` knows it. Reads only."""

from django.db.models import Prefetch, QuerySet

from workshops.models import (
    ActionField,
    Goal,
    Guideline,
    Measure,
    Milestone,
    ParticipationProcess,
    Plan,
    ProposedMeasure,
    SurveyComment,
    Workshop,
)
from workshops.operations import plan_figures
from workshops.plans.content import (
    DETAILS,
    Chapter,
    GoalContent,
    GuidelineContent,
    MeasureContent,
    MilestoneContent,
    Origin,
    PlanContent,
    Texts,
)


def content_of(process: ParticipationProcess) -> PlanContent:
    """As it stands at this moment, in a fixed number of statements however long it is."""
    plan = Plan.objects.filter(process=process).first() or Plan(process=process)
    fields = list(
        process.fields.select_related("chapter")
        .order_by("position")
        .prefetch_related(Prefetch("guidelines", _guidelines()))
    )
    figures = plan_figures.available(process, fields)
    chapters = []
    # Guidelines are numbered through: see `GuidelineContent`.
    first = 1
    for field in fields:
        chapter = getattr(field, "chapter", None)
        chosen = chapter.figures if chapter is not None else []
        chapters.append(
            Chapter(
                id=field.pk,
                slug=field.slug,
                position=field.position,
                name=dict(field.name),
                introduction=dict(chapter.introduction) if chapter is not None else {},
                figures=tuple(figures[field.pk][code] for code in chosen if code in figures[field.pk]),
                guidelines=_guidelines_of(field, process, first=first),
            )
        )
        first += len(chapters[-1].guidelines)
    return PlanContent(
        process_name=dict(process.name),
        town=process.town,
        partners=tuple(str(each) for each in process.partners),
        title=dict(plan.title),
        introduction=dict(plan.introduction),
        chapters=tuple(chapters),
    )


def _guidelines() -> "QuerySet[Guideline]":
    merged = ProposedMeasure.objects.select_related("item__workshop__series__field").order_by(
        "item__workshop__starts_at", "pk"
    )
    # How many there are, without their texts.
    merged = merged.prefetch_related(Prefetch("survey_comments", SurveyComment.objects.only("pk")))
    origins = merged.prefetch_related(Prefetch("merged_proposals", merged))
    adopted = Measure.objects.order_by("position").prefetch_related(
        Prefetch("proposals", origins), Prefetch("milestones", Milestone.objects.order_by("on", "pk"))
    )
    goals = Goal.objects.order_by("position").prefetch_related(Prefetch("measures", adopted))
    return Guideline.objects.order_by("position").prefetch_related(Prefetch("goals", goals))


def _guidelines_of(
    field: ActionField, process: ParticipationProcess, *, first: int
) -> tuple[GuidelineContent, ...]:
    return tuple(
        GuidelineContent(
            id=guideline.pk,
            number=str(number),
            text=dict(guideline.text),
            goals=tuple(
                GoalContent(
                    id=goal.pk,
                    number=f"{number}.{second}",
                    text=dict(goal.text),
                    measures=tuple(
                        _measure(measure, process, number=f"{number}.{second}.{third}")
                        for third, measure in enumerate(goal.measures.all(), 1)
                    ),
                )
                for second, goal in enumerate(guideline.goals.all(), 1)
            ),
        )
        for number, guideline in enumerate(field.guidelines.all(), first)
    )


def _measure(measure: Measure, process: ParticipationProcess, *, number: str) -> MeasureContent:
    proposals = [each for one in measure.proposals.all() for each in (one, *one.merged_proposals.all())]
    origins = [
        Origin(
            workshop_title=_title_of(proposal.item.workshop),
            field=proposal.item.workshop.series.field.slug,
            number=proposal.item.workshop.number,
            on=proposal.item.workshop.starts_at.astimezone(process.zone).date(),
            item=proposal.item.title,
            version=proposal.item_version,
        )
        for proposal in proposals
    ]
    return MeasureContent(
        id=measure.pk,
        number=number,
        title=dict(measure.title),
        description=dict(measure.description),
        **{name: getattr(measure, name) for name in DETAILS},
        status=measure.status,
        adopted_on=measure.adopted_at.astimezone(process.zone).date(),
        # Two proposals under one item of the same version are one origin.
        origins=_each_once(origins),
        survey_comments=measure.survey_comment_count,
        milestones=tuple(
            MilestoneContent(on=each.on, title=dict(each.title), reached_on=each.reached_on)
            for each in measure.milestones.all()
        ),
    )


def _each_once(origins: list[Origin]) -> tuple[Origin, ...]:
    return tuple(each for index, each in enumerate(origins) if each not in origins[:index])


def _title_of(workshop: Workshop) -> Texts:
    return plan_figures.in_all_languages(lambda: str(workshop))

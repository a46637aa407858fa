"""Survey comments that a proposal takes up outlive the file they came with.

Minutes, proposals and measures name them as their origin, and the public reads how many there are. Everything
else of a removed file goes; a comment that stayed goes when no proposal takes it up any more.
"""

from django.db.models import Count, Q, QuerySet

from workshops.models import AgendaItem, Survey, SurveyComment, SurveyImport


def taken_up(survey: Survey) -> QuerySet[SurveyComment]:
    return survey.comments.filter(proposals__isnull=False).distinct()


def count_taken_up(survey: Survey) -> dict[int, int]:
    """By import, those that none takes up left out: how many comments stay if it is removed."""
    rows = survey.imports.order_by("pk").values_list("pk")
    taken = Count("comments", filter=Q(comments__proposals__isnull=False), distinct=True)
    return {pk: n for pk, n in rows.annotate(n=taken) if n}


def remove(survey: Survey, imports: list[SurveyImport]) -> int:
    """Imports with their answers and comments, except those taken up; how many stay. In a transaction."""
    ours = survey.comments.filter(survey_import__in=imports)
    # Locked before the look: whoever takes one of them up at this moment waits, and finds it gone or kept.
    list(ours.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    kept = list(taken_up(survey).filter(survey_import__in=imports).values_list("pk", flat=True))
    SurveyComment.objects.filter(pk__in=kept).update(survey_import=None)
    survey.imports.filter(pk__in=[each.pk for each in imports]).delete()
    return len(kept)


def forget_unused_of(item: AgendaItem) -> None:
    """Comments without a file that no proposal of the item's process takes up any more."""
    process = item.workshop.process
    SurveyComment.objects.filter(survey__process=process, survey_import=None, proposals=None).delete()


def forget_unused(survey: Survey) -> int:
    """Every comment that no proposal takes up; how many went. In a transaction."""
    list(survey.comments.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    _all, deleted = survey.comments.filter(proposals=None).delete()
    return deleted.get(SurveyComment._meta.label, 0)


class Waiting:
    """Comments without a file. The same comment may come again with the next one: it isn't told twice."""

    def __init__(self, survey: Survey) -> None:
        self._found: dict[tuple[int | None, str], list[int]] = {}
        rows = survey.comments.filter(survey_import=None).order_by("-pk")
        for pk, field, text in rows.values_list("pk", "field", "text"):
            self._found.setdefault((field, text), []).append(pk)

    def take(self, field: int | None, text: str, *, into: SurveyImport) -> bool:
        """It belongs to this import from now on; False: it is a new comment."""
        waiting = self._found.get((field, text))
        if not waiting:
            return False
        SurveyComment.objects.filter(pk=waiting.pop()).update(survey_import=into)
        return True

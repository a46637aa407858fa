"""Staff: the survey's window and gate, taking answers in, the evaluation, the waiver."""

import datetime
from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from workshops.dates import day_text, moment_text
from workshops.errors import Refusal
from workshops.forms.staff_survey import MappingForm, UploadForm, WaiverForm, WindowForm
from workshops.models import ParticipationProcess, Survey, SurveyImport
from workshops.operations import survey_imports, survey_origins, survey_problems, surveys, uploads
from workshops.permissions import signed_in_user
from workshops.survey_import import mapping
from workshops.survey_import.layout import Form
from workshops.survey_import.problems import BrokenFile
from workshops.views.staff import attempt, carried_out, process_page

COMMENTS_A_PAGE = 50


def gate_sentence(process: ParticipationProcess, survey: Survey | None, now: datetime.datetime) -> str:
    """The state of the gate, and what to do next, in one sentence."""
    if survey is None:
        return _("Es ist noch kein Zeitraum für die Umfrage festgelegt.")
    if survey.waived_at and survey.waived_by:
        return _("Workshops dürfen geplant werden: %(name)s hat am %(day)s auf die Umfrage verzichtet.") % {
            "name": survey.waived_by,
            "day": day_text(survey.waived_at, process),
        }
    closing = {"moment": moment_text(survey.closes_at, process)}
    if not survey.is_closed(now):
        if survey.is_open(now):
            sentence = _("Die Umfrage läuft noch bis %(moment)s; danach ist sie auszuwerten.")
        else:
            sentence = _("Die Umfrage endet am %(moment)s; danach ist sie auszuwerten.")
        return sentence % closing
    if survey.is_evaluated:
        return _("Workshops dürfen geplant werden: Die Umfrage ist beendet und ausgewertet.")
    if survey.answers.exists():
        return _("Die Umfrage ist seit %(moment)s beendet; bitte die Antworten jetzt auswerten.") % closing
    return _("Die Umfrage ist seit %(moment)s beendet; bitte die Antworten jetzt übernehmen.") % closing


@process_page
def survey(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    found = _survey_or_none(process)
    now = timezone.now()
    return _page(
        request,
        process,
        "survey",
        survey=found,
        sentence=gate_sentence(process, found, now),
        gate_is_open=found is not None and found.gate_is_open(now),
        is_closed=found is not None and found.is_closed(now),
        answer_count=found.answers.count() if found else 0,
        comment_count=found.comments.count() if found else 0,
        invited_count=process.participants.may_be_invited().count(),
        imports=_imports(found) if found else [],
    )


@process_page
def window(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    found = _survey_or_none(process)
    kept = {name: getattr(found, name) for name in WindowForm.base_fields} if found else None
    form = WindowForm(request.POST or None, initial=kept)
    user = signed_in_user(request)
    if carried_out(form, lambda: surveys.set_window(process, by=user, **form.cleaned_data), at="closes_at"):
        messages.success(request, _("Der Zeitraum der Umfrage ist gespeichert."))
        return redirect("workshops:staff_survey", process.slug)
    return _page(request, process, "survey_window", form=form)


@process_page
def upload(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """First step. The file is looked at once before it is kept for the second."""
    found = _survey(process)
    form = UploadForm(request.POST or None, request.FILES or None)
    problems: list[str] = []
    if form.is_valid():
        uploads.discard_stale(now=timezone.now())
        _discard_upload(request, process)
        token = uploads.keep(form.cleaned_data["file"].chunks())
        try:
            with uploads.open_kept(token) as file:
                survey_imports.inspect(found, file)
        except Refusal as refusal:
            uploads.discard(token)
            form.add_error("file", refusal.sentence)
            problems = _problems(refusal)
        except BaseException:
            uploads.discard(token)
            raise
        else:
            request.session[_session_key(process)] = token
            return redirect("workshops:staff_survey_mapping", process.slug)
    return _page(request, process, "survey_upload", form=form, problems=problems)


@process_page
def answers_mapping(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """Second step: what was recognised; staff correct it and take the answers in."""
    found = _survey(process)
    token = request.session.get(_session_key(process), "")
    problems: list[str] = []
    try:
        with uploads.open_kept(token) as file:
            preview = survey_imports.inspect(found, file)
            form = MappingForm(
                request.POST or None,
                preview=preview,
                proposal=survey_imports.propose(found, preview),
                names=survey_imports.field_names(process),
                field_choices=[(str(field.pk), str(field.name)) for field in process.fields.all()],
                may_replace=found.imports.exists(),
                staying=_staying(sum(survey_origins.count_taken_up(found).values())),
            )
            is_valid = form.is_valid()
            if is_valid and not form.is_settled and "take" in request.POST:
                problems = [_("Die Zuordnung hat sich geändert. Bitte die neuen Angaben prüfen.")]
            elif is_valid and "take" in request.POST:
                lacks = mapping.check(preview, form.meaning())
                if lacks:
                    raise survey_problems.refused(BrokenFile(*lacks))
                done = survey_imports.import_answers(
                    found,
                    file,
                    by=signed_in_user(request),
                    meaning=form.meaning(),
                    replace=form.cleaned_data.get("replace", False),
                )
                _discard_upload(request, process)
                _tell_import(request, done)
                return redirect("workshops:staff_survey", process.slug)
    except Refusal as refusal:
        if refusal.code == "upload_gone":
            messages.error(request, refusal.sentence)
            return redirect("workshops:staff_survey_upload", process.slug)
        problems = [refusal.sentence, *_problems(refusal)]
    return _page(
        request,
        process,
        "survey_mapping",
        form=form,
        preview=preview,
        is_expanded=preview.layout.form is Form.EXPANDED,
        problems=problems,
    )


@process_page
@require_POST
def discard_upload(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    _discard_upload(request, process)
    messages.success(request, _("Die hochgeladene Datei ist gelöscht, nichts wurde übernommen."))
    return redirect("workshops:staff_survey", process.slug)


@process_page
@require_POST
def discard_import(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    taken = get_object_or_404(_survey(process).imports.all(), pk=pk)
    try:
        kept = survey_imports.discard_import(taken, by=signed_in_user(request))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        done = _("Die Antworten dieser Datei sind entfernt. Bitte neu auswerten.")
        messages.success(request, f"{done} {_staying(kept)}".strip())
    return redirect("workshops:staff_survey", process.slug)


@process_page
@require_POST
def evaluate(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    found = _survey(process)
    is_done = attempt(
        request,
        lambda: surveys.evaluate(found, by=signed_in_user(request)),
        done=_("Die Umfrage ist ausgewertet. Workshops dürfen jetzt geplant werden."),
    )
    return redirect(f"workshops:staff_survey{'_evaluation' if is_done else ''}", process.slug)


@process_page
def comments(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """Free comments as raw material for agendas, those of one field or those of none."""
    found = _survey(process)
    fields = list(process.fields.all())
    field = next((one for one in fields if one.slug == request.GET.get("field")), None)
    chosen = found.comments.filter(field=field).order_by("pk")
    page = Paginator(chosen, COMMENTS_A_PAGE).get_page(request.GET.get("page"))
    return _page(request, process, "survey_comments", field=field, fields=fields, page=page)


@process_page
def waiver(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    found = _survey(process)
    form = WaiverForm(request.POST or None)
    user = signed_in_user(request)
    if carried_out(form, lambda: surveys.waive_gate(found, by=user, **form.cleaned_data), at="reason"):
        messages.success(request, _("Workshops dürfen jetzt geplant werden."))
        return redirect("workshops:staff_survey", process.slug)
    return _page(request, process, "survey_waiver", form=form)


@process_page
@require_POST
def withdraw_waiver(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    found = _survey(process)
    return _attempt(
        request,
        process,
        lambda: surveys.withdraw_waiver(found, by=signed_in_user(request)),
        done=_("Der Verzicht ist zurückgenommen."),
    )


def _imports(survey: Survey) -> list[SurveyImport]:
    """The newest first, each with a sentence about what stays if it is removed."""
    staying = survey_origins.count_taken_up(survey)
    found = list(survey.imports.select_related("imported_by").order_by("-imported_at"))
    for taken in found:
        taken.staying = _staying(staying.get(taken.pk, 0))  # type: ignore[attr-defined]
    return found


def _staying(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)d Anmerkung bleibt, weil ein Maßnahmenvorschlag auf sie zurückgeht.",
        "%(count)d Anmerkungen bleiben, weil Maßnahmenvorschläge auf sie zurückgehen.",
        count,
    ) % {"count": count}


def _page(request: HttpRequest, process: ParticipationProcess, name: str, **context: object) -> HttpResponse:
    return render(request, f"workshops/staff/{name}.html", {"process": process, **context})


def _attempt(
    request: HttpRequest, process: ParticipationProcess, action: Callable[[], object], *, done: str
) -> HttpResponse:
    attempt(request, action, done=done)
    return redirect("workshops:staff_survey", process.slug)


def _survey_or_none(process: ParticipationProcess) -> Survey | None:
    return Survey.objects.select_related("waived_by", "evaluated_by").filter(process=process).first()


def _survey(process: ParticipationProcess) -> Survey:
    found = _survey_or_none(process)
    if found is None:
        raise Http404
    return found


def _session_key(process: ParticipationProcess) -> str:
    return f"survey_upload_{process.pk}"


def _discard_upload(request: HttpRequest, process: ParticipationProcess) -> None:
    token = request.session.pop(_session_key(process), None)
    if token:
        uploads.discard(token)


def _problems(refusal: Refusal) -> list[str]:
    sentences: list[str] = refusal.details.get("problems", list)()
    return sentences


def _tell_import(request: HttpRequest, done: survey_imports.Imported) -> None:
    if not done.answers and not done.addresses:
        messages.info(request, _("Diese Antworten waren schon übernommen; nichts hat sich geändert."))
        return
    if done.answers:
        answers = ngettext("%(n)d Antwort übernommen", "%(n)d Antworten übernommen", done.answers)
    else:
        answers = _("Keine neuen Antworten")
    addresses = ngettext("%(n)d Adresse zum Einladen", "%(n)d Adressen zum Einladen", done.addresses)
    messages.success(
        request,
        f"{answers % {'n': done.answers}}, {addresses % {'n': done.addresses}}. "
        + _("Die Datei ist gelöscht."),
    )

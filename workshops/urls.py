"""Every page of the domain, by audience."""

from django.urls import URLPattern, URLResolver, include, path

from workshops.views import legal, staff_evaluation, staff_survey

app_name = "workshops"

_survey: list[URLPattern | URLResolver] = [
    path("", staff_survey.survey, name="staff_survey"),
    path("window/", staff_survey.window, name="staff_survey_window"),
    path("upload/", staff_survey.upload, name="staff_survey_upload"),
    path("mapping/", staff_survey.answers_mapping, name="staff_survey_mapping"),
    path("discard/", staff_survey.discard_upload, name="staff_survey_discard_upload"),
    path("imports/<int:pk>/discard/", staff_survey.discard_import, name="staff_survey_discard_import"),
    path("evaluate/", staff_survey.evaluate, name="staff_survey_evaluate"),
    path("evaluation/", staff_evaluation.evaluation, name="staff_survey_evaluation"),
    path("comments/", staff_survey.comments, name="staff_survey_comments"),
    path("waiver/", staff_survey.waiver, name="staff_survey_waiver"),
    path("waiver/withdraw/", staff_survey.withdraw_waiver, name="staff_survey_withdraw_waiver"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/<slug:process>/survey/", include(_survey)),
    # Before the addresses of fields: `<process>/<field>/`.
    path("<slug:process>/imprint/", legal.imprint, name="imprint"),
    path("<slug:process>/privacy/", legal.privacy, name="privacy"),
    path("<slug:process>/accessibility/", legal.accessibility, name="accessibility"),
]

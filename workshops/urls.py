"""Every page of the domain, by audience."""

from django.urls import URLPattern, URLResolver, include, path

from workshops.views import (
    calendar,
    desk,
    helping,
    join,
    legal,
    moderator,
    moderator_agenda,
    moderator_attendance,
    moderator_item,
    moderator_room,
    participant,
    plan,
    progress,
    public,
    recording,
    register,
    search,
    staff_channels,
    staff_evaluation,
    staff_participants,
    staff_people,
    staff_plan,
    staff_plan_versions,
    staff_plan_words,
    staff_planning,
    staff_planning_settings,
    staff_process,
    staff_progress,
    staff_recordings,
    staff_rehearsal,
    staff_results,
    staff_rooms,
    staff_settings,
    staff_survey,
    staff_workshop,
    staff_workshop_room,
    webhook,
)

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

_planning: list[URLPattern | URLResolver] = [
    path("", staff_planning.proposal, name="staff_planning"),
    path("progress/", staff_planning.progress, name="staff_planning_progress"),
    path("request/", staff_planning.request_timetable, name="staff_planning_request"),
    path("stop/", staff_planning.stop, name="staff_planning_stop"),
    path("discard/", staff_planning.discard, name="staff_planning_discard"),
    path("publish/", staff_planning.publish, name="staff_planning_publish"),
    path("drafts/<int:pk>/pin/", staff_planning.pin, name="staff_planning_pin"),
    path("drafts/<int:pk>/move/", staff_planning.move, name="staff_planning_move"),
    path("fields/<slug:field>/", staff_planning_settings.series, name="staff_planning_series"),
    path("rules/", staff_planning_settings.settings, name="staff_planning_settings"),
    path("rules/blocked/<int:pk>/free/", staff_planning_settings.free_day, name="staff_planning_free_day"),
    path(
        "rules/absences/<int:pk>/remove/",
        staff_planning_settings.remove_absence,
        name="staff_planning_absence_remove",
    ),
]

# Behind a personal link, without an account.
_personal: list[URLPattern | URLResolver] = [
    path("confirm/<str:token>/", participant.confirm, name="confirm"),
    path("join/<str:token>/", join.join, name="join"),
    path("join/<str:token>/door/", join.door, name="join_door"),
    path("join/<str:token>/leave/", join.leave, name="join_leave"),
    path("my/<str:token>/", participant.my_registrations, name="my_registrations"),
    path("my/<str:token>/add/", participant.my_add, name="my_add"),
    path("my/<str:token>/details/", participant.my_details, name="my_details"),
    path("my/<str:token>/invitations/", participant.my_invitations, name="my_invitations"),
    path("my/<str:token>/calendar/", participant.my_calendar, name="my_calendar"),
    path("my/<str:token>/data/", participant.my_data, name="my_data"),
    path("my/<str:token>/erase/", participant.my_erase, name="my_erase"),
    path("my/<str:token>/<int:registration>/cancel/", participant.my_cancel, name="my_cancel"),
    path("my/<str:token>/<int:registration>/needs/", participant.my_needs, name="my_needs"),
    path("my/<str:token>/<int:registration>/join/", participant.my_join, name="my_join"),
]

# Everyone's. The first part of the address is a process (`RESERVED_SLUGS`), so they come last; the second
# is a field unless it is one of the pages before it (`RESERVED_FIELD_SLUGS`).
_public: list[URLPattern | URLResolver] = [
    path("", public.home, name="home"),
    # In frames of other sites.
    path("embed/<slug:process>/progress/", progress.embed_progress, name="embed_progress"),
    path("embed/<slug:process>/workshops/", progress.embed_workshops, name="embed_workshops"),
    path("left/", join.left_room, name="left_room"),
    path("<slug:process>/", public.process, name="process"),
    path("<slug:process>/calendar/", calendar.calendar, name="calendar"),
    path("<slug:process>/measures/", public.measures, name="measures"),
    path("<slug:process>/plan/", plan.plan, name="plan"),
    path("<slug:process>/progress/", progress.progress, name="progress"),
    path("<slug:process>/search/", search.results, name="search"),
    path("<slug:process>/register/", register.register, name="register"),
    path("<slug:process>/register/sent/", register.register_sent, name="register_sent"),
    path("<slug:process>/my-link/", register.personal_link, name="personal_link"),
    path("<slug:process>/my-link/sent/", register.personal_link_sent, name="personal_link_sent"),
    path("<slug:process>/imprint/", legal.imprint, name="imprint"),
    path("<slug:process>/privacy/", legal.privacy, name="privacy"),
    path("<slug:process>/accessibility/", legal.accessibility, name="accessibility"),
    path("<slug:process>/<slug:field>/", public.field, name="field"),
    path("<slug:process>/<slug:field>/<int:number>/", public.workshop, name="workshop"),
    path("<slug:process>/<slug:field>/<int:number>/minutes/", public.minutes, name="minutes"),
    path(
        "<slug:process>/<slug:field>/<int:number>/recording/<int:pk>/", recording.recording, name="recording"
    ),
]

_staff_workshop: list[URLPattern | URLResolver] = [
    path("", staff_workshop.workshop, name="staff_workshop"),
    path("details/", staff_workshop.details, name="staff_workshop_details"),
    path("reschedule/", staff_workshop.reschedule, name="staff_workshop_reschedule"),
    path("seats/", staff_workshop.seats, name="staff_workshop_seats"),
    path("room/", staff_workshop_room.way_in, name="staff_workshop_room"),
    path("window/", staff_workshop.registration_window, name="staff_workshop_window"),
    path("moderators/", staff_workshop.moderators, name="staff_workshop_moderators"),
    path("publish/", staff_workshop.publish, name="staff_workshop_publish"),
    path("delete/", staff_workshop.delete, name="staff_workshop_delete"),
    path("cancel/", staff_workshop.cancel, name="staff_workshop_cancel"),
    path("channels/", staff_channels.channels, name="staff_workshop_channels"),
    path("channels/new/", staff_channels.add, name="staff_workshop_channel_add"),
    path("channels/<int:channel>/", staff_channels.change, name="staff_workshop_channel"),
    path("channels/<int:channel>/remove/", staff_channels.remove, name="staff_workshop_channel_remove"),
    path("recordings/", staff_recordings.recordings, name="staff_workshop_recordings"),
    path("recordings/announce/", staff_recordings.announce, name="staff_workshop_recording_announce"),
    path("recordings/withdraw/", staff_recordings.withdraw, name="staff_workshop_recording_withdraw"),
    path(
        "recordings/<int:recording>/publish/",
        staff_recordings.publish,
        name="staff_workshop_recording_publish",
    ),
    path(
        "recordings/<int:recording>/unpublish/",
        staff_recordings.unpublish,
        name="staff_workshop_recording_unpublish",
    ),
    path(
        "recordings/<int:recording>/delete/", staff_recordings.delete, name="staff_workshop_recording_delete"
    ),
    path("rehearsal/", staff_rehearsal.rehearsal, name="staff_workshop_rehearsal"),
    path("rehearsal/begin/", staff_rehearsal.begin, name="staff_workshop_rehearsal_begin"),
    path("rehearsal/participant/", staff_rehearsal.participant, name="staff_workshop_rehearsal_participant"),
    path("rehearsal/moderator/", staff_rehearsal.moderator, name="staff_workshop_rehearsal_moderator"),
    path("rehearsal/end/", staff_rehearsal.end, name="staff_workshop_rehearsal_end"),
    path("participants/add/", staff_participants.add, name="staff_participant_add"),
    path("participants/export.csv", staff_participants.export, name="staff_participants_csv"),
    path(
        "participants/<int:registration>/cancel/", staff_participants.cancel, name="staff_participant_cancel"
    ),
]

_staff: list[URLPattern | URLResolver] = [
    path("", staff_process.process, name="staff_process"),
    path("fields/<slug:field>/add-workshop/", staff_workshop.add, name="staff_workshop_add"),
    path("workshops/<int:pk>/", include(_staff_workshop)),
    path("participants/<int:pk>/contact/", staff_participants.contact, name="staff_participant_contact"),
    path("people/", staff_people.everyone, name="staff_people"),
    path("people/moderators/new/", staff_people.moderator_new, name="staff_moderator_new"),
    path("people/moderators/<int:pk>/", staff_people.moderator, name="staff_moderator"),
    path(
        "people/moderators/<int:pk>/invite-again/",
        staff_people.moderator_invite_again,
        name="staff_moderator_invite_again",
    ),
    path("people/colleagues/new/", staff_people.colleague_new, name="staff_colleague_new"),
    path(
        "people/colleagues/<int:pk>/invite-again/",
        staff_people.colleague_invite_again,
        name="staff_colleague_invite_again",
    ),
    path("people/helpers/new/", staff_people.helper_new, name="staff_helper_new"),
    path("people/helpers/<int:pk>/remove/", staff_people.helper_remove, name="staff_helper_remove"),
    path("people/<int:pk>/deactivate/", staff_people.deactivate, name="staff_deactivate"),
    path("people/<int:pk>/reactivate/", staff_people.reactivate, name="staff_reactivate"),
    path("rooms/", staff_rooms.rooms, name="staff_rooms"),
    path("rooms/new/", staff_rooms.choose, name="staff_room_new"),
    path("rooms/new/<slug:provider>/", staff_rooms.add, name="staff_room_add"),
    path("rooms/<int:pk>/", staff_rooms.change, name="staff_room"),
    path("rooms/<int:pk>/check/", staff_rooms.check, name="staff_room_check"),
    path("rooms/<int:pk>/retire/", staff_rooms.retire, name="staff_room_retire"),
    path("settings/", staff_settings.details, name="staff_settings"),
    path("settings/privacy/", staff_settings.privacy, name="staff_privacy"),
    path("settings/fields/", staff_settings.fields, name="staff_fields"),
    path("settings/fields/new/", staff_settings.field, name="staff_field_new"),
    path("settings/fields/<int:pk>/", staff_settings.field, name="staff_field"),
    path("settings/fields/<int:pk>/move/", staff_settings.field_move, name="staff_field_move"),
    path("settings/fields/<int:pk>/delete/", staff_settings.field_delete, name="staff_field_delete"),
]

_results: list[URLPattern | URLResolver] = [
    path("measures/", staff_results.proposed_measures, name="staff_proposals"),
    path("measures/<int:pk>/", staff_results.proposal, name="staff_proposal"),
    path("minutes/", staff_results.all_minutes, name="staff_minutes"),
    path("plan/", staff_plan.plan, name="staff_plan"),
    path("plan/words/", staff_plan_words.plan_words_page, name="staff_plan_words"),
    path("plan/fields/<slug:field>/chapter/", staff_plan_words.chapter, name="staff_plan_chapter"),
    path("plan/versions/", staff_plan_versions.versions, name="staff_plan_versions"),
    path("plan/versions/<int:number>/", staff_plan_versions.version, name="staff_plan_version"),
    path(
        "plan/versions/<int:number>/not-adopted/",
        staff_plan_versions.not_adopted,
        name="staff_plan_not_adopted",
    ),
    path("plan/compare/", staff_plan_versions.comparison, name="staff_plan_compare"),
    path("plan/guidelines/<int:pk>/", staff_plan.guideline, name="staff_guideline"),
    path("plan/guidelines/<int:pk>/move/", staff_plan.guideline_move, name="staff_guideline_move"),
    path("plan/guidelines/<int:pk>/remove/", staff_plan.guideline_remove, name="staff_guideline_remove"),
    path("plan/guidelines/<int:pk>/goals/new/", staff_plan.goal_new, name="staff_goal_new"),
    path("plan/goals/<int:pk>/", staff_plan.goal, name="staff_goal"),
    path("plan/goals/<int:pk>/move/", staff_plan.goal_move, name="staff_goal_move"),
    path("plan/goals/<int:pk>/remove/", staff_plan.goal_remove, name="staff_goal_remove"),
    path("plan/measures/<int:pk>/", staff_plan.measure, name="staff_measure"),
    path("plan/measures/<int:pk>/move/", staff_plan.measure_move, name="staff_measure_move"),
    path("plan/measures/<int:pk>/status/", staff_plan.measure_status, name="staff_measure_status"),
    path("plan/measures/<int:pk>/progress/", staff_progress.progress, name="staff_measure_progress"),
    path("plan/milestones/<int:pk>/", staff_progress.milestone, name="staff_milestone"),
    path(
        "plan/milestones/<int:pk>/reached/", staff_progress.milestone_reached, name="staff_milestone_reached"
    ),
    path("plan/milestones/<int:pk>/remove/", staff_progress.milestone_remove, name="staff_milestone_remove"),
    path("plan/fields/<slug:field>/", staff_plan.plan, name="staff_plan_field"),
    path("plan/fields/<slug:field>/guidelines/new/", staff_plan.guideline_new, name="staff_guideline_new"),
]

_moderated_workshop: list[URLPattern | URLResolver] = [
    path("", moderator.workshop, name="moderate_workshop"),
    path("room/", moderator_room.room, name="moderate_room"),
    path("room/door/", moderator_room.door, name="moderate_room_door"),
    path("room/people/", moderator_room.people, name="moderate_room_people"),
    path("participants/", moderator_attendance.participants, name="moderate_participants"),
    path("agenda/", moderator_agenda.agenda, name="moderate_agenda"),
    path("agenda/<int:pk>/", moderator_agenda.change_item, name="moderate_agenda_item"),
    path("agenda/<int:pk>/move/", moderator_agenda.move_item, name="moderate_agenda_move"),
    path("agenda/<int:pk>/remove/", moderator_agenda.remove_item, name="moderate_agenda_remove"),
    path("items/<int:pk>/", moderator_item.item, name="moderate_item"),
    path("items/<int:pk>/versions/", moderator_item.versions, name="moderate_versions"),
    path("proposals/<int:pk>/", moderator_item.proposal, name="moderate_proposal"),
    path("proposals/<int:pk>/withdraw/", moderator_item.withdraw_proposal, name="moderate_proposal_withdraw"),
    path("minutes/submit/", moderator.submit, name="moderate_minutes_submit"),
    path("minutes/reopen/", moderator.reopen, name="moderate_minutes_reopen"),
    path("minutes/publish/", moderator.publish, name="moderate_minutes_publish"),
]

_moderation: list[URLPattern | URLResolver] = [
    path("", moderator.workshops, name="moderation"),
    path("<int:workshop>/", include(_moderated_workshop)),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/", desk.desk, name="desk"),
    path("desk/new/", desk.process_new, name="process_new"),
    path("staff/<slug:process>/", include(_staff)),
    path("staff/<slug:process>/survey/", include(_survey)),
    path("staff/<slug:process>/planning/", include(_planning)),
    path("staff/<slug:process>/", include(_results)),
    path("moderation/", include(_moderation)),
    path("helping/", helping.people, name="helping"),
    path("helping/<slug:process>/register/", helping.register, name="helping_register"),
    *_personal,
    *_public,
]

# Included without a language prefix: it is given to providers once, and answers in none.
webhook_urlpatterns: list[URLPattern | URLResolver] = [
    path("conferencing/<str:webhook_key>/", webhook.webhook, name="conference_webhook"),
]

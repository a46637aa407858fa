"""The moderators' pages, below /moderation/."""

from django.urls import URLPattern, URLResolver, include, path

from workshops.views import (
    arrived,
    moderator,
    moderator_agenda,
    moderator_attendance,
    moderator_autosave,
    moderator_comment_notes,
    moderator_comments,
    moderator_desk,
    moderator_item,
    moderator_priorities,
    moderator_proposals,
    moderator_room,
    moderator_versions,
    reports,
)

_moderated_workshop: list[URLPattern | URLResolver] = [
    path("", moderator.workshop, name="moderate_workshop"),
    path("room/", moderator_room.room, name="moderate_room"),
    path("room/door/", moderator_room.door, name="moderate_room_door"),
    path("room/people/", moderator_room.people, name="moderate_room_people"),
    path("participants/", moderator_attendance.participants, name="moderate_participants"),
    path("participants/ticks/", moderator_attendance.attendance_ticks, name="moderate_attendance"),
    path("agenda/", moderator_agenda.agenda, name="moderate_agenda"),
    path("agenda/<row:pk>/", moderator_agenda.change_item, name="moderate_agenda_item"),
    path("agenda/<row:pk>/move/", moderator_agenda.move_item, name="moderate_agenda_move"),
    path("agenda/<row:pk>/remove/", moderator_agenda.remove_item, name="moderate_agenda_remove"),
    path("agenda/<row:pk>/restore/", moderator_agenda.restore_item, name="moderate_agenda_restore"),
    path("agenda/templates/save/", moderator_agenda.save_template, name="moderate_agenda_template_save"),
    path(
        "agenda/templates/<row:pk>/apply/",
        moderator_agenda.apply_template,
        name="moderate_agenda_template_apply",
    ),
    path("items/<row:pk>/", moderator_item.item, name="moderate_item"),
    path("items/<row:pk>/autosave/", moderator_autosave.autosave, name="moderate_item_autosave"),
    path("items/<row:pk>/versions/", moderator_versions.versions, name="moderate_versions"),
    path("items/<row:pk>/versions/restore/", moderator_versions.restore, name="moderate_version_restore"),
    path("desk/", moderator_desk.desk, name="moderate_desk"),
    path("proposals/<row:pk>/", moderator_proposals.proposal, name="moderate_proposal"),
    path(
        "proposals/<row:pk>/withdraw/",
        moderator_proposals.withdraw_proposal,
        name="moderate_proposal_withdraw",
    ),
    path("priorities/", moderator_priorities.weighing, name="moderate_priorities"),
    path("priorities/result/", moderator_priorities.result, name="moderate_priorities_result"),
    path("priorities/hands/", moderator_priorities.hands, name="moderate_priorities_hands"),
    path("priorities/take-up/", moderator_priorities.take_up, name="moderate_priorities_take_up"),
    path("priorities/close/", moderator_priorities.close, name="moderate_priorities_close"),
    path("priorities/reopen/", moderator_priorities.reopen, name="moderate_priorities_reopen"),
    path("comments/", moderator_comments.comments, name="moderate_comments"),
    path("comments/note/", moderator_comment_notes.note, name="moderate_comment_note"),
    path("comments/<row:pk>/", moderator_comments.comment, name="moderate_comment"),
    path("report/", reports.of_workshop, name="moderate_report"),
    path("report/report.csv", reports.of_workshop_csv, name="moderate_report_csv"),
    path("minutes/submit/", moderator.submit, name="moderate_minutes_submit"),
    path("minutes/reopen/", moderator.reopen, name="moderate_minutes_reopen"),
    path("minutes/publish/", moderator.publish, name="moderate_minutes_publish"),
]

moderated: list[URLPattern | URLResolver] = [
    path("", moderator.workshops, name="moderation"),
    path("arrivals/", arrived.arrivals, name="moderation_arrivals"),
    path("<row:workshop>/", include(_moderated_workshop)),
]

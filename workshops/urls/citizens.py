"""What everyone may open, and what stands behind a personal link."""

from django.urls import URLPattern, URLResolver, path

from workshops.views import (
    calendar,
    contribute,
    contribute_priorities,
    for_everyone,
    join,
    legal,
    open_data,
    own_contact,
    own_data,
    participant,
    plan,
    posters,
    progress,
    public,
    recording,
    register,
    search,
)

# Behind a personal link, without an account.
personal: list[URLPattern | URLResolver] = [
    path("confirm/<str:token>/", participant.confirm, name="confirm"),
    path("join/<str:token>/", join.join, name="join"),
    path("join/<str:token>/door/", join.door, name="join_door"),
    path("join/<str:token>/leave/", join.leave, name="join_leave"),
    path("join/<str:token>/priorities/", contribute_priorities.from_join, name="join_priorities"),
    path(
        "contribute/<str:token>/<row:workshop>/priorities/",
        contribute_priorities.priorities,
        name="contribute_priorities",
    ),
    path("my/<str:token>/", participant.my_registrations, name="my_registrations"),
    path("my/<str:token>/add/", participant.my_add, name="my_add"),
    path("my/<str:token>/details/", participant.my_details, name="my_details"),
    path("my/<str:token>/contact/", own_contact.my_contact, name="my_contact"),
    path("my/<str:token>/email/", own_contact.my_email, name="my_email"),
    path("my/<str:token>/email/sent/", own_contact.my_email_sent, name="my_email_sent"),
    path("address/<str:token>/", own_contact.confirm_address, name="confirm_address"),
    path("my/<str:token>/invitations/", participant.my_invitations, name="my_invitations"),
    path("my/<str:token>/calendar/", participant.my_calendar, name="my_calendar"),
    path("my/<str:token>/data/", own_data.my_data, name="my_data"),
    path("my/<str:token>/data/read/", own_data.my_data_page, name="my_data_page"),
    path("my/<str:token>/erase/", own_data.my_erase, name="my_erase"),
    path("my/<str:token>/contribute/", participant.my_contribute, name="my_contribute"),
    path("contribute/<str:token>/", contribute.overview, name="contribute"),
    path("contribute/<str:token>/<row:workshop>/minutes/", contribute.minutes, name="contribute_minutes"),
    path("contribute/<str:token>/<row:workshop>/consents/", contribute.consents, name="contribute_consents"),
    path("my/<str:token>/<row:registration>/cancel/", participant.my_cancel, name="my_cancel"),
    path("my/<str:token>/<row:registration>/needs/", participant.my_needs, name="my_needs"),
    path("my/<str:token>/<row:registration>/join/", participant.my_join, name="my_join"),
]

# Everyone's. The first part of the address is a process (`RESERVED_SLUGS`), so they come last; the second
# is a field unless it is one of the pages before it (`RESERVED_FIELD_SLUGS`).
public_pages: list[URLPattern | URLResolver] = [
    path("", public.home, name="home"),
    # In frames of other sites.
    path("embed/<slug:process>/progress/", progress.embed_progress, name="embed_progress"),
    path("embed/<slug:process>/workshops/", progress.embed_workshops, name="embed_workshops"),
    path("left/", join.left_room, name="left_room"),
    path("<slug:process>/", public.process, name="process"),
    path("<slug:process>/calendar/", calendar.calendar, name="calendar"),
    path("<slug:process>/measures/", public.measures, name="measures"),
    path("<slug:process>/measures.csv", open_data.measures_csv, name="measures_csv"),
    path("<slug:process>/measures.json", open_data.measures_json, name="measures_json"),
    path("<slug:process>/measures.schema.json", open_data.measures_schema, name="measures_schema"),
    path("<slug:process>/plan/", plan.plan, name="plan"),
    path("<slug:process>/progress/", progress.progress, name="progress"),
    path("<slug:process>/search/", search.results, name="search"),
    path("<slug:process>/register/", register.register, name="register"),
    path("<slug:process>/register/conflicts/", register.register_conflicts, name="register_conflicts"),
    path("<slug:process>/register/sent/", register.register_sent, name="register_sent"),
    path("<slug:process>/my-link/", register.personal_link, name="personal_link"),
    path("<slug:process>/my-link/sent/", register.personal_link_sent, name="personal_link_sent"),
    path("<slug:process>/imprint/", legal.imprint, name="imprint"),
    path("<slug:process>/privacy/", legal.privacy, name="privacy"),
    path("<slug:process>/accessibility/", legal.accessibility, name="accessibility"),
    path("<slug:process>/accessibility/sent/", legal.accessibility_sent, name="accessibility_sent"),
    path("<slug:process>/easy-language/", for_everyone.easy_language, name="easy_language"),
    path("<slug:process>/sign-language/", for_everyone.sign_language, name="sign_language"),
    path("<slug:process>/<slug:field>/", public.field, name="field"),
    path("<slug:process>/<slug:field>/<row:number>/", public.workshop, name="workshop"),
    path("<slug:process>/<slug:field>/poster.pdf", posters.poster, name="poster"),
    path("<slug:process>/<slug:field>/<row:number>/qr.svg", posters.qr_code, name="qr_code"),
    path("<slug:process>/<slug:field>/<row:number>/share.png", posters.share_image, name="share_image"),
    path("<slug:process>/<slug:field>/<row:number>/minutes/", public.minutes, name="minutes"),
    path(
        "<slug:process>/<slug:field>/<row:number>/recording/<row:pk>/", recording.recording, name="recording"
    ),
]

"""The Celery app and the beat schedule: the only clock.

Each tick asks the database what is due, so a tick that is lost or comes twice changes nothing.
`expires` lies below the interval: after an outage the worker doesn't work through stale ticks.
"""

import gc
import os
import sys
from pathlib import Path
from typing import Any

from celery import Celery
from celery.beat import Scheduler
from celery.signals import heartbeat_sent, worker_before_create_process, worker_ready, worker_shutting_down

from workshops import stopping

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("beteiligung")
app.config_from_object("django.conf:settings", namespace="CELERY")
# For every thread: the app that `shared_task` asks for is otherwise the one made in the same thread, and a
# page rings from a thread of the web server.
app.set_default()
# The clock needs the tasks' names only: without their code, and the solver with it, it is half as large.
if "beat" not in sys.argv:
    app.autodiscover_tasks()


def _every(seconds: int, task: str, queue: str = "default") -> dict[str, Any]:
    return {
        "task": task,
        "schedule": float(seconds),
        "options": {"expires": seconds * 0.9, "queue": queue},
    }


app.conf.beat_schedule = {
    "deliver due mail": _every(5, "notifications.tasks.deliver_due", "mail"),
    "enqueue due reminders": _every(30, "notifications.tasks.enqueue_reminders"),
    "remind of overdue minutes": _every(300, "notifications.tasks.remind_of_minutes"),
    "tell decisions about proposals": _every(300, "notifications.tasks.tell_decisions"),
    "launch planned campaigns": _every(30, "notifications.tasks.launch_scheduled_campaigns"),
    "read the inbox": _every(60, "notifications.tasks.read_inbox"),
    "drop needless calls and letters": _every(300, "notifications.tasks.drop_needless_calls"),
    "announce closed surveys": _every(60, "workshops.tasks.announce_closed_surveys"),
    "discard stale uploads": _every(600, "workshops.tasks.discard_stale_uploads"),
    "plan timetables asked for": _every(5, "workshops.tasks.plan_timetables"),
    "make documents asked for": _every(3, "workshops.tasks.make_documents"),
    "compare proposals with each other": _every(60, "workshops.tasks.compare_proposals"),
    "discard old documents": _every(3600, "workshops.tasks.discard_old_documents"),
    "tend video rooms": _every(15, "workshops.tasks.tend_rooms"),
    "tend recordings": _every(300, "workshops.tasks.tend_recordings"),
    # What is due falls due at midnight of the town's time; by day there is nothing left to find.
    "delete what is due": _every(1800, "workshops.tasks.delete_what_is_due"),
    "forget people who are deleted": _every(1800, "notifications.tasks.forget_people"),
    "lapse unconfirmed registrations": _every(30, "workshops.tasks.lapse_registrations"),
}


@worker_before_create_process.connect
def share_memory(**kwargs: Any) -> None:
    """Keep the collector away from what the pool's processes share, or each copies it bit by bit."""
    gc.freeze()


@worker_shutting_down.connect
def hear_the_end(**told: Any) -> None:
    """For the pool's processes, which hear no signal: long tasks end as soon as they can."""
    stopping.ask()


# --- signs of life --------------------------------------------------------------------------------


@worker_ready.connect
@heartbeat_sent.connect
def show_life(**kwargs: Any) -> None:
    """Touch ALIVE_FILE: the supervisor and container health checks look at its age."""
    path = os.environ.get("ALIVE_FILE")
    if path:
        Path(path).touch()


class Clock(Scheduler):
    """Beat that remembers nothing between starts: what is due is asked of the database anyway.

    (The default keeps a file, which a kill -9 can leave broken.)
    """

    def tick(self, *args: Any, **kwargs: Any) -> float:
        show_life()
        return float(super().tick(*args, **kwargs))

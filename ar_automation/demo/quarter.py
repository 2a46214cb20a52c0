"""The past quarter in the database, lived day by day.

Each business day has its payments, then what people did, then the jobs, with the clock set to
that morning. So every reminder, judged promise, claim and invoice that the demo shows was made by
the jobs from what was known on its day.

>>> list_days(date(2026, 3, 18))[-2:]
[datetime.date(2026, 3, 16), datetime.date(2026, 3, 17)]
>>> first_day(date(2026, 3, 18)).isoformat()
'2025-12-17'
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields
from odoo.sql_db import BaseCursor

from . import collections_story, invoicing_story
from .history_bank import book_payments
from .scene import roll

QUARTER = 91
MORNING = time(9, 0)
FRIDAY = 4
WEEKEND = (5, 6)
DAILY_JOBS = ("ar.job.collections.promise", "ar.job.collections.plan")
INVOICING_JOBS = (
    "ar.job.invoicing.orders",
    "ar.job.invoicing.plans",
    "ar.job.invoicing.milestones",
    "ar.job.invoicing.delivery",
    "ar.job.invoicing.printing",
)


def first_day(today: date) -> date:
    """Return the day from which on the past is lived day by day."""
    return today - timedelta(days=QUARTER)


def list_days(today: date) -> list[date]:
    """Return the business days of the quarter before a day."""
    days = (first_day(today) + timedelta(days=number) for number in range(QUARTER))
    return [day for day in days if day.weekday() not in WEEKEND]


def live_quarter(scene, payments):
    """Live the quarter before the scene's day.

    :param payments: what customers paid in it, pairs of customer and payment by day
    """
    days = list_days(scene.day)
    waiting = list(payments)
    with (
        freeze_time(datetime.combine(days[0], MORNING), tick=True) as clock,
        # what is made carries the day of the story also where the database tells the time
        patch.object(BaseCursor, "now", lambda _cursor: fields.Datetime.now()),
    ):
        collections_story.begin(replace(scene, day=days[0]), until=scene.day)
        for number, day in enumerate(days):
            clock.move_to(datetime.combine(day, MORNING))
            morning = replace(scene, day=day)
            arrived = [pair for pair in waiting if pair[1].booked <= day]
            waiting = waiting[len(arrived) :]
            _live(morning, arrived, left=len(days) - number)
            if number % 10 == 0:
                scene.report(f"lived the day {day}: reminders, promises, plans, invoices")
    if waiting:
        book_payments(scene, waiting, roll(f"{scene.seed}:texts:weekend"))
    collections_story.end(scene)


def _live(scene, arrived, *, left):
    """Live one day, with so many days left until the story's own."""
    if arrived:
        book_payments(scene, arrived, roll(f"{scene.seed}:texts:{scene.day}"))
    collections_story.tell(scene, left)
    invoicing_story.tell(scene, left)
    _run_jobs(scene, is_invoiced=left <= invoicing_story.DAYS)
    scene.company.env.invalidate_all()


def _run_jobs(scene, *, is_invoiced):
    supervised = scene.act_as("supervisor").with_context(tracking_disable=False)
    env = supervised.env
    jobs = [*(INVOICING_JOBS if is_invoiced else ()), *DAILY_JOBS]
    if scene.day.weekday() == FRIDAY:
        # what was late is counted until the day on which it is counted
        jobs.append("ar.job.collections.late.fees")
    for job in jobs:
        env[job].ar_run_job(supervised, scene.day)
    env["ar.dunning.run"].ar_run(supervised, scene.day)

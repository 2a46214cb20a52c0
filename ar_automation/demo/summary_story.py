"""What the past month's invoicing and the past quarter's collecting came to, for the summary."""

from datetime import timedelta

from odoo.tools import formatLang

from .invoicing_story import DAYS
from .quarter import first_day


def read_story(company, day):
    """Return rows of what, where to see it, and the figure: all until the day before ``day``."""
    return [*_read_month(company, day), *_read_quarter(company, day)]


def _count(company, model, *domain):
    return company.env[model].search_count([("company_id", "=", company.id), *domain])


def _read_month(company, day):
    since = day - timedelta(days=round(DAYS * 7 / 5) + 2)
    past = ("move_id.invoice_date", "<", day)
    sent = ("state", "in", ("sent", "delivered", "opened"))
    invoiced = company.env["ar.run"].search(
        [
            ("company_id", "=", company.id),
            ("date", ">=", since),
            ("date", "<", day),
            ("job_id.code", "=like", "ar.job.invoicing.%"),
        ]
    )
    made = invoiced.line_ids.filtered(lambda line: line.kind == "invoiced")
    deliveries = (
        _count(company, "ar.delivery", sent, past),
        _count(company, "ar.delivery", ("state", "=", "bounced"), past),
        _count(company, "ar.delivery", ("channel", "=", "letter"), past),
    )
    return [
        ("Past month: orders, plans, milestones invoiced", "Automation > Runs", len(made)),
        (
            "  sent / came back / letters",
            "Invoicing > Deliveries",
            " / ".join(map(str, deliveries)),
        ),
    ]


def _read_quarter(company, day):
    reminded = company.env["ar.dunning.notice"].search(
        [
            ("company_id", "=", company.id),
            ("state", "=", "sent"),
            ("date", ">=", first_day(day)),
            ("date", "<", day),
        ]
    )
    claims = company.env["ar.late.fee"].search([("company_id", "=", company.id)])
    claimed = sum(
        claim.currency_id._convert(claim.amount, company.currency_id, company, day)
        for claim in claims
    )
    return [
        ("Past quarter: reminders sent", "Collections > Correspondence > Reminders", len(reminded)),
        (
            "  promises kept / partly / broken / open",
            "Collections > Promises and plans > Promises",
            _by_state(company, "ar.promise", ("kept", "partly", "broken", "open")),
        ),
        (
            "  payment plans running / in default / offered",
            "Collections > Promises and plans > Payment plans",
            _by_state(company, "ar.payment.plan", ("active", "default", "offered")),
        ),
        (
            "  late interest and fees counted",
            "Collections > Claims and losses > Late interest and fees",
            formatLang(company.env, claimed, currency_obj=company.currency_id),
        ),
        *_read_closing(company),
    ]


def _read_closing(company):
    return [
        (
            "  write-offs booked / to approve",
            "Collections > Claims and losses > Write-offs",
            _by_state(company, "ar.writeoff.request", ("booked", "to_approve")),
        ),
        (
            "  cases handed over",
            "Collections > Claims and losses > Handed over",
            _count(company, "ar.handover", ("state", "=", "handed_over")),
        ),
    ]


def _by_state(company, model, states):
    return " / ".join(str(_count(company, model, ("state", "=", state))) for state in states)

"""What the day did, read back from the database after everything is done.

Each row says where a person sees the same figure.
"""

from odoo.tools import formatLang
from odoo.tools.safe_eval import safe_eval

from ..banking.connectors.registry import get_provider
from .bank_accounts import ACCOUNTS, previous_working_day
from .company import bank_journal
from .day import find_quotations
from .summary_story import read_story

REVIEW = "ar_automation.account_move_action_review"
BUCKETS = (
    ("not_due", "not due"),
    ("1_30", "1-30 days"),
    ("31_60", "31-60 days"),
    ("61_90", "61-90 days"),
    ("91_120", "91-120 days"),
    ("120_plus", "over 120 days"),
)


def read_summary(company, day):
    """Return the rows of the summary table: what with where to see it, and the figure."""
    rows = [
        *_read_orders(company, day),
        *_read_credit(company, day),
        *_read_invoices(company, day),
        *_read_bank(company, day),
        *_read_reminders(company, day),
        *read_story(company, day),
        *_read_receivables(company, day),
    ]
    width = max(len(what) for what, _where, _figure in rows)
    return [(f"{what:<{width}}  {where}", figure) for what, where, figure in rows]


def _money(company, amount):
    return formatLang(company.env, amount, currency_obj=company.currency_id)


def _read_orders(company, day):
    orders = find_quotations(company, day)
    held = orders.filtered(lambda order: order.ar_credit_state == "held")
    confirmed = orders.filtered(lambda order: order.state == "sale")
    return [
        ("Orders confirmed", "Sales app: Orders > Orders", len(confirmed)),
        ("Orders on credit hold", "Credit > Orders on hold", len(held)),
    ]


def _read_credit(company, day):
    def count(model, *domain):
        return company.env[model].search_count([("company_id", "=", company.id), *domain])

    return [
        (
            "Credit reviews to decide",
            "Credit > Credit reviews",
            count("ar.credit.review", ("state", "=", "proposed")),
        ),
        (
            "Credit applications to decide",
            "Credit > Credit applications",
            count("ar.credit.applicant", ("state", "=", "received")),
        ),
        (
            "Early warnings",
            "Credit > Early warnings",
            count("ar.credit.signal", ("date", "=", day)),
        ),
        (
            "Refunds to approve",
            "Cash application > Refunds",
            count("ar.credit.refund", ("state", "=", "to_approve")),
        ),
    ]


def _read_invoices(company, day):
    moves = find_quotations(company, day).invoice_ids
    posted = moves.filtered(lambda move: move.state == "posted")
    sent = posted.filtered(lambda move: move.ar_delivery_state == "sent")
    return [
        ("Invoices posted", "Invoicing app: Customers > Invoices", len(posted)),
        ("Invoices sent by e-mail", "Invoicing app: Customers > Invoices", len(sent)),
        ("Invoices to review", "Invoicing > Invoices to review", _count_to_review(company)),
    ]


def _count_to_review(company):
    """All that wait, as the page lists them: also those of the past month."""
    action = company.env["ir.actions.act_window"]._for_xml_id(REVIEW)
    waiting = safe_eval(action["domain"])
    return company.env["account.move"].search_count([("company_id", "=", company.id), *waiting])


def find_bank_lines(company, day):
    """Return the bank lines that came on the day, those of the night's statement among them."""
    domain = [
        ("company_id", "=", company.id),
        ("date", ">=", previous_working_day(day)),
        ("date", "<=", day),
        "|",
        ("ar_feed_id", "!=", False),
        ("ar_import_id", "!=", False),
    ]
    return company.env["account.bank.statement.line"].search(domain)


def _read_accounts(company, lines):
    """How many lines came for each account, and by which way."""
    rows = []
    for account in ACCOUNTS:
        journal = bank_journal(company, account)
        own = lines.filtered(lambda line, journal=journal: line.journal_id == journal)
        protocol = _read_protocol(journal)
        rows.append((f"  {journal.name}, by {protocol}", "Bank feeds > Transactions", len(own)))
    return rows


def _read_bank(company, day):
    lines = find_bank_lines(company, day)
    incoming = lines.filtered(lambda line: line.amount > 0)
    matched = incoming.filtered("is_reconciled")
    proposed = (incoming - matched).filtered(lambda line: line.ar_match_state == "proposed")
    left = incoming - matched - proposed
    return [
        ("Bank lines imported", "Bank feeds > Transactions", len(lines)),
        *_read_accounts(company, lines),
        ("  money in, matched", "Cash application > Matched payments", len(matched)),
        ("  money in, proposed", "Cash application > Payments to match", len(proposed)),
        ("  money in, left", "Cash application > Payments to match", len(left)),
        ("  money out", "Bank feeds > Transactions", len(lines - incoming)),
        ("Amount applied", "Cash application > Matched payments", _read_applied(company, lines)),
    ]


def _read_protocol(journal):
    provider = journal.ar_feed_ids.connection_id.provider
    return get_provider(provider).protocol.upper() if provider else "file"


def _read_applied(company, lines):
    """What the lines settled on receivable accounts."""
    settled = company.env["account.partial.reconcile"].search(
        [
            ("credit_move_id.move_id", "in", lines.move_id.ids),
            ("credit_move_id.account_id.account_type", "=", "asset_receivable"),
        ]
    )
    return _money(company, sum(settled.mapped("amount")))


def _read_reminders(company, day):
    notices = company.env["ar.dunning.notice"].search(
        [("company_id", "=", company.id), ("date", "=", day)]
    )
    sent = notices.filtered(lambda notice: notice.state == "sent")
    return [
        ("Reminders sent", "Collections > Correspondence > Reminders", len(sent)),
        (
            "  overdue amount in them",
            "Collections > Correspondence > Reminders",
            _money(company, sum(sent.mapped("amount"))),
        ),
        (
            "  waiting for a supervisor",
            "Collections > Correspondence > Reminders",
            company.env["ar.dunning.notice"].search_count(
                [("company_id", "=", company.id), ("state", "=", "to_approve")]
            ),
        ),
    ]


def _read_receivables(company, day):
    dso = company.env["ar.kpi"].ar_get_dso(company, day)
    aging = company.env["ar.aging"].ar_get_aging(company, day)
    rows = [("DSO (countback)", "Overview", "n/a" if dso is None else f"{dso:.1f} days")]
    for key, label in (*BUCKETS, ("total", "total")):
        rows.append(
            (
                f"Receivables, {label}",
                "Reports > Aging",
                _money(company, sum(row[key] for row in aging)),
            )
        )
    return rows

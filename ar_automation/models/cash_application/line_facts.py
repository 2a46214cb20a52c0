"""What a bank line says, whether it is stored already or only about to be created.

Payments and the rules' transactions are made of these facts. Rows give them to a matching of
stored lines; the values that lines will be created with, to a matching while they come in, which
decides before there is any row.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from odoo import fields
from odoo.tools import SQL


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A bank line as the bank told it; in a currency of its own if the bank named one.

    :ivar line_id: below 0 for a line that is not stored yet.
    :ivar partner_id: the commercial partner, 0 if none.
    :ivar narration: as HTML.
    """

    line_id: int
    amount: Decimal
    currency: str
    decimals: int
    label: str
    ref: str
    end_to_end: str
    details: dict
    payer_name: str
    account_number: str
    partner_id: int
    day: date
    journal_id: int
    transaction_type: str
    narration: str

    @property
    def mandate(self):
        """The mandate that a direct debit was collected under."""
        return (self.details.get("identifiers") or {}).get("mandate_id", "")


def exact(amount, decimals):
    """Return a stored amount as the decimal number that it means."""
    return round(Decimal(str(amount)), decimals)


def read_line_facts(lines):
    """Read stored lines past the record cache, which would take most of the time.

    :param lines: ``account.bank.statement.line`` records.
    :return: list of :class:`LineFacts`, in the order of the lines.
    """
    env = lines.env
    env["account.bank.statement.line"].flush_model()
    env["account.move"].flush_model()
    rows = env.execute_query(
        SQL(
            """SELECT l.id, (CASE WHEN f.id IS NULL THEN l.amount ELSE l.amount_currency END)::text,
                      COALESCE(f.name, c.name), COALESCE(f.decimal_places, c.decimal_places),
                      l.payment_ref, m.ref, l.ar_end_to_end_id, l.transaction_details,
                      l.partner_name, l.account_number, p.commercial_partner_id, m.date,
                      l.journal_id, l.transaction_type, m.narration
                 FROM account_bank_statement_line l
                 JOIN account_move m ON m.id = l.move_id
                 JOIN res_currency c ON c.id = l.currency_id
            LEFT JOIN res_currency f ON f.id = l.foreign_currency_id
            LEFT JOIN res_partner p ON p.id = l.partner_id
                WHERE l.id = ANY(%s)""",
            lines.ids,
        )
    )
    by_id = {row[0]: _facts(row) for row in rows}
    return [by_id[line_id] for line_id in lines.ids]


def facts_of_values(company, vals_list):
    """Return the facts of lines that will be created with these values.

    :param vals_list: values as ``create`` takes them, with a journal of the company.
    :return: list of :class:`LineFacts`, numbered from minus their count up to -1.
    """
    partners, first = partners_of(company.env, vals_list), -len(vals_list)
    customers = {partner.id: partner.commercial_partner_id.id for partner in partners}
    return [
        _facts(_row(company, vals, number, customers.get(vals.get("partner_id"))))
        for number, vals in enumerate(vals_list, first)
    ]


def partners_of(env, vals_list):
    """The partners that values name, to be read together."""
    found = {vals["partner_id"] for vals in vals_list if vals.get("partner_id")}
    return env["res.partner"].browse(found)


def _row(company, vals, number, customer_id):
    """The same columns as :func:`read_line_facts` reads."""
    env = company.env
    journal = env["account.journal"].browse(vals["journal_id"])
    own = journal.currency_id or company.currency_id
    foreign = env["res.currency"].browse(vals.get("foreign_currency_id") or own.id)
    day = fields.Date.to_date(vals.get("date")) or fields.Date.context_today(company)
    amount = vals.get("amount") or 0.0
    if foreign != own:
        amount = vals.get("amount_currency") or own._convert(amount, foreign, company, day)
    names = ("payment_ref", "ref", "ar_end_to_end_id", "transaction_details")
    names += ("partner_name", "account_number")
    return (
        *(number, foreign.round(amount), foreign.name, foreign.decimal_places),
        *(vals.get(name) for name in names),
        *(customer_id, day, journal.id, vals.get("transaction_type")),
        vals.get("narration"),
    )


def _facts(row):
    (line_id, amount, currency, decimals, label, ref, end_to_end, details, payer_name,
     account_number, partner_id, day, journal_id, kind, narration) = row  # fmt: skip
    return LineFacts(
        line_id,
        exact(amount, decimals),
        currency,
        decimals,
        label or "",
        ref or "",
        end_to_end or "",
        details or {},
        payer_name or "",
        account_number or "",
        partner_id or 0,
        day,
        journal_id,
        kind or "",
        narration or "",
    )

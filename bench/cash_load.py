"""Writes customers, open invoices and payments of them into a database, with bulk SQL.

Booked through the ORM, 100,000 invoices would take an hour and measure nothing.
"""

import os
import time
from datetime import date
from pathlib import Path

from odoo.tools import SQL

ISSUED = date(2026, 5, 31)
# a ledger ten times as large has ten times the customers, not customers who owe ten times as much
ITEMS_PER_CUSTOMER = 5

PARTNERS = """
    INSERT INTO res_partner (name, complete_name, active, type, is_company, autopost_bills,
                             customer_rank)
    SELECT 'Bench customer ' || n, 'Bench customer ' || n, TRUE, 'contact', TRUE, 'ask', 1
      FROM generate_series(1, %(count)s) n RETURNING id
"""
OWN_ENTITY = "UPDATE res_partner SET commercial_partner_id = id WHERE id = ANY(%(ids)s)"
MOVES = """
    INSERT INTO account_move (name, payment_reference, state, move_type, date, invoice_date,
                              invoice_date_due,
                              company_id, journal_id, currency_id,
                              partner_id, commercial_partner_id, payment_state,
                              auto_post, sequence_prefix, sequence_number, checked,
                              amount_total, amount_untaxed, amount_tax, amount_residual,
                              amount_total_signed, amount_untaxed_signed, amount_tax_signed,
                              amount_residual_signed, amount_total_in_currency_signed)
    SELECT name, CASE WHEN %(owed)s THEN name END, 'posted', %(kind)s, %(issued)s, %(issued)s,
           CASE WHEN %(owed)s THEN %(issued)s::date END, %(company)s, %(journal)s, %(currency)s,
           CASE WHEN %(owed)s THEN %(first)s + n %% %(customers)s END,
           CASE WHEN %(owed)s THEN %(first)s + n %% %(customers)s END, 'not_paid',
           'no', %(prefix)s, n, TRUE, total, total, 0, residual, total, total, 0, residual, total
      FROM (SELECT n, %(prefix)s || lpad(n::text, 6, '0') AS name, 100 + n %% 9000 AS total,
                   CASE WHEN %(owed)s THEN 100 + n %% 9000 ELSE 0 END AS residual
              FROM generate_series(1, %(count)s) n) AS numbered RETURNING id
"""
ITEMS = """
    INSERT INTO account_move_line (move_id, account_id, journal_id, company_id, partner_id,
                                   currency_id, company_currency_id, date, date_maturity, name,
                                   parent_state, display_type, balance, debit, credit,
                                   amount_currency, amount_residual, amount_residual_currency,
                                   reconciled, move_name)
    SELECT m.id, %(account)s, m.journal_id, m.company_id, m.partner_id, m.currency_id,
           m.currency_id, m.date, m.date, m.name, 'posted', %(display)s,
           %(sign)s * m.amount_total, greatest(%(sign)s * m.amount_total, 0),
           greatest(-%(sign)s * m.amount_total, 0), %(sign)s * m.amount_total,
           CASE WHEN %(open)s THEN %(sign)s * m.amount_total ELSE 0 END,
           CASE WHEN %(open)s THEN %(sign)s * m.amount_total ELSE 0 END, FALSE, m.name
      FROM account_move m WHERE m.id = ANY(%(moves)s) ORDER BY m.id RETURNING id
"""
LINES = """
    INSERT INTO account_bank_statement_line (move_id, journal_id, company_id, currency_id,
                                             payment_ref, amount, is_reconciled, amount_residual)
    SELECT m.id, m.journal_id, m.company_id, m.currency_id,
           %(named)s || lpad(m.sequence_number::text, 6, '0') || ' thank you',
           m.amount_total, FALSE, -m.amount_total
      FROM account_move m WHERE m.id = ANY(%(moves)s) ORDER BY m.id RETURNING id
"""
TIES = """
    UPDATE account_move m SET statement_line_id = l.id
      FROM account_bank_statement_line l WHERE l.move_id = m.id AND l.id = ANY(%(lines)s)
"""


class Ledger:
    """A company with ``items`` open invoices, of which ``lines`` payments pay the first ones."""

    def __init__(self, env, company, items, lines):
        self.env, self.company = env, company
        self.tag = f"B{items}X"
        self.bank = env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
        )
        self.sales = env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", company.id)], limit=1
        )
        accounts = env["account.account"].with_company(company)
        domain = [("company_ids", "in", company.ids)]
        self.receivable = accounts.search(
            [*domain, ("account_type", "=", "asset_receivable")], limit=1
        )
        income = accounts.search([*domain, ("account_type", "=", "income")], limit=1)
        self._write_partners(items // ITEMS_PER_CUSTOMER)
        moves = self._write_moves("INV", self.sales, "out_invoice", items, owed=True)
        self.items = self._write_items(moves, self.receivable, 1, is_open=True)
        self._write_items(moves, income, -1)
        moves = self._write_moves("BNK", self.bank, "entry", lines)
        self._write_items(moves, self.bank.default_account_id, 1)
        self.suspense = self._write_items(
            moves,
            self.bank.suspense_account_id,
            -1,
            is_open=self.bank.suspense_account_id.reconcile,
        )
        rows = self._run(LINES, moves=moves, named=f"Payment INV/{self.tag}/")
        self.lines = env["account.bank.statement.line"].browse(rows)
        self._do(TIES, lines=rows)
        for table in (
            "res_partner",
            "account_move",
            "account_move_line",
            "account_bank_statement_line",
        ):
            env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
        env.invalidate_all()

    def _write_partners(self, count):
        ids = self._run(PARTNERS, count=count)
        self._do(OWN_ENTITY, ids=ids)
        self.first_partner, self.customers = ids[0], count

    def _write_moves(self, kind, journal, move_type, count, *, owed=False):
        return self._run(
            MOVES,
            prefix=f"{kind}/{self.tag}/",
            kind=move_type,
            issued=ISSUED,
            company=self.company.id,
            journal=journal.id,
            currency=self.company.currency_id.id,
            owed=owed,
            first=self.first_partner,
            customers=self.customers,
            count=count,
        )

    def _write_items(self, moves, account, sign, *, is_open=False):
        display = "payment_term" if account == self.receivable else "product"
        return self._run(
            ITEMS, moves=moves, account=account.id, sign=sign, open=is_open, display=display
        )

    def _run(self, text, **values):
        return [row[0] for row in self.env.execute_query(SQL(text, **values))]

    def _do(self, text, **values):
        self.env.cr.execute(SQL(text, **values))


def processor_time(env):
    """Seconds of processor time that this process and its database backend have used."""
    env.cr.execute("SELECT pg_backend_pid()")
    [(pid,)] = env.cr.fetchall()
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return time.process_time() + sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")

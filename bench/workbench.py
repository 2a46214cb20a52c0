"""The screen *Payments to match* with many payments that wait: what each thing that one does costs.

Writes open items and payments that name them, gives each payment a proposal of one of five kinds,
and asks the server what the screen asks, by the same methods and with a user's rights. Seconds
are given by the clock and as processor time of both processes, this one and the database's, which
other programs on the machine do not change. Nothing stays in the database.

``./dev bench workbench 50000 100000``: payments and open items.
"""

import os
import sys
import time

import odoo
from cash_load import Ledger, processor_time
from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tools import SQL, config

BULK = 40  # so many proposals the screen accepts in one call
ACCEPTED = 100
PROPOSALS = """
    INSERT INTO ar_match_proposal (statement_line_id, company_id, item_names, partner_id,
                                   confidence, amount, item_currency_id, evidence, against_count,
                                   state, action, allocation)
    SELECT l.id, l.company_id, i.move_name, i.partner_id, 0.5 + (l.id %% 50) / 100.0,
           i.amount_residual_currency, i.currency_id, 'The text names it.' || chr(10) ||
           'It was taken back before.', 1, 'proposed', 'full',
           jsonb_build_object(i.id::text, i.amount_residual_currency)
      FROM unnest(%(lines)s, %(items)s) AS pair(line, item)
      JOIN account_bank_statement_line l ON l.id = pair.line
      JOIN account_move_line i ON i.id = pair.item RETURNING id, statement_line_id
"""
ITEMS = """
    INSERT INTO ar_match_proposal_item_rel (proposal_id, item_id)
    SELECT p.id, pair.item FROM unnest(%(lines)s, %(items)s) AS pair(line, item)
      JOIN ar_match_proposal p ON p.statement_line_id = pair.line
"""
STATES = """
    UPDATE account_bank_statement_line
       SET ar_match_state = 'proposed', ar_match_reason = 'It was taken back before.',
           ar_match_code = (ARRAY['named', 'amount_equal', 'amount_short', 'not_named',
                                  'several_readings'])[1 + id %% 5]
     WHERE id = ANY(%(lines)s)
"""


def main():
    """Measure and print a table."""
    count, items = map(int, sys.argv[1:3] or (50_000, 100_000))
    database = os.environ["AR_BENCH_DATABASE"]
    config.parse_config(["--database", database, "--no-http"], setup_logging=False)
    odoo.modules.module.initialize_sys_path()
    with Registry(database).cursor() as cr:
        env = Environment(cr, odoo.SUPERUSER_ID, {})
        company = env["res.company"].search([], limit=1)
        if not company.chart_template:
            env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
        ledger = Ledger(env, company, items, count)
        propose(ledger)
        screen = Screen(env, ledger)
        print(f"{'what one does':34}{'seconds':>9}{'CPU s':>8}{'statements':>12}")
        for name, step in screen.steps():
            screen.time(name, step)
        cr.rollback()


def propose(ledger):
    """Give four of five payments a proposal of the item that they name."""
    chosen = [pair for pair in enumerate(ledger.lines.ids) if pair[0] % 5]
    lines = [line_id for _place, line_id in chosen]
    values = {"lines": lines, "items": [ledger.items[place] for place, _line in chosen]}
    env = ledger.env
    env.execute_query(SQL(PROPOSALS, **values))
    for statement in (ITEMS, STATES):
        env.cr.execute(SQL(statement, **values))
    for table in ("ar_match_proposal", "ar_match_proposal_item_rel", "account_bank_statement_line"):
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    env.invalidate_all()


class Screen:
    """What the screen asks, as a supervisor."""

    def __init__(self, env, ledger):
        user = env.ref("base.user_admin")
        user.write(
            {
                "company_ids": [(4, ledger.company.id)],
                "company_id": ledger.company.id,
                "group_ids": [(4, env.ref("ar_automation.ar_automation_group_supervisor").id)],
            }
        )
        self.env = env(user=user.id)
        self.bench = self.env["ar.workbench"]
        self.company, self.ledger = ledger.company.id, ledger
        self.page = []
        self.alike = []

    def steps(self):
        """What one does on the screen, in an order that makes sense."""
        ask, company = self.bench, self.company
        last = f"INV/{self.ledger.tag}/{len(self.ledger.lines):06d}"
        return [
            ("open: what can be chosen", lambda: ask.ar_get_choices(company)),
            ("open: the first page", self.open_page),
            ("open: the first payment", lambda: ask.ar_get_line(self.page[1]["id"])),
            ("the next page", lambda: ask.ar_get_lines(company, {}, self.after(self.page[-1]))),
            ("a page in the middle", self.open_middle),
            ("search: one payment's text", lambda: ask.ar_get_lines(company, {"text": last})),
            ("search: a text of all", lambda: ask.ar_get_lines(company, {"text": "thank"})),
            ("filter: a reason", lambda: ask.ar_get_lines(company, {"reason": "amount_short"})),
            ("filter: amounts and age", self.filter_more),
            ("search: open items", lambda: ask.ar_get_line(self.page[1]["id"], "000123")),
            ("accept one", lambda: ask.ar_accept(self.page[1]["best"]["id"])),
            ("undo it", lambda: ask.ar_undo(self.page[1]["id"])),
            ("put on account", self.put_on_account),
            ("all alike: how many are there", self.find_alike),
            (f"all alike: accept {ACCEPTED}", self.accept_alike),
        ]

    @staticmethod
    def after(line):
        """Where the page behind a payment begins."""
        return [line["date"], line["id"]]

    def open_page(self):
        """Fetch the first page."""
        self.page = self.bench.ar_get_lines(self.company)["lines"]

    def open_middle(self):
        """Fetch the page that begins at half of the payments."""
        line = self.ledger.lines[len(self.ledger.lines) // 2]
        self.bench.ar_get_lines(self.company, {}, [self.page[0]["date"], line.id])

    def filter_more(self):
        """Filter by everything but text."""
        filters = {"amount_min": 500, "amount_max": 900, "age": "older", "state": "proposed"}
        self.bench.ar_get_lines(self.company, filters)

    def put_on_account(self):
        """Put a payment without a proposal on account."""
        customer = self.ledger.first_partner
        self.bench.ar_settle(self.page[0]["id"], [], partner_id=customer)

    def find_alike(self):
        """Ask which payments have a proposal of the same kind."""
        self.alike = self.bench.ar_get_similar(self.company, self.page[1]["id"])["proposal_ids"]

    def accept_alike(self):
        """Accept some of them, in portions as the screen does."""
        for at in range(0, ACCEPTED, BULK):
            ids = self.alike[at : min(at + BULK, ACCEPTED)]
            answer = self.bench.ar_accept_many(ids)
            if answer["failed"]:
                raise SystemExit(f"not accepted: {answer['failed'][0]['message']}")
            self.env.flush_all()
            self.env.invalidate_all()

    def time(self, name, step):
        """Time one thing as a request does it: from an empty cache until all is written."""
        self.env.invalidate_all()
        before, used = self.env.cr.sql_log_count, processor_time(self.env)
        start = time.perf_counter()
        step()
        self.env.flush_all()
        seconds = time.perf_counter() - start
        used = processor_time(self.env) - used
        queries = self.env.cr.sql_log_count - before - 2  # those that ask for the process
        print(f"{name:34}{seconds:9.3f}{used:8.2f}{queries:12}", flush=True)


if __name__ == "__main__":
    main()

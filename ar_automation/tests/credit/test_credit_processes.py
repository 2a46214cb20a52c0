"""Orders under one limit confirmed at the same moment by several processes, really committed."""

import subprocess
import sys
from pathlib import Path

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name

NAME = "Customer of eight salespeople"


@tagged("post_install", "-at_install", "ar_processes")
class TestCreditProcesses(BaseCase):
    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            company = env.ref("base.main_company")
            self.had_limits = company.account_use_credit_limit
            company.account_use_credit_limit = True
            partners = self.make_partners(env, company)
            product = env["product.product"].create(
                {"name": NAME, "type": "service", "invoice_policy": "order", "taxes_id": False}
            )
            line = {"product_id": product.id, "price_unit": 300, "tax_ids": False}
            self.order_ids = [
                env["sale.order"]
                .create(
                    {
                        "partner_id": partners[number % len(partners)].id,
                        "company_id": company.id,
                        "order_line": [Command.create(line)],
                    }
                )
                .id
                for number in range(8)
            ]
        self.addCleanup(self.clean_database)

    def make_partners(self, env, company):
        """One customer with the limit."""
        partner = env["res.partner"].create({"name": NAME, "is_company": True})
        partner.with_company(company).credit_limit = 1000
        return partner

    def clean_database(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env.ref("base.main_company").account_use_credit_limit = self.had_limits
            orders = env["sale.order"].browse(self.order_ids)
            orders._action_cancel()
            orders.unlink()
            env["product.product"].search([("name", "=", NAME)]).product_tmpl_id.unlink()
            env["ar.credit.group"].search([("name", "=", NAME)]).unlink()
            env["res.partner"].search([("name", "=", NAME)]).unlink()

    def start(self, order_id):
        worker = subprocess.Popen(
            [
                sys.executable,
                str(Path(__file__).with_name("confirm_worker.py")),
                get_db_name(),
                str(order_id),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(self.end, worker)
        return worker

    def end(self, worker):
        if worker.poll() is None:
            worker.kill()
        worker.communicate()

    def test_eight_confirmations_at_once_stay_within_the_limit(self):
        workers = [self.start(order_id) for order_id in self.order_ids]
        for worker in workers:
            self.assertEqual(worker.stdout.readline(), "ready\n")
        for worker in workers:
            worker.stdin.write("go\n")
            worker.stdin.flush()
        codes = [worker.wait(timeout=180) for worker in workers]
        with self.registry.cursor() as cr:
            orders = api.Environment(cr, SUPERUSER_ID, {})["sale.order"].browse(self.order_ids)
            states = [(order.state, order.ar_credit_state) for order in orders]
        confirmed = states.count(("sale", "none"))
        self.assertLessEqual(confirmed, 3, states)
        # A worker that gave up after Odoo's five tries has confirmed nothing either.
        self.assertEqual(confirmed + states.count(("draft", "held")), codes.count(0), states)
        self.assertEqual(confirmed, min(3, codes.count(0)), states)


@tagged("post_install", "-at_install", "ar_processes")
class TestCreditGroupProcesses(TestCreditProcesses):
    """The same for members of a credit group: each order is another customer's."""

    def make_partners(self, env, company):
        """Eight customers without limits of their own under the limit of their group."""
        partners = env["res.partner"].create([{"name": NAME, "is_company": True}] * 8)
        group = env["ar.credit.group"].create(
            {"name": NAME, "company_id": company.id, "member_ids": [Command.set(partners.ids)]}
        )
        env["ar.credit.limit"].create(
            {"group_id": group.id, "company_id": company.id, "amount": 1000, "reason": "together"}
        )
        return partners

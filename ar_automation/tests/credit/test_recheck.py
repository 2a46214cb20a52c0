from datetime import timedelta

from odoo.tests import tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestRecheck(CreditCommon):
    def setUp(self):
        super().setUp()
        self.partner = self._customer(1000)
        self.invoice = self._invoice(self.partner, 800)
        self.order = self._order(self.partner, 300)
        self.order.action_confirm()
        self.assertEqual(self.order.ar_credit_state, "held")

    def _run(self, **kwargs):
        return self.env["ar.job.credit.recheck"].ar_run_job(self.company, **kwargs)

    def test_still_over_the_limit(self):
        run = self._run()
        self.assertEqual(run.ar_count_by_kind(), {"held": 1})
        self.assertEqual((self.order.state, self.order.ar_credit_state), ("draft", "held"))

    def test_paid_meanwhile(self):
        self._pay(self.invoice, 100)
        run = self._run()
        self.assertEqual(run.ar_count_by_kind(), {"released": 1})
        self.assertEqual((self.order.state, self.order.ar_credit_state), ("sale", "released"))
        self.assertIn("disappeared", self.order.ar_credit_decision)
        event = self.env["ar.audit.event"].sudo().search([("res_id", "=", self.order.id)], limit=1)
        self.assertEqual(event.code, "credit.order_released")

    def test_limit_raised_or_removed(self):
        self.partner.with_company(self.company).credit_limit = 0
        self.assertEqual(self._run().ar_count_by_kind(), {"released": 1})

    def test_first_come_first_served(self):
        second = self._order(self.partner, 300)
        second.action_confirm()
        self._pay(self.invoice, 300)
        self.assertEqual(self._run().ar_count_by_kind(), {"released": 1, "held": 1})
        self.assertEqual((self.order.state, second.ar_credit_state), ("sale", "held"))

    def test_changed_order_waits_for_a_person(self):
        self._pay(self.invoice, 800)
        self.order.order_line.price_unit = 310
        self.assertEqual(self._run().ar_count_by_kind(), {"held": 1})
        self.order.action_confirm()
        self.assertEqual((self.order.state, self.order.ar_credit_state), ("sale", "released"))

    def test_expired_offer_waits_for_a_person(self):
        self._pay(self.invoice, 800)
        self.order.validity_date = self.today - timedelta(days=1)
        self.assertEqual(self._run().ar_count_by_kind(), {"held": 1})

    def test_dry_run_changes_nothing(self):
        self._pay(self.invoice, 800)
        run = self._run(dry_run=True)
        self.assertEqual(run.ar_count_by_kind(), {"released": 1})
        self.order.invalidate_recordset()
        self.assertEqual((self.order.state, self.order.ar_credit_state), ("draft", "held"))

    def test_order_that_cannot_be_confirmed_stops_no_other(self):
        other = self._customer(10)
        good = self._order(other, 20)
        good.action_confirm()
        other.with_company(self.company).credit_limit = 100
        self._pay(self.invoice, 800)
        self.env.cr.execute(
            "UPDATE sale_order_line SET product_id = NULL WHERE order_id = %s", [self.order.id]
        )
        self.env.invalidate_all()
        run = self._run()
        self.assertEqual(good.state, "sale")
        self.assertEqual(run.ar_count_by_kind(), {"released": 1, "failed": 1})

    def test_switch(self):
        job = self.env["ar.job.credit.recheck"]
        self.assertTrue(job._job_is_enabled(self.company))
        self.company.ar_credit_recheck = False
        self.assertFalse(job._job_is_enabled(self.company))

    def test_other_company_is_left_alone(self):
        other = self.setup_other_company()["company"]
        self._pay(self.invoice, 800)
        run = self.env["ar.job.credit.recheck"].ar_run_job(other)
        self.assertEqual(run.ar_count_by_kind(), {})

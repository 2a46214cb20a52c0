from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import ReportingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-31")
class TestDashboard(ReportingCommon):
    def _dashboard(self, user=None, **kwargs):
        dashboard = self.env["ar.dashboard"].with_user(user or self.env.user)
        return dashboard.ar_get_dashboard(self.company.id, **kwargs)

    def _tile(self, key, **kwargs):
        [tile] = [tile for tile in self._dashboard(**kwargs)["tiles"] if tile["key"] == key]
        return tile

    def test_open_overdue_and_dso(self):
        self._invoice(self.partner_a, 300, "2026-02-10", "2026-03-10")
        self._invoice(self.partner_b, 700, "2026-03-10", "2026-04-10")
        self.assertEqual(self._tile("open")["value"], 1000.0)
        overdue = self._tile("overdue")
        self.assertEqual((overdue["value"], overdue["tone"]), (300.0, "warning"))
        self.assertIn("30.0%", overdue["detail"])
        dso = self._tile("dso")
        self.assertEqual((dso["value"], dso["format"]), (59.0, "days"))
        self.assertIn("31.0 days longer", dso["detail"])

    def test_every_action_opens_records_that_add_up(self):
        self._invoice(self.partner_a, 300, "2026-02-10", "2026-03-10")
        for key in ("open", "overdue"):
            tile = self._tile(key)
            action = tile["action"]
            items = (
                self.env[action["res_model"]]
                .with_context(**action["context"])
                .search(action["domain"])
            )
            self.assertEqual(sum(items.mapped("residual")), tile["value"])
        for tile in self._dashboard()["tiles"]:
            self.assertIn(tile["action"]["type"], ("ir.actions.act_window", "ir.actions.client"))

    def test_charts_and_top_customers(self):
        self._invoice(self.partner_a, 300, "2026-02-10", "2026-03-10")
        self._invoice(self.partner_b, 700, "2026-01-10", "2026-03-15")
        data = self._dashboard()
        self.assertEqual(
            {bucket["key"]: bucket["value"] for bucket in data["aging"]}["1_30"], 1000.0
        )
        self.assertEqual(len(data["history"]), 12)
        self.assertEqual([point["sales"] for point in data["history"][-3:]], [700.0, 300.0, 0.0])
        self.assertEqual(
            [point["date"] for point in data["history"][-2:]], ["2026-02-28", "2026-03-31"]
        )
        self.assertEqual(
            [c["partner_id"] for c in data["top_customers"]], [self.partner_b.id, self.partner_a.id]
        )
        action = self.env["ar.dashboard"].ar_action_invoices_of_month(
            self.company.id, data["history"][-3]["date"]
        )
        self.assertEqual(
            self.env["account.move"].search(action["domain"]).partner_id, self.partner_b
        )

    def test_a_new_company_is_welcomed(self):
        data = self._dashboard()
        self.assertTrue(data["is_empty"])
        self.assertEqual(self._tile("dso")["value"], 0.0)

    def test_exceptions_and_jobs_are_shown_to_those_who_may_see_them(self):
        exceptions = self.env["ar.exception"]
        exceptions.ar_report(self.company, self.partner_a, "test.code", "Something to mend")
        tile = self._tile("exceptions")
        self.assertEqual((tile["value"], tile["tone"]), (1, "danger"))
        self.assertEqual(exceptions.search(tile["action"]["domain"]).res_id, self.partner_a.id)
        self.assertIn("of", self._tile("jobs")["value"])
        accountant = self._user("accountant", "account.group_account_invoice")
        self.assertEqual(
            {tile["key"] for tile in self._dashboard(user=accountant)["tiles"]}
            & {"exceptions", "jobs", "payments_to_match", "orders_on_hold"},
            {"exceptions", "jobs", "payments_to_match", "orders_on_hold"},
        )

    def test_companies_do_not_mix(self):
        other = self._other_company()
        self._invoice(self.partner_a, 300, "2026-02-10")
        data = self.env["ar.dashboard"].ar_get_dashboard(other.id)
        self.assertTrue(data["is_empty"])
        self.assertEqual(data["company"]["currency_id"], other.currency_id.id)
        collector = self._user("collector", "ar_automation.ar_automation_group_collector")
        self.assertEqual(self._tile("open", user=collector)["value"], 300.0)
        with self.assertRaises(AccessError):
            self.env["ar.dashboard"].with_user(collector).ar_get_dashboard(other.id)

    def test_without_a_role_there_is_a_clear_refusal(self):
        user = self._user("nobody", "base.group_user")
        with self.assertRaisesRegex(AccessError, "Reports on receivables are for"):
            self._dashboard(user=user)

    def test_statements_do_not_grow_with_customers(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._dashboard()
            return self.env.cr.sql_log_count - before

        self._invoice(self.partner_a, 300, "2026-02-10")
        count()
        few = count()
        for partner in self.env["res.partner"].create(
            [{"name": f"Customer {n}"} for n in range(15)]
        ):
            self._invoice(partner, 10, "2026-01-10")
        count()
        self.assertLessEqual(count(), few)

from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import ReportingCommon


@tagged("post_install", "-at_install")
class TestSnapshot(ReportingCommon):
    def _run(self, day, **kwargs):
        return self.env["ar.job.reporting.snapshot"].ar_run_job(self.company, day, **kwargs)

    def _snapshots(self):
        return self.env["ar.kpi.snapshot"].search(
            [("company_id", "=", self.company.id)], order="date"
        )

    def test_measures_a_day_once(self):
        self._invoice(self.partner_a, 300, "2026-02-10", "2026-02-20")
        self._invoice(self.partner_a, 200, "2026-02-11", "2026-03-20")
        run = self._run(date(2026, 2, 28))
        self.assertEqual(run.ar_count_by_kind(), {"measured": 1})
        self.assertIn("300.00", run.line_ids.message)
        expected = {
            "date": date(2026, 2, 28),
            "amount_open": 500.0,
            "amount_overdue": 300.0,
            "amount_not_due": 200.0,
            "amount_1_30": 300.0,
            "amount_120_plus": 0.0,
            "dso": 28.0,
            "is_month_end": True,
        }
        self.assertRecordValues(self._snapshots(), [expected])
        self._run(date(2026, 2, 28))
        self.assertEqual(len(self._snapshots()), 1)
        self._run(date(2026, 3, 1))
        self.assertEqual(self._snapshots().mapped("is_month_end"), [True, False])

    def test_a_simulation_stores_nothing(self):
        self.assertEqual(
            self._run(date(2026, 2, 28), dry_run=True).ar_count_by_kind(), {"measured": 1}
        )
        self.assertFalse(self._snapshots())

    def test_the_database_refuses_a_second_one(self):
        self._run(date(2026, 2, 28))
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
            self._snapshots().sudo().copy()
            self.env.flush_all()

    def test_readers_read_and_nobody_writes(self):
        self._run(date(2026, 2, 28))
        for number, group in enumerate(("collector", "credit_manager", "auditor", "supervisor")):
            user = self._user(f"user{number}", f"ar_automation.ar_automation_group_{group}")
            snapshot = self._snapshots().with_user(user)
            self.assertEqual(snapshot.amount_open, 0.0)
            with self.assertRaises(AccessError):
                snapshot.write({"amount_open": 1})
        other = self._other_company()
        stranger = self._user("stranger", "ar_automation.ar_automation_group_collector", other)
        self.assertFalse(self.env["ar.kpi.snapshot"].with_user(stranger).search([]))

    def test_is_part_of_the_day(self):
        runs = self.env["ar.job.config"].ar_run_day(self.company, date(2026, 2, 28))
        self.assertIn("ar.job.reporting.snapshot", runs.job_id.mapped("code"))
        self.assertEqual(len(self._snapshots()), 1)

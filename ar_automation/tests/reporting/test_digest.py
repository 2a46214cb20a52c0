from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import ReportingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-31")
class TestDigest(ReportingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._other_company()
        cls.digests = cls.env["digest.digest"].create(
            [
                {
                    "name": company.name,
                    "company_id": company.id,
                    "kpi_ar_overdue": True,
                    "kpi_ar_dso": True,
                }
                for company in (cls.company, cls.other)
            ]
        )
        cls._invoice(cls.partner_a, 300, "2026-02-10", "2026-03-10")
        cls._invoice(cls.partner_a, 100, "2026-03-10", "2026-04-10")

    def test_figures_of_each_company_on_the_digests_day(self):
        digests = self.digests.with_context(
            start_datetime="2026-03-01 00:00:00", end_datetime="2026-03-31 00:00:00"
        )
        self.assertEqual(digests.mapped("kpi_ar_overdue_value"), [300.0, 0.0])
        self.assertEqual(digests.mapped("kpi_ar_dso_value"), [59.0, 0.0])
        self.digests.invalidate_recordset()
        earlier = self.digests.with_context(
            start_datetime="2026-02-01 00:00:00", end_datetime="2026-02-28 00:00:00"
        )
        self.assertEqual(earlier.mapped("kpi_ar_overdue_value"), [0.0, 0.0])

    def test_recipients_without_a_role_do_not_get_them(self):
        user = self._user("nobody", "base.group_user")
        for name in ("kpi_ar_overdue_value", "kpi_ar_dso_value"):
            with self.assertRaises(AccessError):
                self.digests.with_user(user).sudo(False).mapped(name)

    def test_figures_link_to_their_screens(self):
        actions = self.digests[0]._compute_kpis_actions(self.company, self.env.user)
        self.assertIn("ar_automation.ar_aging_action", actions["kpi_ar_overdue"])
        self.assertIn("ar_automation.ar_dashboard_action", actions["kpi_ar_dso"])

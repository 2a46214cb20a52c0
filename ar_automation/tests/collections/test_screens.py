from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .common import TODAY, DunningCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestScreens(DunningCommon):
    """What people click."""

    def test_hold_wizard(self):
        action = self.partner_a.action_ar_hold_dunning()
        with Form(self.env["ar.dunning.hold"].with_context(**action["context"])) as form:
            form.reason = "Complaint"
            form.until = TODAY + timedelta(days=10)
        form.record.action_confirm()
        self.assertRecordValues(
            self.partner_a,
            [
                {
                    "ar_dunning_hold": True,
                    "ar_dunning_hold_reason": "Complaint",
                    "ar_dunning_hold_until": TODAY + timedelta(days=10),
                }
            ],
        )
        self.assertIn("Complaint", self.partner_a.message_ids[0].body)
        self.partner_a.action_ar_release_dunning()
        self.assertFalse(self.partner_a.ar_dunning_hold)

    def test_hold_that_would_end_in_the_past(self):
        wizard = self.env["ar.dunning.hold"].create(
            {"partner_ids": self.partner_a.ids, "reason": "x", "until": TODAY - timedelta(days=1)}
        )
        with self.assertRaises(UserError):
            wizard.action_confirm()

    def test_level_preview(self):
        with self.assertRaises(UserError):
            self.levels[2].action_preview()
        self.late_invoice(20)
        self.run_day(dry_run=True)
        action = self.levels[2].action_preview()
        wizard = self.env["ar.dunning.level.preview"].browse(action["res_id"])
        self.assertIn("final notice", wizard.subject)
        self.assertIn("100.00", wizard.body)

    def test_customers_to_remind_and_send(self):
        self.late_invoice(20)
        action = self.env["ar.dunning.run"].with_company(self.company).action_preview()
        preview = self.env["ar.dunning.run"].browse(action["res_id"])
        self.assertEqual(preview.notice_count, 1)
        sent = self.env["ar.dunning.run"].browse(preview.action_send()["res_id"])
        self.assertEqual(sent.notice_ids.state, "sent")

    def test_settings(self):
        with Form(self.env["res.config.settings"].with_company(self.company)) as form:
            form.ar_dunning_auto = True
            form.ar_dunning_bank_data_age = 9
        form.record.execute()
        self.assertTrue(self.company.ar_dunning_auto)
        self.assertEqual(self.policy.max_bank_data_age, 9)

    def test_partner_and_invoice_forms_open(self):
        invoice = self.late_invoice(20)
        self.run_day()
        with Form(self.partner_a) as form:
            self.assertEqual(form.ar_dunning_notice_count, 1)
        with Form(invoice) as form:
            self.assertEqual(form.ar_dunning_level_id, self.levels[0])
        self.assertTrue(self.partner_a.action_ar_view_notices()["domain"])

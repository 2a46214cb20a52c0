from lxml import etree
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import TODAY, DunningCommon

GROUP = "ar_automation.ar_automation_group_"
# Buttons that show something and change nothing.
LOOKING = ("action_open_", "action_view_", "action_print", "action_download", "action_verify_")


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestAccess(DunningCommon):
    """What each role may do with reminders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        users = {
            role: new_test_user(
                cls.env, login=f"dunning_{role}", groups=groups, company_id=cls.company.id
            )
            for role, groups in {
                "collector": GROUP + "collector",
                "supervisor": GROUP + "supervisor",
                "auditor": GROUP + "auditor",
                "accountant": "account.group_account_invoice",
                "employee": "base.group_user",
            }.items()
        }
        cls.users = users
        cls.late_invoice(20)

    def as_role(self, role, model="ar.dunning.run"):
        return self.env[model].with_user(self.users[role]).with_company(self.company)

    def test_supervisor_sends(self):
        self.assertEqual(
            self.as_role("supervisor").ar_run(self.company, TODAY).notice_ids.state, "sent"
        )

    def test_collector_previews_but_does_not_send(self):
        preview = self.as_role("collector").ar_run(self.company, TODAY, dry_run=True)
        self.assertEqual(preview.notice_ids.state, "simulated")
        self.assertEqual(preview.user_id, self.users["collector"])
        with self.assertRaises(AccessError):
            self.as_role("collector").ar_run(self.company, TODAY)

    def test_others_neither_send_nor_preview(self):
        for role in ("auditor", "accountant", "employee"):
            for dry_run in (True, False):
                with self.assertRaises(AccessError):
                    self.as_role(role).ar_run(self.company, TODAY, dry_run=dry_run)

    def test_nobody_runs_a_company_that_is_not_theirs(self):
        other = self.setup_other_company()["company"]
        with self.assertRaises(AccessError):
            self.as_role("supervisor").ar_run(other, TODAY)

    def test_an_auditor_is_offered_no_button_that_acts(self):
        offered = {
            f"{model} {kind}: {name}"
            for model in self.env.registry
            if model.startswith("ar.") and self._is_shown_to_auditor(model)
            for kind in ("list", "form", "kanban")
            for name in self._read_buttons(self.as_role("auditor", model), kind)
        }
        self.assertIn("ar.writeoff.request form: action_open_entries", offered)
        acting = [one for one in offered if not one.split(": ")[1].startswith(LOOKING)]
        self.assertFalse(acting)

    def _is_shown_to_auditor(self, name):
        model = self.as_role("auditor", name)
        return not model._abstract and not model._transient and model.has_access("read")

    def _read_buttons(self, model, kind):
        own = [("model", "=", model._name), ("type", "=", kind), ("mode", "=", "primary")]
        if not self.env["ir.ui.view"].search_count(own, limit=1):
            return set()
        arch = etree.fromstring(model.get_view(view_type=kind)["arch"])
        return {
            button.get("name") for button in arch.iter("button") if button.get("type") == "object"
        }

    def test_collector_cancels_and_holds_auditor_does_not(self):
        self.env["ar.job.collections.dunning"].ar_run_job(self.company, TODAY)
        notice = self.env["ar.dunning.notice"].search([("partner_id", "=", self.partner_a.id)])
        for role in ("auditor", "accountant"):
            with self.assertRaises(AccessError):
                notice.with_user(self.users[role]).ar_cancel("no")
            with self.assertRaises(AccessError):
                self.partner_a.with_user(self.users[role]).ar_hold_dunning(self.company, "no")
        notice.with_user(self.users["collector"]).action_cancel()
        self.assertEqual(notice.state, "cancelled")
        self.partner_a.with_user(self.users["collector"]).ar_hold_dunning(self.company, "Complaint")
        self.assertTrue(self.partner_a.ar_dunning_hold)
        self.partner_a.with_user(self.users["collector"]).ar_release_dunning(self.company)
        self.assertFalse(self.partner_a.ar_dunning_hold)

    def test_employees_read_no_reminders(self):
        with self.assertRaises(AccessError):
            self.as_role("employee", "ar.dunning.notice").search([]).mapped("subject")

    def test_nobody_edits_reminders(self):
        notice = self.run_day().notice_ids
        for role in ("collector", "supervisor", "auditor", "accountant"):
            with self.assertRaises(AccessError):
                notice.with_user(self.users[role]).write({"state": "ready"})

    def test_other_companies_reminders_are_invisible(self):
        notice = self.run_day().notice_ids
        other = self.setup_other_company()["company"]
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups=GROUP + "supervisor",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(
            self.env["ar.dunning.notice"].with_user(stranger).search([("id", "=", notice.id)])
        )

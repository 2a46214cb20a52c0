from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestPartnerAndPolicy(CreditCommon):
    def test_partner_shows_its_exposure(self):
        partner = self._customer(1000)
        self._invoice(partner, 300, days_ago=3)
        for role in ("collector", "credit", "auditor", "invoice"):
            shown = partner.with_user(self.user_of[role])
            self.assertEqual((shown.ar_exposure_total, shown.ar_exposure_overdue), (300.0, 300.0))
            self.assertEqual(shown.ar_credit_available, 700.0)
        with self.assertRaises(AccessError):
            partner.with_user(self.user_of["sales"]).read(["ar_exposure_total"])

    def test_partner_shows_the_current_company_s_figures(self):
        other = self.setup_other_company()["company"]
        partner = self._customer(1000)
        self._invoice(partner, 300)
        self.assertEqual(partner.with_company(other).ar_exposure_total, 0.0)
        self.assertEqual(partner.with_company(other).ar_credit_limit, 0.0)
        self.assertEqual(partner.with_company(self.company).ar_exposure_total, 300.0)

    def test_partner_form(self):
        partner = self._customer(1000)
        for role in ("collector", "credit", "auditor", "invoice", "sales"):
            Form(partner.with_user(self.user_of[role]))
        Form(self.env["res.partner"])

    def test_open_items_are_those_behind_the_figure(self):
        partner = self._customer()
        child = self.env["res.partner"].create({"name": "Contact", "parent_id": partner.id})
        self._invoice(partner, 300)
        self._invoice(partner, 20, move_type="out_refund")
        action = child.action_ar_view_open_items()
        items = self.env["account.move.line"].search(action["domain"])
        self.assertEqual(sum(items.mapped("amount_residual")), 280.0)

    def test_every_company_has_its_policy(self):
        company = self.env["res.company"].create({"name": "New"})
        policy = self.env["ar.credit.policy"].search([("company_id", "=", company.id)])
        self.assertEqual(len(policy), 1)
        self.assertEqual(self.env["ar.credit.policy"].ar_get_policy(company), policy)
        self.assertFalse(self.env["ar.credit.policy"]._create_missing())
        with self.assertRaises(UserError):
            policy.sudo().unlink()

    def test_policy_is_the_credit_manager_s(self):
        self.policy.with_user(self.user_of["credit"]).tolerance_amount = 5
        for role in ("collector", "auditor", "invoice"):
            policy = self.policy.with_user(self.user_of[role])
            self.assertEqual(policy.tolerance_amount, 5)
            with self.assertRaises(AccessError):
                policy.tolerance_amount = 6

    def test_policy_of_another_company_is_invisible(self):
        other = self.setup_other_company()["company"]
        policies = self.env["ar.credit.policy"].with_user(self.user_of["credit"])
        self.assertFalse(policies.search([("company_id", "=", other.id)]))

    def test_credit_manager_sets_limits_and_auditor_does_not(self):
        partner = self._customer()
        partner.with_user(self.user_of["credit"]).credit_limit = 70
        self.assertEqual(partner.credit_limit, 70)
        with self.assertRaises(AccessError):
            partner.with_user(self.user_of["auditor"]).credit_limit = 80

    def test_settings_open_the_policy(self):
        action = self.env["res.config.settings"].create({}).action_ar_open_credit_policy()
        self.assertEqual(action["res_id"], self.policy.id)

    def test_order_form_for_every_role(self):
        partner = self._customer(10)
        order = self._order(partner, 20)
        order.action_confirm()
        for role in ("sales", "credit", "collector", "auditor", "invoice", "supervisor"):
            form = Form(order.with_user(self.user_of[role]))
            self.assertEqual(form.ar_credit_state, "held")

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import CreditCommon

ROLES = ("collector", "credit", "auditor", "invoice")


@tagged("post_install", "-at_install")
class TestExposureScreens(CreditCommon):
    def _figures(self, partner):
        partner.invalidate_recordset()
        return {one["key"]: one["amount"] for one in partner.ar_exposure_bar["figures"]}

    def _customer_with_everything(self):
        partner = self._customer(5000)
        for days in (0, 10, 40, 70, 100, 200):
            self._invoice(partner, 100 + days, days_ago=days)
        self._invoice(partner, 33, move_type="out_refund")
        self._invoice(partner, 50, post=False)
        order = self._order(partner, 10, quantity=7)
        order.action_confirm()
        order.order_line.qty_delivered = 3
        self.env["ar.credit.instrument"].create(
            {"partner_id": partner.id, "reference": "P1", "amount": 20}
        )
        return partner

    def test_every_figure_opens_the_records_behind_it(self):
        partner = self._customer_with_everything()
        disputed = self.env["account.move.line"].search(
            [("partner_id", "=", partner.id), ("amount_residual", "=", 110)]
        )
        disputed.ar_disputed_amount = 500
        figures = self._figures(partner)
        self.assertEqual(len(figures), 13)
        for key, amount in figures.items():
            action = partner.ar_action_exposure(key)
            records = self.env[action["res_model"]].search(action["domain"])
            self.assertTrue(records, key)
            if action["res_model"] == "account.move.line":
                self.assertEqual(sum(records.mapped("amount_residual")), amount, key)
            if action["res_model"] == "sale.order":
                self.assertEqual(sum(records.mapped(f"ar_exposure_{key}")), amount, key)
        self.assertEqual(figures["disputed"], 110.0, "not more than is open")
        self.assertEqual((figures["delivered"], figures["undelivered"]), (30.0, 40.0))
        with self.assertRaises(UserError):
            partner.ar_action_exposure("nonsense")

    def test_buckets_add_up(self):
        partner = self._customer_with_everything()
        figures = self._exposure(partner)
        self.assertEqual(
            figures["buckets"],
            {
                "not_due": 100.0,
                "1_30": 110.0,
                "31_60": 140.0,
                "61_90": 170.0,
                "91_120": 200.0,
                "120_plus": 300.0,
            },
        )
        self.assertEqual(sum(figures["buckets"].values()), figures["open"])
        self.assertEqual(figures["oldest_overdue_days"], 200)

    def test_delivered_part_of_an_order_with_a_down_payment(self):
        partner = self._customer()
        order = self._order(partner, 100, quantity=10)
        order.action_confirm()
        order.order_line.qty_delivered = 10
        self.env["sale.advance.payment.inv"].create(
            {"advance_payment_method": "fixed", "fixed_amount": 300, "sale_order_ids": order.ids}
        ).create_invoices()
        figures = self._exposure(partner)
        self.assertEqual((figures["orders"], figures["delivered"]), (700.0, 700.0))
        self.policy.count_delivered = False
        self.assertEqual(self._exposure(partner)["total"], 300.0)

    def test_customers_over_limit(self):
        over, within, unlimited = self._customer(100), self._customer(100), self._customer()
        for partner in (over, within, unlimited):
            self._invoice(partner, 99)
        self._order(over, 2).with_user(self.user_of["credit"]).sudo().action_confirm()
        self._invoice(over, 2)
        mine = over | within | unlimited
        found = mine.search([("ar_is_over_limit", "=", True), ("id", "in", mine.ids)])
        self.assertEqual(found, over)
        self.assertTrue(over.ar_is_over_limit)
        found = mine.search([("ar_is_over_limit", "=", False), ("id", "in", mine.ids)])
        self.assertEqual(found, within | unlimited)
        idle = self._customer(70)
        found = mine.search([("ar_credit_available", ">=", 1), ("id", "in", (mine | idle).ids)])
        self.assertEqual(found, within | idle)

    def test_over_limit_by_its_group(self):
        first, second = self._customer(), self._customer()
        group = self.env["ar.credit.group"].create(
            {"name": "Group", "member_ids": (first | second).ids}
        )
        self.env["ar.credit.limit"].create({"group_id": group.id, "amount": 10, "reason": "r"})
        self._invoice(first, 11)
        self._invoice(second, 1)
        mine = first | second
        self.assertEqual(
            mine.search([("ar_is_over_limit", "=", True), ("id", "in", mine.ids)]), mine
        )

    def test_forms_for_every_role(self):
        partner = self._customer_with_everything()
        group = self.env["ar.credit.group"].create({"name": "G", "member_ids": partner.ids})
        for role in ROLES:
            user = self.user_of[role]
            Form(partner.with_user(user))
            Form(group.with_user(user))
            Form(self.policy.with_user(user))
        form = Form(self.env["ar.credit.limit"].with_user(self.user_of["credit"]))
        form.partner_id = partner
        form.amount = 7
        form.reason = "because"
        form.save()
        self.assertEqual(partner.credit_limit, 7.0)

    def test_salesperson_quotes_and_sees_no_figures(self):
        partner = self._customer(10)
        user = self.user_of["sales"]
        self._order(partner, 5).with_user(user).action_confirm()
        with self.assertRaises(AccessError):
            partner.with_user(user).read(["ar_exposure_bar"])
        for model in ("ar.credit.group", "ar.credit.limit", "ar.credit.instrument"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(user).search([])

    def test_portal_user_reads_nothing(self):
        partner = self._customer(10)
        user = self.env["res.users"].create(
            {
                "name": "Portal",
                "login": "ar_credit_portal",
                "partner_id": partner.id,
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        with self.assertRaises(AccessError):
            partner.with_user(user).read(["ar_credit_limit"])
        for model in ("ar.credit.policy", "ar.credit.group", "ar.credit.limit"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(user).search([])

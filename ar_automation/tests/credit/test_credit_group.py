from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditGroup(CreditCommon):
    def _group(self, members, limit=0.0, **values):
        group = self.env["ar.credit.group"].create(
            {"name": values.pop("name", "Group"), "member_ids": members.ids, **values}
        )
        if limit:
            self.env["ar.credit.limit"].create(
                {"group_id": group.id, "amount": limit, "reason": "test"}
            )
        return group

    def _check(self, partner, amount, company=None):
        return partner.ar_check_credit(
            amount, (company or self.company).currency_id, "order", company=company
        )

    def test_members_share_one_limit(self):
        first, second, alone = (self._customer() for _i in range(3))
        group = self._group(first | second, 1000)
        self._invoice(first, 700)
        self.assertEqual(self._check(second, 300).decision, "pass")
        found = self._check(second, 301)
        self.assertEqual((found.decision, found.available), ("hold", 300.0))
        self.assertEqual(found.reasons[0][0], "group_over_limit")
        self.assertIn("Group", found.reasons[0][1])
        self.assertEqual(self._check(alone, 1e6).decision, "pass")
        self.assertEqual((group.exposure, group.limit, group.available), (700.0, 1000.0, 300.0))

    def test_own_limit_of_a_member_holds_too_and_the_default_does_not(self):
        first, second = self._customer(100), self._customer()
        self.policy.limit_amount = 50
        self._group(first | second, 1000)
        self.assertEqual(self._check(first, 101).decision, "hold")
        self.assertEqual(self._check(second, 101).decision, "pass")

    def test_group_in_a_group(self):
        first, second = self._customer(), self._customer()
        whole = self._group(self.env["res.partner"], 500, name="Whole")
        part = self._group(first, 400, name="Part", parent_id=whole.id)
        self._group(second, name="Other", parent_id=whole.id)
        self._invoice(second, 300)
        found = self._check(first, 250)
        self.assertEqual(
            [code for code, _sentence in found.reasons], ["group_over_limit"], "the whole's limit"
        )
        self.assertEqual(found.available, 200.0)
        self.assertEqual((whole.exposure, part.exposure), (300.0, 0.0))

    def test_circle_is_refused(self):
        whole = self._group(self.env["res.partner"], name="Whole")
        part = self._group(self.env["res.partner"], name="Part", parent_id=whole.id)
        with self.assertRaisesRegex(ValidationError, "cannot be part of itself"):
            whole.parent_id = part

    def test_one_group_per_company_and_no_contacts(self):
        partner = self._customer()
        child = self.env["res.partner"].create({"name": "Contact", "parent_id": partner.id})
        self._group(partner, name="First")
        with self.assertRaisesRegex(ValidationError, "is in credit group First already"):
            self._group(partner, name="Second")
        with self.assertRaisesRegex(ValidationError, "add Customer to the group"):
            self._group(child, name="Third")

    def test_archived_member_still_owes(self):
        first, second = self._customer(), self._customer()
        self._group(first | second, 1000)
        self._invoice(first, 700)
        first.active = False
        self.assertEqual(self._check(second, 301).decision, "hold")

    def test_archived_group_holds_nobody(self):
        partner = self._customer()
        group = self._group(partner, 10)
        self.assertEqual(self._check(partner, 11).decision, "hold")
        group.active = False
        self.assertEqual(self._check(partner, 11).decision, "pass")

    def test_across_companies_at_the_day_s_rate(self):
        other_data = self.setup_other_company()
        other = other_data["company"]
        currency = self.setup_other_currency("EUR", rates=[("2020-01-01", 4.0)])
        currency.rate_ids.company_id = False
        other.currency_id = currency
        partner = self._customer()
        group = self._group(partner, 1000)
        self._invoice(partner, 600)
        foreign = self.env["account.move"].with_company(other)
        invoice = foreign.create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "company_id": other.id,
                "currency_id": currency.id,
                "invoice_date": self.today,
                "invoice_line_ids": [
                    (0, 0, {"name": "line", "price_unit": 1000.01, "tax_ids": False})
                ],
            }
        )
        invoice.action_post()
        self.assertEqual(self._check(partner, 400).decision, "pass")
        group.is_across_companies = True
        found = self._check(partner, 151)
        self.assertEqual((found.decision, found.available), ("hold", 150.0), "250.0025 is rounded")
        other.account_use_credit_limit = True
        abroad = self._check(partner, 1, company=other)
        # 600 USD are 2,400 EUR, the limit of 1,000 USD is 4,000 EUR
        self.assertEqual(abroad.available, 599.99)

    def test_merging_members(self):
        first, second = self._customer(100), self._customer(900)
        kept = self._group(first, 1000, name="Kept")
        left = self._group(second, 5000, name="Left")
        (first | second).email = "same@example.com"
        self._invoice(second, 60)
        self.env["base.partner.merge.automatic.wizard"]._merge((first | second).ids, first)
        self.assertEqual(first.ar_credit_group_ids, kept)
        self.assertFalse(left.member_ids)
        self.assertEqual(self._check(first, 1).limit, 100.0)
        self.assertEqual(kept.exposure, 60.0)

    def test_merging_into_one_without_limit_and_group(self):
        first, second = self._customer(), self._customer(900)
        group = self._group(second, 5000)
        self.env["base.partner.merge.automatic.wizard"]._merge((first | second).ids, first)
        self.assertEqual(first.ar_credit_group_ids, group)
        self.assertEqual(self._check(first, 1).limit, 900.0)

    def test_query_count_does_not_grow(self):
        partners = self.env["res.partner"].create([{"name": f"C {i}"} for i in range(30)])
        for index in range(0, 30, 3):
            self._group(partners[index : index + 3], 100, name=f"G {index}")
        counts = []
        for asked in (partners[0], partners[:2], partners):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            asked.read(["ar_credit_available"])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_roles(self):
        group = self._group(self._customer(), 10)
        for role in ("collector", "auditor", "invoice"):
            self.assertEqual(group.with_user(self.user_of[role]).limit, 10.0)
            with self.assertRaises(AccessError):
                group.with_user(self.user_of[role]).name = "Mine"
        with self.assertRaises(AccessError):
            group.with_user(self.user_of["sales"]).read(["limit"])

import doctest

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ...engine.credit import check
from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditCheck(CreditCommon):
    def _check(self, partner, amount, checkpoint="order", **kwargs):
        currency = kwargs.pop("currency", self.company.currency_id)
        return partner.ar_check_credit(amount, currency, checkpoint, **kwargs)

    def _policy(self, **values):
        return self.env["ar.credit.policy"].create({"company_id": self.company.id, **values})

    def test_examples_in_the_docstring(self):
        self.assertEqual(doctest.testmod(check).failed, 0)

    def test_within_and_beyond_the_limit(self):
        partner = self._customer(1000)
        self._invoice(partner, 800)
        passed = self._check(partner, 200)
        self.assertEqual(
            (passed.decision, passed.reasons, passed.exposure, passed.limit, passed.available),
            ("pass", [], 800.0, 1000.0, 200.0),
        )
        held = self._check(partner, 200.01)
        self.assertEqual(held.decision, "hold")
        code, sentence = held.reasons[0]
        self.assertEqual(code, "over_limit")
        self.assertIn("800.00", sentence)
        self.assertIn("exceeds the limit", sentence)

    def test_contact_is_checked_as_its_company(self):
        partner = self._customer(1000)
        child = self.env["res.partner"].create({"name": "Contact", "parent_id": partner.id})
        self._invoice(partner, 800)
        self.assertEqual(self._check(child, 300).decision, "hold")

    def test_no_limit_and_nothing_owed(self):
        found = self._check(self._customer(), 1e9)
        self.assertEqual((found.decision, found.limit, found.available), ("pass", 0.0, None))

    def test_every_checkpoint_has_its_own_response(self):
        partner = self._customer(100)
        self._invoice(partner, 150)
        self.policy.write(
            {
                "checkpoint_quotation": "nothing",
                "checkpoint_order": "warn",
                "checkpoint_delivery": "hold",
                "checkpoint_invoice": "hold",
            }
        )
        decided = {
            checkpoint: self._check(partner, amount, checkpoint).decision
            for checkpoint, amount in (
                ("quotation", 10),
                ("order", 10),
                ("delivery", 0),
                ("invoice", 0),
            )
        }
        self.assertEqual(
            decided, {"quotation": "pass", "order": "warn", "delivery": "hold", "invoice": "hold"}
        )
        self.assertEqual(self._check(partner, 0, "order").decision, "pass")
        with self.assertRaises(UserError):
            self._check(partner, 10, "breakfast")

    def test_switched_off(self):
        partner = self._customer(100)
        self._invoice(partner, 150)
        self.company.account_use_credit_limit = False
        self.assertEqual(self._check(partner, 10).decision, "pass")

    def test_prepaid_is_never_held(self):
        partner = self._customer(100)
        self._invoice(partner, 150)
        self.assertEqual(self._check(partner, 10, is_prepaid=True).decision, "pass")

    def test_overdue_rule(self):
        self.policy.write({"check_overdue": True, "overdue_days": 10, "overdue_amount": 50})
        partner = self._customer()
        self._invoice(partner, 60, days_ago=11)
        found = self._check(partner, 1)
        self.assertEqual([code for code, _sentence in found.reasons], ["too_late"])
        self.policy.overdue_days = 11
        self.assertEqual(self._check(partner, 1).decision, "pass")

    def test_disputed_part_does_not_count_where_the_policy_says_so(self):
        self.policy.write({"check_overdue": True, "overdue_days": 10})
        partner = self._customer(100)
        invoice = self._invoice(partner, 90, days_ago=20)
        line = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        line.ar_disputed_amount = 90
        self.assertEqual(len(self._check(partner, 20).reasons), 2)
        self.policy.count_disputed = False
        found = self._check(partner, 20)
        self.assertEqual((found.decision, found.exposure), ("pass", 0.0))
        self.assertEqual(self._exposure(partner)["disputed"], 90.0)

    # --- instant credit and ratings

    def test_instant_credit(self):
        partner = self._customer(100)
        self._invoice(partner, 150)
        self.policy.write({"instant_credit": True, "instant_score": 80, "instant_amount": 50})
        self.assertEqual(self._check(partner, 50).decision, "hold", "no score, no instant credit")
        self.patch(
            type(partner), "_ar_get_scores", lambda self, company: dict.fromkeys(self.ids, 80)
        )
        self.assertEqual(self._check(partner, 50).decision, "pass")
        self.assertEqual(self._check(partner, 50.01).decision, "hold")
        self.policy.instant_score = 81
        self.assertEqual(self._check(partner, 50).decision, "hold")

    def test_bureau_down(self):
        partner = self._customer(100)
        self.patch(type(partner), "_ar_get_unrated_ids", lambda self, company: {*self.ids})
        self.assertEqual(self._check(partner, 50).decision, "pass")
        self.policy.when_unrated = "hold"
        found = self._check(partner, 50)
        self.assertEqual([code for code, _sentence in found.reasons], ["unrated"])

    # --- several policies

    def test_policy_of_the_customer_then_tags_then_default(self):
        tag = self.env["res.partner.category"].create({"name": "Export"})
        country = self.env.ref("base.fr")
        tagged = self._policy(name="Tagged", category_ids=tag.ids, sequence=1)
        french = self._policy(name="French", country_ids=country.ids, sequence=2)
        nobody = self._policy(name="By hand only", sequence=0)
        partners = self.env["res.partner"].create(
            [
                {"name": "A", "category_id": tag.ids, "country_id": country.id},
                {"name": "B", "country_id": country.id},
                {"name": "C"},
                {"name": "D", "country_id": country.id, "ar_credit_policy_id": nobody.id},
            ]
        )
        found = self.env["ar.credit.policy"].ar_get_policies(partners, self.company)
        self.assertEqual(
            [found[partner.id] for partner in partners], [tagged, french, self.policy, nobody]
        )

    def test_policy_chooses_components_and_limit(self):
        partner = self._customer()
        partner.ar_credit_policy_id = self._policy(
            name="Small", limit_amount=100, count_orders=False
        )
        self._invoice(partner, 60)
        self._order(partner, 30).action_confirm()
        found = self._check(partner, 41)
        self.assertEqual((found.decision, found.exposure, found.limit), ("hold", 60.0, 100.0))
        partner.credit_limit = 500
        self.assertEqual(self._check(partner, 41).limit, 500.0, "its own limit goes first")

    def test_default_stays(self):
        with self.assertRaises(UserError):
            self.policy.unlink()
        other = self._policy(name="Other")
        self.assertFalse(other.is_default)
        other.unlink()

    # --- currencies

    def test_limit_in_another_currency(self):
        currency = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        self.policy.write({"limit_amount": 100, "limit_currency_id": currency.id})
        partner = self._customer()
        self.assertEqual(self._check(partner, 10).limit, 50.0)
        self.assertEqual(self._check(partner, 100, currency=currency).decision, "pass")
        self.assertEqual(self._check(partner, 101, currency=currency).decision, "hold")

    def test_limit_in_a_currency_without_a_rate(self):
        currency = self.env["res.currency"].create({"name": "XAR", "symbol": "xar"})
        with self.assertRaisesRegex(ValidationError, "no exchange rate"):
            self.policy.write({"limit_amount": 100, "limit_currency_id": currency.id})
        rate = self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "rate": 2.0, "name": "2020-01-01"}
        )
        self.policy.write({"limit_amount": 100, "limit_currency_id": currency.id})
        rate.unlink()
        found = self._check(self._customer(), 1)
        self.assertEqual([code for code, _sentence in found.reasons], ["no_rate"])
        self.assertEqual(found.decision, "hold")

    # --- insurance

    def test_insured_part(self):
        partner = self._customer(100)
        self._invoice(partner, 80)
        today = self.today
        self.env["ar.credit.instrument"].create(
            [
                {"partner_id": partner.id, "reference": "now", "amount": 50, "valid_from": today},
                {
                    "partner_id": partner.id,
                    "reference": "over",
                    "amount": 7,
                    "valid_until": "2020-01-01",
                },
            ]
        )
        self.assertEqual(self._exposure(partner)["covered"], 50.0)
        self.assertEqual(self._check(partner, 60).available, 20.0)
        self.policy.instrument_effect = "exposure"
        found = self._check(partner, 60)
        self.assertEqual((found.exposure, found.limit, found.available), (30.0, 100.0, 70.0))
        self.policy.instrument_effect = "limit"
        found = self._check(partner, 60)
        self.assertEqual((found.exposure, found.limit, found.available), (80.0, 150.0, 70.0))

    def test_customer_does_not_guarantee_for_itself(self):
        partner = self._customer()
        with self.assertRaisesRegex(ValidationError, "cannot guarantee for itself"):
            self.env["ar.credit.instrument"].create(
                {
                    "partner_id": partner.id,
                    "issuer_id": partner.id,
                    "reference": "R",
                    "amount": 5,
                }
            )

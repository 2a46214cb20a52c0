from odoo.tests import new_test_user, tagged

from .test_workbench import WorkbenchCase


@tagged("post_install", "-at_install")
class TestMatchReport(WorkbenchCase):
    def shares(self, level="payment"):
        measures = ["__count", "auto_share:avg", "accepted_share:avg", "hand_share:avg"]
        domain = [("level", "=", level), ("company_id", "=", self.company.id)]
        self.env.flush_all()
        return self.env["ar.match.report"]._read_group(
            domain, [], [*measures, "open_share:avg", "wrong_share:avg"]
        )[0]

    def test_every_way_of_applying_is_counted(self):
        self.pay(100, self.invoice(100).name).ar_apply_cash()
        accepted = self.pay(90, self.invoice(100).name)
        accepted.ar_apply_cash()
        accepted.ar_best_proposal_id.action_apply()
        by_hand = self.pay(50, "x")
        self.bench.ar_settle(by_hand.id, [[self.item(self.invoice(50)).id, 50]])
        self.pay(1, "nothing")
        self.assertEqual(self.shares(), (4, 0.25, 0.25, 0.25, 0.25, 0.0))
        self.assertEqual(self.shares("item")[0], 3)

    def test_a_payment_of_many_items_weighs_more_by_item(self):
        invoices = self.env["account.move"].concat(*(self.invoice(10) for _ in range(4)))
        self.pay(40, " ".join(invoices.mapped("name"))).ar_apply_cash()
        by_hand = self.pay(50, "x")
        self.bench.ar_settle(by_hand.id, [[self.item(self.invoice(50)).id, 50]])
        self.assertEqual(self.shares()[:2], (2, 0.5))
        self.assertEqual(self.shares("item")[:2], (5, 0.8))

    def test_a_wrong_match_counts_also_after_it_was_put_right(self):
        wrong = self.pay(100, self.invoice(100).name)
        self.pay(30, self.invoice(30).name).ar_apply_cash()
        wrong.ar_apply_cash()
        self.assertEqual(wrong.ar_booked_by, "auto")
        self.bench.ar_undo(wrong.id)
        self.bench.ar_settle(wrong.id, [[self.item(self.invoice(100, self.partner_b)).id, 100]])
        self.assertEqual(wrong.ar_unattended_undo_count, 1)
        self.assertEqual(self.shares(), (2, 0.5, 0.0, 0.5, 0.0, 0.5))

    def test_taking_back_what_a_person_did_is_no_wrong_match(self):
        line = self.pay(50, "x")
        self.bench.ar_settle(line.id, [[self.item(self.invoice(50)).id, 50]])
        self.bench.ar_undo(line.id)
        self.assertIs(self.shares()[-1], False)

    def test_reconciled_elsewhere_is_by_hand(self):
        line = self.pay(50, "x")
        _liquidity, suspense, _other = line._seek_for_lines()
        suspense.account_id = self.company_data["default_account_revenue"]
        self.assertEqual(self.shares()[3], 1.0)

    def test_rows_open_their_payment_and_stay_in_their_company(self):
        line = self.pay(100, self.invoice(100).name)
        line.ar_apply_cash()
        self.env.flush_all()
        row = self.env["ar.match.report"].search([("statement_line_id", "=", line.id)], limit=1)
        self.assertEqual(row.action_open_payment()["res_id"], line.id)
        self.assertGreaterEqual(row.hours_to_apply, 0)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        user = new_test_user(
            self.env, "elsewhere", "ar_automation.ar_automation_group_supervisor",
            company_id=other.id, company_ids=[(6, 0, other.ids)],
        )  # fmt: skip
        self.assertFalse(self.env["ar.match.report"].with_user(user).search_count([]))

    def test_the_tile_of_the_overview(self):
        self.pay(100, self.invoice(100).name, date="2026-03-02").ar_apply_cash()
        self.env.flush_all()
        tiles = self.env["ar.dashboard"].ar_get_dashboard(self.company.id, "2026-03-10")["tiles"]
        [tile] = [tile for tile in tiles if tile["key"] == "match_rate"]
        self.assertEqual(tile["value"], 1.0)
        self.assertIn("0.00%", tile["detail"])

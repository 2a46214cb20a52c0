from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import SQL

from ...engine.invoicing.track import FINAL, Moment, find_stage, measure_days
from ...models.invoicing.ar_o2c_source import MOVE, ORDER
from .common import DAY
from .track_case import TrackCase

TODAY = date(2026, 4, 20)


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestTrack(TrackCase):
    # --- the stages of a document

    def test_whole_way_of_an_order_with_one_invoice(self):
        order = self.order()
        self.assertEqual(self.stage(order), "confirmed")
        move = self.bill(order)
        move.invoice_date_due = date(2026, 3, 10)
        self.deliver(move, date(2026, 3, 6), "sent")
        self.deliver(move, date(2026, 3, 8), "sent", "opened")
        self.remind(move, date(2026, 3, 15))
        self._register_payment(move, payment_date=date(2026, 3, 20))
        expected = {
            "received": 2,
            "confirmed": 3,
            "invoiced": 5,
            "sent": 6,
            "opened": 8,
            "due": 10,
            "reminded": 15,
            "paid": 20,
        }
        self.assertEqual(self.days(move), expected)
        self.assertEqual(self.days(order), expected)
        self.assertEqual((self.stage(move), self.stage(order)), ("paid", "paid"))
        took = {stage: step["days"] for stage, step in self.shown(move).items()}
        self.assertEqual(sum(filter(None, took.values())), 18)

    def test_what_is_ahead_is_planned_or_open(self):
        move = self.create_posted_invoice(invoice_date=TODAY)
        move.invoice_date_due = TODAY + timedelta(days=9)
        steps = self.shown(move)
        self.assertEqual(
            [(step["stage"], step["state"]) for step in steps.values()],
            [("invoiced", "current"), ("sent", "ahead"), ("due", "ahead"), ("paid", "ahead")],
        )
        self.assertEqual(steps["due"]["at"], "2026-04-29")
        self.assertFalse(steps["paid"]["at"])

    def test_credit_hold_is_a_stage_until_it_is_decided(self):
        self.company.account_use_credit_limit = True
        self.customer.with_company(self.company).credit_limit = 10
        order = self.quotation()
        order.action_confirm()
        self.assertEqual(order.ar_credit_state, "held")
        self.assertEqual(self.stage(order), "held")
        row = self.rows("ar.o2c.track", order)
        self.assertRecordValues(row, [{"stage": "held", "amount_open": 100, "is_over": False}])
        order.ar_release_credit("known for years")
        self.assertEqual((order.state, self.stage(order)), ("sale", "confirmed"))
        self.assertIn("checked", self.shown(order))

    def test_mail_that_came_back_is_not_sent(self):
        move = self.create_posted_invoice(invoice_date=TODAY)
        move.invoice_date_due = TODAY + timedelta(days=9)
        self.deliver(move, TODAY, "sent", "bounced")
        self.assertEqual(self.stage(move), "invoiced")

    def test_credited_invoice_is_not_paid(self):
        move = self.create_posted_invoice()
        move._reverse_moves([{"invoice_date": DAY}], cancel=True)
        self.assertEqual(self.stage(move), "credited")
        self.assertTrue(self.rows("ar.o2c.track", move).is_over)

    def test_order_with_more_to_invoice_is_not_paid(self):
        order = self.order(quantity=2)
        order.order_line.qty_to_invoice = 1
        move = order._create_invoices()
        move.invoice_line_ids.quantity = 1
        move.invoice_date = DAY
        move.action_post()
        self._register_payment(move, payment_date=DAY)
        self.assertEqual((self.stage(move), self.stage(order)), ("paid", "invoiced"))
        rows = self.rows("ar.o2c.track", order)
        self.assertEqual(
            [(row.kind, row.stage, row.amount_open) for row in rows],
            [("order", "confirmed", 100), ("invoice", "paid", 0)],
            "the order stands for what is left, the invoice for what was invoiced",
        )

    def test_cancelled_and_draft_documents_have_no_track(self):
        order = self.quotation()
        order._action_cancel()
        draft = self.create_posted_invoice()
        draft.button_draft()
        self.assertFalse(order.ar_track or draft.ar_track)
        self.assertFalse(self.rows("ar.o2c.track", order) | self.rows("ar.o2c.track", draft))

    def test_new_records_have_no_track(self):
        self.assertFalse(self.env["sale.order"].new({}).ar_track)
        self.assertFalse(self.env["account.move"].new({"move_type": "out_invoice"}).ar_track)

    # --- amounts and ages

    def test_foreign_amounts_are_in_the_companys_currency(self):
        self.setup_other_currency("CHF", rates=[("2026-01-01", 2.0)])
        pricelist = self.env["product.pricelist"].create(
            {"name": "CHF", "currency_id": self.env.ref("base.CHF").id}
        )
        order = self.order(pricelist_id=pricelist.id)
        self.assertRecordValues(
            self.rows("ar.o2c.track", order),
            [{"amount": 50, "amount_open": 50, "currency_id": self.company.currency_id.id}],
        )

    def test_age_runs_from_the_order_until_the_money(self):
        order = self.order()
        move = self.bill(order)
        row = self.rows("ar.o2c.track", move)
        self.assertEqual((row.start_date, row.order_id, row.age), (DAY, order, 49))
        self._register_payment(move, payment_date=DAY + timedelta(days=20))
        row = self.rows("ar.o2c.track", move)
        self.assertEqual((row.age, row.days_in_stage, row.is_over), (20, 0, True))

    # --- lists and reports say the same as the form

    def various(self):
        """Orders and invoices in many stages."""
        self.company.account_use_credit_limit = True
        orders = self.quotation() | self.order() | self.order(created=DAY - timedelta(days=9))
        moves = self.env["account.move"]
        for number in range(6):
            order = self.order(created=DAY - timedelta(days=number))
            orders |= order
            moves |= self.bill(order, DAY + timedelta(days=2 + number))
        moves[1:].invoice_date_due = date(2026, 3, 20)
        for number, move in enumerate(moves[2:]):
            news = ("sent", "opened")[: 1 + number % 2]
            self.deliver(move, date(2026, 3, 12 + 5 * number), *news)
        self.remind(moves[3], date(2026, 3, 29))
        self._register_payment(moves[4], payment_date=date(2026, 3, 15))
        moves[5]._reverse_moves([{"invoice_date": DAY + timedelta(days=30)}], cancel=True)
        return orders, moves

    def test_lists_and_reports_follow_the_same_rule_as_the_form(self):
        orders, moves = self.various()
        for side, records in ((ORDER, orders), (MOVE, moves)):
            name = "order_id" if side == ORDER else "move_id"
            tracks = self.rows("ar.o2c.track", records).grouped(name)
            spans = self.rows("ar.o2c.span", records).grouped(name)
            for record in records:
                self.compare(side, record, tracks.get(record), spans[record])

    def compare(self, side, record, tracks, spans):
        """Compare rows of the views with what the engine makes of the same dates."""
        kind = "order" if side == ORDER else "invoice"
        known = self.env["ar.o2c.source"]._read_moments(side, record.ids)[record.id]
        moments = [Moment(*row) for row in known]
        own = [moment for moment in moments if side == MOVE or moment.stage != "invoiced"]
        row = tracks.filtered(lambda track: track.kind == kind) if tracks else None
        if row:
            self.assertEqual(row.stage, find_stage(own, TODAY))
        days = {
            moment.stage: measure_days(moment, moments, TODAY)
            for moment in own
            if moment.stage not in FINAL
        }
        self.assertEqual(
            {span.stage: span.days for span in spans},
            {stage: count for stage, count in days.items() if count is not None},
        )

    def test_median_per_stage_in_the_order_of_the_stages(self):
        moves = self.env["account.move"]
        for days in (1, 2, 90):
            move = self.create_posted_invoice(invoice_date=date(2026, 1, 1))
            move.invoice_date_due = date(2026, 12, 1)
            self.deliver(move, date(2026, 1, 1) + timedelta(days=days), "sent")
            moves |= move
        self.env.flush_all()
        groups = self.env["ar.o2c.span"]._read_group(
            [("move_id", "in", moves.ids), ("is_over", "=", True)],
            ["stage"],
            ["median_days:avg", "days:avg"],
        )
        self.assertEqual(groups, [("invoiced", 2.0, 31.0)])
        stages = self.env["ar.o2c.span"]._read_group([("move_id", "in", moves.ids)], ["stage"])
        self.assertEqual(stages, [("invoiced",), ("sent",)])
        listed = self.env["ar.o2c.track"].formatted_read_group([], ["stage"], ["amount_open:sum"])
        found = [group["stage"] for group in listed]
        order = [key for key, _label in self.env["ar.o2c.track"]._fields["stage"].selection]
        self.assertEqual(found, sorted(found, key=order.index))

    def test_kanban_has_the_usual_columns_even_when_empty(self):
        groups = (
            self.env["ar.o2c.track"]
            .with_context(read_group_expand=True)
            .web_read_group([("id", "=", 0)], ["stage"], ["amount_open:sum"])["groups"]
        )
        self.assertEqual(
            [group["stage"] for group in groups],
            ["received", "held", "confirmed", "invoiced", "sent", "due", "reminded"],
        )

    def test_rows_open_their_documents(self):
        order = self.order()
        move = self.bill(order)
        other = self.order()
        action = self.rows("ar.o2c.track", move).action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), ("account.move", move.id))
        action = self.rows("ar.o2c.track", other).action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), ("sale.order", other.id))

    def test_statements_do_not_grow_with_the_records(self):
        def statements(count, read):
            orders = self.env["sale.order"]
            for _number in range(count):
                orders |= self.order()
                self.bill(orders[-1])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            read(orders)
            return self.env.cr.sql_log_count - before

        for read in (
            lambda orders: orders.mapped("ar_track"),
            lambda orders: (
                self.env["ar.o2c.track"].search([("order_id", "in", orders.ids)]).mapped("stage")
            ),
        ):
            statements(1, read)  # warms what core caches
            self.assertEqual(statements(2, read), statements(8, read))

    # --- other areas

    def test_another_area_tells_when_a_stage_began_and_ended(self):
        move = self.create_posted_invoice()
        move.invoice_date_due = date(2026, 3, 10)
        source = type(self.env["ar.o2c.source"])
        query = "SELECT %s AS doc_id, DATE '2026-03-12' AS at, %s::date AS until"
        with patch.object(source, "_move_promised", lambda self: SQL(query, move.id, None)):
            self.assertEqual(self.stage(move), "promised")
            self.assertEqual(self.rows("ar.o2c.track", move).stage, "promised")
        with patch.object(source, "_move_promised", lambda self: SQL(query, move.id, "2026-03-19")):
            self.assertEqual(self.stage(move), "due")
            spans = self.rows("ar.o2c.span", move)
            days = {span.stage: (span.days, span.is_over) for span in spans}
        self.assertEqual(days["promised"], (7, True))
        self.assertEqual(days["due"], (41, False), "a promise does not end what is due")

    def test_order_is_delivered_when_all_of_it_left(self):
        done, half, idle = self.order(), self.order(), self.order()
        source = type(self.env["ar.o2c.source"])
        if "stock.picking" in self.env:
            self.skipTest("inventory is installed: its tables are not to be replaced")
        self.env.cr.execute(
            """CREATE TABLE stock_picking_type (id int, code varchar);
               CREATE TABLE stock_picking (sale_id int, picking_type_id int, state varchar,
                                           date_done timestamp);
               INSERT INTO stock_picking_type VALUES (1, 'outgoing'), (2, 'incoming');
               INSERT INTO stock_picking VALUES
                   (%(done)s, 1, 'done', '2026-03-05 08:00'),
                   (%(done)s, 1, 'done', '2026-03-09 08:00'),
                   (%(done)s, 1, 'cancel', NULL),
                   (%(done)s, 2, 'assigned', NULL),
                   (%(half)s, 1, 'done', '2026-03-05 08:00'),
                   (%(half)s, 1, 'assigned', NULL)""",
            {"done": done.id, "half": half.id},
        )
        fields_of = source._fields_of

        def known_fields_of(model, name, *names):
            return [] if name.startswith("stock.") else fields_of(model, name, *names)

        with (
            patch.object(source, "_is_known", lambda *args: True),
            patch.object(source, "_fields_of", known_fields_of),
        ):
            self.assertEqual(self.days(done)["delivered"], 9)
            self.assertEqual([self.stage(order) for order in (half, idle)], ["confirmed"] * 2)

    # --- who sees what

    def test_salespeople_see_the_tracks_of_their_own_orders(self):
        ann, bob, boss = (
            new_test_user(self.env, login=f"t-{name}", groups=f"sales_team.{group}")
            for name, group in (
                ("ann", "group_sale_salesman"),
                ("bob", "group_sale_salesman"),
                ("boss", "group_sale_salesman_all_leads"),
            )
        )
        order = self.order(user_id=ann.id)
        move = self.bill(order)
        rest = self.order(user_id=ann.id)
        own = self.rows("ar.o2c.track", order | rest)
        self.assertEqual(len(own), 2)
        self.assertEqual(own.with_user(ann).mapped("stage"), own.mapped("stage"))
        self.assertEqual(order.with_user(ann).ar_track, order.ar_track)
        self.assertEqual(move.with_user(ann).ar_track, move.ar_track)
        search = [("id", "in", own.ids)]
        self.assertFalse(self.env["ar.o2c.track"].with_user(bob).search(search))
        with self.assertRaises(AccessError):
            own.with_user(bob).mapped("stage")
        with self.assertRaises(AccessError):
            order.with_user(bob).read(["ar_track"])
        self.assertEqual(self.env["ar.o2c.track"].with_user(boss).search(search), own)

    def test_roles_of_finance_see_all_and_others_nothing(self):
        order = self.order()
        row = self.rows("ar.o2c.track", order)
        span = self.rows("ar.o2c.span", order)
        for group in ("collector", "credit_manager", "auditor", "supervisor"):
            user = new_test_user(
                self.env, login=f"t-{group}", groups=f"ar_automation.ar_automation_group_{group}"
            )
            self.assertEqual(row.with_user(user).stage, "confirmed")
            self.assertTrue(span.with_user(user).mapped("days"))
            with self.assertRaises(AccessError):
                row.with_user(user).write({"stage": "paid"})
        plain = new_test_user(self.env, login="t-plain", groups="base.group_user")
        portal = new_test_user(self.env, login="t-portal", groups="base.group_portal")
        for user in (plain, portal):
            with self.assertRaises(AccessError):
                row.with_user(user).mapped("stage")

    def test_other_companies_are_left_out(self):
        order = self.order()
        row = self.rows("ar.o2c.track", order)
        other = self.setup_other_company()["company"]
        elsewhere = self.env["ar.o2c.track"].with_context(allowed_company_ids=other.ids)
        self.assertFalse(elsewhere.search([("id", "=", row.id)]))

    # --- the customer

    def test_customer_sees_neutral_stages_alone(self):
        order = self.order()
        move = self.bill(order)
        move.invoice_date_due = date(2026, 3, 10)
        self.deliver(move, date(2026, 3, 6), "sent", "opened")
        self.remind(move, date(2026, 3, 15))
        for record in (order, move):
            steps = record.ar_get_portal_track()
            self.assertEqual(
                [step["stage"] for step in steps if step["at"]],
                ["received", "confirmed", "invoiced", "sent", "due"],
            )

    def test_customer_of_a_held_order_sees_that_it_was_received(self):
        self.company.account_use_credit_limit = True
        self.customer.with_company(self.company).credit_limit = 10
        order = self.quotation()
        self.assertEqual(order.ar_get_portal_track(), [])
        order.action_confirm()
        steps = order.ar_get_portal_track()
        self.assertEqual(steps[0]["state"], "current")
        self.assertEqual([step["stage"] for step in steps if step["at"]], ["received"])

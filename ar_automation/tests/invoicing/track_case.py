from datetime import date, datetime, timedelta

from odoo import Command

from .common import DAY, InvoicingCase


class TrackCase(InvoicingCase):
    """Orders and invoices whose dates are set by hand."""

    def order(self, partner=None, *, created=DAY, confirmed=None, **values):
        order = self.create_order(partner, **values)
        self.set_days(order, created, confirmed)
        return order

    def quotation(self, partner=None, *, created=DAY, **values):
        line = Command.create({"product_id": self.product.id, "price_unit": 100, "tax_ids": False})
        order = self.env["sale.order"].create(
            {"partner_id": (partner or self.customer).id, "order_line": [line], **values}
        )
        self.set_days(order, created, created)
        return order

    def set_days(self, order, created, confirmed):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET create_date = %s, date_order = %s WHERE id = %s",
            [f"{created} 09:00", f"{confirmed or created + timedelta(days=1)} 10:00", order.id],
        )
        order.invalidate_recordset()

    def bill(self, order, day=DAY + timedelta(days=3)):
        move = order._create_invoices(date=day)
        move.invoice_date = day
        move.action_post()
        return move

    def deliver(self, move, day, *states):
        delivery = move.ar_deliver(["email"])
        for state in states:
            stamp = {"sent": "sent_at", "opened": "opened_at", "bounced": "bounced_at"}[state]
            delivery.ar_note(state, "news", **{stamp: datetime.combine(day, datetime.min.time())})
        return delivery

    def remind(self, move, day):
        policy = self.env["ar.dunning.policy"].sudo().search([], limit=1)
        common = {"company_id": self.company.id, "policy_id": policy.id}
        run = self.env["ar.dunning.run"].sudo().create({"company_id": self.company.id, "date": day})
        item = {
            "move_line_id": move._ar_receivables().id,
            "move_id": move.id,
            "name": move.name,
            "due_date": move.invoice_date_due,
            "currency_id": move.currency_id.id,
            "is_live": True,
        }
        self.env["ar.dunning.notice"].sudo().create(
            {
                **common,
                "run_id": run.id,
                "partner_id": self.customer.id,
                "contact_id": self.customer.id,
                "date": day,
                "level_id": policy.level_ids[:1].id,
                "state": "sent",
                "sent_at": datetime.combine(day, datetime.min.time()),
                "line_ids": [Command.create(common | item)],
            }
        )

    def shown(self, record):
        self.env.flush_all()
        record.invalidate_recordset(["ar_track"])
        return {step["stage"]: step for step in record.ar_track}

    def days(self, record):
        return {
            stage: step["at"] and date.fromisoformat(step["at"]).day
            for stage, step in self.shown(record).items()
        }

    def stage(self, record):
        steps = self.shown(record).values()
        return next((step["stage"] for step in steps if step["state"] == "current"), None)

    def rows(self, model, records):
        self.env.flush_all()
        self.env.invalidate_all()
        name = "order_id" if records._name == "sale.order" else "move_id"
        return self.env[model].search([(name, "in", records.ids)], order="id")

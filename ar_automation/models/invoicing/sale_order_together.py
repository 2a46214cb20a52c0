from markupsafe import Markup
from odoo import Command, api, models
from odoo.tools import format_date

# Longest reference that core puts on an invoice.
MAX_REF = 2000
# What an invoice keeps only if all of its orders say the same.
ONLY_IF_SAME = (
    "payment_reference",
    "campaign_id",
    "medium_id",
    "source_id",
    "team_id",
    "invoice_user_id",
    "user_id",
)


class SaleOrder(models.Model):
    """Several orders on one invoice."""

    _inherit = "sale.order"

    # === PRIVATE METHODS ===#

    @api.model
    def _ar_create_groups(self, groups, date, reasons):
        """Create one invoice per group of orders, check it, and post it if it passes.

        :param groups: ``InvoiceGroup`` objects; an order is in one of them.
        :param reasons: why each is made, for its chatter.
        :return: the invoice of each group; an empty record where there was nothing to invoice.
        """
        if not groups:
            return []
        orders = self.browse(order_id for group in groups for order_id in group.order_ids)
        # core looks at each order's lines by themselves; what it asks for is there by then
        orders.sudo().order_line.fetch(["tax_ids", "invoice_lines"])
        moves = orders._ar_with_groups(groups)._create_invoices(grouped=True, final=True)
        moves = moves.with_env(self.env)
        orders._ar_count_invoicing()
        moves.ar_check_and_post(date)
        by_order = {
            order.id: move for move in moves for order in move.line_ids.sale_line_ids.order_id
        }
        found = [by_order.get(group.order_ids[0], moves.browse()) for group in groups]
        notes = dict(zip((move.id for move in found), reasons, strict=True))
        moves._message_log_batch(
            bodies={move.id: move._ar_review_note(notes[move.id]) for move in moves}
        )
        return found

    def _ar_with_groups(self, groups):
        """Core makes the values of each order's invoice and hands them to a hook that puts
        them together; only a context reaches that hook. The salesperson is not told of each
        draft, which has no number and no total yet."""
        return self.with_context(ar_invoice_groups=groups, mail_auto_subscribe_no_notify=True)

    def _ar_count_invoicing(self):
        for number, orders in self.grouped("ar_invoicing_number").items():
            orders.sudo().ar_invoicing_number = number + 1

    def _create_account_invoices(self, invoice_vals_list, final):
        # EXTENDS 'sale': the values of orders that share an invoice become one
        groups = self.env.context.get("ar_invoice_groups")
        if groups is not None:
            invoice_vals_list = self._ar_put_together(groups, invoice_vals_list)
        return super()._create_account_invoices(invoice_vals_list, final)

    def _ar_put_together(self, groups, vals_list):
        by_order = {self._ar_order_of(vals): vals for vals in vals_list}
        result = []
        for group in groups:
            parts = {
                self.browse(order_id): by_order[order_id]
                for order_id in group.order_ids
                if order_id in by_order
            }
            if parts:
                vals = self._ar_join(parts) | group.vals
                self._ar_add_fee(vals, group.policy)
                result.append(vals)
        return result

    def _ar_order_of(self, vals):
        """The order whose lines are in the values of an invoice."""
        links = (
            link[1]
            for command in vals["invoice_line_ids"]
            for link in command[2].get("sale_line_ids", ())
        )
        return self.env["sale.order.line"].browse(next(links)).order_id.id

    def _ar_join(self, parts):
        """Values of one invoice from the values of each of its orders."""
        all_vals = list(parts.values())
        if len(parts) == 1:
            return dict(all_vals[0])
        joined = dict(all_vals[0])
        for name in ONLY_IF_SAME:
            if len({vals[name] for vals in all_vals if name in vals}) > 1:
                joined[name] = False
        references = [order.client_order_ref for order in parts if order.client_order_ref]
        notes = dict.fromkeys(vals["narration"] for vals in all_vals if vals["narration"])
        transactions = {tx for vals in all_vals for tx in vals["transaction_ids"][0][2]}
        return joined | {
            "ref": ", ".join(dict.fromkeys(references))[:MAX_REF] or False,
            "invoice_origin": ", ".join(order.name for order in parts),
            "narration": Markup("<br/>").join(map(Markup, notes)) if notes else False,
            "transaction_ids": [Command.set(sorted(transactions))],
            "invoice_line_ids": self._ar_join_lines(parts),
        }

    def _ar_join_lines(self, parts):
        """Each order's lines under a section that names it."""
        commands = []
        for order, vals in parts.items():
            section = {
                "display_type": "line_section",
                "name": order._ar_section_name(),
                "account_id": False,
            }
            for line in (section, *(command[2] for command in vals["invoice_line_ids"])):
                commands.append(Command.create({**line, "sequence": len(commands) + 1}))
        return commands

    def _ar_section_name(self):
        lang = self.partner_invoice_id.lang
        order = self.with_context(lang=lang)
        day = format_date(order.env, self.date_order, lang_code=lang)
        if self.client_order_ref:
            return order.env._(
                "Order %(order)s of %(day)s, your order %(reference)s",
                order=self.name,
                day=day,
                reference=self.client_order_ref,
            )
        return order.env._("Order %(order)s of %(day)s", order=self.name, day=day)

    def _ar_add_fee(self, vals, policy):
        lines = [command[2] for command in vals["invoice_line_ids"]]
        if not policy.fee_product_id or sum(map(_line_amount, lines)) <= 0:
            return
        currency = self.env["res.currency"].browse(vals["currency_id"])
        fee = policy._prepare_fee_vals(currency, vals.get("invoice_date"))
        sequence = max(line["sequence"] for line in lines) + 1
        vals["invoice_line_ids"].append(Command.create({**fee, "sequence": sequence}))


def _line_amount(line):
    if line.get("display_type") in ("line_section", "line_subsection", "line_note"):
        return 0.0
    discount = 1 - line.get("discount", 0.0) / 100
    return line.get("quantity", 0.0) * line.get("price_unit", 0.0) * discount

"""A bank journal, open invoices and payments of them, committed, for workers to fight over."""

from collections import Counter

from odoo import Command

CODE = "CHAO"
PREFIX = "Chaos customer"


class Ground:
    """What the workers find, in the database's main company.

    :param env: environment on a cursor that the caller commits.
    """

    def __init__(self, env):
        self.env = env
        self.company = env.ref("base.main_company")
        self.journal = env["account.journal"].search([("code", "=", CODE)], limit=1)
        self.partners = env["res.partner"].search([("name", "=like", f"{PREFIX}%")])

    def prepare(self):
        """Make journal and customers."""
        self.journal = self.env["account.journal"].create(
            {"name": "Chaos", "code": CODE, "type": "bank", "company_id": self.company.id}
        )
        self.partners = self.env["res.partner"].create(
            [{"name": f"{PREFIX} {number}"} for number in range(5)]
        )

    def add(self, count):
        """Add invoices, and one payment that names each; every third pays a part of it."""
        invoices = self.add_invoices(count)
        self.env["account.bank.statement.line"].create(
            [
                {
                    "journal_id": self.journal.id,
                    "date": invoice.invoice_date,
                    "amount": invoice.amount_total - (30 if number % 3 == 2 else 0),
                    "payment_ref": f"Payment {invoice.name}",
                    "partner_id": invoice.partner_id.id,
                }
                for number, invoice in enumerate(invoices)
            ]
        )

    def add_invoices(self, count):
        """Add posted invoices."""
        invoices = self.env["account.move"].create(
            [self._prepare_invoice(number) for number in range(count)]
        )
        invoices.action_post()
        return invoices

    def _prepare_invoice(self, number):
        item = {"name": "x", "price_unit": 100 + number, "tax_ids": [Command.clear()]}
        return {
            "move_type": "out_invoice",
            "partner_id": self.partners[number % len(self.partners)].id,
            "invoice_date": "2026-03-02",
            "invoice_line_ids": [Command.create(item)],
        }

    @property
    def lines(self):
        """All payments."""
        return self.env["account.bank.statement.line"].search(
            [("journal_id", "=", self.journal.id)]
        )

    @property
    def invoices(self):
        """All invoices."""
        return self.env["account.move"].search(
            [("partner_id", "in", self.partners.ids), ("move_type", "=", "out_invoice")]
        )

    def item_of(self, line):
        """The invoice's item that a payment names."""
        invoice = self.invoices.filtered(lambda each: line.payment_ref.endswith(each.name))
        return invoice.line_ids.filtered(lambda item: item.account_type == "asset_receivable")

    def count_faults(self):
        """Return what went wrong: ``{fault: how often}``, empty if nothing did."""
        faults = Counter()
        for line in self.lines:
            item = self.item_of(line)
            partials = item.matched_credit_ids
            own = line.move_id.line_ids - line._seek_for_lines()[0]
            faults["lost"] += not line.is_reconciled or not partials
            faults["twice"] += len(partials) > 1 or len(own) != 1
            faults["amount"] += sum(partials.mapped("amount")) != line.amount
            faults["rest"] += item.amount_residual != item.balance - line.amount
            faults["evidence"] += not line.ar_match_evidence or not line.ar_booked_by
            applied = line.ar_proposal_ids.filtered(lambda each: each.state == "applied")
            faults["proposal"] += applied.item_ids != item
            faults["audit"] += self._count_events(line) != 1
        faults["chain"] = len(self.env["ar.audit.event"].ar_verify_chains(self.company))
        return +faults

    def _count_events(self, line):
        codes = ("cash_application.matched", "cash_application.accepted")
        return self.env["ar.audit.event"].search_count(
            [("res_model", "=", line._name), ("res_id", "=", line.id), ("code", "in", codes)]
        )

    def clear(self):
        """Take away all but the audit trail, which nobody can."""
        lines, invoices = self.lines, self.invoices
        done = [("res_model", "=", lines._name), ("res_id", "in", lines.ids)]
        self.env["ar.run.line"].search(done).run_id.unlink()
        lines.action_undo_reconciliation()
        lines.unlink()
        invoices.button_draft()
        invoices.with_context(force_delete=True).unlink()
        accounts = self.journal.default_account_id
        self.journal.unlink()
        accounts.unlink()
        self.partners.unlink()

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from .hand_booking import Rest, settle


class AccountBankStatementLine(models.Model):
    """What a person decides about a payment without, or against, the proposals."""

    _inherit = "account.bank.statement.line"

    # === ACTION METHODS ===#

    def action_ar_open_workbench(self):
        """Open the workbench on this payment."""
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id("ar_automation.ar_workbench_action")
        params = {"line_id": self.id, "company_id": self.company_id.id}
        if self.amount < 0:
            params["direction"] = "out"
        return action | {"params": params}

    def action_ar_open_payment(self):
        """Open this payment's form with its proposals."""
        view = self.env.ref("ar_automation.account_bank_statement_line_view_form")
        return self._get_records_action(views=[(view.id, "form")])

    def action_ar_create_rule(self):
        """Open a new rule that has the text, the journal and the customer of this payment."""
        self.ensure_one()
        self.env["account.reconcile.model"].check_access("create")
        context = {
            "default_name": self.payment_ref,
            "default_company_id": self.company_id.id,
            "default_match_journal_ids": [Command.set(self.journal_id.ids)],
            "default_match_label": "contains",
            "default_match_label_param": self.partner_name or self.payment_ref,
        }
        if self.partner_id:
            context["default_line_ids"] = [Command.create({"partner_id": self.partner_id.id})]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New rule"),
            "res_model": "account.reconcile.model",
            "views": [(False, "form")],
            "target": "new",
            "context": context,
        }

    # === BUSINESS METHODS ===#

    def ar_book_by_hand(
        self, items, *, rest="on_account", account=None, partner=None, write_off=None
    ):
        """Book the payment against what a person chose.

        :param dict items: ``{account.move.line id: amount in its currency}``, the sign as open;
            empty to put the whole payment on account or to write it off.
        :param str rest: where the difference goes: ``on_account`` (the customer's credit) or
            ``write_off``.
        :param account: ``account.account`` of a write-off.
        :param dict write_off: more about a write-off: ``tax_ids``, the ids of taxes contained in
            it, and ``analytic_distribution``, as Odoo keeps it: ``{"account id": percent}``.
        :param partner: customer of the rest, by default the one of the items or of the payment.
        :raises UserError: naming what does not fit; nothing is booked then.
        """
        self.ensure_one()
        self.check_access("write")
        self._ar_lock()
        self._ar_check_untouched()
        chosen = self._ar_open_items([int(item_id) for item_id in items])
        self._ar_lock_items(chosen)
        amounts = {item: items[item.id] for item in chosen}
        before, customers = self.partner_id, chosen.partner_id.commercial_partner_id
        payer = partner or (customers if len(customers) == 1 else self.partner_id)
        if payer and self.partner_id != payer:
            self.partner_id = payer
        if rest == "write_off":
            where = self._prepare_write_off(account, payer, write_off or {})
        else:
            where = self._prepare_on_account(payer, chosen)
        settle(self, amounts, where)
        self._ar_note_by_hand(amounts, before)

    def ar_unbook(self):
        """EXTENDS cash application: what a person chose is no proposal once it is taken back."""
        chosen = self.filtered(lambda line: line.ar_booked_by == "hand").ar_proposal_ids
        chosen = chosen.filtered(lambda proposal: proposal.state == "applied")
        result = super().ar_unbook()
        lines = chosen.statement_line_id
        # sudo: people may not delete proposals; the audit trail keeps what was chosen
        chosen.sudo().unlink()
        for line in lines.filtered(lambda line: not line.ar_best_proposal_id):
            line.ar_match_state = "unmatched"
        return result

    def _ar_check_untouched(self):
        if self.is_reconciled:
            raise UserError(
                self.env._("%s was matched by somebody else meanwhile.", self.payment_ref)
            )
        self.move_id._check_fiscal_lock_dates()
        if self.move_id.inalterable_hash:
            raise UserError(
                self.env._("The entry of %s is secured and cannot be changed.", self.payment_ref)
            )
        _liquidity, suspense, other = self._seek_for_lines()
        if other or not suspense:
            raise UserError(
                self.env._(
                    "%s is booked in part already. Undo that first, or finish it in its journal "
                    "entry.",
                    self.payment_ref,
                )
            )

    def _ar_open_items_domain(self):
        """The open receivable items that a payment may settle, and refunds for money out."""
        branches = self.company_id._accessible_branches() or self.company_id
        owed = Domain("account_id.account_type", "=", "asset_receivable")
        if self.amount < 0:
            owed |= Domain(
                [
                    ("payment_id.payment_type", "=", "outbound"),
                    ("payment_id.partner_type", "=", "customer"),
                    ("account_id.account_type", "=", "asset_current"),
                    ("account_id.reconcile", "=", True),
                ]
            )
        return owed & Domain(
            [
                ("company_id", "in", branches.ids),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual_currency", "!=", 0),
                ("move_id", "!=", self.move_id.id),
            ]
        )

    def _ar_open_items(self, item_ids):
        if not item_ids:
            return self.env["account.move.line"]
        domain = self._ar_open_items_domain() & Domain("id", "in", item_ids)
        if self.env["account.move.line"].search_count(domain) < len(item_ids):
            raise UserError(
                self.env._("An item that you chose was settled or taken back meanwhile.")
            )
        return self.env["account.move.line"].browse(item_ids)

    def _prepare_write_off(self, account, payer, details):
        if not account:
            raise UserError(self.env._("Choose the account that the difference goes to."))
        taxes = self.env["account.tax"].browse(details.get("tax_ids") or []).exists()
        if taxes and taxes.company_id != self.company_id:
            raise UserError(self.env._("The taxes of a write-off must be the payment's company's."))
        return Rest(
            account,
            payer,
            self.env._("Written off: %s", self.payment_ref),
            written_off=True,
            taxes=taxes,
            analytic=details.get("analytic_distribution"),
        )

    def _prepare_on_account(self, payer, items):
        if not payer:
            if items:
                return Rest()
            raise UserError(
                self.env._(
                    "Say first who paid %s; then it can be put on account.", self.payment_ref
                )
            )
        receivable = (
            items.account_id.filtered(lambda one: one.account_type == "asset_receivable")[:1]
            or payer.with_company(self.company_id).property_account_receivable_id
        )
        return Rest(receivable, payer, self.payment_ref)

    def _ar_note_by_hand(self, amounts, partner_before):
        """Keep what was chosen, why it is booked, and which customer an undo gives back."""
        items = self.env["account.move.line"].concat(*amounts)
        self.ar_proposal_ids._update_state({"proposed"}, "outdated")
        said = self.env._("Matched by hand by %s.", self.env.user.name)
        names = ", ".join(items.move_id.mapped("name"))
        settled = self.env._("It settles %s.", names) if names else ""
        evidence = f"{said}\n{settled}".strip()
        # sudo: proposals are written by the program only
        self.env["ar.match.proposal"].sudo().create(
            {
                "statement_line_id": self.id,
                "item_ids": [Command.set(items.ids)],
                "item_names": names,
                "partner_id": self.partner_id.id,
                "partner_before_id": partner_before.id,
                "action": "partial" if items else "on_account",
                "allocation": {str(item.id): amount for item, amount in amounts.items()},
                "evidence": evidence,
                "state": "applied",
                "decided_by_id": self.env.uid,
            }
        )
        self.write(
            {
                "ar_match_state": "matched",
                "ar_matched_at": fields.Datetime.now(),
                "ar_match_reason": said,
                "ar_match_evidence": evidence,
            }
        )
        self._ar_note_booking("hand")
        self._log_events([self._prepare_event("cash_application.by_hand", evidence)])

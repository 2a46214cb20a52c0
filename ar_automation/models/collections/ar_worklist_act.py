from datetime import timedelta

from odoo import Command, api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .ar_worklist_screen import COLLECTORS


class ArWorklist(models.AbstractModel):
    """What a collector does from the worklist."""

    _inherit = "ar.worklist"

    # === WHAT THE SCREEN TELLS ===#

    @api.model
    def ar_log_call(self, partner_id, outcome, item_ids=(), company_id=None):
        """Note how a call ended, with one click; who was not reached is called again.

        :param str outcome: code of an ``ar.contact.outcome``.
        :param list item_ids: open items that it was about.
        :return: a sentence for the collector.
        :raises UserError: for an outcome that nobody knows.
        """
        worklist, partner = self._prepare_act(partner_id, company_id)
        found = self.env["ar.contact.outcome"].search([("code", "=", outcome)], limit=1)
        if not found:
            raise UserError(
                self.env._("There is no outcome “%s” any more. Reload the list.", outcome)
            )
        again = worklist._next_workday() if found.next_step == "call_back" else False
        worklist.env["ar.contact.log"].ar_log(
            partner,
            outcome,
            company_id=worklist.env.company.id,
            move_ids=worklist._find_items(partner, item_ids).move_id.ids,
            next_action_date=again,
        )
        if again:
            return self.env._(
                "%(customer)s: %(outcome)s. Next action on %(day)s.",
                customer=partner.display_name,
                outcome=found.name,
                day=format_date(self.env, again),
            )
        return self.env._("%s: logged.", f"{partner.display_name}, {found.name}")

    @api.model
    def ar_note(self, partner_id, text, company_id=None):
        """Write a note into the customer's chatter.

        :param str text: plain text; signs of HTML stay signs.
        :raises UserError: for an empty note.
        """
        _worklist, partner = self._prepare_act(partner_id, company_id)
        if not (text or "").strip():
            raise UserError(self.env._("Write something into the note first."))
        # sudo: collectors keep notes without the right to edit contacts
        partner.sudo().message_post(
            body=text.strip(),
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            author_id=self.env.user.partner_id.id,
        )

    @api.model
    def ar_plan_action(self, partner_id, date, company_id=None):
        """Put the customer on top of the list on a day, and out of the way until then.

        :param str date: today or later.
        :raises UserError: for a day that has passed, or none.
        """
        worklist, partner = self._prepare_act(partner_id, company_id)
        company = worklist.env.company
        day = worklist._resolve_date(company, date or "1970-01-01")
        if day < worklist._resolve_date(company, None):
            raise UserError(self.env._("Choose today or a later day for the next action."))
        worklist.env["ar.contact.log"].ar_log(
            partner, "planned", company_id=company.id, next_action_date=day
        )

    @api.model
    def ar_open_promise(self, partner_id, item_ids=(), company_id=None):
        """Open the dialog that logs a call with its promise."""
        return self._open_log(partner_id, item_ids, company_id, "promised")

    @api.model
    def ar_open_outcome(self, partner_id, outcome, item_ids=(), company_id=None):
        """Open the dialog of a contact for an outcome that asks for something."""
        return self._open_log(partner_id, item_ids, company_id, outcome)

    @api.model
    def ar_open_dispute(self, partner_id, item_ids=(), company_id=None):
        """Open the dialog that notes a dispute and puts the chosen invoices on hold.

        Who keeps disputes as records of their own replaces the dialog.
        """
        return self._open_log(partner_id, item_ids, company_id, "dispute", puts_on_hold=True)

    @api.model
    def ar_open_hold(self, partner_id, item_ids=(), company_id=None):
        """Open the dialog that puts chosen invoices on hold, or the whole customer."""
        worklist, partner = self._prepare_act(partner_id, company_id)
        moves = worklist._find_items(partner, item_ids).move_id
        if not moves:
            return worklist._with_views(partner.action_ar_hold_dunning())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Put on hold from dunning"),
            "res_model": "ar.collection.hold.add",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_move_ids": [Command.set(moves.ids)]},
        }

    @api.model
    def ar_open_plan(self, partner_id, item_ids=(), company_id=None):
        """Open the dialog that divides the chosen items into instalments, or all open ones."""
        worklist, partner = self._prepare_act(partner_id, company_id)
        items = worklist._find_items(partner, item_ids)
        action = partner.action_ar_propose_plan()
        chosen = {"default_item_ids": [Command.set(items.ids)]} if items else {}
        context = {"default_company_id": worklist.env.company.id, **chosen}
        return {**action, "context": {**action["context"], **context}}

    @api.model
    def ar_open_mail(self, partner_id, item_ids=(), company_id=None):
        """Open an e-mail about the chosen items; about those overdue where none is chosen."""
        worklist, partner = self._prepare_act(partner_id, company_id)
        template = self.env.ref("ar_automation.mail_template_worklist", raise_if_not_found=False)
        mail = worklist.env["ar.worklist.mail"].create(
            {
                "partner_id": partner.id,
                "contact_id": partner.ar_get_dunning_contact().id,
                "company_id": worklist.env.company.id,
                "item_ids": [Command.set(worklist._find_mail_items(partner, item_ids).ids)],
                "template_id": template and template.id,
            }
        )
        if template:
            mail.write(mail._render(template, mail.contact_id))
        return mail._get_records_action(
            name=self.env._("E-mail to %s", partner.display_name), target="new"
        )

    # === PRIVATE METHODS ===#

    def _prepare_act(self, partner_id, company_id):
        """``(worklist of the company, customer)`` for a collector of that company."""
        if not (self.env.su or self.env.user.has_group(COLLECTORS)):
            raise AccessError(
                self.env._("Only collectors work the worklist. Ask for the role Collector.")
            )
        company = self._resolve_company(company_id)
        self._check_reader(company)
        worklist = self.with_company(company)
        return worklist, worklist._find_customer(partner_id)

    def _find_items(self, partner, item_ids):
        """The chosen items that are still open and the customer's, the others left out."""
        # sudo: collectors read items without the accountants' rights; the company was checked
        items = partner.sudo()._ar_get_open_items(self.env.company)
        return items.filtered(lambda item: item.id in set(item_ids or ()))

    def _find_mail_items(self, partner, item_ids):
        if item_ids:
            return self._find_items(partner, item_ids)
        today = self._resolve_date(self.env.company, None)
        items = partner.sudo()._ar_get_open_items(self.env.company)
        return items.filtered(lambda item: item.date_maturity and item.date_maturity < today)

    def _next_workday(self):
        today = self._resolve_date(self.env.company, None)
        return today + timedelta(days={4: 3, 5: 2}.get(today.weekday(), 1))

    def _open_log(self, partner_id, item_ids, company_id, outcome, *, puts_on_hold=False):
        worklist, partner = self._prepare_act(partner_id, company_id)
        moves = worklist._find_items(partner, item_ids).move_id
        action = partner.action_ar_log_contact()
        outcomes = self.env["ar.contact.outcome"].with_context(active_test=False)
        return {
            **action,
            "context": {
                **action["context"],
                "default_company_id": worklist.env.company.id,
                "default_outcome_id": outcomes.search([("code", "=", outcome)], limit=1).id,
                "default_move_ids": [Command.set(moves.ids)],
                "default_puts_on_hold": puts_on_hold and bool(moves),
            },
        }

    @staticmethod
    def _with_views(action):
        """A client opens an action that comes from a method only with its views named."""
        return {**action, "views": [(False, action["view_mode"])]}

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

# Entries of each kind that the timeline holds, and payments that are shown.
TIMELINE = 30
PAYMENTS = 6
EXCERPT = 400


class ArWorklist(models.AbstractModel):
    """One customer of the worklist, with everything at hand."""

    _inherit = "ar.worklist"

    # === WHAT THE SCREEN SHOWS ===#

    @api.model
    @api.readonly
    def ar_get_customer(self, partner_id, company_id=None):
        """Return what stands beside the list for one customer.

        :return: ``customer`` (``id``, ``name``, ``phone``, ``email``, ``city``, ``on_hold``),
            ``items`` (open ones, oldest due first), ``payments`` (newest first), ``timeline``
            (every contact, newest first).
        :raises AccessError: for users without a role in receivables, or another company.
        :raises UserError: when the customer is gone.
        """
        company = self._resolve_company(company_id)
        self._check_reader(company)
        worklist = self.with_company(company)
        partner = worklist._find_customer(partner_id)
        day = self._resolve_date(company, None)
        return {
            "customer": worklist._prepare_customer(partner),
            "items": worklist._prepare_items(company, partner, day),
            "payments": worklist._prepare_payments(company, partner),
            "timeline": worklist._prepare_timeline(company, partner),
        }

    # === PRIVATE METHODS ===#

    def _find_customer(self, partner_id):
        partner = self.env["res.partner"].browse(int(partner_id)).exists()
        if not partner:
            raise UserError(
                self.env._("This customer was deleted or merged meanwhile. Reload the list.")
            )
        partner.check_access("read")
        return partner.commercial_partner_id

    def _prepare_customer(self, partner):
        contact = partner.ar_get_dunning_contact()
        return {
            "id": partner.id,
            "name": partner.display_name,
            "phone": contact.phone or partner.phone or "",
            "email": contact.email or partner.email or "",
            "contact": contact.display_name if contact != partner else "",
            "place": ", ".join(filter(None, (partner.city, partner.country_id.name))),
            "on_hold": partner.ar_dunning_hold,
            "promises_kept": partner.ar_promise_kept_share,
        }

    def _prepare_items(self, company, partner, day):
        rows = self.env["ar.open.item"].ar_collect(company, partner).get(partner.id, [])
        # sudo: collectors read items without the accountants' rights; the company was checked
        lines = self.env["account.move.line"].sudo().browse(row.line_id for row in rows)
        paused = self.env["ar.collection.pause"].ar_get_paused(lines, day)
        return [
            {
                "id": row.line_id,
                "move_id": row.move_id,
                "name": row.name or "",
                "ref": row.ref,
                "due": fields.Date.to_string(row.due_date),
                "days_late": max((day - row.due_date).days, 0),
                "open": float(row.residual),
                "currency_id": row.currency_id,
                "disputed": float(row.disputed),
                "paused": paused.get(row.line_id, (None, ""))[1],
            }
            for row in rows
        ]

    def _prepare_payments(self, company, partner):
        lines = self.env["account.move.line"].sudo()
        found = lines.search_fetch(
            [
                ("company_id", "=", company.id),
                ("partner_id", "=", partner.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("balance", "<", 0),
                ("journal_id.type", "in", ("bank", "cash", "credit")),
            ],
            ["date", "amount_currency", "currency_id", "move_name", "reconciled"],
            limit=PAYMENTS,
            order="date desc, id desc",
        )
        return [
            {
                "id": line.id,
                "name": line.move_name or "",
                "date": fields.Date.to_string(line.date),
                "amount": -line.amount_currency,
                "currency_id": line.currency_id.id,
                "is_open": not line.reconciled,
            }
            for line in found
        ]

    # === PRIVATE METHODS: TIMELINE ===#

    def _prepare_timeline(self, company, partner):
        """Everything that went to or came from the customer, newest first."""
        scope = [("company_id", "=", company.id), ("partner_id", "=", partner.id)]
        reminders = self._find_reminders(scope)
        entries = [
            *self._tell_contacts(scope),
            *self._tell_reminders(reminders),
            *self._tell_promises(scope),
            *self._tell_replies(scope),
            # a reminder's mail stands in the chatter as well, and is told once
            *self._tell_notes(partner, besides=reminders.mail_id.mail_message_id),
        ]
        newest = sorted(entries, key=lambda entry: entry["at"], reverse=True)
        return [
            {**entry, "at": fields.Datetime.to_string(entry["at"])} for entry in newest[:TIMELINE]
        ]

    def _tell_contacts(self, scope):
        logs = self.env["ar.contact.log"].sudo().search(scope, limit=TIMELINE)
        return [
            {
                "kind": "contact",
                "key": f"contact{log.id}",
                "at": log.contacted_at,
                "title": log.outcome_id.name,
                "text": self._excerpt(log.note),
                "by": log.user_id.name,
                "day": fields.Date.to_string(log.next_action_date) or False,
            }
            for log in logs
        ]

    def _find_reminders(self, scope):
        notices = self.env["ar.dunning.notice"].sudo()
        return notices.search(
            [*scope, ("state", "in", ("sent", "unknown"))], limit=TIMELINE, order="id desc"
        )

    def _tell_reminders(self, notices):
        return [
            {
                "kind": "reminder",
                "key": f"reminder{notice.id}",
                "at": notice.sent_at or notice.create_date,
                "title": self.env._("Reminder: %s", notice.level_id.name),
                "text": notice.recipient or "",
                "by": "",
                "day": False,
            }
            for notice in notices
        ]

    def _tell_promises(self, scope):
        promises = self.env["ar.promise"].sudo().search(scope, limit=TIMELINE, order="id desc")
        states = dict(promises._fields["state"]._description_selection(self.env))
        return [
            {
                "kind": "promise",
                "key": f"promise{promise.id}",
                "at": promise.create_date,
                "title": self.env._(
                    "Promised %(amount)s: %(state)s",
                    amount=promise._format_amount(),
                    state=states[promise.state],
                ),
                "text": promise.note or "",
                "by": promise.user_id.name,
                "day": fields.Date.to_string(promise.date),
            }
            for promise in promises
        ]

    def _tell_replies(self, scope):
        replies = self.env["ar.collection.reply"].sudo().search(scope, limit=TIMELINE)
        kinds = dict(replies._fields["kind"]._description_selection(self.env))
        return [
            {
                "kind": "reply",
                "key": f"reply{reply.id}",
                "at": reply.received_at,
                "title": self.env._("Answer: %s", kinds[reply.kind]),
                "text": (reply.excerpt or "")[:EXCERPT],
                "by": reply.email_from or "",
                "day": fields.Date.to_string(reply.named_date) or False,
            }
            for reply in replies
        ]

    def _tell_notes(self, partner, besides):
        """What people wrote in the customer's chatter; read with the user's own rights."""
        messages = self.env["mail.message"].search(
            [
                ("model", "=", "res.partner"),
                ("res_id", "=", partner.id),
                ("id", "not in", besides.ids),
                ("message_type", "in", ("comment", "email_outgoing")),
            ],
            limit=TIMELINE,
        )
        return [
            {
                "kind": "note",
                "key": f"note{message.id}",
                "at": message.date,
                "title": message.subject or self.env._("Note"),
                "text": self._excerpt(message.body),
                "by": message.author_id.name or "",
                "day": False,
            }
            for message in messages
        ]

    @staticmethod
    def _excerpt(html):
        return html2plaintext(html or "")[:EXCERPT]

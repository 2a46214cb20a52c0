from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, html2plaintext

from ...engine.dunning.replies import cut_quote, find_day, sort_reply

KINDS = [
    ("paid", "Says it is paid"),
    ("promise", "Promises to pay"),
    ("dispute", "Disputes something"),
    ("wrong_contact", "Wrong contact"),
    ("out_of_office", "Out of office"),
    ("other", "Something else"),
]
COLLECTORS = "ar_automation.ar_automation_group_collector"
EXCERPT = 600


class ArCollectionReply(models.Model):
    """An answer to a reminder, sorted by its words, with what one may do about it.

    The answer itself is in the customer's chatter; nothing is paused or changed by it until a
    person decides.
    """

    _name = "ar.collection.reply"
    _description = "Answer to a reminder"
    _order = "received_at desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    contact_id = fields.Many2one(
        "res.partner", "Known as", readonly=True, ondelete="set null", help="Who wrote, if known."
    )
    email_from = fields.Char("From", readonly=True)
    notice_id = fields.Many2one(
        "ar.dunning.notice", "Reminder", readonly=True, ondelete="set null", index="btree_not_null"
    )
    message_id = fields.Many2one(
        "mail.message", readonly=True, ondelete="set null", index="btree_not_null"
    )
    subject = fields.Char(readonly=True)
    excerpt = fields.Text("What it says", readonly=True, help="Without what it quotes.")
    received_at = fields.Datetime("Arrived", required=True, readonly=True, index=True)
    kind = fields.Selection(KINDS, required=True, readonly=True, default="other", index=True)
    words = fields.Char(
        "Because of the words", readonly=True, help="The words by which it was sorted."
    )
    also = fields.Char(readonly=True, help="What else it seems to say.")
    named_date = fields.Date("Names the day", readonly=True, help="First later day in its text.")
    suggestion = fields.Char(compute="_compute_suggestion")
    state = fields.Selection(
        [("new", "To do"), ("done", "Done")],
        required=True,
        default="new",
        readonly=True,
        index=True,
    )
    done_by_id = fields.Many2one("res.users", "Done by", readonly=True)
    done_at = fields.Datetime("Done", readonly=True)

    _message_once = models.UniqueIndex(
        "(message_id) WHERE message_id IS NOT NULL", "A message is sorted once."
    )

    # === COMPUTE METHODS ===#

    @api.depends("kind", "named_date", "partner_id")
    def _compute_suggestion(self):
        for reply in self:
            reply.suggestion = reply._suggest()

    @api.depends("partner_id", "subject")
    def _compute_display_name(self):
        for reply in self:
            parts = (reply.partner_id.display_name, reply.subject)
            reply.display_name = ": ".join(part for part in parts if part)

    # === ACTION METHODS ===#

    def action_register_promise(self):
        """Take down the promise that the answer gives."""
        self.ensure_one()
        return {
            **self.partner_id.action_ar_register_promise(),
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_contact_id": self.contact_id.id,
                "default_company_id": self.company_id.id,
                "default_date": self.named_date,
                "default_source": "mail",
                "default_note": self.excerpt,
                "default_reply_id": self.id,
            },
        }

    def action_hold(self):
        """Put invoices of the customer on hold while the answer is looked into."""
        return self._open_log("dispute" if self.kind == "dispute" else "paid", hold=True)

    def action_note_dispute(self):
        """Note what the customer disputes, and put the invoices on hold."""
        return self._open_log("dispute", hold=True)

    def action_log(self):
        """Note what came of the answer."""
        return self._open_log("reached", hold=False)

    def action_view_customer(self):
        """Open the customer, with the whole conversation."""
        self.ensure_one()
        return self.partner_id._get_records_action()

    def action_done(self):
        """Take the answers off the list."""
        if not (self.env.su or self.env.user.has_group(COLLECTORS)):
            raise AccessError(self.env._("Only collectors work on the answers of customers."))
        self.check_access("read")
        if self.filtered(lambda reply: reply.state == "done"):
            raise UserError(self.env._("One of these answers is done already."))
        self.sudo().write(
            {"state": "done", "done_by_id": self.env.uid, "done_at": fields.Datetime.now()}
        )

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_receive(self, message, parent_id, *, is_automatic=False):
        """Sort a message if it answers a reminder, or an answer to one.

        :param mail.message message: what arrived, in the customer's chatter.
        :param int parent_id: the message that it answers.
        :param bool is_automatic: its headers say that a machine wrote it.
        :return: the answer; empty when it answers something else.
        """
        replies = self.sudo()
        notice = self._find_notice(parent_id)
        if not notice or message.model != "res.partner" or message.res_id != notice.partner_id.id:
            return self.browse()
        text = html2plaintext(message.body or "")
        found = sort_reply(message.subject or "", text, is_automatic=is_automatic)
        labels = dict(self._fields["kind"]._description_selection(self.env))
        received = fields.Datetime.context_timestamp(self, message.date).date()
        return replies.create(
            {
                "company_id": notice.company_id.id,
                "partner_id": notice.partner_id.id,
                "contact_id": message.author_id.id,
                "email_from": message.email_from,
                "notice_id": notice.id,
                "message_id": message.id,
                "subject": message.subject,
                "excerpt": cut_quote(text)[:EXCERPT],
                "received_at": message.date,
                "kind": found.kind,
                "words": ", ".join(found.words),
                "also": ", ".join(labels[kind] for kind in found.also),
                "named_date": find_day(text, received),
            }
        )

    # === PRIVATE METHODS ===#

    @api.model
    def _find_notice(self, message_id):
        """The reminder whose mail, or whose answer, the message is."""
        notices = self.env["ar.dunning.notice"].sudo()
        notice = notices.search([("mail_id.mail_message_id", "=", message_id)], limit=1)
        return notice or self.sudo().search([("message_id", "=", message_id)], limit=1).notice_id

    def _open_log(self, outcome, *, hold):
        self.ensure_one()
        action = self.partner_id.action_ar_log_contact()
        outcomes = self.env["ar.contact.outcome"]
        action["context"] = {
            "default_partner_id": self.partner_id.id,
            "default_contact_id": self.contact_id.id,
            "default_company_id": self.company_id.id,
            "default_channel": "mail",
            "default_outcome_id": outcomes.search([("code", "=", outcome)], limit=1).id,
            "default_note": self.excerpt,
            "default_puts_on_hold": hold,
            "default_reply_id": self.id,
        }
        return action

    def _suggest(self):
        self.ensure_one()
        if self.kind == "promise" and self.named_date:
            return self.env._("Register a promise for %s.", format_date(self.env, self.named_date))
        return {
            "paid": self.env._("Look for the payment among those to match, or ask for a proof."),
            "promise": self.env._("Ask by when, then register a promise."),
            "dispute": self.env._("Note the dispute and put the invoice on hold."),
            "wrong_contact": self.env._("Correct the dunning contact, then write again."),
            "out_of_office": self.env._("Nothing to do, or write to somebody else."),
            "other": self.env._("Read it and answer."),
        }[self.kind]

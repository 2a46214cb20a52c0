from odoo import api, fields, models

from ...engine.invoicing.delivery_state import OPEN

# What became of the mail, told to the documents that it carries.
_FATES = {"unknown": "unknown", "done": "sent"}
MOST_CARRIED = 20


class ArDelivery(models.Model):
    """One mail with several documents of a customer.

    The first document carries the others. They are taken along in the transaction in which
    its mail is claimed, and from then on share the mail's fate: sent with it, unknown with it,
    or queued again. So none of them can leave a second time by itself, whatever is killed.
    """

    _inherit = "ar.delivery"

    carried_by_id = fields.Many2one(
        "ar.delivery",
        "In the mail of",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The delivery whose mail carries this document as well.",
    )
    carried_ids = fields.One2many("ar.delivery", "carried_by_id", "In the same mail", readonly=True)

    @api.private
    def ar_take_along(self, others):
        """Let the mail of this delivery carry ``others`` too.

        :param others: open deliveries by e-mail of the same customer.
        """
        self.ensure_one()
        # sudo: which documents share a mail belongs to the app
        others[:MOST_CARRIED].sudo().carried_by_id = self

    def _ar_aboard(self):
        """What this delivery's mail carries besides, in the order of the documents.

        Left out is what was called off, or sent otherwise.
        """
        aboard = self.sudo().carried_ids.filtered(
            lambda one: one.state in OPEN and one.move_id.state == "posted"
        )
        return aboard.sorted(lambda one: one.move_id.id)

    def _ar_share_fate(self, fate, message):
        """Tell what became of the mail to the documents in it.

        :param str fate: ``unknown``, ``done``, or anything else: the mail did not leave.
        """
        for lead in self.sudo().filtered("carried_ids"):
            aboard = lead.carried_ids.filtered(lambda one: one.state in (*OPEN, "unknown"))
            said = self.env._(
                "In one mail with %(document)s: %(message)s",
                document=lead.res_name,
                message=message,
            )
            if fate in _FATES:
                aboard.ar_note(_FATES[fate], said)
                continue
            aboard.filtered(lambda one: one.state == "unknown").ar_note("queued", said)
            aboard.carried_by_id = False

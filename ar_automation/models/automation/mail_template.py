from odoo import api, models


class MailTemplate(models.Model):
    """The words of a mail that a job sends."""

    _inherit = "mail.template"

    # === BUSINESS METHODS ===#

    @api.private
    def ar_render(self, record, lang):
        """Subject and body of the mail about one record.

        The text is compiled once for the mails of many records, see ``ir.qweb``.

        :param str lang: the recipient's language, as code.
        :return: ``(subject, body)``. The subject is one line: a line break in a name must not
            become a header of the mail.
        """
        subject, body = (
            self._render_field(
                name,
                record.ids,
                res_ids_lang={record.id: lang},
                options={"ar_keep_compiled": True},
            )[record.id]
            for name in ("subject", "body_html")
        )
        return " ".join(subject.split()), body

    # === PRIVATE METHODS ===#

    def _render_template_get_valid_options(self):
        # EXTENDS 'mail'
        return super()._render_template_get_valid_options() | {"ar_keep_compiled"}

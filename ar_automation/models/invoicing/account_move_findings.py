from odoo import models
from odoo.tools import format_amount, format_date


class AccountMove(models.Model):
    """Findings in words."""

    _inherit = "account.move"

    def _ar_finding_sentence(self, finding):
        return self._ar_finding_sentences(finding)[finding.kind]()

    def _ar_finding_sentences(self, finding):
        """``{kind: function that writes the sentence}``; extended by who adds a check."""
        values = finding.values
        return {
            **self._ar_recipient_sentences(values),
            **self._ar_document_sentences(values),
            **self._ar_history_sentences(values),
        }

    def _ar_recipient_sentences(self, values):
        recipient, customer = self.partner_id.display_name, self.commercial_partner_id
        return {
            "no_email": lambda: self.env._(
                "%s receives invoices by e-mail but has no valid e-mail address.", recipient
            ),
            "no_address": lambda: self.env._(
                "%s receives invoices by post but the address is incomplete.", recipient
            ),
            "no_channel": lambda: self.env._(
                "%(customer)s receives invoices by “%(channel)s”, which cannot carry this one.",
                customer=customer.display_name,
                channel=values["channel"],
            ),
            "no_po": lambda: self.env._(
                "%s wants its order number on every invoice: enter it as Customer Reference.",
                customer.display_name,
            ),
            "no_buyer_reference": lambda: self.env._(
                "%s needs a buyer reference: enter it as Reference on the customer.",
                customer.display_name,
            ),
            "no_vat": lambda: self.env._(
                "The invoice needs the VAT number of %s, which is not known.",
                customer.display_name,
            ),
            "bad_vat": lambda: self.env._(
                "The VAT number %(number)s of %(customer)s has not the form of its country.",
                number=customer.vat,
                customer=customer.display_name,
            ),
        }

    def _ar_document_sentences(self, values):
        return {
            "zero_total": lambda: self.env._("The total is zero: there is nothing to pay."),
            "negative_total": lambda: self.env._(
                "The order gives money back: check the credit note before it is posted."
            ),
            "no_rate": lambda: self.env._(
                "There is no exchange rate for %(currency)s on the invoice date.",
                currency=self.currency_id.name,
            ),
            "no_tax": lambda: self.env._("No tax on: %s.", ", ".join(values["lines"])),
            "other_terms": lambda: self.env._(
                "The terms are “%(terms)s”; the customer's are “%(customer_terms)s”.",
                terms=values["terms"] or self.env._("none"),
                customer_terms=values["customer_terms"],
            ),
            "credit_hold": lambda: self.env._(
                "On credit hold: %(reason)s. A credit manager may post it.",
                reason=values["reason"],
            ),
        }

    def _ar_history_sentences(self, values):
        return {
            "duplicate": lambda: self.env._(
                "Same customer, lines and total as %(name)s, %(days)s days apart.",
                name=values["name"] or self.env._("another draft"),
                days=values["days"],
            ),
            "period_overlap": lambda: self.env._(
                "%(product)s is billed by plan %(plan)s, too, from %(first)s to %(last)s.",
                product=values["product"],
                plan=values["plan"],
                first=format_date(self.env, values["first"]),
                last=format_date(self.env, values["last"]),
            ),
            "unusual_total": lambda: self.env._(
                "The total of %(value)s is far from this customer's usual: half of the last "
                "%(count)s invoices came to %(usual)s or less.",
                **self._ar_usual_words(values),
            ),
            "unusual_price": lambda: self.env._(
                "%(product)s for %(value)s is far from what this customer usually pays: "
                "%(usual)s (median of %(count)s invoices).",
                product=values["product"],
                **self._ar_usual_words(values),
            ),
        }

    def _ar_usual_words(self, values):
        return {
            "value": format_amount(self.env, float(values["value"]), self.currency_id),
            "usual": format_amount(self.env, float(values["usual"]), self.currency_id),
            "count": values["count"],
        }

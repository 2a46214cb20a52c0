from odoo.addons.account.controllers.portal import PortalAccount
from odoo.http import request, route


class InvoicePortal(PortalAccount):
    """What a customer looks at on the portal is known to have been opened."""

    @route()
    def portal_my_invoice_detail(
        self,
        invoice_id,
        access_token=None,
        report_type=None,
        download=False,  # noqa: FBT002 - as in core
        **kw,
    ):
        """EXTENDS account: note that the invoice was opened, unless one of us looks at it."""
        response = super().portal_my_invoice_detail(
            invoice_id, access_token, report_type=report_type, download=download, **kw
        )
        shown = response.status_code == 200  # refused visitors are sent elsewhere
        if shown and not request.env.user._is_internal():
            # sudo: the visitor has no rights on invoices; that it may see this one is decided
            invoice = request.env["account.move"].sudo().browse(invoice_id)
            request.env["ar.delivery"].ar_note_opened(invoice)
        return response

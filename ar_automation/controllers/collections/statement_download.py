from odoo import http
from odoo.exceptions import AccessError
from odoo.http import content_disposition, request
from werkzeug.exceptions import NotFound

from ...models.collections.res_partner import READERS

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class StatementDownload(http.Controller):
    """Statements on demand as files."""

    @http.route(
        "/ar_automation/statement/<int:wizard_id>/<string:form>",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def download_statement(self, wizard_id, form, **_params):
        """Send what a person asked for in the dialog, to that person only."""
        wizard = request.env["ar.account.statement.create"].browse(wizard_id).exists()
        if form not in CONTENT_TYPES or not wizard:
            raise NotFound
        if not request.env.user.has_groups(READERS):
            raise AccessError(request.env._("You may not read statements of account."))
        wizard.check_access("read")
        return answer_file(*wizard.ar_render(form), form)


def answer_file(name, content, form):
    """An HTTP answer that is saved as a file."""
    headers = [
        ("Content-Type", CONTENT_TYPES[form]),
        ("Content-Disposition", content_disposition(name)),
        ("X-Content-Type-Options", "nosniff"),
    ]
    return request.make_response(content, headers=headers)

from odoo import api, fields, models

from ...banking.connectors import registry
from ...exceptions import ArError

MASK = "••••••••"


class ArBankConnectionSetting(models.Model):
    """One value that a provider has to be told, or that it gave us on the way (a token).

    Secret values live in a column of their own, which only administrators may read, which is never
    exported or copied, and of which screens show that it is set, not what it is.
    """

    _name = "ar.bank.connection.setting"
    _description = "Setting of a bank connection"
    _order = "connection_id, sequence, id"
    _rec_name = "label"

    connection_id = fields.Many2one(
        "ar.bank.connection", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="connection_id.company_id")
    sequence = fields.Integer(readonly=True)
    name = fields.Char("Technical name", required=True, readonly=True)
    label = fields.Char("Setting", readonly=True)
    explanation = fields.Char("Meaning", readonly=True)
    kind = fields.Char(readonly=True)
    is_secret = fields.Boolean(readonly=True)
    is_required = fields.Boolean(readonly=True)
    is_remembered = fields.Boolean(
        "Given by the bank", readonly=True, help="Not entered by a person, e.g. a token."
    )
    value = fields.Text("Stored value", copy=False, readonly=True)
    secret = fields.Text(
        groups="base.group_system", copy=False, exportable=False, prefetch=False, readonly=True
    )
    shown_value = fields.Text(
        "Value",
        compute="_compute_shown_value",
        inverse="_inverse_shown_value",
        groups="ar_automation.ar_automation_group_supervisor",
        exportable=False,
        help="Secrets are shown as dots once they are set. Enter a new value to replace one.",
    )
    is_set = fields.Boolean(compute="_compute_shown_value")
    choices = fields.Json(compute="_compute_choices", help="What may be chosen, with its names.")

    _name_unique = models.Constraint(
        "unique (connection_id, name)", "A connection holds each setting once."
    )

    # === COMPUTE METHODS ===#

    @api.depends("value", "secret", "is_secret")
    def _compute_shown_value(self):
        for setting in self:
            # sudo: that a secret is set is no secret
            content = setting.sudo().secret if setting.is_secret else setting.value
            setting.is_set = bool(content)
            setting.shown_value = MASK if setting.is_secret and content else content

    @api.depends("name", "connection_id.provider")
    def _compute_choices(self):
        for setting in self:
            setting.choices = setting._get_choices()

    def _inverse_shown_value(self):
        for setting in self:
            entered = (setting.shown_value or "").strip()
            if setting.is_secret and entered == MASK:
                continue
            setting._store(entered)

    # === BUSINESS METHODS ===#

    def _get_content(self):
        """Return the value, secret or not, or ``""``. For connectors only."""
        self.ensure_one()
        return (self.sudo().secret if self.is_secret else self.value) or ""

    def _store(self, content):
        column = "secret" if self.is_secret else "value"
        # sudo: a supervisor may enter a secret that only an administrator may read again
        self.sudo().write({column: content or False})

    @api.model
    def _prepare_vals(self, connection, setting, sequence):
        column = "secret" if setting.is_secret else "value"
        return {
            "connection_id": connection.id,
            "sequence": sequence,
            "name": setting.name,
            "label": setting.label,
            "explanation": setting.help,
            "kind": setting.kind,
            "is_secret": setting.is_secret,
            "is_required": setting.is_required,
            column: setting.default or False,
        }

    @api.model
    def _remember(self, connection, values):
        """Store what a provider gave us; unknown names become secret rows of their own."""
        rows = {row.name: row for row in self.search([("connection_id", "=", connection.id)])}
        for name, content in values.items():
            row = rows.get(name) or self.create(
                {
                    "connection_id": connection.id,
                    "sequence": 1000,
                    "name": name,
                    "label": name,
                    "is_secret": True,
                    "is_remembered": True,
                }
            )
            row._store(content)

    def _get_choices(self):
        """``[(value, label)]`` among which the setting's value is chosen; empty if it is free."""
        self.ensure_one()
        try:
            provider = registry.get_provider(self.connection_id.provider)
        except ArError:  # the app of this provider was removed: nothing to choose from
            return []
        return [
            choice
            for setting in provider.settings
            if setting.name == self.name
            for choice in setting.choices
        ]

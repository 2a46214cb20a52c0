"""What a customer of the demo owes and is late with."""


def find_late(scene, key, count=2):
    """Return the customer's items that are late on the scene's day, oldest first."""
    domain = [
        ("company_id", "=", scene.company.id),
        ("partner_id", "=", scene.firms[key].id),
        ("account_id.account_type", "=", "asset_receivable"),
        ("parent_state", "=", "posted"),
        ("reconciled", "=", False),
        ("amount_residual", ">", 0),
        ("date_maturity", "<", scene.day),
    ]
    lines = scene.company.env["account.move.line"]
    return lines.search(domain, order="date_maturity, id", limit=count)

"""Which collector of the demo company calls whom, and who is away."""

from datetime import timedelta

from odoo import Command

LARGE = 10000.0
# Name of the rule, who, and which customers: countries, or an amount.
RULES = (
    ("Large amounts", "supervisor", {"amount_from": LARGE}),
    ("France and America", "clara", {"country_ids": ("base.fr", "base.us")}),
    ("Everybody else", "collector", {}),
)
ABSENT, SUBSTITUTE = "clara", "collector"
AWAY_IN, AWAY_FOR = 12, 9


def divide_customers(scene):
    """Write the rules of assignment, and an absence some days from now."""
    env = scene.company.env
    users = {
        user.login: user.id
        for user in env["res.users"].search([("login", "in", [rule[1] for rule in RULES])])
    }
    env["ar.worklist.rule"].create(
        [
            {
                "name": name,
                "company_id": scene.company.id,
                "sequence": 10 * number,
                "user_id": users[login],
                **_prepare_conditions(env, conditions),
            }
            for number, (name, login, conditions) in enumerate(RULES, 1)
        ]
    )
    first = scene.day + timedelta(days=AWAY_IN)
    env["ar.worklist.absence"].create(
        {
            "user_id": users[ABSENT],
            "substitute_id": users[SUBSTITUTE],
            "date_from": first,
            "date_to": first + timedelta(days=AWAY_FOR),
        }
    )


def _prepare_conditions(env, conditions):
    countries = [env.ref(name).id for name in conditions.get("country_ids", ())]
    return {**conditions, "country_ids": [Command.set(countries)]}

"""By which rules the demo company collects in the past quarter: policies, a trial, late fees."""

from datetime import timedelta

from odoo import Command

from .returning import write_policy

MAILS = "ar_automation.mail_template_dunning_"
# A challenger speaks up so many days after the due date, level by level.
EARLIER_DAYS = (1, 10, 21)
FIRM_FEE = 5.0
# French customers are written to in working days only, and by letter the second time.
FRENCH_LEVELS = (
    ("Première relance", 5, "email", "friendly", False),
    ("Deuxième relance, par courrier", 15, "letter", "firm", False),
    ("Mise en demeure", 32, "letter", "final", True),
)
TRIAL_DAYS = 14
CLAIMS = {
    "is_enabled": True,
    "charging": "memo",
    "has_fixed_sum": True,
    "has_notice_amount": True,
    "is_posted": True,
    "grace_days": 3,
}


def agree_collecting(scene, until):
    """Write the policies that hold from the scene's day on.

    :param until: last day of the trial of two policies
    """
    default = scene.company.ar_dunning_policy_id
    _sharpen(default, scene)
    write_policy(scene, default)
    challenger = default.copy({"name": "Earlier reminders"})
    for level, days in zip(challenger._sorted_levels(), EARLIER_DAYS, strict=True):
        level.days = days
    scene.company.env["ar.dunning.trial"].create(
        {
            "name": "Does it pay to remind earlier?",
            "policy_id": default.id,
            "challenger_id": challenger.id,
            "share": 50,
            "date_from": scene.day,
            "date_to": until + timedelta(days=TRIAL_DAYS),
            "days": TRIAL_DAYS,
        }
    )
    _write_french_policy(scene)
    claims = scene.company.env["ar.late.fee.policy"].ar_get_policy(scene.company)
    claims.write({**CLAIMS, "claim_from": scene.day})


def attach_statements(scene):
    """From now on reminders carry the statement of account."""
    policies = scene.company.env["ar.dunning.policy"].search(
        [("company_id", "=", scene.company.id)]
    )
    policies.level_ids.attach_statement = True


def _sharpen(policy, scene):
    """The last level waits for a supervisor, who also signs it; the one before costs a fee."""
    policy.level_ids.attach_statement = False
    levels = policy._sorted_levels()
    supervisor = scene.act_as("supervisor").env.user
    levels[-1].write({"needs_approval": True, "signer_id": supervisor.id})
    levels[1].fee_amount = FIRM_FEE


def _write_french_policy(scene):
    env = scene.company.env
    france = env.ref("base.fr")
    env["ar.dunning.policy"].create(
        {
            "name": "France: by letter",
            "company_id": scene.company.id,
            "country_ids": [Command.set(france.ids)],
            "holiday_country_id": france.id,
            "workdays_only": True,
            "basis": "customer",
            "quiet_from": 20.0,
            "quiet_until": 7.0,
            "level_ids": [
                Command.create(
                    {
                        "sequence": 10 * number,
                        "name": name,
                        "days": days,
                        "in_workdays": channel == "email",
                        "channel": channel,
                        "template_id": env.ref(f"{MAILS}{words}").id,
                        "needs_approval": needs_approval,
                        "attach_statement": False,
                    }
                )
                for number, (name, days, channel, words, needs_approval) in enumerate(
                    FRENCH_LEVELS, 1
                )
            ],
        }
    )

from odoo import models
from odoo.exceptions import UserError


class ArGuardedState(models.AbstractModel):
    """Records whose ``state`` changes from certain states to others, and in no other way."""

    _name = "ar.guarded.state"
    _description = "Guard of changes of state"

    def _check_state(self, allowed, target):
        """The guard of every change of state.

        :param allowed: the states from which ``target`` may follow.
        :raises UserError: for the first record in another state, in words.
        """
        wrong = self.filtered(lambda record: record.state not in allowed)[:1]
        if wrong:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(record)s is in state %(state)s and cannot become %(target)s.",
                    record=wrong.display_name,
                    state=labels[wrong.state],
                    target=labels[target],
                )
            )

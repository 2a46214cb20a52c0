"""Which elements of a message matter to its reader.

>>> sorted(Layout(frozenset({"Stmt"}), "Ntry", part="TxDtls").tags)
['{*}Ntry', '{*}Stmt', '{*}TxDtls']
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """Which elements of a message are handed out, by local name.

    *Containers* hold *records*; a record may hold many *parts*, which are handed out with it
    apart from its node. ``attributes`` names the elements whose attributes are kept.
    """

    containers: frozenset[str]
    record: str
    part: str = ""
    attributes: frozenset[str] = frozenset()

    @property
    def tags(self) -> list[str]:
        """The names to wait for, in any namespace or none."""
        names = {*self.containers, self.record, self.part} - {""}
        return [f"{{*}}{name}" for name in sorted(names)]

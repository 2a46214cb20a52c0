from lxml import etree
from odoo import models, tools


class IrQweb(models.AbstractModel):
    """Compiles the text of many mails once.

    Core compiles a view once, and the text of a mail template anew for each mail. With the
    rendering option ``ar_keep_compiled`` a text is compiled once, too, until it is changed.
    """

    _inherit = "ir.qweb"

    def _generate_code_uncached(self, template):
        # EXTENDS 'base'
        if isinstance(template, etree._Element) and self.env.context.get("ar_keep_compiled"):
            return self._ar_generate_code(etree.tostring(template, encoding="unicode"), template)
        return super()._generate_code_uncached(template)

    @tools.ormcache(
        "source",
        "tuple(self.env.context.get(key) or False for key in self._get_template_cache_keys())",
        cache="templates",
    )
    def _ar_generate_code(self, source, template):
        """The functions for a text; ``source`` is the same text, to know it again by."""
        return self.with_context(ar_keep_compiled=False)._generate_code_uncached(template)

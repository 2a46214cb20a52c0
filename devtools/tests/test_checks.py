"""The rules of the house find what they are for."""

import pytest
import tree_sitter_javascript
from tree_sitter import Language, Parser

from devtools.checks import javascript, layers, sizes, xml_files


@pytest.mark.parametrize(
    "statement",
    [
        "import odoo",
        "from odoo import fields",
        "import odoo.tools",
        "from odoo.addons.ar_automation.models import credit",
        "from ...models import credit",
        "from ...banking.formats import camt",
        "from ar_automation.banking import formats",
    ],
)
def test_engine_must_not_reach_out(statement):
    assert list(layers.forbidden_imports("ar_automation/engine/matching/score.py", statement))


@pytest.mark.parametrize(
    "statement",
    [
        "import decimal",
        "from . import tokens",
        "from ..kpi import dso",
        "from ...exceptions import ArError",
    ],
)
def test_engine_may_use_itself_and_the_errors(statement):
    assert not list(layers.forbidden_imports("ar_automation/engine/matching/score.py", statement))


def test_imports_of_a_package_are_relative_to_itself():
    path = "ar_automation/engine/__init__.py"
    assert not list(layers.forbidden_imports(path, "from . import kpi"))
    assert list(layers.forbidden_imports(path, "from .. import models"))


def test_long_function_is_found():
    body = "\n    pass" * 60
    assert not list(sizes.long_functions("x.py", f"def short():{body[:-9]}"))
    assert list(sizes.long_functions("x.py", f"def long():{body}\n")) == [
        "x.py:1: long has 61 lines; a function has at most 60"
    ]


def test_long_file_and_broken_xml_are_found(tmp_path):
    views = tmp_path / "ar_automation" / "views"
    views.mkdir(parents=True)
    (views / "long.xml").write_text("<odoo>\n" + "<a/>\n" * 400 + "</odoo>\n")
    (views / "broken.xml").write_text("<odoo>\n<a>\n</odoo>\n")
    assert list(sizes.find(tmp_path)) == [
        "ar_automation/views/long.xml:1: 402 lines; a file has at most 400"
    ]
    assert [finding.split(": ")[0] for finding in xml_files.find(tmp_path)] == [
        "ar_automation/views/broken.xml:3"
    ]


MODERN = b"""/** @odoo-module **/
import { Component } from "@odoo/owl";
export class Board extends Component {
    static template = "ar.Board";
    #rows = new Map();
    get total() { return this.props?.rows?.length ?? 0; }
}
"""


def test_modern_javascript_parses_and_errors_have_a_line():
    parser = Parser(Language(tree_sitter_javascript.language()))
    assert not parser.parse(MODERN).root_node.has_error
    broken = parser.parse(MODERN + b"function (\n").root_node
    assert broken.has_error
    assert javascript.first_error_line(broken) >= 8

"""JavaScript that parses, modern modules included."""

import tree_sitter_javascript
from tree_sitter import Language, Parser

from .sources import files


def find(checkout):
    """Yield a finding for the first syntax error of every script."""
    parser = Parser(Language(tree_sitter_javascript.language()))
    for path in files(checkout, ".js"):
        tree = parser.parse((checkout / path).read_bytes())
        if tree.root_node.has_error:
            yield f"{path}:{first_error_line(tree.root_node)}: JavaScript syntax error"


def first_error_line(node):
    """Return the line of the first part that the parser could not make sense of."""
    while True:
        faulty = next((child for child in node.children if child.has_error), None)
        if faulty is None or node.is_error or node.is_missing:
            return node.start_point.row + 1
        node = faulty

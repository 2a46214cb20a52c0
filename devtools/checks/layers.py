"""Dependencies point one way: ``engine`` and ``banking`` stand alone.

They import neither Odoo, nor each other, nor any other part of the addon but
its ``exceptions``.
"""

import ast
from pathlib import PurePosixPath

from .sources import files

ADDON = "ar_automation"
PURE_LAYERS = ("engine", "banking")
ALLOWED_NEIGHBOUR = "exceptions"


def find(checkout):
    """Yield a finding for every import that leaves its layer."""
    for path in files(checkout, ".py"):
        if len(path.parts) > 2 and path.parts[0] == ADDON and path.parts[1] in PURE_LAYERS:
            yield from forbidden_imports(path, (checkout / path).read_text(encoding="utf-8"))


def forbidden_imports(path, source):
    """Yield a finding for each forbidden import of one file.

    :param path: relative to the checkout, such as ``ar_automation/engine/x.py``
    """
    path = PurePosixPath(path)
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return  # reported by the check of sizes
    for node in ast.walk(tree):
        for target in _targets(node, path):
            if _is_forbidden(target, path.parts[1]):
                yield f"{path}:{node.lineno}: {path.parts[1]} must not import {target}"


def _targets(node, path):
    """Return what a statement imports, relative imports made absolute."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = [node.module] if node.module else []
    if node.level:
        base = [*path.parts[: len(path.parts) - node.level], *base]
    return [".".join([*base, alias.name]) for alias in node.names]


def _is_forbidden(target, layer):
    parts = target.removeprefix("odoo.addons.").split(".")
    if parts[0] == ADDON:
        return len(parts) < 2 or parts[1] not in (layer, ALLOWED_NEIGHBOUR)
    return parts[0] == "odoo" or target.startswith("odoo.")

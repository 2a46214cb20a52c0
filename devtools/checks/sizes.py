"""Files and functions small enough to be read at once."""

import ast

from .sources import files

# XML in these folders is demo records and bank files, not written to be read.
DATA = ("demo", "tests", "bank_simulator")
LONGEST_FILE = 400
LONGEST_FUNCTION = 60


def find(checkout):
    """Yield a finding for every file or function that is too long."""
    read_by_people = (
        *files(checkout, ".py", ".js", ".scss"),
        *files(checkout, ".xml", without=DATA),
    )
    for path in read_by_people:
        text = (checkout / path).read_text(encoding="utf-8")
        length = len(text.splitlines())
        if length > LONGEST_FILE:
            yield f"{path}:1: {length} lines; a file has at most {LONGEST_FILE}"
    for path in files(checkout, ".py"):
        yield from long_functions(path, (checkout / path).read_text(encoding="utf-8"))


def long_functions(path, source):
    """Yield a finding for every function that is too long, decorators not counted."""
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        yield f"{path}:{error.lineno}: {error.msg}"
        return
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = node.end_lineno - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield (
                    f"{path}:{node.lineno}: {node.name} has {length} lines;"
                    f" a function has at most {LONGEST_FUNCTION}"
                )

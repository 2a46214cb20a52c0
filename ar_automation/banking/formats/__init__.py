"""Bank statement files: one reader per format, one shape of result.

``detection.parse_statements(content, filename)`` is the door: it looks at the content, never at
the file's name, chooses the reader and returns a list of ``statement.Statement``, or raises
``StatementFileError`` and returns nothing.
"""

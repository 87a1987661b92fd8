"""Actions in a spreadsheet: out, and in again.

`export` writes the table; `headers`, `names` and `cells` read its columns, what it names and its lists; `reading`
compares it with the plan; `importer` is what `parcours.imports` calls.
"""

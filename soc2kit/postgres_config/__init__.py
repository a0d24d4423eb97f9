"""PostgreSQL's two configuration files, read as the server reads them, and what `pg_hba.conf` lets in.

pgtoolkit (0.33) was looked at. Its reader of `pg_hba.conf` takes one line at a time: lines that go on after a
backslash, `@file` lists, the include directives of PostgreSQL 16 and the difference between `all` and `"all"` are not
there, and a line that it cannot read ends the reading, while the server keeps its last good rules. Its reader of
`postgresql.conf` opens files by itself, and forgets on which line of which file a value stood. What a list of rules
lets in, nothing that we found says.
"""

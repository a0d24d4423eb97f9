"""Terraform files, as far as their text alone says what they declare.

`parse` reads a file into blocks with their lines, `module` resolves what one folder of files says of a value, and
`policies` finds the IAM policies that it declares. Nothing is planned and no provider is asked: a value that depends on
variables, on other modules or on the state stays unresolved, and says so.
"""

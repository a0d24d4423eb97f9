"""What protects a branch: the answers of GitHub about classic protection and rulesets, put together.

Nothing here asks GitHub or judges; it says which rules are in force, who can pass them by, and what a ruleset was like
before.
"""

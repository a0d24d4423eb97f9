"""pg_hba.conf: how lines are cut into fields and names, and which lines the server would not take."""

import pytest

from soc2kit.postgres_config.hba import read_rules
from soc2kit.postgres_config.rules import Name, Rule


def one(text: str, **others: str) -> Rule:
    found = read_rules({"pg_hba.conf": text, **{name.replace("_", "."): body for name, body in others.items()}})
    assert found.problems == []
    (rule,) = found.rules
    return rule


def shown(rule: Rule) -> str:
    names = (",".join(map(str, names)) for names in (rule.databases, rule.users))
    return " ".join([rule.type, *names, str(rule.address), rule.method, *rule.options])


@pytest.mark.parametrize(
    ("line", "expect"),
    [
        ("local all all peer", "local all all None peer"),
        ("host all all 0.0.0.0/0 md5", "host all all 0.0.0.0/0 md5"),
        ("host\tall\tall\t10.1.2.3/8\tmd5", "host all all 10.0.0.0/8 md5"),
        ("host all all 10.1.2.3 255.255.0.0 md5", "host all all 10.1.0.0/16 md5"),
        ("host all all 10.1.2.3 255.0.255.0 md5", "host all all 10.1.2.3 255.0.255.0 md5"),
        ("host all all fd00::1 ffff:: md5", "host all all fd00::/16 md5"),
        ("host all all ::/0 reject", "host all all ::/0 reject"),
        (
            "hostssl all all all cert clientcert=verify-full map=m",
            "hostssl all all all cert clientcert=verify-full map=m",
        ),
        ("host all all samenet trust # all of us", "host all all samenet trust"),
        ("host all all db.example.com md5", "host all all db.example.com md5"),
        ("host all all .example.com md5", "host all all .example.com md5"),
        ('host all all "all" md5', 'host all all "all" md5'),
        ('host "all","a b", c all samehost ident', 'host "all","a b",c all samehost ident'),
        ('host sameuser +dba,/^svc,"+x" 10.0.0.1/32 md5', 'host sameuser +dba,/^svc,"+x" 10.0.0.1/32 md5'),
        ('host a"b c"d all all ldap ldapserver="a b"', "host ab cd all all ldap ldapserver=a b"),
        ('host "say ""hi""" all all md5', 'host "say "hi"" all all md5'),
        ("host all all \\\n  10.0.0.0/8 \\\n md5", "host all all 10.0.0.0/8 md5"),
        ("host all all all md5#with a comment", "host all all all md5"),
        ("local all all ident map=x", "local all all None ident map=x"),
        ("host all all 0/0 trust", "host all all 0.0.0.0/0 trust"),
        ("host all all 10.1/+16 trust", "host all all 10.0.0.0/16 trust"),
        ("host all all 010.0.0.1/08 trust", "host all all 8.0.0.0/8 trust"),
        ("host all all 0 0 trust", "host all all 0.0.0.0/0 trust"),
        ("host all all 0x7f.1 255.0x0 trust", "host all all 127.0.0.0/8 trust"),
        ("host all all 10.0.0.256 trust", "host all all 10.0.0.256 trust"),
        ("host all @none all all trust", "host all all all trust"),
    ],
)
def test_a_line(line: str, expect: str) -> None:
    assert shown(one(line, none="# nobody\n")) == expect


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("host", "end of line before database"),
        ("host all", "end of line before user"),
        ("host all all", "end of line before IP address"),
        ("host all all 10.0.0.0/8", "end of line before authentication method"),
        ("host all all 10.0.0.1 md5", "invalid IP mask 'md5'"),
        ("host all all 10.1 md5", "invalid IP mask 'md5'"),
        ("host all all 10.0.0.0/\u00b2 md5", "invalid CIDR mask"),
        ("host all all all md5 map=x", "'map' is not one of md5"),
        ("host all all all md5 sslmode=require", "unrecognized authentication option name 'sslmode'"),
        ("host all all 10.0.0.0/33 md5", "invalid CIDR mask"),
        ("host all all 10.0.0.0/x md5", "invalid CIDR mask"),
        ("host all all db.example.com/8 md5", "invalid IP address"),
        ("host all all 10.0.0.0 ffff:: md5", "do not match"),
        ("host all all all scram", "invalid authentication method 'scram'"),
        ("hosts all all all md5", "invalid connection type 'hosts'"),
        ("host,local all all all md5", "multiple values specified for connection type"),
        ("host all all all peer", "peer authentication is not supported on host"),
        ("host all all all cert", "cert authentication is not supported on host"),
        ("local all all gss", "gss authentication is not supported on local"),
        ("host all all all md5 clientcert=verify-ca", "hostssl rows"),
        ("hostssl all all all md5 clientcert", "not in the form name=value"),
        ("include gone.conf", "gone.conf is not among the files"),
        ("include /etc/hba.conf", "not in the folder"),
        ("host @gone all all md5", "gone is not among the files"),
    ],
)
def test_a_line_that_the_server_would_not_take(line: str, says: str) -> None:
    found = read_rules({"pg_hba.conf": f"# first\n\n{line}\nlocal all all peer\n"})
    (problem,) = found.problems
    assert says in problem.says
    assert (problem.file, problem.line) == ("pg_hba.conf", 3)
    assert [rule.type for rule in found.rules] == ["local"]


def test_files_that_include_each_other_end() -> None:
    found = read_rules({"pg_hba.conf": "include pg_hba.conf\n"})
    assert [problem.says for problem in found.problems] == ["files include each other too deep"]


def test_lists_in_files_and_includes() -> None:
    found = read_rules({
        "pg_hba.conf": "host @lists/dbs,third @users all gss\ninclude_dir more\ninclude_if_exists x\nlocal all all pam",
        "lists/dbs": "first # one\n\"second\", @inner\n",
        "lists/inner": "inner",
        "users": "ada\nbob",
        "more/b.conf": "host all all all md5\n",
        "more/a.conf": "\nhostssl all all all md5\n",
        "more/readme": "nothing",
    })  # fmt: skip
    assert found.problems == []
    assert [rule.place for rule in found.rules] == [
        "pg_hba.conf line 1", "more/a.conf line 2", "more/b.conf line 1", "pg_hba.conf line 4",
    ]  # fmt: skip
    assert found.rules[0].databases == (Name("first"), Name("second", True), Name("inner"), Name("third"))
    assert found.rules[0].users == (Name("ada"), Name("bob"))


def test_a_line_of_lists_that_name_nobody_is_none() -> None:
    found = read_rules({"pg_hba.conf": "@none @none\ninclude @none\n", "none": "# nobody\n"})
    assert (found.rules, [str(problem) for problem in found.problems]) == (
        [], ["pg_hba.conf line 2: invalid connection type 'include'"],
    )  # fmt: skip


def test_an_at_sign_in_quotes_is_a_letter() -> None:
    assert one('host "@file" all all md5').databases == (Name("@file", True),)


def test_a_line_that_goes_on_has_the_number_of_its_first() -> None:
    found = read_rules({"pg_hba.conf": "# one\nhost all \\\n all all md5\nlocal all all peer"})
    assert [rule.line for rule in found.rules] == [2, 4]

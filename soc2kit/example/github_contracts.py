"""GitHub's published contracts, cut down to what this package asks for.

    python -m soc2kit.example.github_contracts schema.graphql api.github.com.json ghec.json

writes `github_schema.graphql` and `github_description.json` anew from the files of the npm packages
`@octokit/graphql-schema` and `@octokit/openapi`. The first is served by the local GitHub, both check its answers.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import graphql
from graphql.language import ast

from ..errors import MalformedInput

HERE = Path(__file__).parent
SCHEMA_FILE, DESCRIPTION_FILE = HERE / "github_schema.graphql", HERE / "github_description.json"
ERROR_SCHEMAS = ("basic-error", "validation-error")
PATHS = (
    "/user",
    "/rate_limit",
    "/orgs/{org}",
    "/orgs/{org}/members",
    "/orgs/{org}/outside_collaborators",
    "/orgs/{org}/repos",
    "/orgs/{org}/teams",
    "/orgs/{org}/teams/{team_slug}/members",
    "/orgs/{org}/teams/{team_slug}/repos",
    "/orgs/{org}/invitations",
    "/orgs/{org}/installations",
    "/orgs/{org}/secret-scanning/alerts",
    "/repos/{owner}/{repo}",
    "/repos/{owner}/{repo}/collaborators",
    "/repos/{owner}/{repo}/keys",
    "/repos/{owner}/{repo}/activity",
    "/repos/{owner}/{repo}/branches/{branch}/protection",
    "/repos/{owner}/{repo}/rules/branches/{branch}",
    "/repos/{owner}/{repo}/rulesets",
    "/repos/{owner}/{repo}/rulesets/{ruleset_id}",
    "/repos/{owner}/{repo}/rulesets/{ruleset_id}/history",
    "/repos/{owner}/{repo}/rulesets/{ruleset_id}/history/{version_id}",
    "/repos/{owner}/{repo}/rulesets/rule-suites",
    "/orgs/{org}/rulesets/{ruleset_id}",
    "/orgs/{org}/rulesets/{ruleset_id}/history",
    "/orgs/{org}/rulesets/{ruleset_id}/history/{version_id}",
    "/repos/{owner}/{repo}/actions/runs",
    "/repos/{owner}/{repo}/environments",
    "/repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies",
    "/orgs/{org}/dependabot/alerts",
    "/orgs/{org}/code-scanning/alerts",
    "/repos/{owner}/{repo}/pulls",
    "/repos/{owner}/{repo}/pulls/{pull_number}",
    "/repos/{owner}/{repo}/pulls/{pull_number}/reviews",
    "/repos/{owner}/{repo}/pulls/{pull_number}/commits",
    "/repos/{owner}/{repo}/commits/{ref}",
    "/repos/{owner}/{repo}/commits/{ref}/check-runs",
    "/repos/{owner}/{repo}/commits/{ref}/status",
)
#: Described for GitHub Enterprise Cloud only.
ENTERPRISE_PATHS = ("/orgs/{org}/audit-log",)
ORIGIN = """\
Taken, shortened, from the npm package {package}, under the MIT License:

Copyright (c) {holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."""
_DROPPED = {"description", "example", "examples", "externalDocs", "discriminator", "deprecated", "title", "default"}
Used = dict[str, dict[str, set[str]]]


def query_texts() -> dict[str, str]:
    # The client of GitHub is slow to import, and the local server needs none of this.
    from ..sources.github.client import query_text

    folder = HERE.parent / "sources" / "github"
    return {path.stem: query_text(path.stem) for path in sorted(folder.glob("*.graphql"))}


def pruned_schema(official: str, queries: list[str]) -> str:
    """The definitions of an SDL that the queries use: fields, arguments, and whole enums, scalars and inputs."""
    document = graphql.parse(official, no_location=True)
    # The published SDL repeats a field.
    schema = graphql.build_ast_schema(document, assume_valid_sdl=True)
    used = _fields_used(schema, queries)
    leaves = _leaves(schema, used)
    kept = [cut for node in document.definitions if (cut := _cut(node, used, leaves)) is not None]
    text = "\n\n".join(graphql.print_ast(node) for node in kept) + "\n"
    if breaks := graphql.find_breaking_changes(graphql.build_schema(text), schema):
        raise MalformedInput(f"the cut is not a part of GitHub's schema: {breaks[0].description}. Mend {__file__}")
    return text


def _fields_used(schema: graphql.GraphQLSchema, queries: list[str]) -> Used:
    used: Used = defaultdict(lambda: defaultdict(set))
    for text in queries:
        info = graphql.TypeInfo(schema)
        graphql.visit(graphql.parse(text), graphql.TypeInfoVisitor(info, _Recorder(info, used)))
    # Those that are only narrowed come last: what implements them is known only then.
    for name in sorted(used, key=lambda name: not used[name]):
        kind = schema.type_map[name]
        if isinstance(kind, graphql.GraphQLInterfaceType) and not used[name]:
            # Only narrowed to one of its types, but an interface must have a field.
            used[name]["oid" if "oid" in kind.fields else next(iter(kind.fields))] = set()
            implementers = [member for member in schema.get_possible_types(kind) if member.name in used]
        elif isinstance(kind, graphql.GraphQLInterfaceType | graphql.GraphQLUnionType):
            implementers = list(schema.get_possible_types(kind))
        else:
            continue
        for implementer in implementers:
            for field_name, arguments in used[name].items():
                used[implementer.name][field_name] |= arguments
    return used


class _Recorder(graphql.Visitor):
    def __init__(self, info: graphql.TypeInfo, used: Used) -> None:
        super().__init__()
        self.info, self.used = info, used

    def enter_field(self, node: ast.FieldNode, *_: Any) -> None:
        parent = self.info.get_parent_type()
        if parent is None or node.name.value.startswith("__"):
            return
        arguments = {argument.name.value for argument in node.arguments or ()}
        if not isinstance(parent, graphql.GraphQLUnionType):
            self.used[parent.name][node.name.value] |= arguments
        returned = graphql.get_named_type(self.info.get_type())
        if returned is not None and not graphql.is_leaf_type(returned):
            self.used[returned.name]  # named, even when no field of it is


def _leaves(schema: graphql.GraphQLSchema, used: Used) -> set[str]:
    """Names of the scalars, enums and inputs that the fields and arguments in use refer to."""
    found: set[str] = set()

    def add(kind: Any) -> None:
        named: Any = graphql.get_named_type(kind)
        is_leaf: bool = graphql.is_leaf_type(named) or graphql.is_input_type(named)
        if named.name in found or not is_leaf:
            return
        found.add(named.name)
        if isinstance(named, graphql.GraphQLInputObjectType):
            for inner in named.fields.values():
                add(inner.type)

    for name, fields in used.items():
        kind: Any = schema.type_map[name]
        for field_name, arguments in fields.items():
            add(kind.fields[field_name].type)
            for argument in arguments:
                add(kind.fields[field_name].args[argument].type)
    return found


def _cut(node: Any, used: Used, leaves: set[str]) -> Any:
    name = getattr(getattr(node, "name", None), "value", None)
    if isinstance(node, ast.ObjectTypeDefinitionNode | ast.InterfaceTypeDefinitionNode) and name in used:
        interfaces = tuple(named for named in node.interfaces or () if named.name.value in used)
        wanted = used[name]
        fields = tuple(_cut_field(f, wanted[f.name.value]) for f in node.fields or () if f.name.value in wanted)
        return type(node)(name=node.name, interfaces=interfaces, fields=fields, directives=())
    if isinstance(node, ast.UnionTypeDefinitionNode) and name in used:
        types = tuple(named for named in node.types or () if named.name.value in used)
        return type(node)(name=node.name, types=types, directives=())
    if isinstance(node, ast.EnumTypeDefinitionNode) and name in leaves:
        values = tuple(ast.EnumValueDefinitionNode(name=value.name, directives=()) for value in node.values or ())
        return type(node)(name=node.name, values=values, directives=())
    if isinstance(node, ast.ScalarTypeDefinitionNode) and name in leaves:
        return type(node)(name=node.name, directives=())
    if isinstance(node, ast.InputObjectTypeDefinitionNode) and name in leaves:
        return type(node)(name=node.name, fields=tuple(_plain_input(f) for f in node.fields or ()), directives=())
    return None


def _cut_field(field: Any, arguments: set[str]) -> Any:
    kept = tuple(_plain_input(argument) for argument in field.arguments or () if argument.name.value in arguments)
    return ast.FieldDefinitionNode(name=field.name, type=field.type, arguments=kept, directives=())


def _plain_input(node: Any) -> Any:
    return ast.InputValueDefinitionNode(name=node.name, type=node.type, default_value=node.default_value, directives=())


def pruned_description(official: dict[str, Any], enterprise: dict[str, Any]) -> dict[str, Any]:
    """JSON Schemas of the answers to GET on `PATHS` and `ENTERPRISE_PATHS`, and of errors, with what they refer to."""
    schemas = {**enterprise["components"]["schemas"], **official["components"]["schemas"]}
    described = {path: official["paths"][path] for path in PATHS}
    described |= {path: enterprise["paths"][path] for path in ENTERPRISE_PATHS}
    responses = {path: one["get"]["responses"]["200"] for path, one in described.items()}
    answers = {path: _as_json_schema(r["content"]["application/json"]["schema"]) for path, r in responses.items()}
    kept: dict[str, Any] = {}
    waiting = [*ERROR_SCHEMAS, *(name for answer in answers.values() for name in _references(answer))]
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept[name] = _as_json_schema(schemas[name])
            waiting.extend(_references(kept[name]))
    return {"answers": answers, "components": {"schemas": dict(sorted(kept.items()))}}


def _as_json_schema(schema: Any, names: bool = False) -> Any:
    """OpenAPI 3.0 to JSON Schema: `nullable` becomes a type; prose goes. `names`: the keys are names of properties."""
    if isinstance(schema, list):
        return [_as_json_schema(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    if names:
        return {key: _as_json_schema(value) for key, value in schema.items()}
    plain = {
        key: value if key == "enum" else _as_json_schema(value, names=key == "properties")
        for key, value in schema.items()
        if key not in _DROPPED and key != "nullable" and not key.startswith("x-")
    }
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") else plain


def _references(schema: Any) -> list[str]:
    if isinstance(schema, list):
        return [name for inner in schema for name in _references(inner)]
    if not isinstance(schema, dict):
        return []
    own = [schema["$ref"].rpartition("/")[2]] if isinstance(schema.get("$ref"), str) else []
    return own + [name for inner in schema.values() for name in _references(inner)]


def main(schema_path: str, description_path: str, enterprise_path: str) -> None:
    cut = pruned_schema(Path(schema_path).read_text("utf-8"), list(query_texts().values()))
    notice = ORIGIN.format(package="@octokit/graphql-schema", holder="GitHub 2025").splitlines()
    SCHEMA_FILE.write_text("\n".join(f"# {line}".rstrip() for line in notice) + f"\n\n{cut}", encoding="utf-8")
    official, enterprise = (json.loads(Path(path).read_text("utf-8")) for path in (description_path, enterprise_path))
    notice = ORIGIN.format(package="@octokit/openapi", holder="2020 Octokit contributors").splitlines()
    document = {"notice": notice, "version": official["info"]["version"], **pruned_description(official, enterprise)}
    DESCRIPTION_FILE.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

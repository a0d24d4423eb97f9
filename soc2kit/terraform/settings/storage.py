"""What declared storage is encrypted with, and whether declared keys rotate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..parse import Unresolved
from ..resources import Resource, records
from .model import AWS_KEY, NO_KEY, Setting, Told, World, called, key_of, told

BUCKET, DATABASE = "bucket", "database"
BUCKET_NAMES = ("bucket", "id")
_CONFIGURATION = "aws_s3_bucket_server_side_encryption_configuration"
_SERVERLESS = "serverless"
#: Attributes that make a database of another one, whose encryption it has.
_COPIES = ("replicate_source_db", "replication_source_identifier", "snapshot_identifier")


def settings(world: World) -> Iterator[Setting]:
    for bucket in world.of_type("aws_s3_bucket"):
        yield _bucket(world, bucket)
    for database in world.of_type("aws_db_instance", "aws_rds_cluster"):
        yield from _database(database)
    for volume in world.of_type("aws_ebs_volume"):
        yield from _with_key(volume, "volume", None, told(volume.type, volume.values, "encrypted"))
    for default in world.of_type("aws_ebs_encryption_by_default"):
        found = told(default.type, default.values, "enabled")
        yield _setting(default, "default for new volumes", None, "encrypted", found)
    for queue in world.of_type("aws_sqs_queue"):
        yield from _queue(queue)
    for topic in world.of_type("aws_sns_topic"):
        key = key_of(topic, topic.values.get("kms_master_key_id"), NO_KEY)
        yield _setting(topic, "topic", called(topic, "name"), "encrypted", _by_key(key))
        yield _setting(topic, "topic", called(topic, "name"), "key", key)
    for table in world.of_type("aws_dynamodb_table"):
        yield _table(table)
    for own in world.of_type("aws_kms_key"):
        yield from _rotation(world, own)


def _setting(thing: Resource, kind: str, name: str | None, setting: str, found: Told) -> Setting:
    return Setting(thing, thing, kind, name, setting, found.values, found.why, found.by_default)


def _by_key(key: Told) -> Told:
    return Told(None, key.why) if key.why else Told(key.value != NO_KEY)


def _bucket(world: World, bucket: Resource) -> Setting:
    """Without a configuration S3 encrypts by itself, and with no key of KMS."""
    sure, perhaps = world.about(bucket, (_CONFIGURATION,), "bucket", BUCKET_NAMES)
    stands = sure[0] if sure else bucket
    rules: list[Any] = [rule for one in sure for rule in records(one.values, "rule")]
    if not sure:
        for old in records(bucket.values, "server_side_encryption_configuration"):
            rules += [old] if isinstance(old, Unresolved) else records(old, "rule")
    found = Told(None, tuple(perhaps)) if perhaps and not sure else Told(NO_KEY, by_default=True)
    for rule in rules:
        found = _rule(stands, rule)
    return Setting(bucket, stands, BUCKET, called(bucket, *BUCKET_NAMES), "key", found.values, found.why,
                   found.by_default)  # fmt: skip


def _rule(stands: Resource, rule: Any) -> Told:
    if isinstance(rule, Unresolved):
        return Told(None, (rule.text,))
    for default in records(rule, "apply_server_side_encryption_by_default"):
        algorithm = told(stands.type, default, "sse_algorithm")
        if algorithm.why or isinstance(default, Unresolved):
            return Told(None, algorithm.why)
        if str(algorithm.value).startswith("aws:kms"):
            return key_of(stands, default.get("kms_master_key_id"), AWS_KEY)
    return Told(NO_KEY)


def _database(database: Resource) -> Iterator[Setting]:
    names = ("cluster_identifier",) if database.type == "aws_rds_cluster" else ("identifier",)
    found = told(database.type, database.values, "storage_encrypted")
    copied = next((name for name in _COPIES if database.values.get(name)), None)
    if found.by_default and copied:
        found = Told(None, (f"{copied}, whose encryption it has",))
    if found.by_default and database.values.get("engine_mode") == _SERVERLESS:
        found = Told(True, by_default=True)
    yield from _with_key(database, DATABASE, called(database, *names), found)


def _with_key(thing: Resource, kind: str, name: str | None, encrypted: Told) -> Iterator[Setting]:
    yield _setting(thing, kind, name, "encrypted", encrypted)
    if encrypted.value is not False:
        yield _setting(thing, kind, name, "key", key_of(thing, thing.values.get("kms_key_id"), AWS_KEY))


def _queue(queue: Resource) -> Iterator[Setting]:
    name, key = called(queue, "name"), key_of(queue, queue.values.get("kms_master_key_id"), NO_KEY)
    found = _by_key(key)
    if found.value is False:
        found = told(queue.type, queue.values, "sqs_managed_sse_enabled")
    yield _setting(queue, "queue", name, "encrypted", found)
    yield _setting(queue, "queue", name, "key", key)


def _table(table: Resource) -> Setting:
    """DynamoDB encrypts always; without a word of it with a key that is AWS's own, and in nobody's account."""
    found = Told(NO_KEY, by_default=True)
    for one in records(table.values, "server_side_encryption"):
        enabled = told(table.type, one, "enabled")
        if enabled.why or isinstance(one, Unresolved):
            found = Told(None, enabled.why)
        elif enabled.value:
            found = key_of(table, one.get("kms_key_arn"), AWS_KEY)
    return _setting(table, "table", called(table, "name"), "key", found)


def _rotation(world: World, key: Resource) -> Iterator[Setting]:
    """Keys that cannot rotate by themselves are left out."""
    spec = told(key.type, key.values, "customer_master_key_spec")
    if spec.value not in (None, "SYMMETRIC_DEFAULT"):
        return
    sure, _ = world.about(key, ("aws_kms_alias",), "target_key_id", ("key_id", "id"))
    name = called(sure[0], "name") if sure else None
    yield _setting(key, "key", name, "rotation", told(key.type, key.values, "enable_key_rotation"))

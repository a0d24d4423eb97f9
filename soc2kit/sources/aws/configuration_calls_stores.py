"""What is asked of what else keeps data or moves it: tables, secrets, topics, queues, functions, distributions.

No call reads what is kept: no item, no secret, no message, no code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .configuration import Asking, Call, Found, Paging, named

_NEXT_TOKEN = Paging("NextToken", "NextToken")
_FUNCTIONS = Paging("NextMarker", "Marker")


def _nothing_said(answer: Mapping[str, Any]) -> bool:
    """SQS has no list where there is no queue, and says nothing at all."""
    return set(answer) <= {"ResponseMetadata"}


def _none_counted(answer: Mapping[str, Any]) -> bool:
    """CloudFront has no list where there is no distribution, and counts them."""
    return answer.get("Quantity") == 0 and answer.get("IsTruncated") is False


def _table(found: Found) -> Asking:
    return found.region, {"TableName": found.row}


TABLES = Call("dynamodb", "list_tables", "dynamodb:ListTables", "TableNames", parameters={"Limit": 100},
              pages=Paging("LastEvaluatedTableName", "ExclusiveStartTableName"))  # fmt: skip
DYNAMODB = (
    TABLES,
    Call("dynamodb", "describe_table", "dynamodb:DescribeTable", "Table", of=TABLES, each=_table),
    Call("dynamodb", "describe_continuous_backups", "dynamodb:DescribeContinuousBackups",
         "ContinuousBackupsDescription", of=TABLES, each=_table),
)  # fmt: skip

SECRETS = (
    Call("secretsmanager", "list_secrets", "secretsmanager:ListSecrets", "SecretList", parameters={"MaxResults": 100},
         pages=_NEXT_TOKEN),
)  # fmt: skip

TOPICS = Call("sns", "list_topics", "sns:ListTopics", "Topics", pages=_NEXT_TOKEN)
QUEUES = Call("sqs", "list_queues", "sqs:ListQueues", "QueueUrls", parameters={"MaxResults": 1000},
              pages=Paging("NextToken", "NextToken", empty=_nothing_said))  # fmt: skip
MESSAGING = (
    TOPICS,
    QUEUES,
    Call("sns", "get_topic_attributes", "sns:GetTopicAttributes", "Attributes", of=TOPICS, each=named("TopicArn")),
    Call("sqs", "get_queue_attributes", "sqs:GetQueueAttributes", "Attributes", of=QUEUES,
         each=lambda found: (found.region, {"QueueUrl": found.row}), parameters={"AttributeNames": ["All"]}),
)  # fmt: skip

FUNCTIONS = Call("lambda", "list_functions", "lambda:ListFunctions", "Functions", parameters={"MaxItems": 50},
                 pages=_FUNCTIONS)  # fmt: skip
LAMBDA = (
    FUNCTIONS,
    Call("lambda", "list_function_url_configs", "lambda:ListFunctionUrlConfigs", "FunctionUrlConfigs", of=FUNCTIONS,
         each=named("FunctionName"), parameters={"MaxItems": 50}, pages=_FUNCTIONS),
    Call("lambda", "get_policy", "lambda:GetPolicy", "Policy", of=FUNCTIONS, each=named("FunctionName"),
         absent=("ResourceNotFoundException",)),
)  # fmt: skip

CLOUDFRONT = (
    Call("cloudfront", "list_distributions", "cloudfront:ListDistributions", "DistributionList.Items",
         parameters={"MaxItems": "100"}, pages=Paging("NextMarker", "Marker", empty=_none_counted), globally=True),
)  # fmt: skip

"""Tests of how AWS is configured, judged row by row; what could not be read is in the population, too."""

import pytest
from text_tables import Scenario, judge

from soc2kit.parameters import Parameters

NOTHING = "place  account  region  service  operation  what  why  snapshot_at"


SCENARIOS = (
    Scenario("AWS-S3-01", "s3_buckets", "{arn}", "snapshot_at", {"s3_buckets": """
        arn         block_acls  ignore_acls  block_policy  restrict  public_policy  public_acl  snapshot_at  expect
        blocked     yes         yes          yes           yes       yes            yes         2026-03-31   ok
        three       yes         yes          yes           no        no             no          2026-03-31   Restrict
        nothing     no          no           no            no        no             no          2026-03-31   BlockP
        policy      yes         yes          no            no        yes            no          2026-03-31   its policy
        restricted  yes         yes          no            yes       yes            no          2026-03-31   access is
        acl         no          no           yes           yes       no             yes         2026-03-31   list lets
        ignored     no          yes          yes           yes       no             yes         2026-03-31   access is
        www         no          no           no            no        yes            no          2026-03-31   ok
    """, "aws_s3_unread": NOTHING}, Parameters(approved_external_resources=("www",))),
    Scenario("AWS-S3-01", "s3_buckets", "{arn}", "snapshot_at", {"s3_buckets": """
        arn      block_acls  ignore_acls  block_policy  restrict  public_policy  unread        snapshot_at  expect
        unasked  yes         yes          yes           yes       NA             GetBucketAcl  2026-03-31   ok
        refused  NA          NA           NA            NA        no             GetBlock      2026-03-31   untold: Get
        account  NA          NA           NA            NA        no             []            2026-03-31   untold: of
        half     NA          NA           NA            no        yes            GetBlock      2026-03-31   its policy
        www      NA          NA           NA            NA        NA             GetBlock      2026-03-31   ok
    """, "aws_s3_unread": NOTHING}, Parameters(approved_external_resources=("www",))),
    Scenario("AWS-S3-01", "aws_s3_unread", "{place}", "snapshot_at", {"aws_s3_unread": """
        place  account  region  service  operation    what  why  snapshot_at  expect
        list   1        r       s3       ListBuckets  NA    No   2026-03-31   untold: s3.ListBuckets could not be read
        thing  1        r       s3       GetBucketAcl  b    No   2026-03-31   out
    """, "s3_buckets": "arn  block_acls  ignore_acls  block_policy  restrict  public_policy  unread  snapshot_at"}),
    Scenario("AWS-ENC-01", "aws_stores", "{arn}", "snapshot_at", {"aws_stores": """
        arn            kind      encrypted  algorithm     kms_key  key_manager  snapshot_at  expect
        arn:v:plain    volume    no         NA            NA       NA           2026-03-31   volume is not encrypted
        arn:v:unknown  volume    NA         NA            NA       NA           2026-03-31   untold: could not be read
        arn:v:default  volume    yes        NA            k-aws    AWS          2026-03-31   ok
        arn:b:sse      bucket    yes        AES256        NA       NA           2026-03-31   ok
        arn:own:sse    bucket    yes        AES256        NA       NA           2026-03-31   by SSE-S3, not with a key
        arn:own:aws    bucket    yes        aws:kms       NA       AWS          2026-03-31   with a key that AWS manages
        arn:own:dsse   bucket    yes        aws:kms:dsse  k        CUSTOMER     2026-03-31   ok
        arn:own:mine   database  yes        NA            k        CUSTOMER     2026-03-31   ok
        arn:own:rds    database  yes        NA            k-rds    AWS          2026-03-31   with a key that AWS manages
        arn:own:plain  database  no         NA            NA       NA           2026-03-31   database is not encrypted
        arn:own:else   database  yes        NA            k-else   NA           2026-03-31   untold: who
        arn:own:none   volume    yes        NA            NA       NA           2026-03-31   without a key of KMS
        arn:other      database  yes        NA            k-else   NA           2026-03-31   ok
    """, "ebs_defaults": "place  used  by_default  snapshot_at", "aws_s3_unread": NOTHING, "aws_ec2_unread": NOTHING,
        "aws_rds_unread": NOTHING}, Parameters(stores_with_own_key=("arn:own:*",))),
    Scenario("AWS-ENC-01", "ebs_defaults", "{place}", "snapshot_at", {"ebs_defaults": """
        place         account  region      used  by_default  snapshot_at  expect
        1/on          1        on          yes   yes         2026-03-31   ok
        1/off         1        off         yes   no          2026-03-31   default for new volumes is not encrypted
        1/off-unused  1        off-unused  no    no          2026-03-31   out
        1/refused     1        refused     yes   NA          2026-03-31   untold: could not be read
    """, "aws_stores": "arn  kind  encrypted  snapshot_at", "aws_s3_unread": NOTHING, "aws_ec2_unread": NOTHING,
        "aws_rds_unread": NOTHING}),
    Scenario("AWS-ENC-01", "aws_ec2_unread", "{place}", "snapshot_at", {"aws_ec2_unread": """
        place  account  region  service  operation                  what  why           snapshot_at  expect
        list   1        r       ec2      DescribeVolumes            NA    AccessDenied  2026-03-31   untold: Volumes
        own    1        r       ec2      GetEbsEncryptionByDefault  NA    AccessDenied  2026-03-31   out
        other  1        r       ec2      DescribeSecurityGroups     NA    AccessDenied  2026-03-31   out
        thing  1        r       ec2      DescribeVolumes            x     AccessDenied  2026-03-31   out
    """, "ebs_defaults": "place  used  by_default  snapshot_at", "aws_stores": "arn  kind  encrypted  snapshot_at",
        "aws_s3_unread": NOTHING, "aws_rds_unread": NOTHING}),
    Scenario("AWS-KMS-01", "kms_keys", "{arn}", "snapshot_at", {"kms_keys": """
        arn          manager   state            rotation  snapshot_at  expect
        arn:on       CUSTOMER  Enabled          yes       2026-03-31   ok
        arn:off      CUSTOMER  Enabled          no        2026-03-31   does not rotate
        arn:aws      AWS       Enabled          NA        2026-03-31   out
        arn:going    CUSTOMER  PendingDeletion  no        2026-03-31   waits to be deleted
        arn:first    CUSTOMER  PendingReplicaDeletion  yes  2026-03-31  waits to be deleted
        arn:other    CUSTOMER  Enabled          NA        2026-03-31   untold: whether it rotates
        arn:refused  NA        NA               NA        2026-03-31   untold: who manages the key
    """, "aws_kms_unread": NOTHING}),
    Scenario("AWS-NET-01", "ec2_security_groups", "{arn}", "snapshot_at", {"ec2_security_groups": """
        arn          in_use  rules_known  snapshot_at  expect
        ssh4         yes     yes          2026-03-31   the internet can reach port 22 from 0.0.0.0/0
        ssh6         yes     yes          2026-03-31   port 22 from ::/0
        ssh-unused   no      yes          2026-03-31   out
        ssh-perhaps  NA      yes          2026-03-31   untold: whether it is in use could not be read
        shut         NA      yes          2026-03-31   ok
        office       yes     yes          2026-03-31   ok
        web          yes     yes          2026-03-31   ok
        below        yes     yes          2026-03-31   ok
        range        yes     yes          2026-03-31   port 5432 from 0.0.0.0/0
        edge-low     yes     yes          2026-03-31   port 5432 from
        edge-high    yes     yes          2026-03-31   port 5432 from
        all          yes     yes          2026-03-31   every port of every protocol from 0.0.0.0/0
        all-tcp      yes     yes          2026-03-31   every port from ::/0
        many         yes     yes          2026-03-31   port 22, 23, 445, 1433, 1521 and 9 more
        ping         yes     yes          2026-03-31   ok
        udp          yes     yes          2026-03-31   port 3389 from
        list-open    yes     yes          2026-03-31   port 22 from pl-1
        list-closed  yes     yes          2026-03-31   ok
        list-gone    yes     yes          2026-03-31   untold: the prefix list could not be read: port 22 from pl-3
        list-web     yes     yes          2026-03-31   ok
        both         yes     yes          2026-03-31   the internet can reach port 22 from 0.0.0.0/0
        bastion      yes     yes          2026-03-31   ok
        unlisted     yes     no           2026-03-31   untold: rules could not be listed
        ssh4         yes     yes          2026-02-28   ok
    """, "ec2_ingress": """
        group        protocol  from_port  to_port  source      internet  snapshot_at
        ssh4         tcp       22         22       0.0.0.0/0   yes       2026-03-31
        ssh6         tcp       22         22       ::/0        yes       2026-03-31
        ssh-unused   tcp       22         22       ::/0        yes       2026-03-31
        ssh-perhaps  tcp       22         22       ::/0        yes       2026-03-31
        shut         tcp       443        443      ::/0        yes       2026-03-31
        office       tcp       22         22       1.2.3.0/24  no        2026-03-31
        web          tcp       443        443      0.0.0.0/0   yes       2026-03-31
        below        tcp       24         444      0.0.0.0/0   yes       2026-03-31
        range        tcp       5000       5438     0.0.0.0/0   yes       2026-03-31
        edge-low     tcp       5432       5438     0.0.0.0/0   yes       2026-03-31
        edge-high    tcp       5000       5432     0.0.0.0/0   yes       2026-03-31
        all          -1        -1         -1       0.0.0.0/0   yes       2026-03-31
        all-tcp      tcp       0          65535    ::/0        yes       2026-03-31
        many         tcp       1          8000     ::/0        yes       2026-03-31
        ping         icmp      8          -1       ::/0        yes       2026-03-31
        udp          udp       3389       3389     ::/0        yes       2026-03-31
        list-open    tcp       22         22       pl-1        yes       2026-03-31
        list-closed  tcp       22         22       pl-2        no        2026-03-31
        list-gone    tcp       22         22       pl-3        NA        2026-03-31
        list-web     tcp       443        443      pl-3        NA        2026-03-31
        both         tcp       22         22       pl-3        NA        2026-03-31
        both         tcp       22         22       0.0.0.0/0   yes       2026-03-31
        bastion      tcp       22         22       0.0.0.0/0   yes       2026-03-31
    """, "aws_ec2_unread": NOTHING}, Parameters(approved_external_resources=("bastion",))),
    Scenario("AWS-NET-01", "aws_ec2_unread", "{place}", "snapshot_at", {"aws_ec2_unread": """
        place  account  region  service  operation                   what  why  snapshot_at  expect
        list   1        r       ec2      DescribeSecurityGroups      NA    No   2026-03-31   untold: SecurityGroups
        rules  1        r       ec2      DescribeSecurityGroupRules  NA    No   2026-03-31   out
    """, "ec2_security_groups": "arn  in_use  rules_known  snapshot_at", "ec2_ingress": "group  snapshot_at"}),
    Scenario("AWS-NET-02", "rds_databases", "{arn}", "snapshot_at", {"rds_databases": """
        arn         account  public  snapshot_at  expect
        arn:shut    1        no      2026-03-31   ok
        arn:open    1        yes     2026-03-31   address of the internet
        arn:unsaid  1        NA      2026-03-31   untold: AWS did not say
        arn:demo    1        yes     2026-03-31   ok
    """, "rds_snapshots": "arn  account  shared_with  snapshot_at",
        "ebs_snapshots": "arn  account  public  snapshot_at", "aws_rds_unread": NOTHING, "aws_ec2_unread": NOTHING},
        Parameters(approved_external_resources=("arn:demo",))),
    Scenario("AWS-NET-02", "rds_snapshots", "{arn}", "snapshot_at", {"rds_snapshots": """
        arn        account  shared_with  snapshot_at  expect
        arn:mine   1        []           2026-03-31   ok
        arn:all    1        all          2026-03-31   everybody may restore
        arn:other  1        3            2026-03-31   account 3 may restore
        arn:known  1        2            2026-03-31   ok
        arn:own    2        1            2026-03-31   ok
        arn:both   2        1,4,5        2026-03-31   account 4, 5 may restore
        arn:gone   1        NA           2026-03-31   untold: whom the snapshot is shared with
    """, "rds_databases": "arn  account  public  snapshot_at",
        "ebs_snapshots": "arn  account  public  snapshot_at", "aws_rds_unread": NOTHING, "aws_ec2_unread": NOTHING},
        Parameters(approved_aws_accounts=("2",))),
    Scenario("AWS-NET-02", "ebs_snapshots", "{arn}", "snapshot_at", {"ebs_snapshots": """
        arn       account  public  snapshot_at  expect
        arn:mine  1        no      2026-03-31   ok
        arn:all   1        yes     2026-03-31   everybody may restore
        arn:gone  1        NA      2026-03-31   untold: who may restore it
    """, "rds_databases": "arn  account  public  snapshot_at",
        "rds_snapshots": "arn  account  shared_with  snapshot_at",
        "aws_rds_unread": NOTHING, "aws_ec2_unread": NOTHING}),
    Scenario("AWS-TLS-01", "elbv2_listeners", "{arn}", "snapshot_at", {"elbv2_listeners": """
        arn       scheme    protocol  policy  protocols              only_redirects  snapshot_at  expect
        current   public    HTTPS     new     TLSv1.2,TLSv1.3        NA              2026-03-31   ok
        newest    public    TLS       newest  TLSv1.3                NA              2026-03-31   ok
        old       public    HTTPS     old     TLSv1,TLSv1.1,TLSv1.2  NA              2026-03-31   allows TLSv1, TLSv1.1
        classic   public    SSL       old     TLSv1,TLSv1.2          no              2026-03-31   allows TLSv1
        ancient   public    HTTPS     custom  SSLv3,TLSv1.2          NA              2026-03-31   allows SSLv3
        unread    public    HTTPS     gone    NA                     NA              2026-03-31   untold: what its
        redirect  public    HTTP      NA      NA                     yes             2026-03-31   ok
        plain     public    HTTP      NA      NA                     no              2026-03-31   speaks HTTP
        rules     public    HTTP      NA      NA                     NA              2026-03-31   untold: its rules
        passed    public    TCP       NA      NA                     NA              2026-03-31   untold: passes TCP
        inside    internal  HTTP      NA      NA                     no              2026-03-31   out
        gateway   NA        GENEVE    NA      NA                     NA              2026-03-31   out
        unsaid    NA        HTTP      NA      NA                     no              2026-03-31   speaks HTTP
    """, "acm_certificates": "arn  in_use  snapshot_at", "aws_elbv2_unread": NOTHING, "aws_acm_unread": NOTHING}),
    Scenario("AWS-TLS-01", "acm_certificates", "{arn}", "snapshot_at", {"acm_certificates": """
        arn      status  not_after             in_use  snapshot_at           expect
        later    ISSUED  2026-05-01T00:00:01Z  yes     2026-03-31T00:00:00Z  ok
        month    ISSUED  2026-04-30T00:00:00Z  yes     2026-03-31T00:00:00Z  ends in 30 days
        day      ISSUED  2026-03-31T00:00:01Z  yes     2026-03-31T00:00:00Z  ends in 1 days
        ended    ISSUED  2026-03-31T00:00:00Z  yes     2026-03-31T00:00:00Z  has ended
        unused   ISSUED  2026-03-01T00:00:00Z  no      2026-03-31T00:00:00Z  out
        failed   FAILED  2027-03-01T00:00:00Z  yes     2026-03-31T00:00:00Z  the certificate is FAILED
        refused  NA      NA                    NA      2026-03-31T00:00:00Z  untold: could not be described
        endless  ISSUED  NA                    yes     2026-03-31T00:00:00Z  untold: AWS did not say when
    """, "elbv2_listeners": "arn  scheme  protocol  snapshot_at",
        "aws_elbv2_unread": NOTHING, "aws_acm_unread": NOTHING}),
    Scenario("AWS-TLS-01", "aws_acm_unread", "{place}", "snapshot_at", {"aws_acm_unread": """
        place  account  region  service  operation            what  why  snapshot_at  expect
        list   1        r       acm      ListCertificates     NA    No   2026-03-31   untold: ListCertificates
        one    1        r       acm      DescribeCertificate  arn   No   2026-03-31   out
    """, "elbv2_listeners": "arn  scheme  protocol  snapshot_at", "acm_certificates": "arn  in_use  snapshot_at",
        "aws_elbv2_unread": NOTHING}),
    Scenario("AWS-TLS-01", "aws_elbv2_unread", "{place}", "snapshot_at", {"aws_elbv2_unread": """
        place    account  region  service  operation              what   why  snapshot_at  expect
        list     1        r       elbv2    DescribeLoadBalancers  NA     No   2026-03-31   untold: DescribeLoadBalancers
        of-one   1        r       elbv2    DescribeListeners      arn:b  No   2026-03-31   untold: DescribeListeners
        rules    1        r       elbv2    DescribeRules          arn:l  No   2026-03-31   out
    """, "elbv2_listeners": "arn  scheme  protocol  snapshot_at", "acm_certificates": "arn  in_use  snapshot_at",
        "aws_acm_unread": NOTHING}),
    Scenario("AWS-TLS-02", "s3_buckets", "{arn}", "snapshot_at", {"s3_buckets": """
        arn      plain_http_denied  snapshot_at  expect
        denies   yes                2026-03-31   ok
        takes    no                 2026-03-31   no statement of its policy denies
        refused  NA                 2026-03-31   untold: its policy could not be read
    """, "rds_databases": "arn  engine  force_ssl  waits  snapshot_at",
        "aws_s3_unread": NOTHING, "aws_rds_unread": NOTHING}),
    Scenario("AWS-TLS-02", "rds_databases", "{arn}", "snapshot_at", {"rds_databases": """
        arn      engine             cluster  force_ssl  waits  snapshot_at  expect
        on       postgres           NA       1          no     2026-03-31   ok
        waits    postgres           NA       1          yes    2026-03-31   waits for a reboot
        off      postgres           NA       0          no     2026-03-31   rds.force_ssl is 0
        refused  postgres           NA       NA         no     2026-03-31   untold: the value of rds.force_ssl
        member   aurora-postgresql  c        0          no     2026-03-31   out
        cluster  aurora-postgresql  NA       0          no     2026-03-31   rds.force_ssl is 0
        mysql    mysql              NA       1          no     2026-03-31   ok
        my-off   mysql              NA       0          no     2026-03-31   require_secure_transport is 0
        maria    mariadb            NA       NA         no     2026-03-31   untold: require_secure_transport
        oracle   oracle-ee          NA       NA         no     2026-03-31   out
    """, "s3_buckets": "arn  plain_http_denied  snapshot_at", "aws_s3_unread": NOTHING, "aws_rds_unread": NOTHING}),
    Scenario("AWS-TLS-02", "rds_databases", "{arn}", "snapshot_at", {"rds_databases": """
        arn    engine    force_ssl  force_ssl_source  minimum_protocol  waits  snapshot_at  expect
        set    postgres  0          user              TLSv1.2           no     2026-03-31   rds.force_ssl is 0
        by-it  postgres  0          default           NA                no     2026-03-31   by the engine's own default
        old    postgres  1          system            TLSv1.1           no     2026-03-31   protocol_version is TLSv1.1
        new    postgres  1          system            TLSv1.3           no     2026-03-31   ok
        my     mysql     1          user              TLSv1.1           no     2026-03-31   tls_version allows TLSv1.1
    """, "s3_buckets": "arn  plain_http_denied  snapshot_at", "aws_s3_unread": NOTHING, "aws_rds_unread": NOTHING}),
    Scenario("AWS-BKP-01", "rds_databases", "{arn}", "snapshot_at", {"rds_databases": """
        arn      cluster  replica_of  retention_days  deletion_protection  multi_az  snapshot_at  expect
        week     NA       NA          7               yes                  no        2026-03-31   ok
        six      NA       NA          6               yes                  yes       2026-03-31   6 days, limit 7
        none     NA       NA          0               no                   yes       2026-03-31   protection is off
        member   c        NA          0               no                   no        2026-03-31   out
        replica  NA       week        0               no                   no        2026-03-31   out
        unsaid   NA       NA          NA              yes                  yes       2026-03-31   AWS did not state
        two:a    NA       NA          7               yes                  no        2026-03-31   it runs in one zone
        two:b    NA       NA          7               yes                  yes       2026-03-31   ok
        two:c    NA       NA          7               yes                  NA        2026-03-31   how many zones
    """, "rds_snapshots": "arn  snapshot_at", "recovery_points": "arn  snapshot_at", "aws_rds_unread": NOTHING,
        "aws_backup_unread": NOTHING}, Parameters(databases_in_two_zones=("two:*",))),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: f"{scenario.check} {scenario.judged}")
def test_rows(scenario: Scenario) -> None:
    judge(scenario)

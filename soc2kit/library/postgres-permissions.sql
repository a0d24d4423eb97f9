-- What the collector's role needs on a PostgreSQL server beside LOGIN. Run it as a superuser, in the database that
-- [sources.postgres] of soc2kit.toml names, with the name of your collector's role.

-- Settings that only administrators see (ssl_ciphers, where a setting comes from); sessions of other roles.
GRANT pg_read_all_settings, pg_read_all_stats TO soc2kit_reader;

-- The rules of pg_hba.conf.
GRANT SELECT ON pg_catalog.pg_hba_file_rules TO soc2kit_reader;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_hba_file_rules() TO soc2kit_reader;

-- Which kind of hash each role's password has. The collector never sees a hash: it may read this view and not the
-- table behind it.
CREATE SCHEMA IF NOT EXISTS soc2kit;
CREATE OR REPLACE VIEW soc2kit.password_kinds AS
SELECT rolname AS role,
       CASE WHEN rolpassword IS NULL THEN 'none'
            WHEN rolpassword LIKE 'SCRAM-SHA-256$%' THEN 'scram-sha-256'
            WHEN rolpassword ~ '^md5[0-9a-f]{32}$' THEN 'md5'
            ELSE 'other' END AS kind
  FROM pg_catalog.pg_authid;
REVOKE ALL ON soc2kit.password_kinds FROM PUBLIC;
GRANT USAGE ON SCHEMA soc2kit TO soc2kit_reader;
GRANT SELECT ON soc2kit.password_kinds TO soc2kit_reader;

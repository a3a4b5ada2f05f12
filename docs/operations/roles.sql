-- Creates a role for the importer and one for the API, if the importer is not to be a superuser. The importer's role owns
-- the database and the tables. At the start of each run, it gives the API's role its permissions
-- (Cities.Importer/Database/api_role.sql).
-- Run this file once as a superuser, connected to the database (createdb citiesdb), before or after the first import:
--   psql --dbname citiesdb --file docs/operations/roles.sql
-- Change the passwords. Use cities_importer in the importer's connection string citiesdb. Use cities_reader in the API's
-- connection string citiesdb, and in the importer's connection string apidb. Then run the importer. A test runs this file.

CREATE ROLE cities_importer LOGIN PASSWORD 'importer-password';
CREATE ROLE cities_reader LOGIN PASSWORD 'reader-password';
-- Transactions that write set the transaction mode READ WRITE.
ALTER ROLE cities_reader SET default_transaction_read_only = on;

-- Only a superuser can create PostGIS.
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

REVOKE ALL ON DATABASE citiesdb FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
ALTER DATABASE citiesdb OWNER TO cities_importer;
GRANT USAGE, CREATE ON SCHEMA public TO cities_importer;

CREATE SCHEMA IF NOT EXISTS administration;
ALTER SCHEMA administration OWNER TO cities_importer;

DO $$
DECLARE
  command text;
BEGIN
  FOR command IN
    -- Makes the importer's role the owner of existing objects, except those that belong to an extension or to a column.
    -- The triggers run with the permissions of their owner.
    SELECT format('ALTER TABLE %s OWNER TO cities_importer', oid::regclass) FROM pg_class
    WHERE relnamespace IN ('public'::regnamespace, 'administration'::regnamespace) AND relkind IN ('r', 'S')
      AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype IN ('e', 'a', 'i'))
    UNION ALL
    SELECT format('ALTER ROUTINE %s OWNER TO cities_importer', oid::regprocedure) FROM pg_proc
    WHERE pronamespace IN ('public'::regnamespace, 'administration'::regnamespace)
      AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')
    UNION ALL
    -- Only a superuser can revoke these, as api_role.sql does for an importer that is one.
    SELECT format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', oid::regprocedure) FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace
      AND proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'pg_logical_emit_message')
  LOOP
    EXECUTE command;
  END LOOP;
END $$;

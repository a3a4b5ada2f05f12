-- Creates two roles with limited permissions, instead of one role that can do everything. The importer's role owns the tables. The API's
-- role reads them, and writes the requests of editors and administrators to the schema administration. Triggers of that schema change the
-- cities and the audit log. The API's role has no other permissions.
-- Run this file once as a superuser, connected to the database (createdb citiesdb), before or after the first import:
--   psql --dbname citiesdb --file docs/operations/roles.sql
-- Change the passwords. Then use cities_importer in the importer's connection string, and cities_reader in the API's. A test runs this
-- file.

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
-- CREATE: the importer rebuilds empty tables in a schema that it creates for the import.
GRANT CONNECT, CREATE, TEMPORARY ON DATABASE citiesdb TO cities_importer;
GRANT CONNECT ON DATABASE citiesdb TO cities_reader;
GRANT USAGE, CREATE ON SCHEMA public TO cities_importer;
GRANT USAGE ON SCHEMA public TO cities_reader;

CREATE SCHEMA IF NOT EXISTS administration;
ALTER SCHEMA administration OWNER TO cities_importer;
GRANT USAGE ON SCHEMA administration TO cities_reader;

-- Makes the importer's role the owner of existing objects, except those that belong to an extension or to a column. The triggers run with
-- the permissions of their owner.
DO $$
DECLARE
  command text;
BEGIN
  FOR command IN
    SELECT format('ALTER TABLE %s OWNER TO cities_importer', oid::regclass) FROM pg_class
    WHERE relnamespace IN ('public'::regnamespace, 'administration'::regnamespace) AND relkind IN ('r', 'S')
      AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype IN ('e', 'a', 'i'))
    UNION ALL
    SELECT format('ALTER ROUTINE %s OWNER TO cities_importer', oid::regprocedure) FROM pg_proc
    WHERE pronamespace IN ('public'::regnamespace, 'administration'::regnamespace)
      AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')
  LOOP
    EXECUTE command;
  END LOOP;
END $$;

-- Permissions on the existing tables, and on tables that the importer will create.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO cities_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA administration TO cities_reader;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA administration TO cities_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE cities_importer GRANT SELECT ON TABLES TO cities_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE cities_importer IN SCHEMA administration GRANT INSERT, UPDATE, DELETE ON TABLES TO cities_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE cities_importer IN SCHEMA administration GRANT USAGE ON SEQUENCES TO cities_reader;
